"""``okibi up``: starts the database, brings it up to date, and keeps the parts running.

Killed with -9, it takes its children along (the kernel tells them), and the next start finds the data as it was.
"""

import fcntl
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from okibi.channels.email.listening import lmtp_place
from okibi.channels.email.options import mail_options
from okibi.kernel.errors import ConfigurationError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import mailsink, ports, preparation, registry, required
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import PostgresError, Server
from okibi.ops.processes import Child, stop_all
from okibi.ops.session import make_place, start_django
from okibi.ops.settings_table import PACKAGE, load
from okibi.ops.standing_place import Place, PlaceGoneError

TICK = 0.1  # seconds
STOP_SECONDS = 8.0
QUIT_SECONDS = 3.0  # an immediate shutdown writes nothing and takes less
READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for; None: as the settings say."""

    port: int | None = None
    smtp_port: int | None = None
    demo: bool | None = None


class Supervisor:
    """Keeps one product running on one data folder."""

    def __init__(self, env: Environment, wish: Wish) -> None:
        self.env = env
        self.wish = wish
        self.stopping = False
        self.server = None if env.is_set("DATABASE_URL") else Server(env.data)
        self.database: subprocess.Popen[bytes] | None = None
        self.children: list[Child] = []
        self.place: Place | None = None

    # ------------------------------------------------------------------ the story

    def run(self) -> int:
        """From start to stop. Raises ConfigurationError (PlaceGoneError where the data vanishes), PostgresError."""
        required.policy(self.env)
        required.mail(self.env)
        make_place(self.env)
        with (self.env.data / "up.lock").open("a+", encoding="utf-8") as lock:
            self.lock = lock
            self._be_the_only_one(lock)
            signal.signal(signal.SIGTERM, self._ask_to_stop)
            signal.signal(signal.SIGINT, self._ask_to_stop)
            try:
                self._start_database()
                self.place = Place.of(self.env.data, self.server)
                self._choose_addresses()
                start_django()
                self._prepare()
                self._start_children()
                if self._announce_when_ready():
                    self._keep_running()
            finally:
                self._stop()
        return 0

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _be_the_only_one(self, lock: IO[str]) -> None:
        deadline = time.monotonic() + ports.PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                running = registry.of(self.env.data)
                if running or time.monotonic() > deadline:
                    raise _already(self.env.data, running.url if running else "") from None
                time.sleep(0.1)
            else:
                return

    def _start_database(self) -> None:
        required.database(self.env)
        if self.server:
            self.database = self.server.start_child()

    def _choose_addresses(self) -> None:
        """Fix the ports and tell them to the parts through their environment."""
        env, wish = self.env, self.wish
        self.host = env.text("OKIBI_BIND")
        asked = wish.port is not None or env.is_set("OKIBI_PORT")
        wanted = wish.port if wish.port is not None else env.number("OKIBI_PORT")
        self.port = ports.choose("OKIBI_PORT", self.host, wanted, fixed=asked)
        self.mail_host = env.text("OKIBI_SMTP_INLET_BIND")
        asked = wish.smtp_port is not None or env.is_set("OKIBI_SMTP_INLET_PORT")
        wanted = wish.smtp_port if wish.smtp_port is not None else env.number("OKIBI_SMTP_INLET_PORT")
        self.takes_mail = env.flag("OKIBI_SMTP_INLET_ENABLED")
        self.mail_port = wanted
        self.lmtp = lmtp_place(env.text("OKIBI_LMTP_INLET"))
        if self.takes_mail:
            self.mail_port = ports.choose(
                "OKIBI_SMTP_INLET_PORT", self.mail_host, wanted, fixed=asked, taken=frozenset({self.port})
            )
        if self.lmtp:
            if self.lmtp.port in {self.port, self.mail_port if self.takes_mail else 0}:
                raise _same_port(self.lmtp.port)
            ports.require_free("OKIBI_LMTP_INLET", self.lmtp)
        os.environ["OKIBI_PORT"] = str(self.port)
        os.environ["OKIBI_SMTP_INLET_PORT"] = str(self.mail_port)
        self.has_sink = bool(wish.demo) and not env.is_set("OKIBI_SMTP_OUT_HOST")
        if self.has_sink:
            self.sink = mailsink.listen()
            os.environ["OKIBI_SMTP_OUT_HOST"] = "127.0.0.1"
            os.environ["OKIBI_SMTP_OUT_PORT"] = str(self.sink.getsockname()[1])
            os.environ["OKIBI_SMTP_OUT_TLS"] = "none"
        self.env = load()

    def _prepare(self) -> None:
        """Migrations, static files, demo: in a process that ends afterwards, and only when there is something to do."""
        demo = bool(self.wish.demo)
        if preparation.is_done(self.env, demo=demo):
            return
        child = self._child("prepare", "prepare", "prepare", self.env, demo=demo)
        child.start()
        code = child.join()
        if code:
            raise preparation.failure(code)

    def _start_children(self) -> None:
        if self.has_sink:
            self.children.append(self._child("mailsink", "mailsink", "run", Paths(self.env.data).mailbox, self.sink))
        number = self.env.number("OKIBI_WEB_WORKERS")
        for index in range(number):
            self.children.append(
                self._child(f"web-{index + 1}" if number > 1 else "web", "webserver", "serve", self.env)
            )
        self.children.append(self._child("inlets", "inlets", "run"))
        self.children.append(self._child("worker", "worker", "work"))
        gc.collect()
        gc.freeze()  # what is loaded now stays shared between the processes
        for child in self.children:
            child.start()

    def _child(self, name: str, module: str, function: str, *arguments: Any, **options: Any) -> Child:
        """A part; its module is imported in its own process."""

        def body() -> int:
            self.lock.close()
            part = importlib.import_module(f"okibi.ops.{module}")
            return int(getattr(part, function)(*arguments, **options) or 0)

        return Child(name, body)

    def _announce_when_ready(self) -> bool:
        """Print the addresses once a page can be fetched and mail is taken. False: asked to stop before that."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping:
            self._watch()
            if self._mail_is_taken() and self._page_stands():
                break
            if time.monotonic() > deadline:
                raise OutsideError(
                    Sentence(
                        ru="сайт или приём почты не отвечает; причина — в строках выше",
                        en="the site or the mail inlet does not answer; the lines above say why",
                    )
                )
            time.sleep(TICK)
        else:
            return False
        url = f"http://{_shown(self.host)}:{self.port}"
        inlets = [f"smtp://{_shown(self.mail_host)}:{self.mail_port}"] if self.takes_mail else []
        inlets += [self.lmtp.url()] if self.lmtp else []
        mail = inlets[0] if inlets else ""
        mailbox = str(Paths(self.env.data).mailbox) if self.has_sink else ""
        registry.announce(registry.Running(os.getpid(), str(self.env.data), url, mail, mailbox, str(PACKAGE)))
        for inlet in inlets:
            print(f"mail inlet {inlet} for {', '.join(mail_options().addresses)}")
        if self.has_sink:
            print(f"outgoing mail: {mailbox}")
        for line in preparation.accounts(self.env) if self.wish.demo else []:
            print(line)
        print(f"ready {url}", flush=True)
        return True

    def _mail_is_taken(self) -> bool:
        smtp = not self.takes_mail or ports.answers(self.mail_host, self.mail_port)
        return smtp and (self.lmtp is None or self.lmtp.answers())

    def _page_stands(self) -> bool:
        return ports.page_status(self.host, self.port, "/healthz") == 200 and ports.page_status(
            self.host, self.port, "/"
        ) in range(200, 400)

    def _keep_running(self) -> None:
        while not self.stopping:
            self._watch()
            time.sleep(TICK)

    def _watch(self) -> None:
        if self.place:
            self.place.require()  # before anything is started again: it would be an empty product in the old one's name
        self._watch_database()
        for child in self.children:
            child.watch(_report)

    def _watch_database(self) -> None:
        """Start the private server again when it died, or when whoever had lent it to us stopped it."""
        if self.server is None:
            return
        died = self.database.poll() is not None if self.database else self.server.pid() is None
        if not died:
            return
        _report("database ended; restarting")
        try:
            self.database = self.server.start_child()
        except PostgresError as error:
            _report(str(error))
            time.sleep(1)

    def _stop(self) -> None:
        registry.withdraw(self.env.data)
        stop_all(self.children, STOP_SECONDS)
        if self.server is None:
            return
        if self._place_is_gone():
            if self.database:
                _quit(self.database)
            return
        with self.server.lock():
            self.server.stop()

    def _place_is_gone(self) -> bool:
        try:
            if self.place:
                self.place.require()
        except PlaceGoneError:
            return True
        return False


def _quit(database: "subprocess.Popen[bytes]") -> None:
    """End a database at once: it has nowhere to write to, and its notes are gone too."""
    database.send_signal(signal.SIGQUIT)
    try:
        database.wait(QUIT_SECONDS)
    except subprocess.TimeoutExpired:
        database.kill()
        database.wait()


def _shown(host: str) -> str:
    """A host as it stands in an address that this machine can open."""
    host = ports.reachable(host)
    return f"[{host}]" if ":" in host else host


def _report(text: str) -> None:
    line = {"event": text, "logger": "okibi.ops.supervisor", "level": "warning"}
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)


def _same_port(port: int) -> ConfigurationError:
    return ConfigurationError(
        Sentence(
            ru=f"OKIBI_LMTP_INLET: порт {port} уже занят другой частью продукта; задайте другой",
            en=f"OKIBI_LMTP_INLET: port {port} is used by another part of the product; choose another one",
        )
    )


def _already(data: Path, url: str) -> ConfigurationError:
    return ConfigurationError(
        Sentence(
            ru=f"продукт уже работает с папкой {data} {url}; остановите его или задайте другую (--data)",
            en=f"the product already runs on {data} {url}; stop it or name another folder (--data)",
        )
    )
