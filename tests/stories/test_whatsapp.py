"""WhatsApp from the push at the door to the answer on the wire, against the Cloud API's simulator."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox, outbox
from okibi.channels.messenger.shape import MB
from okibi.channels.models import Inbound, Outbound
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.flows import messenger_files, messenger_out, other_ways, reply
from okibi.flows.delivery_report import on_sent
from okibi.flows.intake import take
from okibi.flows.messenger_check import FileRefusedError, WindowClosedError, check_files
from okibi.journal.models import Entry
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.policy.ticket_states import Event
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.cast import make_cast
from tests.letters import mail
from tests.simulators.whatsapp import PHONE_ID, VERIFY, WhatsApp, change, incoming, signature, status, webhook

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"  # 12:41 in Moscow
SENT_AT = 1795167660  # the same moment
ANNA = "+79000000001"
URL = "/hooks/whatsapp/main"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def meta(settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path / "files")
    with WhatsApp() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("whatsapp", vendor.url))
        yield vendor


def push(*changes, **headers):
    body = webhook(*changes)
    given = {"X-Hub-Signature-256": signature(body)} | headers
    return Client().post(URL, body, content_type="application/json", headers=given).status_code


def work():
    """What the worker does: take in, fetch files, send."""
    while inbox.process_batch(take):
        pass
    messenger_files.fetch_due()
    outbox.drain(on_sent)


def codes(ticket):
    return [entry.code for entry in Entry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")]


def test_a_request_with_a_document_is_answered_from_the_same_number_inside_the_window(cast, clock, meta):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=now())
    log = b"E-17 at line 42\n" * 100
    file = meta.add_file(log) | {"caption": "Не печатает счета, вот журнал"}
    assert push(incoming("wamid.1", "document", file, timestamp=SENT_AT)) == 200
    work()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.requester, ticket.requester_address, ticket.requester_sure) == (
        "whatsapp", cast.anna, ANNA, True,
    )  # fmt: skip
    assert ticket.subject == "Не печатает счета, вот журнал"
    attached = ticket.messages.get(kind=Message.Kind.INCOMING).attachments.get()
    assert (attached.name, attached.type, attached.size) == ("log.zip", "application/zip", len(log))
    receipt = meta.sent[0]
    assert receipt.to == ANNA
    assert ticket.number in receipt.text
    assert "24 ноября" in receipt.text
    assert "Л-2026-0418" in receipt.text  # a verified tie: the licence may be named
    assert len(receipt.text) < 500

    standing = messenger_out.standing_of(ticket)
    assert (standing.account, standing.can_write, standing.until) == ("main", True, now() + timedelta(hours=24))
    clock.shift(timedelta(minutes=20))
    report = {"name": "Как починить.pdf", "type": "application/pdf", "content": b"%PDF-1.7"}
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.", [report])
    work()
    _, answer, sent_file = meta.sent
    assert answer.text.startswith("Заново выберите принтер.")
    assert answer.body["context"] == {"message_id": "wamid.1"}
    assert (sent_file.file.name, sent_file.file.content) == ("Как починить.pdf", b"%PDF-1.7")
    message.refresh_from_db()
    assert (message.outbound.state, message.external_id) == ("sent", answer.id)
    ticket.refresh_from_db()
    assert ticket.reacted_at == now()
    for state in ("read", "sent", "delivered"):  # out of order, and never back
        assert push(status(answer.id, state)) == 200
    work()
    message.outbound.refresh_from_db()
    assert message.outbound.state == "read"
    assert meta.requests[-1].path == f"/{PHONE_ID}/messages"


def test_outside_the_window_a_template_or_another_address_with_consent(cast, clock, meta):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA)
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.requester_sure) == (cast.anna, False)
    assert "Л-2026-0418" not in meta.sent[0].text  # nobody verified that the number is Anna's
    clock.shift(timedelta(hours=24) - timedelta(seconds=1))
    meta.closed.add(ANNA)  # it closes while the answer is on its way
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    work()
    row = Outbound.objects.get(pk=message.outbound_id)
    assert row.state == "no_window"
    assert codes(ticket)[-1] == "messenger.window_closed"
    tried = len(meta.requests)
    clock.shift(timedelta(hours=1))
    work()
    assert len(meta.requests) == tried  # nothing is tried again by itself

    with pytest.raises(InputError):
        messenger_out.by_template(row.pk, "request_update", "ru", [], cast.oleg)
    messenger_out.by_template(row.pk, "request_update", "ru", [ticket.number], cast.oleg)
    work()
    assert meta.sent[-1].body["template"] == {
        "name": "request_update", "language": {"code": "ru"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": ticket.number}]}],
    }  # fmt: skip
    assert ticket.messages.last().text == f"По заявке {ticket.number} есть ответ. Напишите нам, чтобы продолжить."

    with pytest.raises(InputError):
        messenger_out.by_other_way(row.pk, "email", "anna@example.org", " ", cast.oleg)
    with pytest.raises(InputError):
        messenger_out.by_other_way(row.pk, "email", "stranger@example.org", "по телефону", cast.oleg)
    letter = messenger_out.by_other_way(row.pk, "email", "anna@example.org", "по телефону, 21 ноября", cast.oleg)
    assert (letter.channel, letter.recipient, letter.text) == ("email", "anna@example.org", row.text)
    assert codes(ticket)[-1] == "messenger.moved"
    with pytest.raises(ConflictError):
        messenger_out.by_other_way(letter.pk, "email", "anna@example.org", "ещё раз", cast.oleg)


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


def test_a_failed_status_says_the_same_of_a_closed_window(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    receipt = Outbound.objects.get()
    push(status(receipt.external_id, "failed", code=131047))
    work()
    receipt.refresh_from_db()
    assert receipt.state == "no_window"


def test_a_status_that_comes_before_the_answer_to_our_own_request_finds_it_by_our_key(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    while inbox.process_batch(take):
        pass
    row = Outbound.objects.get()
    Outbound.objects.update(state="sending")  # the worker has it in hand
    push(status("wamid.OUT9", "delivered", own=row.key))
    while inbox.process_batch(take):
        pass
    row.refresh_from_db()
    assert (row.state, row.external_id) == ("delivered", "wamid.OUT9")


@pytest.mark.parametrize(
    ("code", "http", "state", "waits"),
    [
        (131026, 400, "failed", None),  # no such account
        (131050, 400, "failed", None),
        (131047, 400, "no_window", None),
        (131056, 400, "queued", timedelta(seconds=4)),  # pair: 4^n
        (130429, 429, "queued", timedelta(seconds=60)),
        (131000, 500, "queued", timedelta(minutes=1)),
        (190, 401, "queued", timedelta(minutes=10)),  # the token: no message is at fault
    ],
)
def test_an_error_code_ends_in_its_state(cast, clock, meta, code, http, state, waits):
    from tests.simulators.whatsapp import error

    push(incoming("wamid.1", timestamp=SENT_AT))
    meta.next_replies.append(error(http, code))
    work()
    row = Outbound.objects.get()
    assert row.state == state
    assert row.attempts == (0 if code == 190 else 1)
    if waits:
        assert row.next_attempt_at == now() + waits


def test_a_line_that_breaks_after_the_request_leaves_it_uncertain(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    meta.next_replies.append("hang up")
    work()
    assert Outbound.objects.get().state == "uncertain"


def test_more_of_the_same_person_goes_on_with_the_running_request(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    push(incoming("wamid.2", content={"body": "Windows 7, .NET 4.8"}, timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    assert [m.text for m in ticket.messages.filter(kind="incoming")] == ["Не печатает счета", "Windows 7, .NET 4.8"]
    assert len(meta.sent) == 1


def test_one_person_by_user_id_and_by_number(cast, clock, meta):
    bsuid = "RU.13491208655302741918"
    push(incoming("wamid.1", user_id=bsuid, timestamp=SENT_AT))
    push(incoming("wamid.2", sender="", user_id=bsuid, content={"body": "без номера"}, timestamp=SENT_AT))
    push(incoming("wamid.3", sender="", user_id="RU.5", content={"body": "другой"}, timestamp=SENT_AT))
    work()
    assert [ticket.requester_address for ticket in Ticket.objects.order_by("id")] == [ANNA, "RU.5"]
    assert Ticket.objects.order_by("id")[0].messages.filter(kind="incoming").count() == 2
    assert meta.sent[-1].body["recipient"] == "RU.5"
    assert "to" not in meta.sent[-1].body
    assert MessengerIdentity.objects.get(user_id=bsuid).e164 == ANNA


def test_reactions_edits_withdrawals_and_another_number_stand_on_the_ticket(cast, clock, meta):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=now())
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    ticket = Ticket.objects.get()
    push(incoming("wamid.2", "reaction", {"message_id": meta.sent[0].id, "emoji": "👍"}))
    push(incoming("wamid.3", "reaction", {"message_id": meta.sent[0].id}))
    edit = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Не печатает акты"}}}
    push(incoming("wamid.4", "edit", edit))
    push(incoming("wamid.5", "revoke", {"original_message_id": "wamid.1"}))
    system = {"body": "Анна changed", "wa_id": "79000000009", "type": "user_changed_number"}
    push(incoming("wamid.6", "system", system))
    work()
    assert codes(ticket)[-5:] == [
        "messenger.reaction", "messenger.reaction_removed", "messenger.edited", "messenger.revoked",
        "messenger.number_changed",
    ]  # fmt: skip
    assert ticket.messages.get(external_id="wamid.1").text == "Не печатает акты"
    ticket.refresh_from_db()
    assert (ticket.requester_address, ticket.requester_sure) == ("+79000000009", False)
    identity = MessengerIdentity.objects.get()
    assert (identity.e164, identity.person, identity.verified_at) == ("+79000000009", cast.anna, None)


def test_nobody_else_may_change_a_message(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    edit = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "взломано"}}}
    push(incoming("wamid.2", "edit", edit, sender="79000000066"))
    work()
    assert Message.objects.get(external_id="wamid.1").text == "Не печатает счета"


def test_what_staff_say_on_the_telephone_is_the_desks_answer(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    work()
    echo = {"from": "74950000000", "to": "79000000001", "id": "wamid.E1", "timestamp": str(SENT_AT), "type": "text",
            "text": {"body": "Уже смотрю."}}  # fmt: skip
    push(change({"message_echoes": [echo]}, "smb_message_echoes"))
    work()
    ticket = Ticket.objects.get()
    said = ticket.messages.get(external_id="wamid.E1")
    assert (said.kind, said.text, said.author_name) == ("reply", "Уже смотрю.", "Телефон поддержки")
    assert ticket.reacted_at == now()
    assert Outbound.objects.count() == 1  # it went out already


def test_a_read_mark_goes_to_the_latest_message(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT), incoming("wamid.2", content={"body": "и ещё"}, timestamp=SENT_AT + 5))
    work()
    clock.shift(timedelta(seconds=30))
    push(incoming("wamid.3", content={"body": "и вот"}, timestamp=SENT_AT + 20))
    work()
    desk = Client()
    desk.force_login(cast.oleg)
    for _ in range(2):
        assert desk.get(f"/console/t/{Ticket.objects.get().number}/").status_code == 200
    work()
    assert meta.read == ["wamid.3"]


def test_a_file_that_is_not_what_was_declared_is_lost_and_told(cast, clock, meta):
    file = meta.add_file(b"the log") | {"sha256": "0" * 64}
    push(incoming("wamid.1", "document", file))
    work()
    for _ in range(3):
        clock.shift(timedelta(minutes=10))
        work()
    ticket = Ticket.objects.get()
    assert not ticket.messages.get(kind="incoming").attachments.exists()
    assert "messenger.file_lost" in codes(ticket)


def test_a_file_that_is_away_for_a_while_comes_later(cast, clock, meta):
    file = meta.add_file(b"the log")
    content = meta.files.pop(file["id"])
    push(incoming("wamid.1", "document", file))
    from tests.simulators.vendor import Reply

    while inbox.process_batch(take):
        pass
    meta.next_replies.append(Reply(503))
    messenger_files.fetch_due()
    meta.files[file["id"]] = content
    clock.shift(timedelta(seconds=11))
    messenger_files.fetch_due()
    assert Ticket.objects.get().messages.get(kind="incoming").attachments.get().name == "log.zip"


def test_two_numbers_are_one_desk_and_each_answers_for_itself(cast, clock, settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path / "files")
    with WhatsApp() as one:
        messengers.configure(
            settings, tmp_path, messengers.account("whatsapp", one.url),
            messengers.account("whatsapp", one.url, "second", phone_number_id="106540352240000"),
        )  # fmt: skip
        push(incoming("wamid.1", phone_id="106540352240000", timestamp=SENT_AT))
        while inbox.process_batch(take):
            pass
        row = Outbound.objects.get()
        assert row.headers["account"] == "second"
        assert Inbound.objects.get().envelope == {"account": "second"}


# ---------------------------------------------------------------- the door


def test_the_handshake_gives_the_challenge_to_who_knows_the_token(meta):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY}
    answer = Client().get(URL, query)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert Client().get(URL, query | {"hub.verify_token": "guess"}).status_code == 403


def test_only_who_knows_the_secret_is_heard(meta):
    one = incoming("wamid.1")
    assert push(one, **{"X-Hub-Signature-256": ""}) == 401
    assert push(one, **{"X-Hub-Signature-256": signature(webhook(one), "another")}) == 403
    assert push(one, **{"X-Hub-Signature-256": signature(webhook(one) + b" ")}) == 403
    assert Client().post("/hooks/whatsapp/other", b"{}", content_type="application/json").status_code == 404
    assert Client().post("/hooks/email/main", b"{}", content_type="application/json").status_code == 404
    assert not Inbound.objects.exists()


def test_the_signature_of_the_protocol_page():
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    assert signature(body, "sec") == "sha256=ebcb28e579ba4941136b186cc06a4710677f32c404c8db48de9096e3e9cd9488"


def test_a_push_of_one_event_is_kept_byte_for_byte_and_a_broken_one_too(meta):
    push(incoming("wamid.1"))
    assert bytes(Inbound.objects.get().raw.data) == webhook(incoming("wamid.1"))
    body = b'{"object": "whatsapp_business_account", "entr'
    headers = {"X-Hub-Signature-256": signature(body)}
    assert Client().post(URL, body, content_type="application/json", headers=headers).status_code == 200
    while inbox.process_batch(take):
        pass
    assert Inbound.objects.get(state="unreadable").envelope == {"account": "main"}


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
