"""The telephone's hours, moment by moment: 8:00–20:00 Moscow time except days off and holidays (scheme.md §4)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from okibi.calendars.services import set_day
from okibi.calls.kinds import TryOutcome
from okibi.calls.models import Call, CallTask
from okibi.customers.models import PhoneNumber
from okibi.flows import phone_answer, phone_call, phone_request, refusal
from okibi.flows.phone_request import Heard
from okibi.flows.promise import Promise
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState
from okibi.policy.refusals import RefusalGround
from okibi.policy.worktime import DayKind
from okibi.tickets.models import Ticket
from tests import exchanges
from tests.cast import make_cast
from tests.simulators import cti
from tests.stories.phone_calls import ANNA, intake, push, says

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
NO_NOTE = Sentence("", "")


def msk(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)


@pytest.fixture
def cast(settings, tmp_path):
    exchanges.configure(settings, tmp_path, exchanges.account("cti"))
    made = make_cast()
    PhoneNumber.objects.create(person=made.anna, e164=ANNA, verified_at=msk(2026, 1, 12, 9))
    return made


@pytest.fixture
def days(cast):
    """Corrections of the calendar: a working Saturday, a weekday that ends at 19:00, and one that is a day off."""
    set_day(date(2026, 11, 21), DayKind.MOVED_WORKING, None, None, NO_NOTE, SYSTEM)
    set_day(date(2026, 11, 24), DayKind.SHORTENED, time(8), time(19), NO_NOTE, SYSTEM)
    set_day(date(2026, 11, 25), DayKind.MOVED_OFF, None, None, NO_NOTE, SYSTEM)


OPEN = {
    "Monday at noon": msk(2026, 11, 23, 12),
    "8:00:00 exactly is open": msk(2026, 11, 23, 8),
    "19:59:59 is open": msk(2026, 11, 23, 19, 59, 59),
    "the day before 4 November": msk(2026, 11, 3, 12),
    "the day after 4 November": msk(2026, 11, 5, 8),
    "a working Saturday": msk(2026, 11, 21, 12),
    "the last second of a shortened day": msk(2026, 11, 24, 18, 59, 59),
}
CLOSED = {
    "20:00:00 exactly is closed": (msk(2026, 11, 23, 20), "24.11.2026 08:00"),
    "a second before 8:00": (msk(2026, 11, 23, 7, 59, 59), "23.11.2026 08:00"),
    "4 November, a holiday": (msk(2026, 11, 4, 12), "05.11.2026 08:00"),
    "Sunday after a working Saturday": (msk(2026, 11, 22, 12), "23.11.2026 08:00"),
    "the evening of a working Saturday": (msk(2026, 11, 21, 20), "23.11.2026 08:00"),
    "the end of a shortened day, before a day off": (msk(2026, 11, 24, 19), "26.11.2026 08:00"),
    "a day off that was moved to a weekday": (msk(2026, 11, 25, 12), "26.11.2026 08:00"),
}


@pytest.mark.parametrize("moment", OPEN.values(), ids=OPEN)
def test_a_call_that_is_missed_in_hours_is_a_request_with_a_call_back(days, cast, moment):
    with time_machine.travel(moment, tick=False) as clock:
        push("cti", *cti.missed(ANNA))
        intake()
        clock.shift(timedelta(seconds=4))  # pushes that came with it may still say that somebody took it
        intake()
    call, ticket, task = Call.objects.get(), Ticket.objects.get(), CallTask.objects.get()
    assert (call.in_hours, call.state, call.ticket) == (True, "missed", ticket)
    assert (ticket.placed_at, ticket.requester, task.number, task.state) == (moment, cast.anna, ANNA, "open")
    assert moment <= task.next_try_at < moment + timedelta(days=5)


@pytest.mark.parametrize("moment", OPEN.values(), ids=OPEN)
def test_a_call_that_is_answered_in_hours_is_on_record_and_nothing_else(days, moment):
    with time_machine.travel(moment, tick=False):
        push("cti", *cti.answered(ANNA))
        intake()
    call = Call.objects.get()
    assert (call.in_hours, call.state) == (True, "ended")
    assert not Ticket.objects.exists()
    assert not CallTask.objects.exists()


@pytest.mark.parametrize(("moment", "opens"), CLOSED.values(), ids=CLOSED)
def test_a_call_out_of_hours_is_on_record_with_the_next_opening_and_makes_no_request(days, moment, opens):
    with time_machine.travel(moment, tick=False) as clock:
        push("cti", *cti.missed(ANNA))
        intake()
        clock.shift(timedelta(minutes=1))
        phone_call.settle_due()
        intake()
    call = Call.objects.get()
    assert (call.in_hours, call.state, call.ticket) == (False, "missed", None)
    assert not Ticket.objects.exists()
    assert says(("call", call.pk))[-1].endswith(f"Поддержка откроется {opens}")


def test_a_call_that_rings_at_19_59_59_and_is_given_up_after_the_end_was_still_in_hours(cast):
    with time_machine.travel(msk(2026, 11, 23, 19, 59, 59), tick=False) as clock:
        ringing, hangup = cti.missed(ANNA)
        push("cti", ringing)
        intake()
        clock.shift(timedelta(seconds=20))
        push("cti", hangup)
        intake()
    assert Call.objects.get().in_hours is True
    assert CallTask.objects.get().next_try_at == msk(2026, 11, 24, 8)  # nobody is called back in the night


def test_a_refusal_by_call_counts_from_placing_to_the_moment_it_was_said(days, cast):
    """Placed on Friday evening; the refusal is written on the working Saturday and said on Monday."""
    placed, said = msk(2026, 11, 20, 19, 30), msk(2026, 11, 23, 9, 15)
    with time_machine.travel(placed, tick=False) as clock:
        ticket = phone_request.place(
            "k", cast.vera, Heard(ANNA, "Добавьте выгрузку в Excel.", kind="suggestion", person_id=cast.anna.pk)
        )
        clock.move_to(msk(2026, 11, 21, 10))
        refusal.refuse(ticket.pk, cast.vera, RefusalGround.OUT_OF_SCOPE, "Отчёты делает другая программа.")
        task = CallTask.objects.get()
        ticket.refresh_from_db()
        assert (ticket.placed_at, ticket.state, ticket.reacted_at) == (placed, "open", None)
        assert Promise.of(ticket).clock.state(Promise.of(ticket).calendar, now()) is ClockState.RUNNING
        phone_answer.carried_out(task.pk, cast.vera, TryOutcome.NOT_REACHED)
        clock.move_to(said)
        ticket.refresh_from_db()
        assert ticket.reacted_at is None
        phone_answer.carried_out(task.pk, cast.vera, TryOutcome.SAID)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("refused", said)
    promise = Promise.of(ticket)
    assert promise.clock.state(promise.calendar, said + timedelta(days=400)) is ClockState.STOPPED_IN_TIME
    # half an hour of Friday, twelve hours of the working Saturday, an hour and a quarter of Monday
    assert promise.calendar.measure(ticket.placed_at, said) == timedelta(hours=13, minutes=45)
