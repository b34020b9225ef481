"""A voice mail that answers on loopback while a test runs."""

import asyncio
import contextlib
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from okibi.channels.sip import sound
from okibi.channels.sip.inlet import VoiceInlet
from okibi.channels.sip.options import SipOptions
from okibi.channels.sip.phrases import Phrases
from okibi.channels.sip.speech import Occasion
from okibi.kernel import clock

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "pyproject.toml").is_file())
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

from tests.simulators.sip import free_udp  # noqa: E402  the path must be set first

MOSCOW = ZoneInfo("Europe/Moscow")
NIGHT = datetime(2026, 11, 4, 20, 10, tzinfo=UTC)  # 23:10 in Moscow, on a public holiday
OPENS = datetime(2026, 11, 5, 8, 0, tzinfo=MOSCOW)
VOICE = Phrases().say(("leave",), "ru")  # somebody speaks for six seconds


def closed(moment):
    return Occasion(moment, False, OPENS, MOSCOW)


@pytest.fixture
def options(tmp_path):
    """A short greeting, so that tests are quick; two calls at once."""
    (tmp_path / "greetings/ru").mkdir(parents=True)
    for name in ("greeting-closed", "greeting-busy"):
        (tmp_path / f"greetings/ru/{name}.wav").write_bytes(sound.write_wav(sound.beep(0.5)))
    first = free_udp(4)
    return SipOptions(
        host="127.0.0.1", port=free_udp(), advertised="127.0.0.1", ports=(first, first + 7), trunks=(), longest=60,
        silence=2, calls=2, calls_per_hour=20, languages=("ru",), greetings=tmp_path / "greetings", overflow=True,
        folder=tmp_path / "calls",
    )  # fmt: skip


@contextlib.contextmanager
def running(options, occasion=closed, at=NIGHT, *, wait=True):
    """An inlet in a thread of its own whose clock stands at ``at``; gives it when it listens, or at once."""
    stop, inlets, faults = threading.Event(), [], []

    async def serve():
        inlet = VoiceInlet(options, occasion, again=0.2)
        inlets.append(inlet)
        await inlet.serve(stop)

    def live():
        try:
            with clock.at(at):
                asyncio.run(serve())
        except BaseException as fault:  # noqa: BLE001  the test's thread tells
            faults.append(fault)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        eventually(lambda: faults or (inlets and (not wait or inlets[0].wire._udp is not None)))
        yield inlets[0]
    finally:
        stop.set()
        thread.join(30)
    assert not faults, faults


def eventually(condition, patience=60.0):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def stored(transactional_db):
    """Committed rows, seen from the inlet's thread too; the queue of jobs is empty afterwards."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
