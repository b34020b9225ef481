"""The form made for talking: who calls is found as the number is typed, verdict and term at once, nothing is lost."""

import html

import pytest
from django.urls import reverse

from okibi.customers.models import Organisation, Person
from okibi.customers.services import add_phone
from okibi.flows import phone_request
from okibi.flows.phone_request import Heard
from okibi.journal.services import SYSTEM
from okibi.tickets.models import Message, Ticket
from tests.cast import _person, make_cast

pytestmark = pytest.mark.django_db
ANNA = "+79000000017"
SAID = {"key": "one form", "number": "8 900 000-00-17", "text": "Не печатает счета.", "take": "on"}


@pytest.fixture
def anna(db) -> Person:
    made = make_cast()
    add_phone(made.anna.pk, ANNA, actor=SYSTEM)
    return made.anna


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def ask(client, what: str, **given) -> str:
    return text_of(client.post(reverse(f"console-calls-{what}"), {**SAID, **given}))


def test_the_form_opens_with_a_number_that_was_given(as_vera):
    page = text_of(as_vera.get(reverse("console-calls-new"), {"number": ANNA}))
    assert f'value="{ANNA}"' in page
    assert "autofocus" in page


def test_whoever_calls_is_found_in_any_notation_and_chosen(as_vera, anna):
    found = ask(as_vera, "who")
    assert "Анна Вольская" in found
    assert "Право есть" in found
    assert f'value="{anna.pk}" checked' in found


def test_a_stranger_is_asked_who_they_are_and_looked_for_by_name(as_vera, anna):
    found = ask(as_vera, "who", number="+7 900 000-00-55")
    assert "незнакомый номер" in found
    assert "Спросите имя" in found
    found = ask(as_vera, "who", number="+7 900 000-00-55", name="вольск")
    assert "Возможно, это" in found
    assert 'value="0" checked' in found  # a guess by the name is nobody's until it is chosen


def test_who_is_found_costs_the_same_for_a_reception_desk(as_vera, anna, django_assert_max_num_queries):
    for index in range(4):
        person = _person(f"Сотрудник {index}", f"n{index}@example.org", Organisation.objects.first())
        add_phone(person.pk, ANNA, actor=SYSTEM)
    ask(as_vera, "who")  # the scheme is read once for a process
    with django_assert_max_num_queries(22):  # two a person for their licences, nothing else grows
        ask(as_vera, "who")


def test_verdict_and_term_come_while_the_words_are_typed(as_vera, anna):
    assert "Ответим до" in ask(as_vera, "outlook", person=str(anna.pk))
    assert "Предложение · класс по словам" in ask(
        as_vera, "outlook", person=str(anna.pk), text="Предлагаю добавить выгрузку в Excel."
    )
    assert "Спросите имя и номер лицензии" in ask(as_vera, "outlook", person="0")
    assert not Ticket.objects.exists()


def test_what_was_written_down_is_read_out(as_vera, anna, vera):
    page = text_of(as_vera.post(reverse("console-calls-new"), {**SAID, "person": str(anna.pk)}, follow=True))
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee, ticket.channel) == (anna, vera, "phone")
    assert "Ответим до" in page
    assert "<span>26</span>" in page
    assert "+7 900 000-00-17" in page


def test_an_uncovered_caller_hears_why_and_what_to_do(as_vera, anna):
    kirill = Person.objects.get(name="Кирилл Орлов")
    page = text_of(as_vera.post(reverse("console-calls-new"), {**SAID, "person": str(kirill.pk)}, follow=True))
    assert "Продлите лицензию" in page
    assert "Ответим до" not in page


def test_pressing_twice_writes_down_once(as_vera, anna):
    urls = [as_vera.post(reverse("console-calls-new"), {**SAID, "person": str(anna.pk)}).url for _ in range(2)]
    assert urls[0] == urls[1]
    assert Ticket.objects.count() == 1


WRONG = {
    "a number that is none": ({"number": "12-34"}, "не номер телефона"),
    "no words": ({"text": "  "}, "Запишите, что случилось"),
    "a licence that nobody has": ({"licence": "Л-0", "name": "Ирина"}, "Лицензии с таким номером нет"),
    "a moment to come": ({"at": "2044-01-01T10:00"}, "не позже этой минуты"),
}


@pytest.mark.parametrize(("given", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_can_not_be_is_said_beside_its_field_and_everything_typed_stays(as_vera, anna, given, words):
    sent = {**SAID, "text": "Не печатает счета.", "version": "4.2.1", **given}
    for headers in ({}, {"HX-Request": "true"}):
        answer = as_vera.post(reverse("console-calls-new"), sent, headers=headers)
        page = text_of(answer)
        assert answer.status_code == 422
        assert words in page
        assert "4.2.1" in page
        assert sent["text"] in page
        assert 'value="one form"' in page  # the same press, mended
    assert not Ticket.objects.exists()


def test_words_about_an_open_request_go_to_it(as_vera, anna, vera):
    ticket = phone_request.place("k", vera, Heard(ANNA, "Не печатает.", person_id=anna.pk))
    found = ask(as_vera, "who", about=ticket.number)
    assert f'value="{ticket.number}" checked' in found
    assert ticket.number in ask(as_vera, "outlook", about=ticket.number)
    as_vera.post(reverse("console-calls-new"), {**SAID, "about": ticket.number})
    assert Message.objects.filter(ticket=ticket).count() == 2
    assert Ticket.objects.count() == 1


def test_a_browser_without_a_form_key_is_told_so_and_makes_nothing(as_vera, anna):
    answer = as_vera.post(reverse("console-calls-new"), {**SAID, "key": ""})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()
