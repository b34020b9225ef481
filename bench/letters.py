"""A mailing's letters, from a queued line to the mail server: ``python bench/letters.py [letters] [--profile]``.

On a private, durable database. Handing over (a link, the letter's text, a row of the outbox; 50 in a transaction) and
sending (claim, MIME, SMTP, mark, tell the mailing; each its own commits) are told apart. The mail server is a process
of its own that takes all and keeps nothing, so the figures are the product's: beside the clock stands the processor's
time of this one thread, and the number of statements a letter.
"""

import cProfile
import multiprocessing
import os
import pstats
import socketserver
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from okibi.ops.postgres import Server

ROWS = 45  # of a profile


class Sink(socketserver.StreamRequestHandler):
    """The least of a mail server."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                self.wfile.write(b"250-sink\r\n250-SIZE 40000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.wfile.write(b"250 taken\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                if word == b"QUIT":
                    return


def listen(tell: "multiprocessing.SimpleQueue[int]") -> None:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        tell.put(server.server_address[1])
        server.serve_forever()


def main(letters: int, *, profile: bool) -> None:
    spawn = multiprocessing.get_context("spawn")
    tell = spawn.SimpleQueue()
    sink = spawn.Process(target=listen, args=(tell,), daemon=True)
    sink.start()
    with tempfile.TemporaryDirectory(prefix="okibi-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ["OKIBI_DATA"] = folder
        server = Server(Path(folder))
        server.start_child()
        try:
            os.environ |= {
                "DATABASE_URL": server.address().as_url(),
                "DJANGO_SETTINGS_MODULE": "okibi.config.settings",
                "OKIBI_LOG_LEVEL": "ERROR",
                "OKIBI_SMTP_OUT_HOST": "127.0.0.1",
                "OKIBI_SMTP_OUT_PORT": str(tell.get()),
                "OKIBI_SMTP_OUT_TLS": "none",
                "OKIBI_MAIL_FROM": "support@example.org",
            }
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True)
            subprocess.run([sys.executable, "-m", "django", "createcachetable"], check=True)
            django.setup()
            measured(letters, profile=profile)
        finally:
            sink.terminate()
            server.stop()


def measured(letters: int, *, profile: bool) -> None:
    from okibi.channels import outbox
    from okibi.flows import mobile_mailing
    from okibi.flows.delivery_report import on_sent
    from okibi.mailings.models import Line

    prepare(letters)
    mobile_mailing.MOST_WAITING = letters  # handing over and sending are told apart here, so all of them wait
    with Seen("handed over", letters, profile=profile):
        while Line.objects.filter(state="queued").exists():
            hasten()
            mobile_mailing.send_due()
    with Seen("sent", letters, profile=profile):
        while Line.objects.filter(state="handed").exists():
            outbox.drain(on_sent, 50)
    if Line.objects.filter(state="sent").count() != letters:
        raise SystemExit("some letters were not sent")


def prepare(letters: int) -> None:
    """A published version with notes, begun for so many people, half of them English; at the highest pace there is."""
    from okibi.customers.models import EmailAddress, Person
    from okibi.flows import mobile_mailing
    from okibi.journal.services import Actor
    from okibi.kernel import blobs
    from okibi.kernel.clock import now
    from okibi.mailings import services
    from okibi.releases import services as releases
    from okibi.releases.models import ProductLine
    from okibi.releases.services import Planned, ReadArtefact
    from okibi.schemes.services import in_force

    actor, zone = Actor("system", name="bench"), in_force(now()).scheme.zone
    ProductLine.objects.update_or_create(product="mobile", defaults={"free": True})
    people = [Person(name=f"Анна Вольская {n}", language=("ru", "en")[n % 2]).derive() for n in range(letters)]
    Person.objects.bulk_create(people, 1000)
    addresses = [
        EmailAddress(person=person, address=name, key=name, mobile_mailing=True).derive()
        for person, name in zip(people, [f"anna{n}@example.org" for n in range(letters)], strict=True)
    ]
    EmailAddress.objects.bulk_create(addresses, 1000)
    notes = "- Фото к заявке уходят и при слабой связи.\n- Тёмная тема.\n- Быстрее ищет."
    planned = Planned("mobile", "4.3.0", notes_ru=notes, notes_en="- Photos leave over a weak line.\n- A dark theme.")
    release = releases.draft(planned, actor)
    package = ReadArtefact(
        "okibi-mob.apk", blobs.put(b"PK bench"), "0" * 40, "android", "any", "apk",
        {"version": "4.3.0", "package": "org.example.mob", "certificates": ["ab" * 32]},
    )  # fmt: skip
    releases.add_artefact(release.pk, package, actor)
    releases.check(release.pk, actor)
    mailing = services.plan(releases.publish(release.pk, actor), zone, actor)
    mobile_mailing.start(mailing.pk, services.FASTEST, actor)


def hasten() -> None:
    """As though the pace had left room since long: what is measured is the work, not the pause."""
    from okibi.kernel.clock import now
    from okibi.mailings import progress
    from okibi.mailings.models import Mailing

    Mailing.objects.update(next_at=now() - progress.BURST)


class Seen:
    """What a stretch of work took, told when it is over."""

    def __init__(self, what: str, count: int, *, profile: bool) -> None:
        self.what, self.count, self.statements = what, count, 0
        self.profile = cProfile.Profile(time.thread_time) if profile else None

    def __enter__(self) -> None:
        from django.db import connection

        self.wrapper = connection.execute_wrapper(self.statement)
        self.wrapper.__enter__()
        self.wall, self.cpu = time.perf_counter(), time.thread_time()
        if self.profile:
            self.profile.enable()

    def statement(self, execute: Callable[..., object], *given: object) -> object:
        self.statements += 1
        return execute(*given)

    def __exit__(self, *_error: object) -> None:
        wall, cpu = time.perf_counter() - self.wall, time.thread_time() - self.cpu
        self.wrapper.__exit__(None, None, None)
        each = f"{1000 * cpu / self.count:.2f} ms of processor, {self.statements / self.count:.1f} statements each"
        print(f"{self.what:<12} {self.count}: {self.count / wall:6.0f}/s on the clock, {each}", flush=True)
        if self.profile:
            self.profile.disable()
            pstats.Stats(self.profile).sort_stats("cumulative").print_stats(ROWS)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(*(numbers or [1000]), profile="--profile" in sys.argv)
