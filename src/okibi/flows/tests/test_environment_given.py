"""The environment is told after the request was judged: the verdict follows, the promise does not move."""

import pytest
import time_machine

from okibi.channels.models import Outbound
from okibi.customers.models import Licence
from okibi.flows import environment_given, reply, work
from okibi.flows.environment_given import Given
from okibi.journal.models import Entry
from okibi.journal.selectors import sentence_of
from okibi.kernel.errors import InputError
from okibi.policy.platform_resources import Arch
from okibi.policy.platforms import Place
from okibi.tickets import selectors
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import Ticket
from tests.cast import Cast, make_cast
from tests.letters import arrive, mail, placed

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"
LATER = "2026-11-20T10:05:00Z"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    del cast
    with time_machine.travel(FRIDAY, tick=False):
        return placed(mail())


def lines(ticket: Ticket) -> dict[str, str]:
    ticket.refresh_from_db()
    return {line["subject"]: line["status"] for line in ticket.verdict["lines"]}


GIVEN = {
    "words alone": (
        Given(words="Windows 7 SP1 x64, .NET 4.8, 4 ГБ ОЗУ"),
        {"os": "met", "runtime": "met", "cpu": "unknown", "memory": "met", "disk": "unknown"},
    ),
    "words of an old system": (Given(words="Windows XP SP3"), {"os": "unmet"}),
    "values outweigh the words": (
        Given(words="Windows 10, .NET 4.8", dotnet="4.0", ram_mb=256, arch=Arch.X64, disk_mb=1024),
        {"os": "met", "runtime": "unmet", "memory": "unmet", "disk": "unmet"},
    ),
    "a server is judged as one": (Given(words="Windows 10", place=Place.SERVER), {"os": "unmet"}),
    "a server's own system": (Given(words="Windows Server 2012 R2", place=Place.SERVER), {"os": "met"}),
    "a telephone without a word of Android": (Given(words="8.1", place=Place.MOBILE), {"os": "met"}),
    "the product says where it runs": (Given(words="9", product="mobile"), {"os": "met"}),
    "values without words": (Given(ram_mb=8192), {"os": "unknown", "memory": "met"}),
}


@pytest.mark.parametrize(("given", "expected"), GIVEN.values(), ids=GIVEN)
def test_the_request_is_judged_again_by_what_is_given(ticket, cast, given, expected):
    environment_given.give(ticket.pk, cast.vera, given)
    found = lines(ticket)
    assert found["entitlement"] == "met"
    assert {subject: found[subject] for subject in expected} == expected


def test_neither_class_nor_clock_move_and_the_journal_says_who_and_what(ticket, cast):
    before = (ticket.kind, ticket.state, ticket.due_at, ticket.aim_at, ticket.scheme_id)
    environment_given.give(ticket.pk, cast.vera, Given(words="Windows 7 x64"))
    ticket.refresh_from_db()
    assert (ticket.kind, ticket.state, ticket.due_at, ticket.aim_at, ticket.scheme_id) == before
    said = sentence_of(Entry.objects.get(code="ticket.environment"))
    assert said.ru == "Вера Синицына: окружение — Windows 7, x64; заключение вынесено заново"
    assert Outbound.objects.count() == 1  # the receipt: a correction writes no letter


def test_words_that_say_nothing_are_refused_and_change_nothing(ticket, cast):
    before = ticket.verdict
    for given in (Given(words="обычный компьютер"), Given()):
        with pytest.raises(InputError):
            environment_given.give(ticket.pk, cast.vera, given)
    with pytest.raises(InputError):
        environment_given.give(ticket.pk, cast.vera, Given(words="Windows 7", product="teapot"))
    ticket.refresh_from_db()
    assert ticket.verdict == before


def test_a_product_alone_keeps_the_environment_and_judges_it_at_its_place(ticket, cast):
    environment_given.give(ticket.pk, cast.vera, Given(words="Windows 10"))
    environment_given.give(ticket.pk, cast.vera, Given(product="server", version="4.2"))
    assert lines(ticket)["os"] == "unmet"  # a server asks for a server's system
    assert (ticket.product, ticket.product_version) == ("server", "4.2")


def proposed(ticket: Ticket):
    ticket.refresh_from_db()
    return environment_given.proposal(ticket, selectors.latest_incoming(ticket))


def test_what_the_requester_writes_later_is_proposed_until_it_is_judged(ticket, cast):
    assert proposed(ticket) is None
    with time_machine.travel(LATER, tick=False):
        arrive(mail(subject=f"Re: [{ticket.number}]", text="У меня Windows 7 SP1 x64"))
        arrive(mail(subject=f"Re: [{ticket.number}]", text="Спасибо!"))
        found = proposed(ticket)
        assert found is not None
        assert found.said.ru == "Windows 7, x64"
        assert lines(ticket) == {"entitlement": "met"}  # nothing is judged by itself
        environment_given.agree(ticket.pk, cast.vera, found.message_id)
    assert lines(ticket)["os"] == "met"
    assert proposed(ticket) is None


def test_a_message_of_the_same_words_as_the_specialists_is_not_proposed_but_a_newer_one_is(ticket, cast):
    with time_machine.travel(LATER, tick=False):
        arrive(mail(subject=f"Re: [{ticket.number}]", text="Windows 7"))
        environment_given.give(ticket.pk, cast.vera, Given(words="Windows 8.1"))
        assert proposed(ticket) is None
        arrive(mail(subject=f"Re: [{ticket.number}]", text="Нет, всё же Windows 10"))
        assert proposed(ticket).said.en == "Windows 10"


def test_words_of_a_sender_whom_nothing_proves_are_not_proposed(ticket, cast):
    first = ticket.messages.get(kind="incoming")
    with time_machine.travel(LATER, tick=False):
        arrive(mail("x@stranger.example.org", text="Windows XP", References=first.external_id))
    assert ticket.messages.filter(kind="incoming").count() == 2
    assert proposed(ticket) is None


def test_only_an_incoming_message_of_the_ticket_is_judged_by(ticket, cast):
    other = placed(mail(subject="Другое", text="Windows 10"))
    answer = reply.reply(ticket.pk, cast.vera, "У вас Windows 10?")
    with pytest.raises(InputError):
        environment_given.agree(ticket.pk, cast.vera, answer.pk)
    with pytest.raises(NoSuchTicketError):
        environment_given.agree(ticket.pk, cast.vera, other.messages.first().pk)


@pytest.fixture
def sms_ticket(cast: Cast) -> Ticket:
    """«Рябина» holds desktop and mobile, not the server."""
    Licence.objects.filter(pk=cast.licence.pk).update(products=["desktop"])
    with time_machine.travel(FRIDAY, tick=False):
        return placed(mail())


def test_a_product_without_a_right_ends_the_cover_and_tells_the_requester(sms_ticket, cast):
    with time_machine.travel(LATER, tick=False):
        environment_given.give(sms_ticket.pk, cast.vera, Given(words="Android 10", product="mobile"))
    found = lines(sms_ticket)
    assert (found["entitlement"], sms_ticket.state, sms_ticket.due_at) == ("unmet", "uncovered", None)
    assert "взять её в работу сейчас нельзя" in Outbound.objects.order_by("-id").first().text
    assert Entry.objects.filter(code="ticket.uncovered").count() == 1


def test_the_right_product_brings_an_uncovered_request_to_life_with_a_new_term(sms_ticket, cast):
    with time_machine.travel(LATER, tick=False):
        environment_given.give(sms_ticket.pk, cast.vera, Given(words="Android 10", product="mobile"))
    with time_machine.travel("2026-11-20T11:05:00Z", tick=False):
        environment_given.give(sms_ticket.pk, cast.vera, Given(words="Windows 10", product="desktop"))
    assert lines(sms_ticket) == {
        "entitlement": "met", "os": "met", "runtime": "met", "cpu": "unknown", "memory": "unknown", "disk": "unknown",
    }  # fmt: skip
    assert (sms_ticket.state, sms_ticket.clock_start.isoformat()) == ("new", "2026-11-20T11:05:00+00:00")
    assert sms_ticket.due_at is not None


def test_what_was_answered_or_taken_on_is_not_taken_back(sms_ticket, cast):
    with time_machine.travel(LATER, tick=False):
        reply.reply(sms_ticket.pk, cast.vera, "Переустановите.")
        environment_given.give(sms_ticket.pk, cast.vera, Given(words="Android 10", product="mobile"))
    assert (lines(sms_ticket)["entitlement"], sms_ticket.state) == ("unmet", "open")


def test_a_request_taken_on_without_cover_stays_so(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = placed(mail("kirill@kedr.example.org"))
        work.take_on(ticket.pk, cast.oleg, "Давний клиент")
        environment_given.give(ticket.pk, cast.vera, Given(words="Android 10", product="mobile"))
    assert (lines(ticket)["entitlement"], ticket.state) == ("unmet", "new")
