"""WhatsApp from the push at the door to the answer on the wire, against the Cloud API's simulator."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox, outbox
from okibi.channels.models import Inbound, Outbound
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.flows import messenger_files, messenger_out, reply
from okibi.flows.delivery_report import on_sent
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.cast import make_cast
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
