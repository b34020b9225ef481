"""How the way to a host went, in words that tell a specialist what is closed, and whose door to knock at."""

from okibi.kernel.sentence import Sentence
from okibi.updates.waking import Tried


def _tried(code: str, ru: str, en: str) -> Tried:
    return Tried(code, Sentence(ru, en))


REACHED = _tried(
    "reached", "Всё готово: вход принят, версия читается.", "All is ready: signed in, the version is read."
)
NOT_SSH = _tried(
    "not_ssh", "Порт открыт, но SSH там нет: отвечает что-то другое.", "The port is open, but nothing there speaks SSH."
)
NO_TLS = _tried(
    "no_tls",
    "Порт открыт, но HTTPS там нет: WinRM должен слушать по HTTPS (как правило, 5986).",
    "The port is open, but it speaks no HTTPS: WinRM has to listen by HTTPS (5986 as a rule).",
)
NOT_WINRM = _tried(
    "not_winrm",
    "Порт открыт, HTTPS есть, но отвечает не WinRM.",
    "The port is open and speaks HTTPS, but it is no WinRM.",
)
KEY_NEW = _tried(
    "key_new",
    "Компьютер показал свой ключ. Сверьте отпечаток с клиентом и подтвердите: до этого никто не входит.",
    "The host showed its key. Compare the fingerprint with the customer and confirm it: nobody signs in before.",
)
KEY_CHANGED = _tried(
    "key_changed",
    "Ключ компьютера не тот, что подтверждён: отвечает другой компьютер, или соединение подменяют. Всё остановлено.",
    "The host's key is not the confirmed one: a different host answers, or somebody is in between. All is stopped.",
)
NO_LOGIN = _tried(
    "no_login",
    "Порт открыт, ключ подтверждён, но имя и пароль для входа не введены.",
    "The port is open and the key is confirmed, but no login was entered.",
)
LOGIN_REFUSED = _tried(
    "login_refused",
    "Вход не принят: имя, пароль или ключ не подходят, или учётной записи вход не разрешён.",
    "The login was not accepted: its name, password or key is wrong, or the account may not sign in.",
)
BAD_KEY = _tried(
    "bad_key", "Ключ для входа не читается: нужен закрытый ключ без пароля.",
    "The login's private key can't be read: it has to be one without a passphrase.",
)  # fmt: skip
LOST = _tried("lost", "Связь оборвалась или ответа не дождались.", "The session broke off, or no answer came in time.")
LACKS = _tried("lacks", "Вошли, но на компьютере не хватает: {}.", "Signed in, but the host lacks: {}.")
NO_SHELL = _tried(
    "no_shell",
    "Вход принят, но команды учётной записи не выполняются. Компьютер ответил: {}",
    "The login was accepted, but the account runs no commands. The host said: {}",
)
DENIED = _tried(
    "denied",
    "Вошли, но писать в {} учётной записи не разрешено: нужны права на папку программы и на ту, что над ней.",
    "Signed in, but the account may not write to {}: it needs the program's folder and the one above.",
)
MOUNTED = _tried(
    "mounted",
    "Вошли, но {} — точка монтирования, целиком её не заменить: ставьте своей командой или в папку внутри неё.",
    "Signed in, but {} is a mount point and can't be swapped: use a command of your own, or a folder inside it.",
)
NO_RECIPE = _tried(
    "no_recipe",
    "Вошли. Осталось сказать, что и как здесь ставить.",
    "Signed in. What is installed here, and how, is still to be said.",
)
NO_VERSION = _tried(
    "no_version",
    "Вошли, но команда версии не напечатала номера версии.",
    "Signed in, but the version command printed no number of a version.",
)


def without_shell(output: str) -> Tried:
    """Signed in, and no command ran; ``output``: what came instead, cut."""
    said = " ".join("".join(each if each.isprintable() else " " for each in output[:1000]).split())[:200] or "—"
    return _filled(NO_SHELL, said)


def in_the_way(denied: str, mounted: str) -> Tried | None:
    """What keeps the program's folder from being replaced; None where nothing does."""
    if denied:
        return _filled(DENIED, denied[:200])
    return _filled(MOUNTED, mounted[:200]) if mounted else None


def _filled(tried: Tried, said: str) -> Tried:
    return Tried(tried.code, Sentence(tried.sentence.ru.replace("{}", said), tried.sentence.en.replace("{}", said)))


def lacking(things: tuple[str, ...]) -> Tried:
    """Signed in, and these are missing."""
    named = ", ".join(things)
    return _filled(LACKS, named)


NO_ROOM = _tried(
    "no_room",
    "Вошли, но на диске не хватает места: нужно вдвое больше файла версии. Свободно {} МБ.",
    "Signed in, but there is no room on the disk: twice the version's file is needed. Free: {} MB.",
)


def no_room(free_mb: int) -> Tried:
    """The version that is on its way does not fit."""
    return _filled(NO_ROOM, str(free_mb))


def room(free_mb: int) -> Sentence:
    return Sentence(f"Свободно на диске: {free_mb} МБ", f"Free on the disk: {free_mb} MB")


def open_port(address: str, port: int) -> Sentence:
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return Sentence(f"Порт открыт: {where}", f"The port is open: {where}")


def banner(said: str) -> Sentence:
    return Sentence(f"Отвечает SSH: {said}", f"SSH answers: {said}")


def secured(said: str) -> Sentence:
    return Sentence(f"Отвечает HTTPS: {said}", f"HTTPS answers: {said}")


def key_shown(fingerprint: str) -> Sentence:
    return Sentence(f"Ключ тот, что подтверждён: {fingerprint}", f"The key is the confirmed one: {fingerprint}")


def signed_in(login: str) -> Sentence:
    return Sentence(f"Вход принят: {login}", f"Signed in as {login}")


def system(said: str) -> Sentence:
    return Sentence(f"Система: {said}", f"System: {said}")


def version(said: str) -> Sentence:
    return Sentence(f"Стоит версия {said}", f"Version {said} runs there")
