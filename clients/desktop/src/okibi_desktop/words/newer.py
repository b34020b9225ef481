"""The words of a newer version."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - read as a table

WORDS = {
    "newer_there": S("Вышла версия {version}", "Version {version} is out"),
    "newer_needed": S("Версию {version} нужно установить", "Version {version} must be installed"),
    "newer_notes": S("Что нового", "What is new"),
    "newer_get": S("Скачать", "Download"),
    "newer_get_size": S("Скачать, {size}", "Download, {size}"),
    "newer_page": S("Страница версии", "Page of the version"),
    "newer_later": S("Позже", "Later"),
    "newer_fetching": S("Скачивается: {percent} %", "Downloading: {percent}%"),
    "newer_stop": S("Остановить", "Stop"),
    "newer_fetched": S(
        "Версия {version} скачана и проверена: {name}", "Version {version} is downloaded and checked: {name}"
    ),
    "newer_install": S("Установить", "Install"),
    "newer_install_ask": S(
        "Запустить установку {name}? Сохраните то, что открыто в программе.",
        "Start installing {name}? Save what is open in the program.",
    ),
    "newer_folder": S("Показать в папке", "Show in its folder"),
    "newer_again": S("Скачать ещё раз", "Download again"),
    "updates": S("Новые версии", "Newer versions"),
    "updates_on": S("Сообщать о новых версиях программы", "Tell me of newer versions of the program"),
    "updates_about": S(
        "Для этого поддержка узнаёт только программу, её версию и систему этого компьютера.",
        "For that support is told only the program, its version and the system of this computer.",
    ),
    "updates_of": S("Сейчас: {program}.", "Now: {program}."),
    "updates_unknown": S(
        "Какая программа установлена, станет известно из первой заявки.",
        "Which program is installed becomes known with the first request.",
    ),
}
