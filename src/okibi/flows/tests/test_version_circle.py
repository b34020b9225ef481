"""Planned for a version, told when it is out, closed when it runs, opened again by one "no" or by going back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okibi.channels.models import Outbound
from okibi.customers.models import EmailAddress
from okibi.environments.services import create_device
from okibi.flows import environment_given, release_told, work
from okibi.flows.installation_report import reported
from okibi.journal.selectors import of_subject
from okibi.releases import services as releases
from okibi.releases.tests.test_releases import GLEB, read_file, shipped
from okibi.tickets import fix_selectors
from okibi.tickets.fix_selectors import Standing, standing_of
from okibi.tickets.models import Fix, Message, Ticket
from tests.cast import Cast, make_cast
from tests.letters import arrive, mail, placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ticket(cast) -> Ticket:
    return planned(placed(mail()), cast)


def planned(ticket: Ticket, cast: Cast, version="4.3.0", product="desktop") -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(product=product)
    work.plan(ticket.pk, cast.vera, version)
    return again(ticket)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def device_of(person, **fields):
    given = {"secret": "s", "kind": "desktop", "enrolled_by": "email", "name": "PC-7", "product": "desktop"}
    return create_device(**{**given, "person": person, "version": "4.2.0", **fields})


def runs(device, version, product="desktop"):
    return reported(device.pk, product=product, version=version, report={})


def letters(ticket: Ticket) -> list[str]:
    said = Message.objects.filter(ticket=ticket, kind=Message.Kind.AUTOMATIC).order_by("id")
    return [message.text for message in said if "Принята" not in message.text and "приняли" not in message.text]


def codes(ticket: Ticket) -> list[str]:
    return [entry.code for entry in of_subject("ticket", ticket.pk) if "version" in entry.code]


def test_the_conversation_says_what_was_decided_without_words(ticket):
    (decided,) = Message.objects.filter(ticket=ticket, kind=Message.Kind.REPLY)
    assert decided.text == "Сделаем в версии 4.3.0."
    (letter,) = Outbound.objects.filter(key=f"message:{decided.pk}").values_list("text", flat=True)
    assert "сделаем в версии 4.3.0" in letter
    assert decided.text not in letter  # the letter says it once


def test_a_promise_in_words_waits_for_nothing(cast):
    assert not Fix.objects.filter(ticket=planned(placed(mail()), cast, "осенью")).exists()


def test_a_promise_without_a_product_waits_for_nothing(cast):
    assert not Fix.objects.filter(ticket=planned(placed(mail()), cast, product="")).exists()


def test_a_product_named_after_the_promise_makes_it_wait(cast):
    ticket = planned(placed(mail()), cast, product="")
    environment_given.give(ticket.pk, cast.vera, environment_given.Given(words="Windows 10", product="desktop"))
    shipped("4.3.0")
    assert (again(ticket).state, release_told.tell_all()) == ("planned", 1)


def test_nobody_hears_of_a_draft_or_of_a_version_below(ticket):
    shipped("4.2.9")
    releases.draft(releases.Planned("desktop", "4.3.0", notes_ru="Есть."), GLEB)
    assert release_told.tell_all() == 0
    assert codes(ticket) == []


@pytest.mark.parametrize("version", ["4.3.0", "4.4.0"])
def test_who_waits_is_told_once_with_the_way_to_get_it(ticket, version):
    shipped(version)
    assert (release_told.tell_all(), release_told.tell_all()) == (1, 0)
    assert codes(ticket) == ["ticket.version_out"]
    (letter,) = Outbound.objects.filter(key__startswith=f"version_out:{ticket.pk}:")
    assert letter.recipient == "anna@example.org"
    assert f"версия {version}" in letter.text.lower()
    assert "/download/desktop/" in letter.text
    assert again(ticket).state == "planned"


def test_a_version_for_the_first_ring_is_told_when_it_goes_further(ticket):
    release = shipped("4.3.0", ring=releases.Ring.PILOT)
    assert release_told.tell_all() == 0
    releases.go_further(release.pk, releases.Ring.EVERYBODY, 100, GLEB)
    assert release_told.tell_all() == 1
    assert codes(ticket) == ["ticket.version_out"]


def test_a_beta_is_no_publication_for_who_waits(ticket):
    shipped("4.3.0", channel="beta")
    assert release_told.tell_all() == 0
    assert codes(ticket) == []


def test_who_was_told_of_a_version_that_was_withdrawn_is_told_of_the_next(ticket):
    release = shipped("4.3.0")
    release_told.tell_all()
    releases.withdraw(release.pk, "Портит базу.", GLEB)
    assert release_told.tell_all() == 0
    shipped("4.3.1")
    assert (release_told.tell_all(), release_told.tell_all()) == (1, 0)
    assert codes(ticket) == ["ticket.version_out"] * 2


def test_a_promise_for_a_version_that_is_out_already_is_told_at_once(cast):
    shipped("4.3.0")
    planned(placed(mail()), cast)
    assert release_told.tell_all() == 1


def test_who_stands_in_the_registry_of_the_mailing_hears_where_that_letter_goes(cast):
    EmailAddress.objects.filter(person=cast.anna).update(mobile_mailing=True)
    ticket = planned(placed(mail()), cast, product="mobile")
    release = releases.draft(releases.Planned("mobile", "4.3.0", notes_ru="Есть."), GLEB)
    releases.add_artefact(release.pk, read_file(platform="android", kind="apk"), GLEB)
    releases.check(release.pk, GLEB)
    releases.publish(release.pk, GLEB)
    release_told.tell_all()
    assert "придёт на адрес anna@example.org" in letters(ticket)[-1]


class KilledError(BaseException):
    """The worker's end."""


class Killer:
    """Ends the work before a statement, as a kill would; what was not committed is gone."""

    def __init__(self, after):
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        self.left -= "SAVEPOINT" not in sql
        if self.left < 0 and "SAVEPOINT" not in sql:
            raise KilledError
        return execute(sql, params, many, context)


def test_a_telling_that_is_killed_at_every_statement_tells_each_requester_once(cast):
    tickets = [planned(placed(mail(subject=f"Ошибка E-{n}")), cast) for n in range(3)]
    assert len({each.pk for each in tickets}) == 3
    shipped("4.3.0")
    kills = 0
    for after in range(1, 100):
        try:
            with connection.execute_wrapper(Killer(after)):
                release_told.tell_all()
        except KilledError:
            kills += 1
            continue
        break
    assert kills >= 10
    assert release_told.tell_all() == 0
    for ticket in tickets:
        assert codes(ticket) == ["ticket.version_out"]
        (letter,) = Outbound.objects.filter(key__startswith=f"version_out:{ticket.pk}:")
        assert Message.objects.filter(ticket=ticket, outbound=letter).count() == 1


def test_her_device_reports_it_and_she_is_asked_whether_it_works(ticket, cast):
    shipped("4.3.0")
    release_told.tell_all()
    runs(device_of(cast.anna), "4.3.0")
    assert again(ticket).state == "solved"
    assert codes(ticket) == ["ticket.version_out", "ticket.version_arrived"]
    assert "Теперь работает?" in letters(ticket)[-1]
    runs(device_of(cast.anna, secret="t"), "4.3.0")  # a second device says nothing new
    assert codes(ticket)[-1] == "ticket.version_arrived"


def test_a_device_that_is_new_with_the_version_closes_it_as_well(ticket, cast):
    shipped("4.3.0")
    device = device_of(cast.anna, version="4.3.0")
    runs(device, "4.3.0")
    assert again(ticket).state == "solved"
    assert release_told.tell_all() == 0  # she has it: nothing to fetch


OTHERS = {
    "a colleague's device": lambda cast: {"person": cast.boris, "organisation": cast.ryabina},
    "a device let in by a licence number alone": lambda cast: {
        "person": None, "organisation": cast.ryabina, "enrolled_by": "licence",
    },
    "a device of nobody's": lambda cast: {"person": None},
}  # fmt: skip


@pytest.mark.parametrize("whose", OTHERS.values(), ids=OTHERS)
def test_other_devices_close_nothing(ticket, cast, whose):
    shipped("4.3.0")
    runs(device_of(**{"person": cast.anna, **whose(cast)}), "4.3.0")
    assert again(ticket).state == "planned"


def test_a_version_that_nobody_published_and_another_product_close_nothing(ticket, cast):
    device = device_of(cast.anna)
    runs(device, "99.0")
    shipped("4.3.0")
    runs(device, "4.3.0", product="mobile")
    runs(device, "вчерашняя")
    assert again(ticket).state == "planned"


def solved(ticket: Ticket, cast: Cast):
    shipped("4.3.0")
    release_told.tell_all()
    device = device_of(cast.anna)
    runs(device, "4.3.0")
    return device


def answer(ticket: Ticket, text: str, sender="Анна Вольская <anna@example.org>"):
    first = ticket.messages.get(kind=Message.Kind.INCOMING)
    arrive(mail(sender, text=text, References=first.external_id))


ANSWERS = {
    "a bare yes closes it": ("Да, работает. Спасибо!", "closed"),
    "one no opens it again": ("Нет", "open"),
    "a yes with a but is read by somebody": ("Да, но теперь не печатает", "open"),
}


@pytest.mark.parametrize(("text", "state"), ANSWERS.values(), ids=ANSWERS)
def test_what_she_answers(ticket, cast, text, state):
    solved(ticket, cast)
    answer(ticket, text)
    assert again(ticket).state == state


def test_a_yes_of_a_stranger_confirms_nothing(ticket, cast):
    solved(ticket, cast)
    answer(ticket, "Да", "vera@stranger.example.org")
    assert again(ticket).state == "open"


def test_a_yes_to_a_specialist_is_a_message_like_any_other(ticket, cast):
    work.solve(ticket.pk, cast.vera)
    answer(ticket, "Да")
    assert again(ticket).state == "open"


def test_going_back_to_an_earlier_version_opens_it_again_once(ticket, cast):
    device = solved(ticket, cast)
    runs(device, "4.2.0")
    assert (again(ticket).state, again(ticket).unread) == ("open", True)
    work.solve(ticket.pk, cast.vera)
    runs(device, "4.2.0")
    assert again(ticket).state == "solved"
    assert codes(ticket).count("ticket.version_gone_back") == 1


def test_another_device_with_less_opens_nothing(ticket, cast):
    solved(ticket, cast)
    runs(device_of(cast.anna, secret="t"), "4.2.0")
    assert again(ticket).state == "solved"


def test_a_release_says_who_waits_and_what_it_closed(ticket, cast):
    other = planned(placed(mail("boris@example.org")), cast, "4.2.5")
    release = shipped("4.3.0")
    assert standing_of(release) == Standing(waiting=2, customers=1)
    release_told.tell_all()
    assert standing_of(release) == Standing(told=2, customers=1)
    device = device_of(cast.anna)
    runs(device, "4.3.0")
    assert standing_of(release) == Standing(told=1, closed=1, customers=1)
    assert [fix.ticket for fix in fix_selectors.requests_of(release)] == [other, ticket]
    runs(device, "4.2.0")
    assert standing_of(release) == Standing(told=1, back=1, customers=1)


def test_a_draft_above_another_does_not_take_its_requests(ticket):
    first = releases.draft(releases.Planned("desktop", "4.3.0", notes_ru="Есть."), GLEB)
    second = releases.draft(releases.Planned("desktop", "4.4.0", notes_ru="Есть."), GLEB)
    assert (standing_of(first).waiting, standing_of(second).waiting) == (1, 0)
    assert fix_selectors.requests_of(first)[0].ticket == ticket


def test_a_report_that_changes_nothing_takes_few_queries(ticket, cast):
    device = device_of(cast.anna)
    with CaptureQueriesContext(connection) as made:
        runs(device, "4.2.0")
    assert len(made) <= 13  # five of them savepoints
    assert again(ticket).state == "planned"
