"""A call at night: a real telephone hears when support opens next, speaks, and a request with a player stands there."""

import contextlib
import shutil
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from okibi.calls.models import CallTask
from okibi.channels import inbox
from okibi.channels.models import Inbound
from okibi.channels.sip import sound
from okibi.channels.sip.options import SipOptions
from okibi.channels.sip.phrases import Phrases
from okibi.channels.sip.speech import Occasion
from okibi.channels.sip.tests.conftest import running
from okibi.customers.services import add_phone
from okibi.flows.intake import take
from okibi.flows.voice_hours import occasion
from okibi.journal.services import SYSTEM
from okibi.kernel import clock
from okibi.ops.tests.conftest import Product, eventually, open_folder
from okibi.tickets.models import Attachment, Message, Ticket
from tests.cast import make_cast
from tests.simulators.sip import (
    baresip_calls,
    ended_well,
    free_udp,
    needs_baresip,
    needs_sipp,
    sipp_calls,
)  # fmt: skip

from .conftest import IN_A_BROWSER

MOSCOW = ZoneInfo("Europe/Moscow")
UNITY_DAY = datetime(2026, 11, 4, 23, 10, tzinfo=MOSCOW)  # a Wednesday, and a public holiday
VOICE = Phrases().say(("leave",), "ru")  # six seconds of somebody speaking


@pytest.fixture
def stored(transactional_db):
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def likeness(heard: bytes, meant: bytes) -> float:
    """How alike two sounds are, 0 to 1: their loudness in every 20 ms, at the best offset of the first second."""
    ours = [sound.loudness(frame) for frame in sound.frames(meant)]
    theirs = [sound.loudness(frame) for frame in sound.frames(heard)]
    return max(_correlation(ours, theirs[offset : offset + len(ours)]) for offset in range(50))


def _correlation(one: list[float], other: list[float]) -> float:
    length = min(len(one), len(other))
    one, other = one[:length], other[:length]
    middle, another = sum(one) / length, sum(other) / length
    both = sum((a - middle) * (b - another) for a, b in zip(one, other, strict=True))
    spread = sum((a - middle) ** 2 for a in one) * sum((b - another) ** 2 for b in other)
    return both / spread**0.5 if spread else 0.0


@needs_baresip
def test_a_call_on_the_night_of_a_holiday(stored, tmp_path):
    cast = make_cast()
    add_phone(cast.anna.pk, "8 (900) 000-00-21", actor=SYSTEM)
    first = free_udp(4)
    options = SipOptions(
        host="127.0.0.1", port=free_udp(), advertised="127.0.0.1", ports=(first, first + 7), trunks=(), longest=60,
        silence=3, calls=2, calls_per_hour=20, languages=("ru",), greetings=None, overflow=True,
        folder=tmp_path / "calls",
    )  # fmt: skip
    opens = datetime(2026, 11, 5, 8, 0, tzinfo=MOSCOW)
    greeting = Phrases().greeting(Occasion(UNITY_DAY, open=False, opens=opens, zone=MOSCOW), ["ru"])
    with running(options, occasion, UNITY_DAY):
        patient = sound.silence(sound.seconds(greeting) + 1.5)  # the caller hears it out, then speaks
        spoken = VOICE[:48000]  # three seconds
        heard = baresip_calls(tmp_path / "phone", options.port, patient + spoken, Inbound.objects.exists)
        eventually(Inbound.objects.exists)

    assert likeness(heard.pcm, greeting) > 0.9  # «… откроется в четверг, пятого ноября, в восемь часов утра …»
    a_day_later = Occasion(UNITY_DAY, open=False, opens=opens.replace(day=6), zone=MOSCOW)
    assert likeness(heard.pcm, Phrases().greeting(a_day_later, ["ru"])) < likeness(heard.pcm, greeting)

    with clock.at(UNITY_DAY):
        assert inbox.process_one(take)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester, ticket.requester_sure) == ("Голосовое сообщение", cast.anna, False)
    message = Message.objects.get(ticket=ticket, kind=Message.Kind.INCOMING)
    assert "Звонили 04.11.2026 в 23:10, +7 900 000-00-21. Номер назвал сам звонивший" in message.text
    assert CallTask.objects.get().next_try_at == opens.astimezone(UTC)

    console = Client()
    console.force_login(cast.vera)
    page = console.get(reverse("console-ticket", args=[ticket.number])).content.decode()
    assert page.count("<audio controls") == 1  # the message; its call does not say it twice
    assert "Анна Вольская" in page
    file = Attachment.objects.get()
    answer = console.get(reverse("console-file", args=[ticket.number, file.pk, file.name]))
    said = sound.read_wav(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert sound.spoken_seconds(said) == pytest.approx(sound.spoken_seconds(spoken), abs=0.7)


# ------------------------------------------------------------------ the whole product


@pytest.fixture(scope="module")
def desk():
    """The whole product with its voice mail on loopback, and a short greeting."""
    with open_folder() as folder:
        data = folder / "data"
        data.mkdir(mode=0o711)
        (folder / "greetings/ru").mkdir(parents=True)
        for name in ("greeting-closed", "greeting-busy"):
            (folder / f"greetings/ru/{name}.wav").write_bytes(sound.write_wav(sound.beep(0.5)))
        product = Product(data)
        product.sip_port, first = free_udp(), free_udp(8)
        (data / "okibi.env").write_text(
            f"OKIBI_SIP_INLET=127.0.0.1:{product.sip_port}\nOKIBI_SIP_RTP_PORTS={first}-{first + 15}\n"
            f"OKIBI_SIP_GREETINGS={folder / 'greetings'}\nOKIBI_SIP_SILENCE=3\n"
        )
        product.start("--demo")
        eventually(lambda: "voice_inlet_listens" in product.said())
        yield product
        if product.process.poll() is None:
            product.stop()
        shutil.rmtree(folder, ignore_errors=True)


@needs_sipp
class TestTheWholeProduct:
    pytestmark = IN_A_BROWSER

    def test_a_message_plays_in_the_console(self, desk, page, tmp_path):
        said = VOICE[:48000]  # three seconds
        with sipp_calls(tmp_path / "phone", desk.sip_port, said, before=2) as phone:
            assert ended_well(phone, tmp_path / "phone")
        open_message(page, desk)
        assert length_in_the_player(page) == pytest.approx(sound.seconds(said), abs=1.5)
        assert page.faults == []

    @pytest.mark.long
    def test_what_was_said_before_a_kill_is_a_request_after_it(self, desk, page, tmp_path):
        caller = "+79000000022"
        with sipp_calls(tmp_path / "phone", desk.sip_port, VOICE * 4, before=2, stays=True, caller=caller):
            eventually(lambda: recorded_so_far(desk) > 4 * sound.RATE * sound.SAMPLE)
            desk.kill("okibi-inlets")
        open_message(page, desk, "900 000-00-22")
        page.wait_for_selector(".msg-in:has-text('Запись оборвалась')")
        assert 3.5 < length_in_the_player(page) < 20
        assert recorded_so_far(desk) == 0


def recorded_so_far(desk) -> int:
    """Bytes of sound on disk of calls that are not stored yet."""
    with contextlib.suppress(FileNotFoundError):
        return sum(path.stat().st_size for path in (desk.data / "calls").glob("*.pcm"))
    return 0


def open_message(page, desk, number="900 000-00-21"):
    """Wait for the request of a voice message from a number, and open it."""

    def there():
        page.goto(f"{desk.url}/console/search?q=Голосовое сообщение {number}")
        return page.query_selector("[data-list] .row:has-text('Голосовое сообщение')")

    eventually(there)
    page.click("[data-list] .row:has-text('Голосовое сообщение')")
    page.wait_for_selector(".ticket-head h1:has-text('Голосовое сообщение')")
    page.wait_for_selector(f".msg-in:has-text('{number}')")


def length_in_the_player(page) -> float:
    """What the browser makes of the recording: it can be played, and is so many seconds long."""
    page.wait_for_selector("audio[controls]")
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
            const player = document.querySelector("audio[controls]");
            player.addEventListener("loadedmetadata", () => resolve(player.duration));
            player.addEventListener("error", () => reject(player.error.message));
            player.load();
        })"""
    )
