"""Recordings that exchanges keep are fetched after the call, checked and kept; the exchanges are simulators."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.calls import erasing
from okibi.calls.models import Call, Recording
from okibi.flows import phone_recordings
from okibi.kernel import blobs
from tests import exchanges
from tests.simulators import mango, megafon, zadarma
from tests.simulators.asked import ASKED, MEGAFON_TOKEN, SOUND, Reply
from tests.stories.phone_calls import ANNA, MONDAY, intake, push, says, story

pytestmark = pytest.mark.django_db
WAYS = phone_recordings.RETRY_AFTER


@pytest.fixture
def connect(settings, tmp_path):
    """``with connect("mango") as vendor``: the only exchange there is, and what it can be asked."""
    settings.OKIBI_FILES = str(tmp_path / "files")

    def begun(kind, more=""):
        made, needed = ASKED[kind]
        vendor = made()
        given = f'base_url = "{vendor.url}"\n{needed}\n{more}'
        exchanges.configure(settings, tmp_path, exchanges.account(kind, more=given))
        return vendor

    return begun


def told(kind):
    assert {status for status, _ in push(kind, *story(kind, "answered"))} == {200}
    intake()


def tries(clock, *waits):
    """Run the job after each of these; gives how many recordings were tried each time."""
    found = []
    for wait in waits:
        clock.shift(wait)
        found.append(phone_recordings.fetch_due())
    return found


@pytest.mark.parametrize("kind", ["mango", "zadarma"])
def test_a_recording_is_fetched_a_minute_after_the_call_and_kept(cast, clock, connect, kind):
    with connect(kind) as vendor:
        told(kind)
        assert Recording.objects.get().state == "waiting"
        assert tries(clock, timedelta(seconds=30), timedelta(seconds=45), timedelta(days=1)) == [0, 1, 0]
        row = Recording.objects.get()
        assert (row.state, blobs.read(row.blob), row.next_attempt_at) == ("kept", SOUND, None)
        assert "Готова запись разговора: Анна Вольская, +7 900 000-00-11" in says(("call", row.call_id))
        assert "authorization" not in vendor.requests[-1].headers  # the temporary address needs no key of ours


@pytest.mark.parametrize(("host", "key"), [("own", MEGAFON_TOKEN), ("another", None)])
def test_an_address_is_fetched_too_and_only_the_exchange_itself_sees_its_key(cast, clock, connect, host, key):
    with connect("megafon") as vendor:
        vendor.recordings["1.mp3"] = SOUND
        where = vendor.url if host == "own" else vendor.url.replace("127.0.0.1", "localhost")
        push("megafon", megafon.history(ANNA, "1", "Success", MONDAY.timestamp(), 65, link=f"{where}/given/1.mp3"))
        intake()
        assert tries(clock, timedelta(minutes=1)) == [1]
        assert Recording.objects.get().state == "kept"
        assert vendor.requests[-1].headers.get("x-api-key") == key


def test_what_is_not_there_yet_comes_later(cast, clock, connect):
    with connect("mango") as vendor:
        late = dict(vendor.recordings)
        vendor.recordings.clear()
        told("mango")
        assert tries(clock, timedelta(minutes=1), *WAYS[:2]) == [1, 1, 1]
        row = Recording.objects.get()
        assert (row.state, row.attempts) == ("waiting", 3)
        assert row.error["ru"] == "У АТС этой записи нет (больше) (Not found)."
        vendor.recordings.update(late)
        assert tries(clock, WAYS[2] - timedelta(seconds=1), timedelta(seconds=1)) == [0, 1]
        row.refresh_from_db()
        assert (row.state, row.error) == ("kept", {})


def test_what_the_exchange_has_not_is_lost_and_the_request_says_so(cast, clock, connect):
    with connect("mango") as vendor:
        vendor.recordings.clear()
        told("mango")
        assert tries(clock, timedelta(minutes=1), *WAYS[:4], timedelta(days=3)) == [1, 1, 1, 1, 1, 0]
        row = Recording.objects.get()
        assert (row.state, row.next_attempt_at) == ("lost", None)
        assert says(("call", row.call_id))[-1] == (
            "Запись разговора не получена: Анна Вольская, +7 900 000-00-11. У АТС этой записи нет (больше) (Not found)."
        )


def test_an_exchange_that_is_away_is_asked_for_nearly_three_days(cast, clock, connect):
    with connect("zadarma") as vendor:
        told("zadarma")
        vendor.next_replies.extend([Reply(500, {})] * 20)
        assert tries(clock, timedelta(minutes=1), *WAYS, timedelta(days=3)) == [1] * (len(WAYS) + 1) + [0]
        assert Recording.objects.get().state == "lost"
        assert timedelta(days=2) < sum(WAYS, timedelta()) < timedelta(days=3)


def test_a_recording_that_is_too_large_is_lost_at_once(cast, clock, connect, monkeypatch, tmp_path):
    monkeypatch.setattr(phone_recordings, "LARGEST", 100)
    with connect("mango"):
        told("mango")
        assert tries(clock, timedelta(minutes=1), timedelta(days=3)) == [1, 0]
    assert Recording.objects.get().state == "lost"
    assert [each for each in (tmp_path / "files").iterdir() if each.is_file()] == []


def test_an_account_may_wait_until_somebody_plays_it(cast, clock, connect):
    with connect("mango", 'recordings = "when-played"') as vendor:
        told("mango")
        assert tries(clock, timedelta(minutes=1), timedelta(days=1)) == [0, 0]
        assert vendor.requests == []
        row = Recording.objects.get()
        assert phone_recordings.can_fetch(row)
        assert phone_recordings.fetch(row.pk).state == "kept"


def test_a_lost_recording_comes_when_somebody_asks_and_it_is_there_after_all(cast, clock, connect):
    with connect("mango"):
        told("mango")
        Recording.objects.update(state="lost", next_attempt_at=None, error={"ru": "нет", "en": "none"})
        assert phone_recordings.fetch(Recording.objects.get().pk).state == "kept"


def test_a_call_that_was_handed_over_has_all_its_recordings(cast, clock, connect):
    with connect("mango") as vendor:
        vendor.recordings["second"] = SOUND + b"2"
        told("mango")
        at = int(MONDAY.timestamp()) + 80
        push("mango", mango.push("record/added", {"entry_id": "answered-1", "product_id": 1, "user_id": -1,
                                                  "timestamp": at, "recording_id": "second"}))  # fmt: skip
        push("mango", mango.push("record/added", {"entry_id": "answered-1", "product_id": 1, "user_id": -1,
                                                  "timestamp": at + 1, "recording_id": "MToxMDA="}))  # fmt: skip
        intake()
        assert tries(clock, timedelta(minutes=1)) == [2]
        assert [blobs.read(row.blob) for row in Recording.objects.order_by("pk")] == [SOUND, SOUND + b"2"]
    assert Call.objects.count() == 1


def test_nothing_is_fetched_of_a_caller_who_was_forgotten(cast, clock, connect):
    with connect("zadarma") as vendor:
        told("zadarma")
        erasing.forget_callers([cast.anna.pk], "—")
        assert tries(clock, timedelta(minutes=1)) == [0]
        assert vendor.requests == []


def test_a_worker_that_dies_leaves_it_to_the_next(cast, clock, connect):
    with connect("mango"):
        told("mango")
        clock.shift(timedelta(minutes=1))
        assert phone_recordings.recordings.claim(datetime.now(UTC)) is not None
        assert tries(clock, timedelta(minutes=9), timedelta(minutes=1)) == [0, 1]
    assert Recording.objects.get().state == "kept"


def test_a_call_that_was_not_recorded_has_no_recording(cast, clock, connect):
    with connect("zadarma"):
        start = zadarma._now()
        push("zadarma", zadarma.incoming("NOTIFY_END", ANNA, "1", start, internal="101", duration="5",
                                         disposition="answered", is_recorded="0", call_id_with_rec="9"))  # fmt: skip
        intake()
    assert Call.objects.count() == 1
    assert not Recording.objects.exists()


@pytest.mark.parametrize("kind", ["mango", "megafon"])
def test_news_of_a_call_whose_caller_was_erased_bring_nothing_back(cast, clock, connect, kind):
    *told_before, last = story(kind, "answered")  # the last one tells of the recording
    with connect(kind) as vendor:
        push(kind, *told_before)
        intake()
        assert not Recording.objects.exists()
        known = len(says(("call", Call.objects.get().pk)))
        erasing.forget_callers([cast.anna.pk], "—")
        push(kind, last, *told_before)
        intake()
        assert tries(clock, timedelta(days=1)) == [0]
        assert vendor.requests == []
    call = Call.objects.get()
    assert (call.e164, call.said, call.person, call.recordings.count()) == ("", "", None, 0)
    assert not [said for said in says(("call", call.pk))[known:] if "00-11" in said]
