"""The neighbours of WhatsApp by the Cloud API: pushes at the door or asked for, answers on the wire, all one layer."""

import json
import random
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox, outbox
from okibi.channels.messenger import health, polling
from okibi.channels.models import Inbound, Outbound
from okibi.channels.registry import channel
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import PhoneNumber
from okibi.customers.services import tie
from okibi.flows import messenger_files, messenger_out, reply
from okibi.flows.delivery_report import on_sent
from okibi.flows.intake import take
from okibi.journal.services import Actor
from okibi.kernel.clock import now
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.cast import make_cast
from tests.simulators import greenapi, max, telegram, wazzup, whatsapp  # noqa: A004

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def green(vendor):
    file = {**vendor.add_file(b"the log"), "caption": "Вот журнал"}
    return [
        greenapi.body(greenapi.message("F7A1")),
        greenapi.body(greenapi.message("F7A2", "documentMessage", {"fileMessageData": file})),
    ]


def wazz(vendor):
    file = vendor.add_file(b"the log")
    return [wazzup.body(wazzup.message("0000-1"), wazzup.message("0000-2", **(file | {"text": "Вот журнал"})))]


def maxim(vendor):
    file = vendor.add_file(b"the log")
    return [max.body(max.created("mid.1")), max.body(max.created("mid.2", "Вот журнал", attachments=[file]))]


def tele(vendor):
    file = vendor.add_file(b"the log")
    return [
        telegram.body(telegram.update(1, 1)),
        telegram.body(telegram.update(2, 2, document=file, caption="Вот журнал")),
    ]


KINDS = {
    "greenapi": (greenapi.GreenApi, {"Authorization": f"Bearer {greenapi.WEBHOOK_TOKEN}"}, green, "+79000000001"),
    "wazzup": (wazzup.Wazzup, {"Authorization": f"Bearer {wazzup.WEBHOOK_TOKEN}"}, wazz, "+79000000001"),
    "max": (max.Max, {"X-Max-Bot-Api-Secret": max.SECRET}, maxim, "500001"),
    "telegram": (telegram.Telegram, {"X-Telegram-Bot-Api-Secret-Token": telegram.SECRET}, tele, "900001"),
}


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param


@pytest.fixture
def vendor(kind, settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path / "files")
    with KINDS[kind][0]() as vendor:
        messengers.configure(settings, tmp_path, messengers.account(kind, vendor.url))
        yield vendor


def push(kind, body, **headers):
    given = KINDS[kind][1] | headers
    return Client().post(f"/hooks/{kind}/main", body, content_type="application/json", headers=given).status_code


def work():
    while inbox.process_batch(take):
        pass
    messenger_files.fetch_due()
    outbox.drain(on_sent)


def test_a_request_with_a_document_comes_in_and_is_answered_with_one(cast, clock, kind, vendor):
    for body in KINDS[kind][2](vendor):
        for _ in range(2):  # the vendor tries again
            assert push(kind, body) == 200
    work()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.requester_address, ticket.subject) == (kind, KINDS[kind][3], "Не печатает счета")
    assert [m.text for m in ticket.messages.filter(kind="incoming")] == ["Не печатает счета", "Вот журнал"]
    file = ticket.messages.filter(kind="incoming").last().attachments.get()
    assert (file.name, file.size) == ("log.zip", 7)
    (receipt,) = vendor.sent
    assert receipt.to == KINDS[kind][3]
    assert ticket.number in receipt.text
    report = {"name": "Как починить.pdf", "type": "application/pdf", "content": b"%PDF-1.7"}
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.", [report])
    work()
    _, answer, sent_file = vendor.sent
    assert answer.text.startswith("Заново выберите принтер.")
    message.refresh_from_db()
    assert (message.outbound.state, message.external_id) == ("sent", answer.id)
    if kind == "wazzup":  # it fetches by itself what it is to send
        link = sent_file.body["contentUri"]
        fetched = Client().get(link[link.index("/hooks") :])
        assert (fetched.status_code, b"".join(fetched.streaming_content)) == (200, b"%PDF-1.7")
        assert Client().get(link[link.index("/hooks") :] + "x").status_code == 404
    else:
        assert (sent_file.file.name, sent_file.file.content) == ("Как починить.pdf", b"%PDF-1.7")


def test_only_who_knows_the_secret_is_heard(kind, vendor):
    body = KINDS[kind][2](vendor)[0]
    (name,) = KINDS[kind][1]
    assert push(kind, body, **{name: ""}) == 401
    assert push(kind, body, **{name: "Bearer guess"}) == 403
    assert not Inbound.objects.exists()


def test_refusals_end_in_their_states(cast, clock, kind, vendor):
    address = KINDS[kind][3]
    vendor.later.add(address)
    push(kind, KINDS[kind][2](vendor)[0])
    work()
    row = Outbound.objects.get()
    assert row.state == "queued"
    assert timedelta() < row.next_attempt_at - now() <= timedelta(minutes=1)
    vendor.later.clear()
    vendor.never.add(address)
    clock.shift(timedelta(minutes=2))
    work()
    row.refresh_from_db()
    assert row.state == "failed"


def test_wazzup_tries_the_address_first(settings, tmp_path):
    with wazzup.Wazzup() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("wazzup", vendor.url))
        assert push("wazzup", b'{"test":true}') == 200
    assert not Inbound.objects.exists()


def test_wazzup_says_that_the_window_is_closed(cast, clock, settings, tmp_path):
    with wazzup.Wazzup() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("wazzup", vendor.url))
        vendor.closed.add("+79000000001")
        push("wazzup", wazzup.body(wazzup.message("0000-1")))
        work()
    assert Outbound.objects.get().state == "no_window"


@pytest.mark.parametrize("kind", ["greenapi", "max"])
def test_read_marks_where_there_are_any(cast, clock, kind, vendor):
    push(kind, KINDS[kind][2](vendor)[0])
    work()
    messenger_out.mark_read(Ticket.objects.get())
    work()
    assert len(vendor.read) == 1


def test_echoes_of_a_telephone_linked_to_green_api(cast, clock, settings, tmp_path):
    with greenapi.GreenApi() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("greenapi", vendor.url))
        push("greenapi", greenapi.body(greenapi.message("F7A1")))
        work()
        said = {"textMessageData": {"textMessage": "Уже смотрю."}}
        push("greenapi", greenapi.body(greenapi.message("E1", data=said, outgoing=True)))
        push("greenapi", greenapi.body(greenapi.status(vendor.sent[0].id, "read")))
        work()
    ticket = Ticket.objects.get()
    assert ticket.messages.get(external_id="E1").kind == Message.Kind.REPLY
    assert Outbound.objects.get().state == "read"


# ---------------------------------------------------------------- asked for, where pushes can't reach us


@pytest.mark.parametrize("kind", ["telegram", "max"])
def test_what_is_asked_for_is_stored_before_the_next_is_asked(cast, clock, kind, settings, tmp_path):
    health.forget()
    with KINDS[kind][0]() as vendor:
        messengers.configure(settings, tmp_path, messengers.account(kind, vendor.url, polling=True))
        vendor.updates = [json.loads(body) for body in KINDS[kind][2](vendor)]
        ((poller, account),) = polling.polled()
        assert polling.once(poller, account, 0) == 2
        assert polling.once(poller, account, 0) == 0
        assert health.states()[kind, account.name].heard_at is not None
        assert push(kind, KINDS[kind][2](vendor)[0]) == 200  # a push of the same changes nothing
        work()
    assert Ticket.objects.get().messages.filter(kind="incoming").count() == 2
    assert Inbound.objects.filter(source="poll").count() == 2


# ---------------------------------------------------------------- people


def test_telegram_knows_no_number_until_the_person_shares_it(cast, clock, settings, tmp_path):
    PhoneNumber.objects.create(person=cast.anna, e164="+79000000001", verified_at=now())
    with telegram.Telegram() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("telegram", vendor.url))
        push("telegram", telegram.body(telegram.update(1, 1)))
        work()
        assert Ticket.objects.get().requester is None
        own = {"phone_number": "79000000001", "first_name": "Анна", "user_id": 900001}
        push("telegram", telegram.body(telegram.update(2, 2, contact=own)))
        work()
    identity = MessengerIdentity.objects.get()
    assert (identity.person, identity.verified_at) == (cast.anna, now())


def test_a_specialists_unverified_tie_names_the_person_and_unlocks_nothing(cast, clock, settings, tmp_path):
    with telegram.Telegram() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("telegram", vendor.url))
        for number, verified in ((1, False), (2, True)):
            push("telegram", telegram.body(telegram.update(number, 1, chat=900000 + number)))
            work()
            row = MessengerIdentity.objects.get(user_id=str(900000 + number))
            tie(row.pk, cast.anna.pk, actor=Actor("staff", cast.oleg.pk, cast.oleg.name), verified=verified)
            Ticket.objects.all().update(state="closed", last_message_at=now() - timedelta(days=30))
            push("telegram", telegram.body(telegram.update(number + 10, 2, chat=900000 + number)))
            work()
            ticket = Ticket.objects.latest("id")
            assert (ticket.requester, ticket.requester_sure) == (cast.anna, verified)
            assert ("Л-2026-0418" in vendor.sent[-1].text) is verified


def test_a_reception_desks_number_is_nobodys_own(cast, clock, settings, tmp_path):
    for person in (cast.anna, cast.boris):
        PhoneNumber.objects.create(person=person, e164="+79000000001", verified_at=now())
    with greenapi.GreenApi() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("greenapi", vendor.url))
        push("greenapi", greenapi.body(greenapi.message("F7A1")))
        work()
    assert Ticket.objects.get().requester is None


# ---------------------------------------------------------------- a burst


def test_hundreds_of_events_with_repeats_and_disorder_nothing_lost_nothing_twice(cast, clock, settings, tmp_path):
    chance = random.Random(4)
    door = Client()
    with whatsapp.WhatsApp() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("whatsapp", vendor.url))
        changes = [
            whatsapp.incoming(f"wamid.{n}", content={"body": f"слово {n}"}, sender=f"7900000{n % 20:04}")
            for n in range(140)
        ]
        reactions = [
            whatsapp.incoming(
                f"wamid.R{n}", "reaction", {"message_id": f"wamid.{n}", "emoji": "👍"}, sender=f"7900000{n % 20:04}"
            )
            for n in range(60)
        ]
        events = [*changes, *reactions]
        pushes = [*events, *chance.sample(events, 60)]
        chance.shuffle(pushes)
        while pushes:
            several = [pushes.pop() for _ in range(min(len(pushes), chance.randint(1, 7)))]
            body = whatsapp.webhook(*several)
            headers = {"X-Hub-Signature-256": whatsapp.signature(body)}
            answer = door.post("/hooks/whatsapp/main", body, content_type="application/json", headers=headers)
            assert answer.status_code == 200
        assert Inbound.objects.count() == 200
        for _ in range(4):  # what came too early is tried again
            while inbox.process_batch(take):
                pass
            clock.shift(timedelta(minutes=2))
    assert not Inbound.objects.exclude(state="done").exists()
    assert Ticket.objects.count() == 20
    said = Message.objects.filter(kind="incoming").values_list("text", flat=True)
    assert sorted(said) == sorted(f"слово {n}" for n in range(140))
    assert Inbound.objects.filter(outcome="reaction").count() == 60


def test_channels_that_nobody_configured_connect_nowhere(settings, tmp_path):
    settings.OKIBI_CHANNELS = str(tmp_path / "channels.toml")
    for kind in messengers.GIVEN:
        assert not channel(kind).can_send()
        assert not channel(kind).problems()
    assert polling.polled() == []


def test_a_wrong_file_makes_vendors_come_again(settings, tmp_path):
    path = tmp_path / "channels.toml"
    path.write_text("format = 2\n")
    settings.OKIBI_CHANNELS = str(path)
    assert Client().post("/hooks/whatsapp/main", b"{}", content_type="application/json").status_code == 503
