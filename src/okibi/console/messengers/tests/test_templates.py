"""Templates that Meta approved: fetched by a job and a button, offered outside the window, changed by Meta."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from okibi.channels.messenger import template_book
from okibi.channels.models import Outbound
from okibi.console.messengers.tests.conftest import DAY, SENT_AT, push, work
from okibi.console.messengers.tests.test_ticket_page import page, words, write
from okibi.flows import messenger_out, messenger_templates, reply
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.simulators.whatsapp import WABA, error, incoming, status, template_news

NEWS = {"type": "BODY", "text": "{{1}}, по заявке {{2}} есть ответ."}
PLAIN = {"type": "BODY", "text": "Напишите нам, чтобы продолжить."}


@pytest.fixture
def listed(meta, settings, tmp_path):
    """An account whose business account is known, and three templates there."""
    messengers.configure(settings, tmp_path, messengers.account("whatsapp", meta.url, waba_id=WABA))
    meta.add_template("answer_ready", NEWS)
    meta.add_template("write_to_us", PLAIN, status="PENDING")
    meta.add_template("invoice", {"type": "HEADER", "format": "DOCUMENT"}, PLAIN)
    return meta


def accounts(client):
    return client.get(reverse("console-messengers"), headers={"Accept-Language": "ru"})


def offered(ticket):
    return [each.name for each in messenger_out.standing_of(ticket).templates]


def test_until_the_list_is_fetched_those_of_the_settings_are_offered(ticket, listed):
    assert offered(ticket) == ["request_update"]
    assert messenger_templates.fetch_all() == 1
    assert offered(ticket) == ["answer_ready"]  # approved, and one that can be filled here
    asked = [request for request in listed.requests if request.path.endswith("/message_templates")]
    assert [request.query.get("after", "") for request in asked] == ["", "2"]  # page by page
    assert all(request.headers["authorization"] for request in asked)


def test_the_button_fetches_and_the_page_says_what_became_of_each(oleg, ticket, listed):
    assert "Ещё не получены" in words(accounts(oleg))
    done = oleg.post(reverse("console-messengers-templates", args=["whatsapp", "main"]), follow=True)
    said = words(done)
    assert "Получено 3 шаблона" in said
    assert "{{1}}, по заявке {{2}} есть ответ." in said
    assert "на проверке" in said
    assert "не предлагается: в заголовке файл или карта" in said
    listed.next_replies.append(error(401, 190))
    failed = words(oleg.post(reverse("console-messengers-templates", args=["whatsapp", "main"]), follow=True))
    assert "Шаблоны не получены: ключ доступа больше не действует (190)." in failed
    assert offered(ticket) == ["answer_ready"]  # what was fetched stays


def test_an_account_without_its_business_account_says_what_is_missing(oleg, meta):
    assert "С waba_id в файле настроек" in words(accounts(oleg))
    said = words(oleg.post(reverse("console-messengers-templates", args=["whatsapp", "main"]), follow=True))
    assert "укажите waba_id" in said


def test_metas_news_take_a_template_away_and_give_it_back(ticket, listed):
    messenger_templates.fetch_all()
    push(template_news("answer_ready", "PAUSED"))
    assert offered(ticket) == []
    push(template_news("answer_ready", "APPROVED"), template_news("write_to_us", "APPROVED"))
    assert offered(ticket) == ["answer_ready", "write_to_us"]
    push(template_news("write_to_us", "REJECTED", reason="INVALID_FORMAT"))
    assert [each.reason for each in template_book.kept("whatsapp", WABA) if each.name == "write_to_us"] == [
        "INVALID_FORMAT"
    ]


def test_news_of_what_is_not_stored_have_the_list_fetched(ticket, listed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        push(template_news("brand_new", "APPROVED"))
    assert ProcrastinateJob.objects.filter(task_name=messenger_templates.TASK, status="todo").count() == 1


def test_outside_the_window_its_fields_are_asked_for_and_sent(oleg, ticket, listed, clock):
    messenger_templates.fetch_all()
    clock.shift(DAY)
    code = "template:answer_ready|ru"
    html = page(oleg, ticket).content.decode()
    assert f'value="{code}" data-way="template" checked' in html
    assert html.count(f'-{code}" name="value-') == 2
    assert write(oleg, ticket, way=code, **{f"value-1-{code}": "Анна", f"value-2-{code}": " "}).status_code == 422
    given = {f"value-1-{code}": "Анна", f"value-2-{code}": ticket.number}
    assert write(oleg, ticket, way=code, **given).status_code == 200
    work()
    parameters = [{"type": "text", "text": "Анна"}, {"type": "text", "text": ticket.number}]
    assert listed.sent[-1].body["template"]["components"] == [{"type": "body", "parameters": parameters}]
    assert ticket.messages.last().text == f"Анна, по заявке {ticket.number} есть ответ."


@pytest.fixture
def undelivered(ticket, cast, meta):
    """An answer upon which the window closed on its way."""
    Ticket.objects.update(requester=cast.anna)
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    work()
    push(status(meta.sent[-1].id, "failed", code=131047))
    return reverse("console-messengers-closed", args=[message.outbound_id])


def instead(oleg, url, **fields):
    return oleg.post(url, fields, headers={"Accept-Language": "ru"})


def test_a_message_that_the_window_closed_upon_goes_by_a_template(oleg, ticket, undelivered, clock, meta):
    clock.shift(DAY)
    assert f'href="{undelivered}"' in page(oleg, ticket).content.decode()
    shown = words(oleg.get(undelivered, headers={"Accept-Language": "ru"}))
    assert "Заново выберите принтер." in shown
    assert "По заявке" in shown
    code = "template:request_update|ru"
    assert instead(oleg, undelivered, way=code, **{f"value-1-{code}": ""}).status_code == 422
    assert instead(oleg, undelivered, way=code, **{f"value-1-{code}": ticket.number}).status_code == 302
    work()
    assert meta.sent[-1].body["template"]["name"] == "request_update"
    again = instead(oleg, undelivered, way=code, **{f"value-1-{code}": ticket.number})
    assert (again.status_code, "уже отправлено другое" in words(again)) == (422, True)
    assert Message.objects.filter(kind="reply").count() == 2


def test_or_by_another_way_with_consent(oleg, undelivered, clock):
    clock.shift(DAY)
    way = "email||anna@example.org"
    assert "Запишите согласие" in words(instead(oleg, undelivered, way=way, consent=" "))
    assert instead(oleg, undelivered, way=way, consent="сказала по телефону").status_code == 302
    letter = Outbound.objects.get(channel="email")
    assert letter.text.startswith("Заново выберите принтер.")


def test_or_once_more_when_they_wrote_again(oleg, undelivered, clock, meta):
    clock.shift(DAY)
    assert "свободный текст уже не дойдёт" in words(instead(oleg, undelivered, way=""))
    push(incoming("wamid.2", content={"body": "Слушаю"}, timestamp=SENT_AT + 86400))
    sent = len(meta.sent)
    assert instead(oleg, undelivered, way="").status_code == 302
    work()
    assert meta.sent[sent].text.startswith("Заново выберите принтер.")
    assert oleg.get(undelivered).status_code == 404  # it waits for nothing any more
