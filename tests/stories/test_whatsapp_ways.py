"""What stands around a conversation by WhatsApp: closed windows, other ways, files, echoes, messages without words."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from okibi.channels import inbox
from okibi.channels.messenger.shape import MB
from okibi.customers.models import PhoneNumber
from okibi.flows import messenger_out, other_ways, reply
from okibi.flows.messenger_check import FileRefusedError, WindowClosedError, check_files
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.policy.ticket_states import Event
from okibi.tickets.models import Message, Ticket
from tests.letters import mail
from tests.simulators.whatsapp import change, incoming
from tests.stories.test_whatsapp import ANNA, SENT_AT, cast, clock, codes, meta, push, work

__all__ = ["cast", "clock", "meta"]  # fixtures
pytestmark = pytest.mark.django_db


def test_outside_the_window_no_free_text_is_taken_and_a_template_opens_it_anew(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    clock.shift(timedelta(hours=24))
    standing = messenger_out.standing_of(ticket)
    assert (standing.can_write, standing.until) == (False, now())
    with pytest.raises(WindowClosedError, match="12:41"):
        reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    ticket.refresh_from_db()
    assert (ticket.reacted_at, ticket.messages.filter(kind="reply").count()) == (None, 0)
    (template,) = standing.templates
    values = messenger_out.defaults_of(ticket, template)
    assert values == [ticket.number]
    messenger_out.send_template(ticket.pk, template.name, template.language, values, cast.oleg)
    work()
    assert meta.sent[-1].body["template"]["name"] == "request_update"
    ticket.refresh_from_db()
    assert ticket.reacted_at is None  # no answer to what was asked
    push(incoming("wamid.2", content={"body": "Слушаю"}, timestamp=SENT_AT + 24 * 3600))
    work()
    assert messenger_out.standing_of(ticket).until == now() + timedelta(hours=24)
    reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    work()
    assert meta.sent[-1].text.startswith("Заново выберите принтер.")
    ticket.refresh_from_db()
    assert ticket.reacted_at == now()


def test_a_conversation_goes_on_by_e_mail_with_consent_and_its_timeline_stays_one(cast, clock, meta):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=now())
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    (way,) = other_ways.ways_of(ticket)
    assert (way.channel, way.address, way.consent) == ("email", "anna@example.org", "")
    with pytest.raises(InputError, match="consent"):
        other_ways.chosen(ticket, way.code, " ")
    with pytest.raises(InputError):
        other_ways.chosen(ticket, "email||stranger@example.org", "по телефону")
    agreed = other_ways.chosen(ticket, way.code, "по телефону, 20 ноября")
    message = reply.reply(ticket.pk, cast.oleg, "Подробности письмом.", way=agreed)
    letter = message.outbound
    assert (letter.channel, letter.recipient, message.channel) == ("email", "anna@example.org", "email")
    assert "References" not in letter.headers
    assert "messenger.moved" in codes(ticket)
    assert other_ways.ways_of(ticket)[0].consent == "по телефону, 20 ноября"  # nobody asks a second time
    thanks = mail(text="Спасибо, помогло", subject="Re: счета", In_Reply_To=letter.external_id)
    inbox.receive("email", "m2", thanks, "smtp", {"rcpt_to": [letter.headers["Reply-To"]]})
    work()
    assert [m.channel for m in ticket.messages.filter(kind="incoming")] == ["whatsapp", "email"]
    reply.reply(ticket.pk, cast.oleg, "Рады.")  # the default is the form of the request
    work()
    assert meta.sent[-1].text.startswith("Рады.")


@pytest.mark.parametrize(
    ("type_", "size", "taken"),
    [
        ("image/png", 5 * MB, True),
        ("image/png", 5 * MB + 1, False),
        ("application/pdf", 5 * MB + 1, True),
        ("video/mp4", 16 * MB + 1, False),
        ("application/pdf", 0, False),
    ],
)
def test_a_file_that_the_messenger_does_not_carry_is_refused_before_sending(type_, size, taken):
    file = {"name": "снимок.png", "type": type_, "size": size}
    with nullcontext() if taken else pytest.raises(FileRefusedError, match=r"снимок\.png"):
        check_files("whatsapp", [file])
    check_files("email", [file])


def echo(message_id, text="Уже смотрю."):
    return change(
        {"message_echoes": [{"from": "74950000000", "to": "79000000001", "id": message_id, "timestamp": str(SENT_AT),
                             "type": "text", "text": {"body": text}}]},
        "smb_message_echoes",
    )  # fmt: skip


def test_what_staff_say_first_stands_on_the_request_that_its_answer_opens(cast, clock, meta):
    push(echo("wamid.E1", "Здравствуйте, как счета?"))
    work()
    assert not Ticket.objects.exists()
    clock.shift(timedelta(hours=1))
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    said = [(m.kind, m.text) for m in ticket.messages.exclude(kind="automatic").order_by("at")]
    assert said == [("reply", "Здравствуйте, как счета?"), ("incoming", "Не печатает счета")]
    assert ticket.reacted_at is None
    push(incoming("wamid.2", content={"body": "ещё"}, timestamp=SENT_AT))
    work()
    assert ticket.messages.filter(kind="reply").count() == 1


def test_what_staff_say_after_the_end_stands_there_and_changes_nothing(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.", then=Event.SOLVE)
    clock.shift(timedelta(days=3))
    push(echo("wamid.E1", "Помогло?"))
    work()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.last().text) == ("solved", "Помогло?")
    push(incoming("wamid.2", content={"body": "Нет"}, timestamp=SENT_AT + 3 * 86400))
    work()
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.messages.last().text, ticket.state) == (1, "Нет", "open")


def test_a_message_without_words_is_kept_as_what_it_is(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    file = meta.add_file(b"OggS") | {"mime_type": "audio/ogg; codecs=opus", "voice": True}
    push(incoming("wamid.2", "audio", {key: file[key] for key in ("id", "mime_type", "sha256", "voice")}))
    place = {"latitude": 55.75, "longitude": 37.61, "name": "Офис", "address": "Лесная ул., 5"}
    push(incoming("wamid.3", "location", place, context={"id": "wamid.1"}))
    push(incoming("wamid.4", "order", {}))
    work()
    found = {m.external_id: m.messenger for m in Message.objects.filter(kind="incoming")}
    assert found == {
        "wamid.1": {},
        "wamid.2": {"parts": [{"kind": "audio", "voice": True}], "body": ""},
        "wamid.3": {
            "parts": [{"kind": "location", "place": [55.75, 37.61, "Офис", "Лесная ул., 5"]}],
            "body": "",
            "context": "wamid.1",
        },
        "wamid.4": {"parts": [{"kind": "unsupported"}], "body": ""},
    }
