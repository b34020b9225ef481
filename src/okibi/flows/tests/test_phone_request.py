"""A request by telephone: who calls is known in any notation, the clock starts with the call, nothing is done twice."""

from datetime import timedelta

import pytest

from okibi.channels.models import Outbound
from okibi.customers.models import Person, PhoneNumber
from okibi.customers.services import add_phone
from okibi.flows import phone_request, phone_ties, sms_wishes, work
from okibi.flows.phone_caller import who_calls
from okibi.flows.phone_request import FieldRefusedError, Heard
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.policy.sms_words import Wish
from okibi.policy.verdict import Status
from okibi.sms.tests import gateways
from okibi.tickets.models import Message, Ticket
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
ANNA = "+79000000017"
NOTATIONS = ("+7 900 000-00-17", "8 (900) 000-00-17", "79000000017", "9000000017", " 8-900-000-00-17 ")
TEXT = "Не печатает счета, ошибка E-17.\nСчета нужны сегодня."


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    add_phone(made.anna.pk, ANNA, actor=SYSTEM)
    return made


def heard(**more) -> Heard:
    return Heard(**{"number": ANNA, "text": TEXT, "kind": "incident", **more})


@pytest.mark.parametrize("notation", NOTATIONS)
def test_whoever_calls_is_known_in_any_notation(cast, notation):
    caller = who_calls(notation)
    assert (caller.e164, caller.display) == (ANNA, "+7 900 000-00-17")
    assert caller.only is not None
    assert caller.only.person == cast.anna
    assert caller.only.line.status is Status.MET


def test_open_requests_and_ended_ones_are_told_apart(cast):
    open_one = phone_request.place("1", cast.vera, heard(person_id=cast.anna.pk))
    ended = phone_request.place("2", cast.vera, heard(person_id=cast.anna.pk))
    Ticket.objects.filter(pk=ended.pk).update(state="solved", ended_at=now())
    caller = who_calls(ANNA)
    assert caller.only is not None
    assert [row.number for row in caller.only.requests] == [open_one.number]


def test_a_number_of_a_reception_desk_is_several_peoples(cast):
    add_phone(cast.boris.pk, ANNA, actor=SYSTEM)
    caller = who_calls(ANNA)
    assert caller.only is None
    assert [candidate.person for candidate in caller.people] == [cast.anna, cast.boris]


@pytest.mark.parametrize("text", ["", "89", "anonymous", "112"])
def test_what_is_no_number_finds_nobody(cast, text):
    assert who_calls(text).people in ((), [])


def test_who_calls_costs_the_same_few_queries_for_one_person(cast, django_assert_max_num_queries):
    phone_request.place("1", cast.vera, heard(person_id=cast.anna.pk))
    with django_assert_max_num_queries(9):
        who_calls(ANNA)


def test_a_request_of_a_known_person_is_covered_promised_and_taken(cast):
    at = now() - timedelta(minutes=4)
    ticket = phone_request.place("k", cast.vera, heard(person_id=cast.anna.pk, at=at, product="desktop"))
    assert (ticket.channel, ticket.requester, ticket.requester_address) == ("phone", cast.anna, ANNA)
    assert (ticket.organisation, ticket.assignee, ticket.state) == (cast.ryabina, cast.vera, "open")
    assert (ticket.placed_at, ticket.clock_start) == (at, at)
    assert ticket.due_at > at
    assert ticket.subject == "Не печатает счета, ошибка E-17."
    assert ticket.requester_sure  # not by the number, which can be forged: whoever wrote it down asked who speaks
    message = Message.objects.get(ticket=ticket)
    assert (message.kind, message.channel, message.staff, message.text) == ("incoming", "phone", cast.vera, TEXT)
    codes = list(Entry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).values_list("code", flat=True))
    assert codes == ["ticket.placed", "ticket.written_down", "ticket.taken"]


def test_pressing_twice_makes_one_request(cast):
    first = phone_request.place("the form", cast.vera, heard(person_id=cast.anna.pk))
    second = phone_request.place("the form", cast.vera, heard(person_id=cast.anna.pk, text="Опять"))
    assert first == second
    assert Ticket.objects.count() == 1
    assert phone_request.place("the form", cast.oleg, heard(person_id=cast.anna.pk)) != first  # his own form


def test_an_uncovered_caller_gets_the_ground_and_what_to_do(cast):
    ticket = phone_request.place("k", cast.vera, heard(number="89000000031", person_id=cast.kirill.pk))
    assert (ticket.state, ticket.due_at, ticket.assignee) == ("uncovered", None, None)
    said = phone_request.said(ticket)
    assert said.promise is None
    assert said.ground is not None
    assert (said.ground.status, said.ground.ground) == (Status.UNMET, "licence_expired")
    assert "Продлите" in said.ground.detail.ru


def test_number_and_term_are_read_out(cast):
    ticket = phone_request.place("k", cast.vera, heard(person_id=cast.anna.pk))
    said = phone_request.said(ticket)
    assert "".join(said.groups) == ticket.number.replace("-", "")
    assert said.number.ru.endswith("один")
    assert said.promise is not None
    assert said.promise.ru.startswith("Ответим до ")


UNKNOWN = "+79000000055"


def test_who_tells_a_name_gets_a_card_with_the_number(cast):
    ticket = phone_request.place("k", cast.vera, heard(number="8 900 000 00 55", name="Вера Чужая"))
    made = Person.objects.get(name="Вера Чужая")
    assert ticket.requester == made
    assert who_calls(UNKNOWN).only.person == made
    assert PhoneNumber.objects.get(person=made).verified_at is None


def test_a_licence_number_ties_as_claimed(cast):
    ticket = phone_request.place("k", cast.vera, heard(number=UNKNOWN, name="Ирина Белова", licence="л-2026-0418"))
    assert (ticket.organisation, ticket.state) == (cast.ryabina, "open")
    assert ticket.requester.organisation_claimed  # somebody of the desk vouches, or an administrator


def test_an_organisation_by_its_exact_name_ties_as_claimed_and_any_other_is_only_words(cast):
    ticket = phone_request.place("k", cast.vera, heard(number=UNKNOWN, name="Ирина", organisation='ооо "рябина"'))
    assert ticket.organisation == cast.ryabina
    assert ticket.requester.organisation_claimed
    other = phone_request.place("l", cast.vera, heard(number="+79000000056", name="Пётр", organisation="Осина"))
    assert (other.organisation, other.organisation_name, other.state) == (None, "Осина", "uncovered")


def test_nobody_needs_to_be_named(cast):
    ticket = phone_request.place("k", cast.vera, heard(number=UNKNOWN))
    assert (ticket.requester, ticket.requester_name, ticket.state) == (None, "", "open")  # unknown is not uncovered


REFUSED = {
    "no number": ({"number": " "}, "number"),
    "no such number": ({"number": "12-34"}, "number"),
    "no words": ({"text": " \n"}, "text"),
    "a class that is not in the scheme": ({"kind": "party"}, "kind"),
    "a product that is not in the scheme": ({"product": "toaster"}, "product"),
    "a card that is gone": ({"person_id": 999_999}, "person"),
    "a licence that nobody has": ({"licence": "Л-0000-0000", "name": "Ирина"}, "licence"),
    "a licence without a name": ({"licence": "Л-2026-0418", "number": UNKNOWN}, "name"),
    "a call of tomorrow": ({"at": timedelta(minutes=2)}, "at"),
    "a call of the day before yesterday": ({"at": -timedelta(days=2)}, "at"),
}


@pytest.mark.parametrize(("given", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_names_its_field_and_leaves_nothing(cast, given, field):
    if "at" in given:
        given = {"at": now() + given["at"]}
    with pytest.raises(FieldRefusedError) as refused:
        phone_request.place("k", cast.vera, heard(**given))
    assert refused.value.field == field
    assert not Ticket.objects.exists()
    assert phone_request.place("k", cast.vera, heard())  # the same press again, mended


def test_the_outlook_says_what_the_request_will_get(cast):
    view = phone_request.outlook(heard(person_id=cast.anna.pk, kind="", text="Предлагаю добавить выгрузку в Excel."))
    assert (view.line.status, view.kind, view.proposed) == (Status.MET, "suggestion", True)
    assert view.due_at is not None
    expired = phone_request.outlook(heard(person_id=cast.kirill.pk))
    assert (expired.line.status, expired.due_at) == (Status.UNMET, None)
    assert phone_request.outlook(Heard("", "")).line.status is not Status.MET  # nothing said yet
    claimed = phone_request.outlook(heard(licence="Л-2026-0418", name="Ирина"))
    assert claimed.line.status is Status.MET
    assert not Ticket.objects.exists()


def test_tying_a_number_gives_its_requests_to_the_person_and_covers_them(cast):
    ticket = phone_request.place("k", cast.vera, heard(number=UNKNOWN))
    phone_ties.tie_number("8 900 000-00-55", cast.boris.pk, cast.vera)
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.organisation) == (cast.boris, cast.ryabina)
    assert ticket.verdict["lines"][0]["status"] == "met"
    assert who_calls(UNKNOWN).only.person == cast.boris


def test_words_about_an_open_request_are_added_to_it_once(cast):
    ticket = phone_request.place("k", cast.vera, heard(person_id=cast.anna.pk))
    work.wait(ticket.pk, cast.vera)
    for _press in range(2):
        added = phone_request.add("a", cast.oleg, ticket.number, Heard(ANNA, "Теперь и отчёт не печатает."))
        assert added == ticket
    said = Message.objects.filter(ticket=ticket, kind="incoming").order_by("pk")
    assert [message.text for message in said] == [TEXT, "Теперь и отчёт не печатает."]
    assert added.state == "open"  # it waited for the requester, and the requester spoke
    with pytest.raises(FieldRefusedError):
        phone_request.add("b", cast.oleg, ticket.number, Heard(ANNA, " "))


# ---------------------------------------------------------------- by SMS, where they ask for it


@pytest.fixture
def gateway(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)


def told():
    return list(Outbound.objects.filter(channel="sms").values_list("recipient", flat=True))


def test_number_and_term_go_by_sms_to_who_asks_for_it_and_the_card_keeps_it(cast, gateway):
    ticket = phone_request.place("1", cast.vera, heard(person_id=cast.anna.pk, sms=True))
    assert told() == [ANNA]
    assert ticket.reacted_at is None
    row = PhoneNumber.objects.get(e164=ANNA)
    assert (row.sms_wish, row.sms_wish_by) == ("yes", "phone")
    phone_request.place("2", cast.vera, heard(person_id=cast.anna.pk))
    assert told() == [ANNA, ANNA]  # it was wished for once


def test_who_has_no_card_gets_the_one_sms_alone(cast, gateway):
    phone_request.place("1", cast.vera, heard(number="+79000000044", sms=True))
    assert told() == ["+79000000044"]


def test_nothing_is_sent_to_who_does_not_ask(cast, gateway):
    phone_request.place("1", cast.vera, heard(person_id=cast.anna.pk))
    assert told() == []


@pytest.mark.parametrize(("number", "words"), [("+74950000000", "нужен мобильный"), (ANNA, "СТОП")])
def test_a_number_that_gets_no_sms_is_said_beside_the_box(cast, gateway, number, words):
    sms_wishes.said(ANNA, Wish.OUT, source="sms")
    with pytest.raises(FieldRefusedError) as refused:
        phone_request.place("1", cast.vera, heard(number=number, sms=True))
    assert refused.value.field == "sms"
    assert words in refused.value.sentence.ru
    assert not Ticket.objects.exists()
