"""No visitor sees another's: every function of the requester's side against every kind of visitor."""

import pytest
import time_machine

from okibi.channels import inbox
from okibi.channels.form.adapter import pack
from okibi.channels.ipv.adapter import StoredFile
from okibi.channels.port import Party
from okibi.customers.services import set_organisation_admin
from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind
from okibi.environments.models import Device, EnrolledBy
from okibi.flows import ipv_conversation as talk
from okibi.flows import merge_people, reply
from okibi.flows.intake import take
from okibi.flows.ipv_request import Draft, place
from okibi.flows.visitor import of_device, visitor_of
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import Attachment, Ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def a_device(person=None, **more):
    fields = {"secret": "s" * 43, "kind": DeviceKind.DESKTOP, "enrolled_by": EnrolledBy.EMAIL} | more
    return of_device(devices.create_device(person=person, **fields))


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T09:41:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def visitors(cast):
    """Everybody there is, by name."""
    set_organisation_admin(cast.boris.pk, on=True, actor=SYSTEM)
    cast.boris.refresh_from_db()
    return {
        "anna": a_device(cast.anna),
        "anna's telephone": a_device(cast.anna, kind=DeviceKind.MOBILE),
        "boris, administrator of the same organisation": a_device(cast.boris),
        "kirill of another organisation": a_device(cast.kirill),
        "a device with anna's licence number": a_device(organisation=cast.ryabina, licence_number="Л-2026-0418"),
        "a device of nobody": a_device(),
    }


FILE = "журнал.txt"
ACTS = {
    "request": lambda who, ticket: talk.request(who, ticket.number),
    "messages": lambda who, ticket: talk.messages(who, ticket.number),
    "say": lambda who, ticket: talk.say(who, ticket.number, "k", "ещё"),
    "read": lambda who, ticket: talk.read(who, ticket.number, 10**9),
    "withdraw": lambda who, ticket: talk.withdraw(who, ticket.number),
    "reopen": lambda who, ticket: talk.reopen(who, ticket.number, "k2", "снова"),
    "works": lambda who, ticket: talk.works(who, ticket.number),
    "rate": lambda who, ticket: talk.rate(who, ticket.number, 1),
    "typing": lambda who, ticket: talk.typing(who, ticket.number),
    "file_of": lambda who, ticket: talk.file_of(who, Attachment.objects.get(message__ticket=ticket).pk),
}


@pytest.fixture
def theirs(cast, visitors):
    """A request of everybody's, with a file and an answer."""
    stored = StoredFile(FILE, "text/plain", blobs.put(b"log").sha256)
    placed = {}
    for name, visitor in visitors.items():
        placed[name] = place(visitor, "1", Draft(f"Не печатает у {name}", product="desktop", files=(stored,)))
        reply.reply(placed[name].pk, cast.oleg, "Заново выберите принтер.")
    return placed


ANNA_S = {"anna", "anna's telephone"}


BORIS = "boris, administrator of the same organisation"
COLLEAGUES = ANNA_S | {"a device with anna's licence number"}
READING = {"request", "messages", "file_of"}


def may(visitor, owner, act=""):
    """Whose is whose. An administrator reads what colleagues placed, and acts for nobody."""
    return (
        visitor == owner or {visitor, owner} <= ANNA_S or (act in READING and visitor == BORIS and owner in COLLEAGUES)
    )


@pytest.mark.parametrize("act", ACTS)
def test_every_act_against_every_visitor(act, visitors, theirs):
    """Another's request is not there; and nothing of it is changed by asking."""
    for name, visitor in visitors.items():
        for owner, ticket in theirs.items():
            if not may(name, owner, act):
                before = Ticket.objects.filter(pk=ticket.pk).values().get()
                with pytest.raises(NoSuchTicketError):
                    ACTS[act](visitor, ticket)
                assert Ticket.objects.filter(pk=ticket.pk).values().get() == before, (name, owner)


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"reopen"}))
def test_everybody_may_act_on_their_own(act, visitors, theirs):
    for name, visitor in visitors.items():
        ACTS[act](visitor, theirs[name])


def test_lists_and_news_hold_only_their_own(visitors, theirs):
    for name, visitor in visitors.items():
        own = {theirs[owner].number for owner in theirs if may(name, owner)}
        assert {view.number for view in talk.requests(visitor)} == own
        assert {view.number for view in talk.requests(visitor, query="печатать")} == own
        assert {event.number for event in talk.news(visitor, 0)} == own
        assert talk.news(visitor, 0)[0].name == "request.placed"


def test_notes_of_the_staff_are_nobody_s(cast, visitors, theirs):
    anna, ticket = visitors["anna"], theirs["anna"]
    files = [{"name": "secret.txt", "type": "text/plain", "content": b"x"}]
    reply.note(ticket.pk, cast.oleg, "Клиент скандалит", files)
    assert "скандалит" not in str(talk.messages(anna, ticket.number))
    assert {event.code for event in talk.news(anna, 0)}.isdisjoint({"ticket.noted"})
    with pytest.raises(NoSuchTicketError):
        talk.file_of(anna, Attachment.objects.get(name="secret.txt").pk)
    assert talk.request(anna, ticket.number).unread == 1


def test_what_came_by_mail_or_form_is_the_person_s_too(cast, visitors):
    raw = pack(sender=Party("anna@example.org"), subject="Форма", text="Из формы", facts={})
    row, _ = inbox.receive("form", "f1", raw, "site", {})
    inbox.process_one(take, row.pk)
    seen = {name: [view.subject for view in talk.requests(visitor)] for name, visitor in visitors.items()}
    assert {name for name, subjects in seen.items() if subjects == ["Форма"]} == ANNA_S


def test_a_merged_card_s_requests_are_seen_and_its_device_works(cast, visitors, theirs):
    merge_people.merge_people(cast.anna.pk, cast.boris.pk, actor=SYSTEM)
    boris = of_device(Device.objects.get(pk=visitors["boris, administrator of the same organisation"].device_id))
    assert boris.person_id == cast.anna.pk
    assert len(list(talk.requests(boris))) == 3


def test_a_document_can_not_name_another_sender(cast, visitors):
    """Who it is, is told by the device's token, never by what the application writes into its document."""
    stranger = visitors["a device of nobody"]
    ticket = place(stranger, "x", Draft("Я Анна, anna@example.org"))
    assert ticket.requester is None
    assert ticket.number not in {view.number for view in talk.requests(visitors["anna"])}


def test_equal_keys_of_two_devices_are_two_requests(visitors):
    numbers = {place(visitor, "the same", Draft("Не печатает")).number for visitor in visitors.values()}
    assert len(numbers) == len(visitors)


def test_a_number_that_is_not_there_reads_the_same(visitors):
    for number in ("26-999999", "", "ж", "26-000001' OR 1=1"):
        with pytest.raises(NoSuchTicketError):
            talk.request(visitors["anna"], number)


def test_a_list_takes_two_queries_however_long(cast, visitors, django_assert_num_queries):
    anna = visitors["anna"]
    for wanted in range(1, 12, 5):
        for n in range(5):
            place(anna, f"{wanted}-{n}", Draft("Не печатает", product="desktop"))
        with django_assert_num_queries(2):
            assert len(talk.requests(anna)) == 5 * (wanted // 5 + 1)
    first = talk.requests(anna, limit=4)
    second = talk.requests(anna, limit=4, cursor=first.next_cursor)
    numbers = [view.number for page in (first, second) for view in page]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 8


def test_a_conversation_takes_five_queries_however_long(cast, visitors, django_assert_num_queries):
    anna = visitors["anna"]
    ticket = place(anna, "1", Draft("Не печатает"))
    for n in range(7):
        talk.say(visitors["anna's telephone"], ticket.number, str(n), "ещё")
        reply.reply(ticket.pk, cast.oleg, "Посмотрим.")
    with django_assert_num_queries(5):
        assert len(talk.messages(anna, ticket.number)) == 15
    with django_assert_num_queries(2):
        talk.news(anna, 0)


def test_a_token_of_a_device_that_was_cut_off_is_dead(cast):
    token = devices.token_of(a_device(cast.anna, secret="t" * 43).device, "t" * 43)
    visitor = visitor_of(token)
    devices.revoke(visitor.device, SYSTEM)
    with pytest.raises(Exception, match="cut off"):
        visitor_of(token)
