"""A message centre that is broken, slow or hostile: nothing ends the driver, nothing is lost, nothing leaves twice."""

import asyncio
import random

import pytest
import smpp34

from okibi.sms.gateways.port import Order, Sent, Unknown
from okibi.sms.gateways.smpp import letters, session
from okibi.sms.gateways.smpp.pdu import SAR_MARK, SAR_NUMBER, SAR_TOTAL
from okibi.sms.gateways.smpp.tests.raw import HEAD, Raw
from okibi.sms.gateways.smpp.tests.test_sessions import LINE, told
from okibi.sms.tests.contract.test_gateways import ANNA, handed, until

NONSENSE = [
    b"\x00\x00\x00\x00" * 4,  # a length of nothing
    b"\x00\x00\x00\x0f" * 4,  # shorter than a header
    b"\xff\xff\xff\xff" * 4,  # four gigabytes
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_after_nonsense_the_session_is_bound_anew_and_sends(nonsense):
    centre = Raw()

    async def story(gateway, hub):
        centre.writer.write(nonsense)
        await until(lambda: len(centre.binds) == 2 and gateway.is_ready(LINE))
        assert isinstance(await gateway.send(LINE, Order(1, ANNA, "раз"), handed()), Sent)

    told(centre, story)


def test_packets_that_were_changed_on_their_way_are_answered_and_the_session_stands():
    centre, chance = Raw(), random.Random(5)
    good = smpp34.DeliverSm("79000000017", "desk", b"id:26 stat:DELIVRD err:000", esm_class=4).encode()[16:]

    async def story(gateway, hub):
        failed = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failed.append(context))
        for sequence in range(100, 400):
            body = bytearray(good)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(body))
                body[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            centre.writer.write(HEAD.pack(16 + len(body), 5, 0, sequence) + body)
        await until(lambda: all(sequence in centre.acks for sequence in range(100, 400)))
        assert (len(centre.binds), failed) == (1, [])
        assert await centre.deliver(b"x", 5) == 0

    told(centre, story)


def test_a_packet_that_comes_byte_by_byte_is_one_packet():
    centre = Raw()

    async def story(gateway, hub):
        packet = smpp34.DeliverSm("79000000017", "desk", b"hello", source_addr_ton=1, sequence_number=9).encode()
        for byte in packet:
            centre.writer.write(bytes((byte,)))
            await asyncio.sleep(0.001)
        await until(lambda: centre.acks.get(9) == 0)
        assert hub.incoming == [(LINE, ANNA, "hello")]

    told(centre, story)


def test_who_sends_more_than_can_be_stored_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(session, "MOST_WAITING", 60)
    centre, free = Raw(), asyncio.Event()

    async def story(gateway, hub):
        stored = hub.received

        async def slow(*given):
            await free.wait()
            await stored(*given)

        hub.received = slow
        for number in range(300):
            packet = smpp34.DeliverSm("79000000017", "desk", b"%d" % number, sequence_number=number + 1000)
            centre.writer.write(packet.encode())
        await until(lambda: len(centre.acks) > 200)
        assert set(centre.acks.values()) == {0x64}
        free.set()
        await until(lambda: len(centre.acks) == 300)
        assert len(hub.incoming) == sum(status == 0 for status in centre.acks.values()) > 0

    told(centre, story)


@pytest.mark.parametrize("status", [0, 0x58])
def test_an_answer_to_something_else_is_no_bind(status):
    raw = HEAD.pack(16, 0x80000000, status, 1)
    centre = Raw(bind=raw)

    async def story(gateway, hub):
        await until(lambda: len(centre.binds) > 2)
        assert not gateway.is_ready(LINE)

    told(centre, story, ready=False)


def test_an_answer_of_another_kind_to_an_sms_tells_nothing_of_it():
    centre = Raw()
    centre.say = lambda writer, sequence, answer: centre.put(writer, 0x15, 0, sequence)

    async def story(gateway, hub):
        assert isinstance(await gateway.send(LINE, Order(1, ANNA, "раз"), handed()), Unknown)

    told(centre, story)


@pytest.mark.parametrize(
    ("of", "number", "is_one"),
    [(b"\x02", b"\x01", True), (b"\xff" * 8, b"\x01", False), (b"\x01\x00", b"\x01", False), (b"\x02", b"\x03", False)],
)
def test_a_segment_is_one_of_255_at_most(of, number, is_one):
    tlvs = {SAR_MARK: b"\x00\x07", SAR_TOTAL: of, SAR_NUMBER: number}
    assert (letters.opened(b"x", 0, tlvs)[1] is not None) is is_one
