"""What waits without cover comes alive by itself: at once where a right begins, else in the first moment of its day.

«Кедр» had a licence that ran out; Kirill wrote on Friday at 12:41 (Moscow).
"""

from datetime import UTC, date, datetime

import pytest

from okibi.channels.models import Outbound
from okibi.customers.services import Holder
from okibi.flows import licences
from okibi.flows.coverage import rejudge_due
from okibi.journal.services import Actor
from okibi.kernel.clock import at
from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Ticket
from tests.cast import make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
PLACED = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # 24 November begins in Moscow
OLEG = Actor("staff", name="Oleg Lesin")


@pytest.fixture
def cast():
    with at(PLACED):
        ensure_loaded()
        return make_cast()


@pytest.fixture
def ticket(cast) -> Ticket:
    del cast
    with at(PLACED):
        made = placed(mail("Кирилл Орлов <kirill@kedr.example.org>", "Ошибка 7", "Не запускается."))
    assert (made.state, made.due_at) == ("uncovered", None)
    return made


def licence(cast, valid_from: date) -> None:
    licences.create_licence(
        holder=Holder(organisation_id=cast.kedr.pk), products=["desktop"], valid_from=valid_from, actor=OLEG
    )


def last_letter() -> str:
    return Outbound.objects.order_by("-pk")[0].text


def test_a_licence_that_begins_today_brings_it_to_life_at_once(ticket, cast):
    moment = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # Monday, 10:00
    with at(moment):
        licence(cast, date(2026, 11, 23))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.clock_start) == ("new", moment)
    assert ticket.due_at == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert "ожила" in last_letter()


def test_a_licence_that_begins_later_does_so_in_the_first_moment_of_its_day(ticket, cast):
    with at(datetime(2026, 11, 23, 7, 0, tzinfo=UTC)):
        licence(cast, date(2026, 11, 24))
    ticket.refresh_from_db()
    assert ticket.state == "uncovered"
    with at(MIDNIGHT.replace(hour=20, minute=59)):
        assert rejudge_due() == 0
    with at(MIDNIGHT):
        assert rejudge_due() == 1
        assert rejudge_due() == 0
    ticket.refresh_from_db()
    assert (ticket.state, ticket.clock_start) == ("new", MIDNIGHT)
    assert ticket.due_at == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert "ожила" in last_letter()


def test_a_trial_does_the_same(ticket, cast):
    with at(datetime(2026, 11, 23, 7, 0, tzinfo=UTC)):
        licences.create_trial(
            holder=Holder(person_id=cast.kirill.pk),
            product="desktop",
            valid_from=date(2026, 11, 23),
            valid_until=date(2026, 12, 23),
            actor=OLEG,
        )
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_a_licence_that_is_revoked_before_its_day_brings_nothing_to_life(ticket, cast):
    with at(datetime(2026, 11, 23, 7, 0, tzinfo=UTC)):
        made = licences.create_licence(
            holder=Holder(organisation_id=cast.kedr.pk), products=["desktop"], valid_from=date(2026, 11, 24), actor=OLEG
        )
        licences.revoke_licence(made.pk, reason="Ошибка в договоре", actor=OLEG, on=date(2026, 11, 24))
    with at(MIDNIGHT):
        assert rejudge_due() == 0
    ticket.refresh_from_db()
    assert ticket.state == "uncovered"
