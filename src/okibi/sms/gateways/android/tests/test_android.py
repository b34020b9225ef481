"""The telephone's words, its webhooks, and what they mean."""

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.android.pushes import read
from okibi.sms.gateways.android.tests.world import World, options
from okibi.sms.gateways.android.words import fate_of, order_of, refusal
from okibi.sms.gateways.port import LineNews, Order, Refused, Sent, Trouble, Unknown
from okibi.sms.gateways.push import Alive, PushRefusedError, Received, Reported, Settled
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until
from tests.simulators.android import KEY

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))
MADE = options("http://127.0.0.1:1", "http://127.0.0.1:2")
OURS = "okibi-7-sim2-a1b2c3"
RADIO = "Android: RESULT_ERROR_RADIO_OFF: the radio is off"


def pushed(event, payload, made=MADE, key=KEY, stamp=STAMP, body=None, signature=None):
    document = {"deviceId": "ff", "event": event, "id": "Ey6ECgOkVVFjz3CL48B8C", "payload": payload, "webhookId": "w"}
    body = json.dumps(document).encode() if body is None else body
    signature = signature or hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"x-timestamp": stamp, "x-signature": signature}
    return read(made, HookRequest("POST", {}, headers, body), AT)


@pytest.mark.parametrize(
    ("event", "payload", "told"),
    [
        ("sms:received", {"message": "да; нет", "phoneNumber": ANNA, "simNumber": 2},
         (Received("sim2", "Ey6ECgOkVVFjz3CL48B8C", ANNA, "да; нет"),)),
        ("sms:received", {"message": "да", "sender": "Beeline", "simNumber": None},
         (Received("sim1", "Ey6ECgOkVVFjz3CL48B8C", "Beeline", "да"),)),
        ("sms:sent", {"messageId": OURS}, (Settled("sim2", 7, Sent(OURS)),)),
        ("sms:delivered", {"messageId": OURS},
         (Settled("sim2", 7, Sent(OURS)), Reported("sim2", "Ey6ECgOkVVFjz3CL48B8C", OURS, 0))),
        ("sms:failed", {"messageId": OURS, "reason": "RESULT_ERROR_RADIO_OFF"},
         (Settled("sim2", 7, Refused(RADIO)), Reported("sim2", "Ey6ECgOkVVFjz3CL48B8C", OURS, 69))),
        ("sms:delivered", {"messageId": "sent-by-hand"}, ()),
        ("sms:data-received", {"data": "AA=="}, ()),
        ("system:ping", {"health": {}},
         (Alive("sim1", LineNews(has_network=True)), Alive("sim2", LineNews(has_network=True)))),
    ],
)  # fmt: skip
def test_each_webhook_says_one_thing(event, payload, told):
    assert pushed(event, payload) == told


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"signature": "0" * 64}, 403),
        ({"key": "another"}, 403),
        ({"stamp": "0"}, 403),
        ({"stamp": str(int(STAMP) - 301)}, 403),
        ({"stamp": "soon"}, 403),
        ({"stamp": "1²"}, 403),
        ({"stamp": "9" * 400}, 403),
        ({"made": options("http://127.0.0.1:1", "", key="")}, 403),
        ({"body": b"{"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b'{"event": "sms:received", "payload": {"message": "x"}}'}, 400),
    ],
)
def test_what_is_not_the_telephones_is_refused(more, status):
    with pytest.raises(PushRefusedError) as refused:
        pushed("sms:received", {"message": "x", "phoneNumber": ANNA}, **more)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("message", "fate"),
    [
        ({"id": OURS, "state": "Sent"}, Sent(OURS)),
        ({"id": OURS, "state": "Delivered"}, Sent(OURS)),
        ({"id": OURS, "state": "Pending"}, None),
        ({"id": OURS, "state": "Processed"}, None),
        ({"id": OURS, "state": "Failed", "recipients": [{"error": "RESULT_ERROR_RADIO_OFF"}]}, Refused(RADIO)),
        ({"id": OURS, "state": "Failed"}, Refused("Android: failed")),
        ({}, None),
    ],
)
def test_states_of_a_message(message, fate):
    assert fate_of(message) == fate


def test_ids_of_ours_and_errors_of_the_number():
    assert (order_of(OURS), order_of("abc"), order_of("okibi-7-sim9-a1b2c3")) == ((7, "sim2"), None, None)
    assert refusal("Invalid phone number: +7").permanent
    assert not refusal("RESULT_ERROR_NO_SERVICE").permanent


def told_by(story, **more):
    async def whole():
        world, hub = World(**more), Hub()
        gateway = world.gateway(hub)
        await world.start()
        await gateway.start()
        try:
            await until(lambda: "sim1" in hub.news)
            return await story(world, gateway, hub)
        finally:
            await gateway.stop()
            await world.stop()

    return asyncio.run(whole())


def test_the_telephone_is_told_where_to_push_once_and_shows_its_model_and_battery():
    async def story(world, gateway, hub):
        await asyncio.sleep(0.25)
        events = [request.json["event"] for request in world.phone.requests if request.path == "/webhooks"]
        assert events == ["sms:received", "sms:sent", "sms:delivered", "sms:failed", "system:ping"]
        assert {each["url"] for each in world.phone.webhooks.values()} == {f"{world.door.url}/hooks/sms/phone"}
        assert (hub.news["sim1"].model, hub.news["sim1"].facts["battery"]) == ("Android Pixel 7", "94")

    told_by(story)


def test_an_answer_that_was_lost_is_asked_for_by_the_id_that_we_gave():
    async def story(world, gateway, hub):
        world.phone.next_replies.clear()
        answer = world.phone.answer
        world.phone.answer = lambda request: (
            (answer(request), "hang up")[1] if request.method == "POST" else answer(request)
        )
        assert isinstance(await gateway.send("sim1", Order(7, ANNA, "раз"), handed()), Sent)
        assert world.sent == [("sim1", ANNA, "раз")]

    told_by(story)


def test_an_sms_that_stays_on_the_telephone_is_unknown_until_its_webhook():
    async def story(world, gateway, hub):
        world.phone.slow = 0.8
        fate = await gateway.send("sim2", Order(9, ANNA, "раз"), handed())
        assert fate == Unknown("still on the telephone")
        await until(lambda: hub.reports)
        (line, order, sent), *_ = hub.late
        assert (line, order, isinstance(sent, Sent)) == ("sim2", 9, True)

    told_by(story)


def test_a_wrong_password_is_no_line_and_nothing_is_handed_over():
    async def story(world, gateway, hub):
        moments = []
        assert not gateway.is_ready("sim1")
        assert isinstance(await gateway.send("sim1", Order(7, ANNA, "раз"), handed(moments)), Trouble)
        assert (moments, hub.news["sim1"].facts["app"]) == ([], "the password is wrong")

    told_by(story, password="other")
