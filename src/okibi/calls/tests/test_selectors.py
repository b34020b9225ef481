"""Lists of calls and tasks cost the same however long they are; erasure leaves no number."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.calls import recordings, selectors
from okibi.calls.erasing import forget_callers
from okibi.calls.models import Call, CallTask, Leg
from okibi.calls.selectors import Found
from okibi.calls.services import take
from okibi.channels.telephone.values import CallEvent, What
from okibi.customers.models import Person
from okibi.kernel import blobs
from okibi.kernel.models import Blob

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 7, 15, tzinfo=UTC)


def ring(key, number="+79000000011", at=AT, what=What.RINGING, **more):
    event = CallEvent(what, exchange="cti", account="main", call_key=key, leg_key=key, said=number, e164=number, **more)
    return take(event, at).call


def test_a_page_of_calls_takes_three_queries_and_the_next_goes_on_where_it_ended(django_assert_num_queries):
    for number in range(7):
        ring(f"k{number}", at=AT + timedelta(minutes=number))
    with django_assert_num_queries(3):
        page = selectors.list_calls(size=5)
        assert [call.legs.all()[0].key for call in page.rows] == ["k6", "k5", "k4", "k3", "k2"]
        assert not any(call.recordings.all() for call in page.rows)
    rest = selectors.list_calls(cursor=page.next_cursor, size=5)
    assert ([call.key for call in rest.rows], rest.next_cursor) == (["k1", "k0"], None)


FOUND = {
    "all": (Found(), {"a", "b"}),
    "by the end of a number": (Found(query="000-00-12"), {"b"}),
    "by a name": (Found(query="вольск"), {"a"}),
    "by state": (Found(state="missed"), {"b"}),
    "by direction": (Found(direction="out"), set()),
    "by nonsense": (Found(query="№"), set()),
}


@pytest.mark.parametrize("what", FOUND)
def test_calls_are_found(what):
    found, keys = FOUND[what]
    call = ring("a")
    Call.objects.filter(pk=call.pk).update(person=Person.objects.create(name="Анна Вольская"))
    ring("b", "+79000000012")
    ring("b", "+79000000012", AT + timedelta(seconds=9), What.ENDED, final=True)
    assert {call.key for call in selectors.list_calls(found)} == keys


def test_the_same_event_twice_changes_nothing():
    first = ring("a")
    ring("a")
    assert (Call.objects.count(), Leg.objects.count()) == (1, 1)
    assert Call.objects.get() == first


def test_what_rings_for_hours_is_not_shown_as_ringing():
    ring("a")
    assert len(selectors.live(AT)) == 1
    assert selectors.live(AT + timedelta(hours=5)) == []


def test_erasure_leaves_that_a_call_was_and_not_whose():
    anna = Person.objects.create(name="Анна Вольская")
    call = ring("a")
    Call.objects.filter(pk=call.pk).update(person=anna)
    recordings.note(call, "https://records.example.org/1.mp3", AT, AT)
    sound = blobs.put(b"OggS")
    recordings.keep_ours(call, sound.sha256, 4, AT)
    assert forget_callers([anna.pk], "—") == 1
    call.refresh_from_db()
    assert (call.person, call.e164, call.said, call.number) == (None, "", "", "")
    assert not call.recordings.exists()
    assert not Blob.objects.filter(pk=sound.pk).exists()
    assert call.started_at == AT
    assert not CallTask.objects.exists()
