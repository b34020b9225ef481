"""Kannel's words, its calls to us, and what they mean."""

import asyncio
from datetime import UTC, datetime

import pytest

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.http import HttpAnswer
from okibi.sms.gateways.kannel.driver import fate_of
from okibi.sms.gateways.kannel.pushes import read
from okibi.sms.gateways.kannel.tests.world import SECRETS, World, options
from okibi.sms.gateways.port import Order, Refused, Sent, Trouble, Unknown
from okibi.sms.gateways.push import PushRefusedError, Received, Reported, Settled
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until
from tests.simulators.kannel import DELIVERED, REFUSED, TAKEN

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MADE = options("http://127.0.0.1:1", "http://127.0.0.1:2")
REF = "7-0123456789ab"
DENIED = "Number(s) has/have been denied by white- and/or black-lists."


@pytest.mark.parametrize(
    ("status", "words", "kind", "detail"),
    [
        (202, "0: Accepted for delivery", Sent, None),
        (202, "3: Queued for later delivery", Sent, None),
        (403, "Authorization failed for sendsms", Trouble, None),
        (404, "Unknown request.", Trouble, None),
        (503, "Temporal failure, try again later.", Trouble, None),
        (403, "Not routable. Do not try again.", Refused, False),
        (400, DENIED, Refused, True),
        (400, "Missing receiver number, rejected", Refused, False),
        (502, "Bad gateway", Unknown, None),  # of a proxy: who knows
    ],
)
def test_what_smsbox_says_is_a_fate(status, words, kind, detail):
    fate = fate_of(HttpAnswer(status, words.encode()), REF)
    assert isinstance(fate, kind)
    assert detail is None or fate.permanent is detail
    assert isinstance(fate, Sent) or words in fate.error


def told(path, query, body=b"", method="GET", headers=None):
    query = {"token": "our-token"} | query
    return read(MADE, HookRequest(method, query, headers or {}, body, path=path), AT)


@pytest.mark.parametrize(
    ("kind", "fate", "state"),
    [
        ("1", Sent(REF), 0),
        ("2", Sent(REF), 69),
        ("4", Sent(REF), 48),
        ("8", Sent(REF), 1),
        ("16", Refused("Kannel: the SMSC refused it: NACK/no SMSC"), 66),
    ],
)
def test_each_report_settles_and_tells(kind, fate, state):
    query = {"line": "goip2", "ref": REF, "type": kind, "answer": "NACK/no SMSC"}
    assert told("dlr", query) == (Settled("goip2", 7, fate), Reported("goip2", f"{REF}:{kind}", REF, state))


TEXT = "Не Работает; код: E-17\nсрочно"


@pytest.mark.parametrize(
    ("query", "body", "headers", "line"),
    [
        ({"text": TEXT, "smsc": "goip2"}, None, {}, "goip2"),
        ({"text": TEXT, "smsc": "renamed"}, None, {}, "goip1"),  # an SMS is not lost for a line's name
        ({}, TEXT.encode(), {"x-kannel-smsc": "goip2", "content-type": 'text/plain; charset="UTF-8"'}, "goip2"),
        ({}, TEXT.encode("utf-16-be"), {"content-type": 'text/plain; charset="UTF-16BE"'}, "goip1"),
        ({}, TEXT.encode(), {"content-type": "text/plain; charset=x-no-such"}, "goip1"),
        ({}, TEXT.encode(), {"content-type": "text/plain; charset=idna"}, "goip1"),
        ({}, TEXT.encode(), {"content-type": "text/plain; charset=undefined"}, "goip1"),
        ({}, TEXT.encode(), {"content-type": "text/plain; charset=zlib"}, "goip1"),
        ({}, TEXT.encode(), {}, "goip1"),
    ],
)
def test_what_comes_in_is_whole_by_get_and_by_post(query, body, headers, line):
    query = {"from": ANNA, "id": "c1be7efb"} | query
    assert told("in", query, body or b"", "GET" if body is None else "POST", headers) == (
        Received(line, "c1be7efb", ANNA, TEXT),
    )


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("in", {"token": "wrong", "from": ANNA, "text": "x"}, 403),
        ("in", {"token": "", "from": ANNA, "text": "x"}, 403),
        ("in", {"from": ANNA}, 400),
        ("in", {"text": "x"}, 400),
        ("dlr", {"line": "goip1", "ref": "7", "type": "1"}, 400),
        ("dlr", {"line": "other", "ref": REF, "type": "1"}, 400),
        ("dlr", {"line": "goip1", "ref": REF, "type": "9" * 9}, 400),
        ("dlr", {"line": "goip1", "ref": REF, "type": "²"}, 400),
        ("", {}, 404),
    ],
)
def test_what_is_not_ours_is_refused(path, query, status):
    with pytest.raises(PushRefusedError) as refused:
        told(path, query)
    assert refused.value.status == status


def told_by(story, **more):
    async def whole():
        world, hub = World(**more), Hub()
        gateway = world.gateway(hub)
        await world.start()
        await gateway.start()
        try:
            await until(lambda: gateway.is_ready("goip1"))
            return await story(world, gateway, hub)
        finally:
            await gateway.stop()
            await world.stop()

    return asyncio.run(whole())


def test_what_was_lost_and_refused_later_is_told():
    async def story(world, gateway, hub):
        world.kannel.reports = [REFUSED]
        fate = await gateway.send("goip1", Order(7, ANNA, "раз"), handed())
        await until(lambda: hub.reports)
        assert hub.late == [("goip1", 7, Refused("Kannel: the SMSC refused it: NACK/no SMSC"))]
        assert hub.reports == [("goip1", fate.reference, 66)]

    told_by(story)


@pytest.mark.parametrize("token", ["our-token", "a b/c&d%e", "100%d"])
def test_any_token_comes_back_in_the_reports(token):
    async def story(world, gateway, hub):
        world.kannel.reports = [TAKEN, DELIVERED]
        await gateway.send("goip1", Order(7, ANNA, "100% & +"), handed())
        await until(lambda: len(hub.reports) == 2)
        assert (world.kannel.statuses, world.sent[0][2]) == ([200, 200], "100% & +")

    told_by(story, secrets=SECRETS | {"token": token})


def test_without_admin_kannel_lives_while_its_smsbox_answers_and_without_callback_asks_for_no_reports():
    async def story(world, gateway, hub):
        assert isinstance(await gateway.send("goip1", Order(7, ANNA, "раз"), handed()), Sent)
        assert "dlr-url" not in world.kannel.sent[0].body
        world.kannel.__exit__()
        moments = []
        assert isinstance(await gateway.send("goip1", Order(8, ANNA, "два"), handed(moments)), Trouble)
        assert (moments, gateway.is_ready("goip1")) == ([], False)
        world.kannel = type(world.kannel)()
        world.kannel.__enter__()

    async def without(world, gateway, hub):
        world.options.options.update(admin="", callback="")
        await story(world, gateway, hub)

    told_by(without)


def test_an_smsc_that_is_offline_or_unknown_makes_its_line_not_ready():
    async def story(world, gateway, hub):
        world.log_out("goip1")
        await until(lambda: not gateway.is_ready("goip1"))
        assert gateway.is_ready("goip2")
        assert hub.news["goip2"].model == "Kannel 1.4.5"
        world.options.secrets["status_password"] = "other"
        await until(lambda: "unknown" in hub.news["goip2"].facts["smsc"])

    told_by(story, secrets=dict(SECRETS))
