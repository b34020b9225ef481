"""What was said after the signal becomes a request: whose it is, what stands on it, whom somebody calls back."""

from datetime import UTC, datetime

import pytest

from okibi.calls.models import Call, CallTask
from okibi.channels import inbox
from okibi.channels.models import Outbound
from okibi.channels.sip import sound
from okibi.channels.sip.document import Recording, key_of, pack
from okibi.channels.sip.tests.samples import call
from okibi.customers.models import PhoneNumber
from okibi.customers.services import add_phone
from okibi.flows.intake import take
from okibi.flows.phone_ties import tie_number
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs, clock
from okibi.kernel.clock import now
from okibi.tickets.models import Attachment, Message, Ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
ANNA = "+79000000021"
NIGHT = datetime(2026, 11, 4, 20, 11, tzinfo=UTC)  # 23:11 in Moscow, on a public holiday
NOON = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
WAV = sound.write_wav(sound.beep(3))


@pytest.fixture
def cast():
    return make_cast()


def left(call_id="1", at=NIGHT, wav=WAV, seconds=42.0, spoken=30.0, text="", **changed):
    """A message comes in as the inlet stores it."""
    with clock.at(at):
        began, ended = datetime.fromisoformat("2026-11-04T20:10:05+00:00"), at
        if at is not NIGHT:
            began = at
        sha256 = blobs.put(wav).sha256 if wav else ""
        of = call(call_id=call_id, began=began.isoformat(), ended=ended.isoformat(), **changed)
        raw = pack(of, Recording(sha256, seconds, spoken), text)
        inbox.receive("sip", key_of(call_id), raw, "sip", {})
        while inbox.process_one(take):
            pass


def test_a_message_at_night_is_a_request_with_its_recording_and_a_call_back_at_the_opening(cast):
    add_phone(cast.anna.pk, "8 (900) 000-00-21", actor=SYSTEM)
    left()
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel, ticket.requester) == ("Голосовое сообщение", "sip", cast.anna)
    assert ticket.placed_at == NIGHT
    message = Message.objects.get(ticket=ticket, kind=Message.Kind.INCOMING)
    assert message.text == "Голосовое сообщение, 42 с. Звонили 04.11.2026 в 23:10, +7 900 000-00-21."
    file = Attachment.objects.get(message=message)
    assert (file.name, file.type, blobs.read(file.blob)) == ("voice-20261104-201005.wav", "audio/wav", WAV)
    task = CallTask.objects.get()
    assert (task.kind, task.number, task.ticket) == ("call_back", ANNA, ticket)
    assert task.next_try_at == datetime(2026, 11, 5, 5, 0, tzinfo=UTC)  # 8:00 in Moscow
    row = Call.objects.get()
    assert (row.state, row.ticket, row.person, row.in_hours) == ("missed", ticket, cast.anna, False)
    recording = row.recordings.get()
    assert (recording.state, recording.blob_id, recording.seconds) == ("kept", file.blob_id, 42)
    assert not Outbound.objects.exists()
    said = Entry.objects.get(code="call.voice")
    assert said.data["who"] == "Анна Вольская, +7 900 000-00-21"


@pytest.mark.parametrize(("trunk", "verified", "sure"), [
    (True, True, True), (True, False, False), (False, True, False), (False, False, False),
])  # fmt: skip
def test_a_number_opens_data_only_from_a_trunk_and_verified_in_the_card(cast, trunk, verified, sure):
    add_phone(cast.anna.pk, ANNA, actor=SYSTEM)
    if verified:
        PhoneNumber.objects.update(verified_at=now())
    left(verified=trunk)
    ticket = Ticket.objects.get()
    assert ticket.requester == cast.anna
    assert ticket.requester_sure is sure
    text = Message.objects.get(kind=Message.Kind.INCOMING).text
    assert ("сам звонивший" in text) is not trunk


def test_a_number_of_two_people_is_nobodys(cast):
    for person in (cast.anna, cast.boris):
        add_phone(person.pk, ANNA, actor=SYSTEM)
    left()
    ticket = Ticket.objects.get()
    assert ticket.requester is None
    assert ticket.requester_address == ANNA
    assert ticket.requester_sure is False
    assert CallTask.objects.get().number == ANNA


def test_who_hides_the_number_is_heard_but_can_not_be_called(cast):
    left(caller="", name="")
    ticket = Ticket.objects.get()
    assert ticket.requester_address == ""
    assert "скрытый номер" in Message.objects.get(kind=Message.Kind.INCOMING).text
    assert not CallTask.objects.exists()


def test_the_same_call_twice_is_one_request(cast):
    left()
    left()
    assert (Ticket.objects.count(), Call.objects.count(), CallTask.objects.count()) == (1, 1, 1)


def test_who_ties_the_number_ties_the_voice_message_too(cast):
    left()
    ticket = Ticket.objects.get()
    assert ticket.requester is None
    tie_number(ANNA, cast.anna.pk, cast.vera)
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.organisation) == (cast.anna, cast.ryabina)


def test_two_messages_are_two_requests(cast):
    left("1")
    left("2")
    assert Ticket.objects.count() == 2
    assert CallTask.objects.count() == 2


def test_a_message_belongs_to_the_missed_call_of_its_number(cast):
    left("missed", NOON, wav=b"", seconds=0.0, spoken=0.0)
    missed = Ticket.objects.get()
    assert (missed.subject, missed.channel) == ("Пропущенный звонок", "phone")
    left("voice", NOON)
    assert Ticket.objects.get() == missed
    assert Attachment.objects.get().message.ticket == missed
    assert CallTask.objects.count() == 1


def test_a_missed_call_after_a_message_joins_the_request_of_the_message(cast):
    left("voice", NOON)
    left("missed", NOON, wav=b"", seconds=0.0, spoken=0.0)
    assert Ticket.objects.get().subject == "Голосовое сообщение"
    assert Call.objects.filter(ticket=Ticket.objects.get()).count() == 2


@pytest.mark.parametrize(("seconds", "spoken", "wav"), [(0.0, 0.0, b""), (0.9, 0.5, WAV), (8.0, 0.0, WAV)])
def test_who_says_nothing_at_night_is_on_record_without_a_request(cast, seconds, spoken, wav):
    left(wav=wav, seconds=seconds, spoken=spoken)
    assert not Ticket.objects.exists()
    assert Call.objects.get().state == "missed"
    assert Entry.objects.filter(code="call.out_of_hours").exists()


ENDS = {
    "caller": "+7 900 000-00-21.",
    "silence": "+7 900 000-00-21.",
    "length": "вышло наибольшее время сообщения.",
    "stopped": "продукт останавливали.",
    "interrupted": "сказанное до этого сохранено.",
}


@pytest.mark.parametrize("why", ENDS)
def test_a_recording_that_is_not_whole_says_so(cast, why):
    left(why=why)
    assert Message.objects.get(kind=Message.Kind.INCOMING).text.endswith(ENDS[why])


def test_words_that_somebody_wrote_down_stand_first(cast):
    left(text="Не печатает счета.")
    assert Message.objects.get(kind=Message.Kind.INCOMING).text.startswith("Не печатает счета.\n\nГолосовое сообщение")


def test_an_english_speaker_has_an_english_request(cast):
    cast.anna.language = "en"
    cast.anna.save()
    add_phone(cast.anna.pk, ANNA, actor=SYSTEM)
    left(why="length")
    assert Ticket.objects.get().subject == "Voice message"
    assert Message.objects.get(kind=Message.Kind.INCOMING).text == (
        "Voice message, 42 s. Called 04.11.2026 at 23:10, +7 900 000-00-21. "
        "The recording was stopped at its greatest length."
    )
