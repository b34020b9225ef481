"""Reference pages made from the product's own tables, so that they can't say anything else."""

from pathlib import Path

from okibi.ops import reference_api, reference_examples, reference_sms, reference_tables
from okibi.ops.env import Kind, Setting
from okibi.ops.settings_table import TABLE, checkout

PAGES = {"en": "docs/reference/settings.md", "ru": "docs/reference/settings.ru.md"}
GROUPS = {
    "place": {"ru": "Место", "en": "Place"},
    "web": {"ru": "Сайт", "en": "Web"},
    "mail in": {"ru": "Входящая почта", "en": "Incoming mail"},
    "mail out": {"ru": "Исходящая почта", "en": "Outgoing mail"},
    "push": {"ru": "Push-уведомления", "en": "Pushes"},
    "people": {"ru": "Люди", "en": "People"},
    "messengers": {"ru": "Мессенджеры", "en": "Messengers"},
    "voice mail": {"ru": "Голосовая почта", "en": "Voice mail"},
    "telephone": {"ru": "Телефон", "en": "Telephone"},
    "SMS": {"ru": "SMS", "en": "SMS"},
    "updates": {"ru": "Автоматические обновления", "en": "Automatic updates"},
}
INTRODUCTION = {
    "en": """# Settings

Made by `okibi docs` from the product's table of settings; do not edit.

A setting is looked for in the environment, then in the settings file (`OKIBI_CONFIG`, or `okibi.env` in the data
folder: `NAME=value` lines, or TOML), then its default holds. A secret may be given as a file:
`NAME_FILE=/run/secrets/name`. A wrong one stops the start with exit code 78
and is named together with the remedy; `okibi doctor` shows them all.
""",
    "ru": """# Настройки

Страница создана командой `okibi docs` из таблицы настроек продукта; не правьте её.

Настройка ищется в окружении, затем в файле настроек (`OKIBI_CONFIG` или `okibi.env` в папке данных: строки
`ИМЯ=значение` или TOML), затем действует значение по умолчанию. Секрет можно задать файлом:
`ИМЯ_FILE=/run/secrets/имя`. Неверная настройка останавливает запуск с кодом 78 и называется вместе со способом
исправить; все их показывает `okibi doctor`.
""",
}
KINDS = {
    Kind.TEXT: {"ru": "текст", "en": "text"},
    Kind.NUMBER: {"ru": "целое число", "en": "whole number"},
    Kind.PORT: {"ru": "порт", "en": "port"},
    Kind.FLAG: {"ru": "1 или 0", "en": "1 or 0"},
    Kind.PATH: {"ru": "путь", "en": "path"},
    Kind.URL: {"ru": "адрес сайта", "en": "web address"},
    Kind.LIST: {"ru": "список через запятую", "en": "list with commas"},
    Kind.CHOICE: {"ru": "одно из", "en": "one of"},
    Kind.EMAIL: {"ru": "адрес почты", "en": "e-mail address"},
    Kind.DATABASE: {"ru": "адрес PostgreSQL", "en": "PostgreSQL address"},
}
WORDS = {
    "default": {"ru": "по умолчанию", "en": "default"},
    "secret": {"ru": "секрет", "en": "secret"},
    "none": {"ru": "не задана", "en": "not set"},
    "data": {"ru": "`./data` в исходниках, иначе `/var/lib/okibi` (root) или `~/.local/share/okibi`",
             "en": "`./data` of a checkout, else `/var/lib/okibi` (root) or `~/.local/share/okibi`"},
    "policy": {"ru": "`policies/okibi.toml` продукта", "en": "the product's `policies/okibi.toml`"},
}  # fmt: skip
PLACES = {"OKIBI_DATA": "data", "OKIBI_POLICY": "policy"}  # defaults that differ from machine to machine


def settings_page(language: str) -> str:
    """The page about settings in that language (ru, en), Markdown."""
    parts = [INTRODUCTION[language]]
    for group in dict.fromkeys(setting.group for setting in TABLE.values()):
        parts.append(f"## {GROUPS.get(group, {}).get(language, group)}\n")
        parts += [_entry(setting, language) for setting in TABLE.values() if setting.group == group]
    return "\n".join(parts)


def _entry(setting: Setting, language: str) -> str:
    kind = KINDS[setting.kind][language]
    if setting.choices:
        kind += " " + ", ".join(f"`{choice}`" for choice in setting.choices)
    notes = [kind, f"{WORDS['default'][language]}: {_default(setting, language)}"]
    if setting.secret:
        notes.append(WORDS["secret"][language])
    return f"### {setting.name}\n\n{setting.help.in_language(language)}\n\n*{'; '.join(notes)}*\n"


def _default(setting: Setting, language: str) -> str:
    if setting.name in PLACES:
        return WORDS[PLACES[setting.name]][language]
    return f"`{setting.default}`" if setting.default else WORDS["none"][language]


def made(root: Path) -> dict[str, str]:
    """Every page that is made, as it ought to be now: its path in the tree → its text."""
    made = {name: settings_page(language) for language, name in PAGES.items()}
    made |= {name: page() for name, page in reference_tables.PAGES.items()}
    made["docs/reference/sms-errors.md"] = reference_sms.sms_errors()
    made |= {reference_api.CONTRACT: reference_api.contract(), reference_api.PAGE: reference_api.page()}
    for page in reference_examples.pages(root):
        text = page.read_text(encoding="utf-8")
        made[page.relative_to(root).as_posix()] = reference_examples.filled(
            text, reference_examples.language_of(page), root
        )
    return made


def write() -> list[str]:
    """Write the pages into the source tree; gives those that changed."""
    root = checkout()
    changed: list[str] = []
    if root is None:
        return changed
    for name, text in made(root).items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
