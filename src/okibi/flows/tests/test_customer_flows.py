"""What changes about a customer, and the requests that were waiting for just that."""

from datetime import date, timedelta

import pytest

from okibi.channels import inbox
from okibi.customers import services
from okibi.customers.dates import today
from okibi.customers.importing import run as importing
from okibi.customers.importing.columns import Kind
from okibi.customers.importing.run import Catalogue
from okibi.customers.models import Licence, Organisation, Person
from okibi.customers.services import Holder
from okibi.flows import licences
from okibi.flows.customer_import import run_import
from okibi.flows.intake import take
from okibi.flows.merge_people import merge_people
from okibi.flows.recognition import create_card, put_address
from okibi.flows.user_cards import change_card
from okibi.journal.services import Actor
from okibi.tickets.models import Ticket

pytestmark = pytest.mark.django_db

OLEG = Actor("staff", 7, "Олег Лесин")
BEGAN = date(2024, 1, 1)


@pytest.fixture
def ryabina() -> Organisation:
    return services.create_organisation(name="ООО «Рябина»", actor=OLEG)


@pytest.fixture
def anna(ryabina: Organisation) -> Person:
    return services.create_person(
        name="Анна Вольская", organisation_id=ryabina.pk, emails=["anna@example.org"], actor=OLEG
    )


def asked(address: str) -> Ticket:
    """A request of that address, as it came by mail."""
    lines = ["To: support@example.org", "Subject: Crash", f"Message-ID: <1@{address}>", "", "It crashes."]
    row, _ = inbox.receive("email", address, "\r\n".join([f"From: {address}", *lines]).encode(), "pipe", {})
    assert inbox.process_one(take, row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.error
    return Ticket.objects.get(pk=row.subject_id)


def state(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).state


def licence(holder: Holder, **given: object) -> Licence:
    fields = {"products": ["desktop"], "valid_from": BEGAN, "actor": OLEG, **given}
    return licences.create_licence(holder=holder, **fields)  # type: ignore[arg-type]


def test_a_new_licence_of_the_organisation_brings_its_requests_to_life(ryabina: Organisation, anna: Person) -> None:
    ticket = asked("anna@example.org")
    assert state(ticket) == "uncovered"
    licence(Holder(organisation_id=ryabina.pk))
    assert state(ticket) == "new"


def test_so_does_a_trial_of_the_person(anna: Person) -> None:
    ticket = asked("anna@example.org")
    licences.create_trial(
        holder=Holder(person_id=anna.pk),
        product="desktop",
        valid_from=BEGAN,
        valid_until=today() + timedelta(days=14),
        actor=OLEG,
    )
    assert state(ticket) == "new"


def test_so_does_extending_what_had_ended(ryabina: Organisation, anna: Person) -> None:
    ended = licence(Holder(organisation_id=ryabina.pk), valid_until=today() - timedelta(days=1))
    ticket = asked("anna@example.org")
    assert state(ticket) == "uncovered"
    licences.extend_licence(ended.pk, until=today(), actor=OLEG)
    assert state(ticket) == "new"


def test_a_licence_of_somebody_else_does_not(anna: Person) -> None:
    ticket = asked("anna@example.org")
    kedr = services.create_organisation(name="ООО «Кедр»", actor=OLEG)
    licence(Holder(organisation_id=kedr.pk))
    assert state(ticket) == "uncovered"


@pytest.mark.parametrize("way", ["a new card", "one more address", "an imported file"])
def test_who_was_unknown_is_known_as_soon_as_a_card_has_the_address(ryabina: Organisation, way: str) -> None:
    licence(Holder(organisation_id=ryabina.pk))
    ticket = asked("Newcomer@example.org")
    assert (ticket.requester, ticket.state) == (None, "new")
    if way == "a new card":
        create_card(name="Ирина Новая", organisation_id=ryabina.pk, emails=["newcomer@example.org"], actor=OLEG)
    elif way == "one more address":
        known = services.create_person(name="Ирина Новая", organisation_id=ryabina.pk, actor=OLEG)
        put_address(known.pk, "newcomer@example.org", OLEG)
    else:
        lines = "Имя;Организация;Почта\nИрина Новая;ООО «Рябина»;newcomer@example.org\n"
        nothing = Catalogue({})
        run_import(importing.dry_run(Kind.PEOPLE, lines.encode(), "people.csv", nothing).token, nothing, OLEG)
    ticket.refresh_from_db()
    assert (ticket.requester_name, ticket.organisation) == ("Ирина Новая", ryabina)
    assert {line["subject"]: line["status"] for line in ticket.verdict["lines"]}["entitlement"] == "met"


def test_a_request_that_is_over_stays_whose_it_was(ryabina: Organisation) -> None:
    ticket = asked("newcomer@example.org")
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", ended_at=ticket.placed_at)
    create_card(name="Ирина Новая", organisation_id=ryabina.pk, emails=["newcomer@example.org"], actor=OLEG)
    ticket.refresh_from_db()
    assert ticket.requester is None


def test_who_joins_a_covered_organisation_is_covered(ryabina: Organisation) -> None:
    licence(Holder(organisation_id=ryabina.pk))
    vera = services.create_person(name="Вера", emails=["vera@example.org"], actor=OLEG)
    ticket = asked("vera@example.org")
    assert state(ticket) == "uncovered"
    change_card(vera.pk, name="Вера", organisation_id=ryabina.pk, actor=OLEG)
    assert state(ticket) == "new"


def test_requests_follow_a_merged_card_and_are_covered_by_what_the_kept_one_holds(
    ryabina: Organisation, anna: Person
) -> None:
    licence(Holder(organisation_id=ryabina.pk))
    twin = services.create_person(name="А. Вольская", emails=["private@example.org"], actor=OLEG)
    ticket = asked("private@example.org")
    assert state(ticket) == "uncovered"
    merge_people(anna.pk, twin.pk, actor=OLEG)
    ticket.refresh_from_db()
    assert (ticket.requester_id, ticket.state) == (anna.pk, "new")


def test_an_imported_licence_brings_requests_to_life(anna: Person) -> None:
    ticket = asked("anna@example.org")
    known = Catalogue({"desktop": "desktop"})
    file = "Номер;Организация;Продукты;Действует с\nЛ-1;ООО «Рябина»;desktop;01.01.2024\n"
    run_import(importing.dry_run(Kind.LICENCES, file.encode(), "file.csv", known).token, known, OLEG)
    assert state(ticket) == "new"
