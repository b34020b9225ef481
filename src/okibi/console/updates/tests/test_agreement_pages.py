"""Agreements in the console: proposed from a request, listed, answered on the customer's word, withdrawn."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from okibi.accounts.roles import Role
from okibi.accounts.services import create_staff
from okibi.customers.services import verify_email
from okibi.environments.kinds import DeviceKind, EnrolledBy
from okibi.environments.services import create_device
from okibi.journal.services import SYSTEM
from okibi.kernel.clock import now
from okibi.updates.models import Agreement
from tests.cast import make_cast
from tests.letters import mail, placed
from tests.two_of_the_desk import PASSWORD

pytestmark = pytest.mark.django_db
ASKED = "Прошу настроить автоматическое обновление на наших компьютерах."
LIST = reverse("console-updates")


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def cast(db):
    cast = make_cast()
    verify_email(cast.anna.emails.get().pk)
    return cast


@pytest.fixture
def device(cast):
    return create_device(
        secret="s" * 43, kind=DeviceKind.DESKTOP, enrolled_by=EnrolledBy.EMAIL, name="Касса-1", person=cast.anna,
        organisation=cast.ryabina,
    )  # fmt: skip


@pytest.fixture
def ticket(cast):
    return placed(mail(subject="Автоматическое обновление", text=ASKED))


@pytest.fixture
def form(ticket):
    return reverse("console-updates-new", args=[ticket.number])


@pytest.fixture
def typed(device):
    return {
        "products": ["desktop"], "rows": "2", "device-0": device.pk, "take-0": "on", "name-0": "Касса-1",
        "way-0": "poll", "name-1": "Сервер", "way-1": "ssh", "address-1": "srv.example.org", "port-1": "2222",
        "mon": "22:00-06:00, 12:00-13:00", "zone": "Asia/Omsk",
        "last_day": (now().date() + timedelta(days=30)).isoformat(), "note": "Начнём с кассы.",
    }  # fmt: skip


@pytest.fixture
def made(as_vera, form, typed):
    assert as_vera.post(form, typed).status_code == 302
    return Agreement.objects.get()


def address(agreement, act=""):
    return reverse("console-agreement-act" if act else "console-agreement", args=[agreement.pk])


def test_the_request_shows_the_way_to_it(as_vera, ticket, form):
    page = text_of(as_vera.get(f"/console/t/{ticket.number}/"))
    assert "Предложить доступ" in page
    assert form in page


def test_the_form_begins_with_the_customers_devices_and_quiet_hours(as_vera, device, form):
    page = text_of(as_vera.get(form))
    assert "Касса-1" in page
    assert page.count('value="22:00-06:00"') == 7


def test_what_was_typed_becomes_an_agreement(made, device, ticket):
    assert (made.state, made.products, made.zone) == ("proposed", ["desktop"], "Asia/Omsk")
    assert made.windows == {"mon": ["12:00-13:00", "22:00-06:00"]}
    hosts = [(host.name, host.device_id, host.way, host.address, host.port) for host in made.hosts.order_by("pk")]
    assert hosts == [("Касса-1", device.pk, "poll", "", None), ("Сервер", None, "ssh", "srv.example.org", 2222)]
    assert made.ticket_id == ticket.pk


def test_other_terms_begin_with_those_of_before(as_vera, made, form):
    page = text_of(as_vera.get(form))
    for words in ('value="12:00-13:00, 22:00-06:00"', 'value="srv.example.org"', 'value="2222"', "Начнём с кассы."):
        assert words in page


def test_more_rows_are_asked_for_and_nothing_is_lost(as_vera, form, typed):
    page = text_of(as_vera.post(form, {**typed, "more": "1"}))
    assert 'name="name-6"' in page
    assert 'value="srv.example.org"' in page
    assert not Agreement.objects.exists()


WRONG = {
    "hours": ({"mon": "ночью"}, "Не похоже на часы: «ночью»"),
    "a day that is none": ({"last_day": "завтра"}, "Последний день"),
    "a port": ({"port-1": "порт"}, "Порт — число от 1 до 65535."),
    "an address": ({"address-1": "localhost"}, "Это адрес самого сервера поддержки."),
    "a product": ({"products": []}, "Выберите, что обновлять."),
    "no computer": ({"rows": "0"}, "Назовите хотя бы один компьютер."),
    "a zone": ({"zone": "Moon/Crater"}, "Часовой пояс"),
    "another's device": ({"device-0": "999999", "name-1": ""}, None),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_vera, form, typed, change, words):
    answer = as_vera.post(form, {**typed, **change})
    if words is None:  # the row is a computer of that name then, and no device of theirs
        assert Agreement.objects.get().hosts.get().device_id is None
        return
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Начнём с кассы." in text_of(answer)
    assert not Agreement.objects.exists()


def test_one_agreement_shows_what_was_granted_and_its_week(as_vera, made):
    page = text_of(as_vera.get(address(made)))
    for words in ("ООО «Рябина»", "srv.example.org:2222", "пн 12:00–13:00, 22:00–06:00", "<rect ", "ждёт ответа"):
        assert words in page


def test_the_customers_word_needs_who_said_it(as_vera, made):
    assert "Запишите, кто и как" in text_of(as_vera.post(address(made, "act"), {"act": "confirm"}, follow=True))
    said = {"act": "confirm", "note": "Анна Вольская, по телефону"}
    assert "доступ действует" in text_of(as_vera.post(address(made, "act"), said, follow=True))
    page = text_of(as_vera.get(address(made)))
    assert "со слов, записал специалист" in page
    assert "Анна Вольская, по телефону" in page


def test_the_desk_withdraws_it(as_vera, made):
    page = text_of(as_vera.post(address(made, "act"), {"act": "withdraw", "reason": "замена"}, follow=True))
    assert "Доступ отозван" in page
    assert "замена" in page
    assert "The customer told me" not in page
    again = text_of(as_vera.post(address(made, "act"), {"act": "withdraw"}, follow=True))
    assert "Нужен новый" in again


FOUND = {
    "all": ({}, True),
    "by the organisation": ({"q": "рябина"}, True),
    "by the computer": ({"q": "касса"}, True),
    "by the request": ({"q": "NUMBER"}, True),
    "by nothing": ({"q": "кедр"}, False),
    "those that wait": ({"state": "proposed"}, True),
    "those in force": ({"state": "confirmed"}, False),
}


@pytest.mark.parametrize(("query", "there"), FOUND.values(), ids=FOUND)
def test_the_list_is_searched_and_filtered(as_vera, made, ticket, query, there):
    asked = {name: ticket.number if value == "NUMBER" else value for name, value in query.items()}
    assert (address(made) in text_of(as_vera.get(LIST, asked))) is there


def test_an_empty_list_says_how_it_begins(as_vera):
    assert "Пока никто не дал доступа" in text_of(as_vera.get(LIST))


def test_the_list_costs_the_same_whatever_its_length(as_vera, made, django_assert_max_num_queries):
    as_vera.get(LIST)
    with django_assert_max_num_queries(9):
        as_vera.get(LIST)


def test_release_managers_look_and_propose_nothing(client, made, form):
    client.force_login(create_staff("gleb@example.org", "Gleb", [Role.RELEASES], SYSTEM, password=PASSWORD))
    assert client.get(address(made)).status_code == 200
    assert client.get(form).status_code == 403
    assert client.post(address(made, "act"), {"act": "withdraw"}).status_code == 403


def test_what_is_not_there_is_not_found(as_vera):
    assert as_vera.get("/console/updates/999999/").status_code == 404
