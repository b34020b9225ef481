"""What each command does."""

import argparse
import json
import logging
import platform
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from okibi_sdk import Client, Patience, Wish, collect
from okibi_sdk.words import Sentence, as_json
from okibi_updater import checking, keeping, offers, reports, setting_up, settings, units, windows
from okibi_updater.commands import Lock
from okibi_updater.journal import Journal, Run
from okibi_updater.problems import LaterError, RefusedError, SettingsError
from okibi_updater.service import Service
from okibi_updater.settings import Settings

LOG = 1024 * 1024  # bytes of a log of Windows, of which three older ones are kept


@dataclass(frozen=True, slots=True)
class Terminal:
    """One call of the command line."""

    asked: argparse.Namespace
    language: str

    @property
    def settings(self) -> Settings:
        return settings.load(self.asked.settings)

    def say(self, ru: str, en: str) -> None:
        self.lines([Sentence(ru, en).in_(self.language)])

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def answer(self, value: object, lines: Iterable[str]) -> None:
        """The value as JSON, or the lines for a reader."""
        self.lines([as_json(value, sys.stdout)] if self.asked.json else lines)


def init(terminal: Terminal) -> int:
    """Root, settings, certificate."""
    asked = terminal.asked
    try:
        root = asked.root.read_bytes()
    except OSError as error:
        raise SettingsError(
            Sentence(f"{asked.root} не читается.", f"{asked.root} can't be read."), str(error)
        ) from error
    digest = setting_up.set_up(asked.settings, root, asked.server, terminal.language, replace=asked.replace)
    terminal.say(f"Настройки: {asked.settings}", f"Settings: {asked.settings}")
    terminal.say(f"Корень доверия, SHA-256 — сверьте: {digest}", f"Trusted root, SHA-256, compare it: {digest}")
    return 0


def enrol(terminal: Terminal) -> int:
    """Become a device of the desk; the token goes into its file."""
    asked, read = terminal.asked, terminal.settings
    if asked.server and asked.server.rstrip("/") != read.server:
        raise SettingsError(
            Sentence(f"В настройках другой сервер: {read.server}", f"The settings have another server: {read.server}")
        )
    first = next(iter(read.products.values()), None)
    wish = Wish(
        asked.licence,
        asked.trial,
        asked.invitation,
        asked.email,
        "",
        "server",
        asked.name or platform.node(),
        first.code if first else "",
        first.version if first else "",
        collect().as_json(),
    )
    with Client(read.server, language=terminal.language, agent="okibi-updater", patience=Patience(tries=3)) as client:
        begun = client.enrol(wish)
        if not begun.confirmed:
            ask = Sentence("Код из письма: ", "The letter's code: ").in_(terminal.language)
            begun = client.confirm(begun, asked.code or input(ask))
        keeping.write_secret(read.token_file, begun.token.encode("ascii"))
        client.token = begun.token
        name = client.device().name
    terminal.say(f"Подключено: {name}", f"Enrolled: {name}")
    return 0


def check(terminal: Terminal) -> int:
    """0 where all is well."""
    with Service(terminal.settings) as service:
        found = list(checking.findings(service))
    told = [{"what": each.what, "well": each.well, "text": each.text.in_(terminal.language)} for each in found]
    terminal.answer(told, [f"{'+' if each['well'] else '!'} {each['what']:<28} {each['text']}" for each in told])
    return 0 if all(each.well for each in found) else 1


def run(terminal: Terminal) -> int:
    """The service, until a signal."""
    with Service(terminal.settings) as service:
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: service.stop())
        service.run()
    return 0


def once(terminal: Terminal) -> int:
    """One round."""
    with Service(terminal.settings) as service:
        wait = service.once()
        service.journal.write_note("trouble", "")
    terminal.say(f"Следующий опрос через {wait:.0f} с", f"Next poll in {wait:.0f} s")
    return 0


def status(terminal: Terminal) -> int:
    """What is here and what goes on; reads the journal beside the running service."""
    read = terminal.settings
    journal = Journal(read.home / "journal.sqlite")
    versions = {code: offers.installed(journal, product) for code, product in read.products.items()}
    current, asked = journal.current(), json.loads(journal.note("asked") or "null")
    runs = [{**asdict(each), "steps": journal.steps(each.action)} for each in journal.runs(5)]
    value = {
        "running": _runs(read.home),
        "polled": float(journal.note("polled") or 0) or None,
        "trouble": journal.note("trouble"),
        "installed": versions,
        "asked": asked,
        "runs": runs,
        "unsent": len(journal.unsent()),
    }
    terminal.answer(value, _told(terminal.language, value, current, journal))
    return 0


def _told(language: str, value: dict[str, object], current: Run | None, journal: Journal) -> Iterable[str]:
    def say(ru: str, en: str) -> str:
        return Sentence(ru, en).in_(language)

    polled = value["polled"]
    when = time.strftime("%d.%m.%Y %H:%M", time.localtime(polled)) if isinstance(polled, float) else "—"
    works = say("работает", "runs") if value["running"] else say("не запущена", "is not running")
    yield say(f"Служба {works}, последний опрос: {when}", f"The service {works}, last poll: {when}")
    if value["trouble"]:
        yield say(f"Неполадка: {value['trouble']}", f"Trouble: {value['trouble']}")
    versions = value["installed"]
    assert isinstance(versions, dict)
    for code, version in versions.items():
        yield f"{code}: {version or '—'}"
    asked = value["asked"]
    if isinstance(asked, dict):
        yield (
            say("Сервер просит согласия: ", "The desk asks for consent: ")
            + f"{asked['action']}  {asked['product']} {asked['version']}"
        )
    if current:
        waits = (
            reports.WAITS[current.waits].in_(language) if current.waits else reports.WORDS[current.state].in_(language)
        )
        yield f"{current.action}  {current.product} {current.old} → {current.version}: {waits}"
    for past in journal.runs(5):
        if not current or past.action != current.action:
            ended = time.strftime("%d.%m.%Y %H:%M", time.localtime(past.ended))
            words = f"{reports.WORDS[past.state].in_(language)} {past.reason}".rstrip()
            yield f"{past.action}  {ended}  {past.product} {past.old} → {past.version}: {words}"


def _runs(home: Path) -> bool:
    try:
        Lock(home / "lock").close()
    except LaterError:
        return True
    return False


def confirm(terminal: Terminal) -> int:
    """Consent, or the refusal of it; acted on at the next poll."""
    asked = terminal.asked
    journal = Journal(terminal.settings.home / "journal.sqlite")
    waiting = json.loads(journal.note("asked") or "null")
    current = journal.current()
    action = (
        asked.action
        or (waiting or {}).get("action", "")
        or (current.action if current and current.waits == "consent" else "")
    )
    if not action:
        raise RefusedError(Sentence("Ничего не ждёт согласия.", "Nothing waits for consent."))
    journal.give_consent(action, "denied" if asked.deny else "confirmed")
    journal.close()
    if asked.deny:
        terminal.say(f"Обновление {action} отклонено.", f"The update {action} is declined.")
    else:
        terminal.say(f"Согласие на обновление {action} записано.", f"Consent to the update {action} is written down.")
    return 0


class Serving:
    """The updater as a service: all of it in the one thread that its manager begins, the journal's too."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._stopped = threading.Event()
        self._made: Service | None = None

    def start(self) -> None:
        """Until ``stop``. Raises UpdaterError, OSError."""
        home = self._terminal.asked.settings.parent
        setting_up.own(home)
        _log_to(home / "updater.log")
        with Service(self._terminal.settings) as made:
            self._made = made
            if not self._stopped.is_set():
                made.run()

    def stop(self) -> None:
        self._stopped.set()
        if self._made:
            self._made.stop()


def _log_to(path: Path) -> None:
    """Nobody sees what a service of Windows prints."""
    handler = RotatingFileHandler(path, maxBytes=LOG, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)


def service(terminal: Terminal) -> int:
    """Print how to start with the system, or be the service of Windows."""
    asked = terminal.asked
    if asked.what == "print":
        read, place = terminal.settings, asked.settings.absolute()
        limit = max((each.limit for each in read.products.values()), default=600.0)
        on_windows = asked.windows or sys.platform == "win32"
        program = Path(sys.argv[0]).absolute()
        text = units.windows(place, units.this_python()) if on_windows else units.systemd(program, place, limit)
        sys.stdout.write(text)
        return 0
    serving = Serving(terminal)
    if not windows.run(serving.start, serving.stop):
        raise SettingsError(
            Sentence(
                "Это для диспетчера служб Windows (service print). Вручную и в Linux: okibi-updater run.",
                "This is for the service manager of Windows (service print). By hand and on Linux: okibi-updater run.",
            )
        )
    return 0


RUN: dict[str, Callable[[Terminal], int]] = {
    "init": init,
    "enrol": enrol,
    "check": check,
    "run": run,
    "once": once,
    "status": status,
    "confirm": confirm,
    "service": service,
}
