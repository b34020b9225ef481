"""While a request is typed: answered ones that read alike, in any form of the word, and of one's own side only."""

import pytest

from okibi.articles import services as articles
from okibi.articles.services import Written
from okibi.customers.models import Person
from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind
from okibi.environments.models import EnrolledBy
from okibi.flows import ipv_conversation as talk
from okibi.flows import reply
from okibi.flows.ipv_request import Draft, place
from okibi.flows.similar import similar
from okibi.flows.visitor import of_device
from okibi.journal.services import Actor
from okibi.policy.ticket_states import Event
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
ANSWERED = {
    "Не печатает счета на новом принтере": "Заново выберите принтер в настройках.",
    "Ошибка E-17 при запуске программы": "Удалите файл lock.dat.",
    "Выгрузка отчёта в Excel пустая": "Поставьте флажок «все периоды».",
}


@pytest.fixture
def cast():
    return make_cast()


def a_device(person=None, **more):
    device = devices.create_device(
        secret="s", kind=DeviceKind.DESKTOP, enrolled_by=EnrolledBy.EMAIL, person=person, **more
    )
    return of_device(device)


@pytest.fixture
def anna(cast):
    anna = a_device(cast.anna)
    for text, answer in ANSWERED.items():
        ticket = place(anna, text, Draft(text, product="desktop"))
        reply.reply(ticket.pk, cast.oleg, answer, then=Event.SOLVE)
    return anna


def titles(visitor, text, **more):
    return [found.title for found in similar(visitor, text, **more)]


ALIKE = {
    "Здравствуйте, у нас не печатаются счёта на принтер": "Не печатает счета на новом принтере",
    "принтеры перестали печатать счет": "Не печатает счета на новом принтере",
    "выскакивает ошибка E-17": "Ошибка E-17 при запуске программы",
    "e-17": "Ошибка E-17 при запуске программы",
    "отчеты не выгружаются в эксель Excel": "Выгрузка отчёта в Excel пустая",
}


@pytest.mark.parametrize(("typed", "title"), ALIKE.items())
def test_the_most_alike_comes_first_in_any_form_of_the_word(anna, typed, title):
    assert titles(anna, typed)[:1] == [title]


@pytest.mark.parametrize("typed", ["", "и в на не", "Здравствуйте!", "%_'\\", "погода завтра", "ж" * 5000])
def test_what_says_nothing_finds_nothing(anna, typed):
    assert titles(anna, typed) == []


def test_it_shows_the_answer_and_no_note(cast, anna):
    (found,) = similar(anna, "не печатает счета")
    assert (found.kind, found.excerpt) == ("request", "Заново выберите принтер в настройках.")
    assert found.at is not None


def test_who_may_know_of_it(cast, anna):
    """Least rights: Anna herself on another device, and the administrator of her organisation; no colleague."""
    head = Person.objects.create(name="Глава Рябины", organisation=cast.ryabina, organisation_admin=True)
    claims = Person.objects.create(
        name="Кто-то", organisation=cast.ryabina, organisation_admin=True, organisation_claimed=True
    )
    may = {
        "anna on another device": a_device(cast.anna),
        "the administrator of the organisation": a_device(head),
        "boris of the same organisation": a_device(cast.boris),
        "who only claims to belong to it": a_device(claims),
        "kirill of another": a_device(cast.kirill),
        "a licence number": a_device(organisation=cast.ryabina, licence_number="Л-2026-0418"),
        "nobody": a_device(),
    }
    assert {name for name, visitor in may.items() if titles(visitor, "не печатает счета")} == {
        "anna on another device",
        "the administrator of the organisation",
    }


def test_help_articles_are_for_everybody(cast, anna):
    oleg = Actor("staff", cast.oleg.pk, cast.oleg.name)
    articles.publish(
        articles.save(None, Written("Слетела привязка кассы", "Привяжите её снова.", slug="kassa"), oleg).pk, oleg
    )
    for visitor in (anna, a_device(cast.kirill), a_device(), None):
        assert [found.key for found in similar(visitor, "слетела привязка кассы")] == ["kassa"]


def test_what_is_not_answered_or_was_withdrawn_is_no_help(cast, anna):
    open_one = place(anna, "o", Draft("Не открывается касса"))
    reply.reply(open_one.pk, cast.oleg, "Смотрим.")
    withdrawn = place(anna, "w", Draft("Касса не открывается совсем"))
    talk.withdraw(anna, withdrawn.number)
    assert titles(anna, "не открывается касса") == []


def test_another_product_s_requests_are_left_out(cast, anna):
    assert titles(anna, "не печатает счета", product="desktop")
    assert titles(anna, "не печатает счета", product="server") == []


def test_it_takes_two_queries_and_one_for_articles(anna, django_assert_num_queries):
    similar(anna, "прогрев")
    with django_assert_num_queries(3):
        similar(anna, "не печатает счета")
