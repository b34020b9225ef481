"""Nobody forgets a term: at the aim the assignee hears, before the due moment the leading one, a miss is on record.

The request is placed on Friday at 12:41 (Moscow): aim 14:41, due on Tuesday at 20:00, the warning two hours before.
"""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.channels.models import Outbound
from okibi.flows import reply, work
from okibi.flows.escalation import watch
from okibi.journal.models import Entry
from okibi.kernel.clock import at
from okibi.schemes.services import ensure_loaded
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
PLACED = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
AIM = PLACED + timedelta(hours=2)
DUE = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
WARNING = DUE - timedelta(hours=2)
MINUTE = timedelta(minutes=1)
OLEG, VERA = "oleg@desk.example.org", "vera@desk.example.org"


@pytest.fixture
def cast():
    with at(PLACED):
        ensure_loaded()
        return make_cast()


@pytest.fixture
def ticket(cast):
    del cast
    with at(PLACED):
        return placed(mail())


def told(moment: datetime, words: str) -> set[str]:
    """Who is written to about the request when the desk looks at its clocks at a moment; looked twice, told once."""
    before = Outbound.objects.count()
    with at(moment):
        watch()
        assert watch() == 0
    news = Outbound.objects.order_by("pk")[before:]
    assert all(words in one.subject for one in news)
    return {one.recipient for one in news}


def taken(ticket, cast) -> None:
    with at(PLACED + MINUTE):
        work.assign(ticket.pk, cast.vera, cast.vera)


def codes(ticket) -> list[str]:
    return list(Entry.objects.filter(subject_id=ticket.pk).order_by("pk").values_list("code", flat=True))


def test_before_the_aim_nobody_is_told(ticket, cast):
    taken(ticket, cast)
    assert told(AIM - MINUTE, "") == set()


def test_at_the_aim_the_assignee_is_told_and_nobody_else(ticket, cast):
    taken(ticket, cast)
    assert told(AIM, "Пора ответить") == {VERA}
    assert "ticket.aim_passed" in codes(ticket)


def test_at_the_aim_of_what_nobody_took_the_leading_specialist_is_told(ticket):
    assert told(AIM, "Пора ответить") == {OLEG}


def test_before_the_due_moment_the_leading_specialist_is_told_and_the_assignee(ticket, cast):
    taken(ticket, cast)
    assert told(AIM, "Пора ответить") == {VERA}
    assert told(WARNING - MINUTE, "") == set()
    assert told(WARNING, "Срок близко") == {OLEG, VERA}


def test_a_miss_is_on_record_at_its_own_moment_however_late_it_is_seen(ticket):
    assert told(DUE + timedelta(days=3), "Срок нарушен") == {OLEG}
    ticket.refresh_from_db()
    assert ticket.breached_at == DUE
    assert codes(ticket).count("ticket.breached") == 1


def test_what_was_answered_in_time_tells_nobody(ticket, cast):
    with at(AIM - MINUTE):
        reply.reply(ticket.pk, cast.vera, "Выберите принтер заново.")
    assert [told(moment, "") for moment in (AIM, WARNING, DUE + MINUTE)] == [set()] * 3


def test_while_the_desk_waits_for_the_requester_nobody_is_told_and_the_moments_move(ticket, cast):
    taken(ticket, cast)
    with at(AIM - timedelta(hours=1)):
        work.wait(ticket.pk, cast.vera)
    assert told(AIM + timedelta(minutes=30), "") == set()
    with at(AIM + timedelta(hours=1)):
        work.resume(ticket.pk, cast.vera)
    assert told(AIM + timedelta(hours=2) - MINUTE, "") == set()
    assert told(AIM + timedelta(hours=2), "Пора ответить") == {VERA}
