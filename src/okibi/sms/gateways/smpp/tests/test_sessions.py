"""What a message centre and its driver say to each other when things go wrong, in whole sessions."""

import asyncio

import pytest
from smpp34 import Tlv

from okibi.sms.gateways.port import Order, Refused, Sent, Trouble, Unknown
from okibi.sms.gateways.smpp import incoming
from okibi.sms.gateways.smpp.driver import SmppGateway
from okibi.sms.gateways.smpp.tests.raw import Raw
from okibi.sms.gateways.smpp.tests.world import World
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until

LINE = "goipsms04"
LONG = "Не печатает счета; код: E-17. " * 5  # three segments
# of a real GoIP: no NUL after its name
GOIP_BIND = bytes.fromhex("00000019800000090000000000000001676f6970736d733034")


def told(centre, story, ready=True):
    async def whole():
        hub = Hub()
        gateway = SmppGateway(centre.options, hub)
        for line in gateway.lines.values():
            line.again = (0.02,)
        await centre.start()
        await gateway.start()
        try:
            if ready:
                await until(lambda: gateway.is_ready(LINE))
            return await story(gateway, hub)
        finally:
            await gateway.stop()
            await centre.stop()

    return asyncio.run(whole())


def fate_of(centre, text="раз"):
    async def story(gateway, hub):
        return await gateway.send(LINE, Order(7, ANNA, text), handed())

    return told(centre, story)


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("1A", Sent("1a")),
        ("0000000026", Sent("26")),
        (0x0B, Refused("SMPP 0x0000000B: wrong destination address", permanent=True)),
        (0x45, Refused("SMPP 0x00000045: the submit failed")),
        (0x444, Refused("SMPP 0x00000444: an error of this message centre")),
        ("cut", Unknown("the session ended before the answer")),
        (None, Unknown("no answer to submit_sm")),
    ],
)
def test_each_answer_has_its_fate_and_the_sms_is_submitted_once(answer, fate):
    centre = Raw(answer)
    assert fate_of(centre) == fate
    assert len(centre.submitted) == 1


@pytest.mark.parametrize("status", [0x58, 0x14])
def test_too_fast_is_later_and_no_failure_of_the_line(status):
    async def story(gateway, hub):
        fates = [await gateway.send(LINE, Order(n, ANNA, "раз"), handed()) for n in range(3)]
        assert all(isinstance(fate, Trouble) and not fate.is_failure for fate in fates)
        assert fates[0].rest < fates[1].rest < fates[2].rest

    told(Raw(status, status, status), story)


def test_a_late_answer_settles_what_was_unknown():
    async def story(gateway, hub):
        assert isinstance(await gateway.send(LINE, Order(9, ANNA, "раз"), handed()), Unknown)
        await until(lambda: hub.late)
        assert hub.late == [(LINE, 9, Sent("1a"))]

    told(Raw("late:1A", late=0.7), story)


def test_a_goip_whose_bind_answer_is_malformed_is_spoken_to():
    assert fate_of(Raw("1", bind=GOIP_BIND)) == Sent("1")


def test_who_refuses_the_bind_is_asked_again_and_the_reason_is_kept_once():
    centre = Raw(bind=0x0E)

    async def story(gateway, hub):
        await until(lambda: len(centre.binds) > 3)
        assert not gateway.is_ready(LINE)
        assert [fields["error"] for _, fields in hub.events] == ["SMPP 0x0000000E: wrong password"]
        fate = await gateway.send(LINE, Order(1, ANNA, "раз"), handed())
        assert isinstance(fate, Trouble)

    told(centre, story, ready=False)


def test_a_pair_of_sessions_and_the_names_in_their_binds():
    centre = Raw(bind=None)
    centre.options.options["bind"] = "pair"
    assert isinstance(fate_of(centre), Sent)
    assert [command for command, _ in centre.binds] == [1, 2]
    assert centre.binds[0][1] == b"goipsms04\0secret\0\0\x34\0\0\0"


def test_a_cut_session_is_bound_anew_and_one_that_is_silent_is_cut():
    centre = Raw()

    async def story(gateway, hub):
        centre.writer.close()
        await until(lambda: len(centre.binds) == 2)
        centre.quiet = True
        await until(lambda: not gateway.is_ready(LINE))
        centre.quiet = False
        await until(lambda: gateway.is_ready(LINE))
        assert hub.news[LINE].model == "SMPP SMSC"

    told(centre, story)


@pytest.mark.parametrize("long", ["udh", "sar", "payload"])
def test_a_long_sms_is_one_and_delivered_when_all_of_it_is(long):
    centre = Raw(long=long)

    async def story(gateway, hub):
        fate = await gateway.send(LINE, Order(7, ANNA, LONG), handed())
        count = 1 if long == "payload" else 3
        assert (len(centre.submitted), fate) == (count, Sent(str(count)))
        for number in range(1, count + 1):
            assert hub.reports == []
            await centre.deliver(f"id:{number} stat:DELIVRD err:000".encode(), esm_class=4)
        assert hub.reports == [(LINE, str(count), 0)]

    told(centre, story)


def test_receipts_that_overtake_the_answers_they_are_about():
    centre = Raw("late:1", "late:2", "late:3", late=0.1)

    async def story(gateway, hub):
        sending = asyncio.ensure_future(gateway.send(LINE, Order(7, ANNA, LONG), handed()))
        for number in (1, 2, 3):
            await until(lambda: len(centre.submitted) == number)  # noqa: B023
            await centre.deliver(f"id:{number} stat:DELIVRD err:000".encode(), esm_class=4)
        assert hub.reports == []
        assert await sending == Sent("3")
        assert hub.reports == [(LINE, "3", 0)]

    told(centre, story)


def test_one_segment_that_failed_is_the_sms_that_failed():
    centre = Raw()

    async def story(gateway, hub):
        await gateway.send(LINE, Order(7, ANNA, LONG), handed())
        await centre.deliver(b"id:2 stat:EXPIRED err:000", esm_class=4)
        assert hub.reports == [(LINE, "3", 70)]

    told(centre, story)


@pytest.mark.parametrize(
    ("answers", "fate", "submits"),
    [
        (("1", 0x58, "2", "3"), Sent("3"), 4),  # "too fast" in the middle is waited out
        (("1", 0x45), Unknown("segment 2 of 3: SMPP 0x00000045: the submit failed"), 2),
        (("1", "cut"), Unknown("segment 2 of 3: the session ended before the answer"), 2),
        ((0x45,), Refused("SMPP 0x00000045: the submit failed"), 1),
    ],
)
def test_an_sms_of_which_a_part_left_is_never_sent_anew(answers, fate, submits):
    centre = Raw(*answers)
    assert fate_of(centre, LONG) == fate
    assert len(centre.submitted) == submits


def test_the_window_and_the_rate_are_kept():
    centre = Raw("late:1", "late:2", window="2", per_second="20")

    async def story(gateway, hub):
        first = [asyncio.ensure_future(gateway.send(LINE, Order(n, ANNA, "раз"), handed())) for n in range(2)]
        await until(lambda: len(centre.submitted) == 2)
        assert not gateway.is_ready(LINE)
        await asyncio.gather(*first)
        await asyncio.gather(*(gateway.send(LINE, Order(n, ANNA, "раз"), handed()) for n in range(4)))
        gaps = [later - sooner for sooner, later in zip(centre.moments, centre.moments[1:], strict=False)]
        assert min(gaps) > 0.03

    told(centre, story)


def test_what_came_shortly_before_a_cut_and_comes_again_after_it_is_the_same_sms():
    centre = Raw()

    async def story(gateway, hub):
        await centre.deliver("да".encode("utf-16-be"), 5, data_coding=8)
        await centre.deliver("да".encode("utf-16-be"), 6, data_coding=8)  # somebody says it twice
        centre.writer.close()
        await until(lambda: len(centre.binds) == 2 and gateway.is_ready(LINE))
        await centre.deliver("да".encode("utf-16-be"), 1, data_coding=8)
        assert len(hub.ids) == 3
        assert hub.ids[0] != hub.ids[1] == hub.ids[2]

    told(centre, story)


def test_what_is_repeated_because_its_answer_came_late_is_the_same_sms(monkeypatch):
    monkeypatch.setattr(incoming, "LATE", 0.05)
    centre = Raw()

    async def story(gateway, hub):
        at_once, yes = hub.received, "да".encode("utf-16-be")

        async def slowly(*given):
            await asyncio.sleep(0.1)
            await at_once(*given)

        await centre.deliver(yes, 5, data_coding=8)
        await centre.deliver(yes, 6, data_coding=8)  # answered in time: somebody says it twice
        hub.received = slowly
        await centre.deliver(yes, 7, data_coding=8)
        hub.received = at_once
        await centre.deliver(yes, 8, data_coding=8)  # the centre waited too long for the answer to 7
        first, second, third, fourth = hub.ids
        assert len({first, second, third}) == 3
        assert third == fourth

    told(centre, story)


@pytest.mark.parametrize(
    ("ids", "receipt", "reported"),
    [
        ("auto", b"id:26 stat:DELIVRD", ("26", ("1a", "38"))),
        ("hex-dec", b"id:26 stat:DELIVRD", ("1a", ())),
        ("dec-hex", b"id:1A stat:DELIVRD", ("26", ())),
        ("same", b"id:0000026 stat:DELIVRD", ("26", ())),
    ],
)
def test_ids_in_hex_and_decimal(ids, receipt, reported):
    centre = Raw("1A", receipt_ids=ids)

    async def story(gateway, hub):
        await centre.deliver(receipt, esm_class=4)
        assert hub.named == [reported]

    told(centre, story)


def test_a_report_that_could_not_be_stored_and_a_packet_like_no_other():
    centre = Raw()

    async def story(gateway, hub):
        hub.away = True
        assert await centre.deliver(b"x", 5) == 0x64
        hub.away = False
        assert await centre.deliver(b"x", 6) == 0
        centre.writer.write(bytes.fromhex("00000014000000050000000000000007") + b"abcd")
        await until(lambda: centre.acks.get(7) == 0x66)
        assert gateway.is_ready(LINE)
        assert await centre.deliver(b"", 8, tlvs=[Tlv(0x0424, b"hello")]) == 0
        assert hub.incoming[-1] == (LINE, ANNA, "hello")

    told(centre, story)


def test_a_long_sms_that_comes_in_by_another_codec_is_joined():
    async def story():
        world, hub = World(), Hub()
        gateway = world.gateway(hub)
        await world.start()
        await gateway.start()
        await until(lambda: gateway.is_ready("esme1") and "esme1" in world.centre.sessions)
        try:
            assert await world.centre.receive("esme1", ANNA, LONG)
            assert hub.incoming == [("esme1", ANNA, LONG)]
        finally:
            await gateway.stop()
            await world.stop()

    asyncio.run(story())
