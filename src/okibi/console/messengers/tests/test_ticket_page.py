"""A ticket that came by a messenger: until when one may write, what goes instead, and what the timeline shows."""

import re
from datetime import timedelta
from html import unescape

from django.urls import reverse

from okibi.console.messengers.tests.conftest import DAY, SENT_AT, push, work
from okibi.customers.models import PhoneNumber
from okibi.flows import reply
from okibi.kernel.clock import now
from okibi.tickets.models import Message, Ticket
from tests.simulators.whatsapp import change, incoming, status

HTMX = {"HX-Request": "true"}
TEMPLATE = "template:request_update|ru"


def words(response):
    """The page as one reads it."""
    text = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def page(oleg, ticket, language="ru"):
    return oleg.get(f"/console/t/{ticket.number}/", headers={"Accept-Language": language})


def write(oleg, ticket, **fields):
    return oleg.post(reverse("console-write", args=[ticket.number]), {"act": "reply", **fields}, headers=HTMX)


def test_the_composer_says_by_which_number_and_until_when_one_may_write(oleg, ticket, clock):
    said = words(page(oleg, ticket))
    assert "WhatsApp: с номера «Горячая линия»" in said
    assert "900 000-00-10" in said
    assert "(Олег Лесин)" in said
    assert "московское время, осталось 24 часа" in said
    clock.shift(timedelta(hours=22, minutes=30))
    fragment = oleg.get(reverse("console-ticket-window", args=[ticket.number]) + "?closed=0")
    assert "осталось 1 час 30 минут" in words(fragment)
    assert "way-soon" in fragment.content.decode()
    assert "HX-Trigger" not in fragment.headers
    clock.shift(timedelta(minutes=90))
    fragment = oleg.get(reverse("console-ticket-window", args=[ticket.number]) + "?closed=0")
    assert fragment.headers["HX-Trigger"] == "window-changed"  # the ways are asked for anew
    assert "Свободный текст не дойдёт" in words(fragment)


def test_after_the_end_no_free_text_but_a_template_and_the_answer_opens_it_anew(oleg, ticket, clock, meta):
    clock.shift(DAY)
    html = page(oleg, ticket).content.decode()
    assert f'value="{TEMPLATE}" data-way="template" checked' in html
    assert re.search(r'name="way" value="" disabled', html)
    assert re.search(r'name="value-1-[^"]+" hx-preserve="true" value="26-', html)  # what one sees is what is sent
    refused = write(oleg, ticket, body="Заново выберите принтер.", way="")
    assert refused.status_code == 422
    assert "до 12:41" in words(refused) or "12:41" in words(refused)
    assert not Message.objects.filter(kind="reply").exists()
    sent = write(oleg, ticket, way=TEMPLATE, **{f"value-1-{TEMPLATE}": ticket.number})
    assert sent.status_code == 200
    work()
    assert meta.sent[-1].body["template"]["name"] == "request_update"
    assert "Шаблон: Есть новости по заявке" in words(page(oleg, ticket))
    push(incoming("wamid.2", content={"body": "Слушаю"}, timestamp=SENT_AT + 86400))
    assert write(oleg, ticket, body="Заново выберите принтер.", way="").status_code == 200
    work()
    assert meta.sent[-1].text.startswith("Заново выберите принтер.")


def test_another_address_is_asked_consent_for_and_asked_once(oleg, ticket, cast, clock):
    Ticket.objects.update(requester=cast.anna)
    clock.shift(DAY)
    way = "email||anna@example.org"
    assert f'value="{way}" data-way="other"' in page(oleg, ticket).content.decode()
    refused = write(oleg, ticket, body="Подробности письмом.", way=way, consent=" ")
    assert (refused.status_code, "Запишите согласие" in words(refused)) == (422, True)
    assert write(oleg, ticket, body="Подробности письмом.", way=way, consent="по телефону").status_code == 200
    said = page(oleg, ticket)
    assert "Согласие: по телефону" in words(said)
    assert f'value="{way}" data-way="agreed"' in said.content.decode()
    assert write(oleg, ticket, body="И ещё.", way=way).status_code == 200


def test_a_refusal_does_not_go_by_a_template_but_goes_another_way(oleg, ticket, cast, clock):
    Ticket.objects.update(requester=cast.anna)
    clock.shift(DAY)
    given = {"act": "refuse", "ground": "conflicts", "reasons": "Это противоречит закону о счетах."}
    assert "Отказ шаблоном не отправить" in words(write(oleg, ticket, way=TEMPLATE, **given))
    assert write(oleg, ticket, way="email||anna@example.org", consent="в чате", **given).status_code == 200
    assert Message.objects.get(kind="refusal").outbound.channel == "email"


def test_everything_that_a_messenger_carries_reads_as_people_expect(oleg, ticket, meta):
    voice = meta.add_file(b"OggS" + b"\x00" * 40) | {"mime_type": "audio/ogg; codecs=opus", "voice": True}
    voice.pop("filename", None)
    picture = meta.add_file(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40) | {"mime_type": "image/png", "caption": "Вот *снимок*"}
    picture.pop("filename", None)
    card = [{"name": {"formatted_name": "Борис Лапин"}, "phones": [{"phone": "+79000000002"}]}]
    place = {"latitude": 55.75, "longitude": 37.61, "name": "Офис", "address": "Лесная ул., 5"}
    push(
        incoming("wamid.2", "audio", voice),
        incoming("wamid.3", "image", picture),
        incoming("wamid.4", "contacts", card),
        incoming("wamid.5", "location", place),
        incoming("wamid.6", content={"body": "это про неё"}, context={"id": "wamid.1"}),
        incoming("wamid.7", content={"body": "чужое"}, context={"forwarded": True}),
        incoming("wamid.8", "order", {}),
        incoming("wamid.9", "reaction", {"message_id": meta.sent[0].id, "emoji": "👍"}),
        incoming("wamid.10", "edit", {"original_message_id": "wamid.1",
                                      "message": {"type": "text", "text": {"body": "Не печатает акты"}}}),
        incoming("wamid.11", "revoke", {"original_message_id": "wamid.7"}),
    )  # fmt: skip
    shown = page(oleg, ticket)
    html, said = shown.content.decode(), words(shown)
    assert "<audio controls" in html
    assert 'class="file file-thumb"' in html
    assert "<strong>снимок</strong>" in html
    assert 'href="tel:+79000000002"' in html
    assert "Борис Лапин" in said
    assert "Офис, Лесная ул., 5 55.75, 37.61 Открыть на карте" in said
    assert "<iframe" not in html
    assert "msg-quote" in html
    assert "Переслано" in said
    assert "содержание видно только в самом мессенджере" in said
    assert "👍" in said
    assert "Не печатает акты" in said
    assert "Исправлено, показать, что было" in said
    assert "Автор удалил сообщение в мессенджере." in said
    english = words(page(oleg, ticket, "en"))
    assert "its content can be seen in the messenger only" in english
    assert "Голосовое" not in english


def test_a_message_that_was_not_delivered_says_why(oleg, ticket, cast, meta):
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    work()
    push(status(meta.sent[-1].id, "failed", code=131026))
    message.outbound.refresh_from_db()
    assert "не отправлено: у этого номера нет WhatsApp, или он не принимает сообщения фирм (131026)" in words(
        page(oleg, ticket)
    )


def test_what_was_written_on_the_telephone_is_shown_as_such(oleg, ticket):
    echo = {"from": "74950000000", "to": "79000000001", "id": "wamid.E1", "timestamp": str(SENT_AT), "type": "text",
            "text": {"body": "Уже смотрю."}}  # fmt: skip
    push(change({"message_echoes": [echo]}, "smb_message_echoes"))
    assert "написано на телефоне поддержки Уже смотрю." in words(page(oleg, ticket))


def test_a_ticket_by_mail_has_no_word_of_windows(oleg, cast, clock, meta):
    from tests.letters import mail, placed

    PhoneNumber.objects.create(person=cast.anna, e164="+79000000001", verified_at=now())
    letter = placed(mail())
    assert 'id="ways"' not in page(oleg, letter).content.decode()
