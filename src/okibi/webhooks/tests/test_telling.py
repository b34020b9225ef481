"""The vendor's own systems hear of every act: in its transaction, signed, once taken; tried again, and on record."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from okibi.flows.webhooks import describe, tell
from okibi.journal.models import Entry
from okibi.journal.services import Actor, record
from okibi.kernel.clock import at, now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.webhooks import selectors, services, signature
from okibi.webhooks.models import Delivery, Endpoint
from tests.simulators.receiver import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside")]
OLEG = Actor("staff", 1, "Олег Лесин")


@pytest.fixture
def inside():
    with override_settings(OKIBI_WEBHOOKS_INSIDE=True):
        yield


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


def act(code="ticket.replied", **data):
    return record(code, ("ticket", 7), OLEG, data)


def test_an_act_is_told_once_and_signed(receiver):
    endpoint = services.create(receiver.url + "/okibi", [], "CRM", OLEG)
    entry = act(message=5)
    assert tell() == 2  # that the webhook itself was made is an act too, and comes after it
    assert tell() == 0
    call = receiver.calls[-1]
    body = json.loads(call.body)
    assert (body["type"], body["id"], body["data"]["subject"]) == (
        "ticket.replied", f"evt_{entry.pk}", {"kind": "ticket", "id": 7},
    )  # fmt: skip
    assert body["data"]["sentence"] == {"ru": "Ответ отправлен", "en": "Answer sent"}
    stamp, mark = call.headers["webhook-timestamp"], call.headers["webhook-signature"]
    assert mark == "v1," + signature.sign(endpoint.secret, f"evt_{entry.pk}", int(stamp), call.body)


def test_the_signature_is_that_of_the_specification():
    # the worked example of https://github.com/standard-webhooks/standard-webhooks
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert (
        signature.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    assert len(base64.b64decode(signature.new_secret().removeprefix("whsec_"))) == 32


def test_only_the_codes_that_were_asked_for_are_told(receiver):
    services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act()
    act("ticket.solved")
    tell()
    assert [json.loads(call.body)["type"] for call in receiver.calls] == ["ticket.solved"]


def test_what_did_not_happen_is_not_told(receiver):
    services.create(receiver.url, ["ticket.solved"], "", OLEG)
    with transaction.atomic():
        act("ticket.solved")
        transaction.set_rollback(True)
    assert tell() == 0


def test_a_failed_call_comes_again_and_the_later_ones_keep_their_order(receiver):
    services.create(receiver.url, ["ticket.replied", "ticket.solved"], "", OLEG)
    receiver.answers.extend([500])
    act()
    act("ticket.solved")
    assert tell() == 1
    assert tell() == 0  # the second act does not overtake the first
    with at(now() + timedelta(seconds=6)):
        tell()
    assert [json.loads(call.body)["type"] for call in receiver.calls] == [
        "ticket.replied", "ticket.replied", "ticket.solved",
    ]  # fmt: skip
    assert receiver.calls[0].headers["webhook-id"] == receiver.calls[1].headers["webhook-id"]
    assert not Endpoint.objects.filter(failing_since__isnull=False).exists()


def test_a_receiver_that_never_answers_well_is_given_up_with_the_reason_on_record(receiver):
    endpoint = services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    receiver.answers.extend([503] * 100)
    moment = now()
    while Endpoint.objects.get(pk=endpoint.pk).is_active:
        moment += timedelta(hours=12)
        with at(moment):
            if not tell():
                act("ticket.solved")
        assert len(receiver.calls) < 100
    assert moment - now() > services.GIVE_UP_AFTER
    assert Entry.objects.filter(code="webhook.switched_off").count() == 1


def test_gone_means_gone(receiver):
    endpoint = services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    receiver.answers.append(410)
    tell()
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.stopped_why) == (False, services.SAID_GONE.ru)
    act("ticket.solved")
    assert tell() == 0


def test_a_call_can_be_replayed_with_the_same_id(receiver):
    endpoint = services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    tell()
    (done,) = selectors.log(endpoint.pk)
    assert (done.state, done.status) == (Delivery.State.DELIVERED, 204)
    services.replay(endpoint.pk, done.pk)
    assert tell() == 1
    assert receiver.calls[0].headers["webhook-id"] == receiver.calls[1].headers["webhook-id"]
    with pytest.raises(NotAllowedError):
        services.replay(endpoint.pk, 10**9)


def test_a_killed_worker_leaves_a_call_that_is_made_again(receiver):
    services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    assert services._claim(Endpoint.objects.get().pk) is not None
    assert tell() == 0
    with at(now() + services.CLAIM_FOR + timedelta(seconds=1)):
        assert tell() == 1


def test_one_dead_receiver_holds_up_nobody(receiver):
    with Receiver() as dead:
        url = dead.url
    services.create(url, ["ticket.solved"], "", OLEG)
    services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    tell()
    assert len(receiver.calls) == 1


def test_switched_off_nothing_is_queued_and_on_again_it_is(receiver):
    endpoint = services.create(receiver.url, ["ticket.solved"], "", OLEG)
    services.switch(endpoint.pk, OLEG, on=False)
    act("ticket.solved")
    services.switch(endpoint.pk, OLEG, on=True)
    act("ticket.solved")
    assert tell() == 1


WRONG = {"an unknown event": ("https://example.org/", ["ticket.melted"]), "no address": ("no", [])}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_wish_is_refused(sentence):
    url, codes = WRONG[sentence]
    with pytest.raises(InputError):
        services.create(url, codes, "", OLEG)
    assert not Endpoint.objects.exists()


@override_settings(OKIBI_WEBHOOKS_INSIDE=False)
def test_inside_addresses_need_the_operators_leave(receiver):
    with pytest.raises(InputError):
        services.create(receiver.url, [], "", OLEG)


def test_old_calls_leave_the_log(receiver):
    services.create(receiver.url, ["ticket.solved"], "", OLEG)
    act("ticket.solved")
    tell()
    assert services.forget_old() == 0
    with at(now() + services.KEPT + timedelta(days=1)):
        assert services.forget_old() == 1


def test_a_customers_words_are_not_in_the_call():
    assert "text" not in json.dumps(describe(act(message=5)))


PEOPLE = {
    "call.ringing": {"who": "Анна Вольская, +7 900 000-00-11"},
    "call.talked": {"who": "+7 900 000-00-11", "staff": "Вера Синицына"},
    "call.missed": {"who": "Анна Вольская, +7 900 000-00-11"},
    "call.not_reached": {"next": "23.11.2026 10:30", "note": "Анна в отпуске"},
    "call.given_up": {"why": "Анна сказала не звонить"},
    "ticket.called": {},
}


@pytest.mark.parametrize("code", PEOPLE)
def test_of_a_call_ids_and_lengths_are_told_and_never_whose_number_it_was(code):
    known = {"call": 3, "name": "Анна Вольская", "number": "+7 900 000-00-11", "length": {"ru": "1 минута", "en": "1"},
             "direction": {"ru": "входящий", "en": "incoming"}}  # fmt: skip
    told = describe(act(code, **known, **PEOPLE[code]))
    said = json.dumps(told, ensure_ascii=False)
    assert "Анна" not in said
    assert "900" not in said
    details = told["data"]["details"]
    assert (details["call"], details["length"]["en"], details["direction"]["en"]) == (3, "1", "incoming")
    assert told["data"]["sentence"]["ru"]
