"""A GoIP's inlet among strangers, broken firmware and a network that repeats what was said long ago."""

import asyncio
import random

import pytest

from okibi.sms.gateways.goip.line import GoipLine
from okibi.sms.gateways.goip.packets import Answer, read
from okibi.sms.gateways.goip.tests.test_conversations import told
from okibi.sms.gateways.port import Order, Sent, Trouble, Unknown
from okibi.sms.options import LineOptions
from okibi.sms.tests.contract.test_gateways import ANNA, handed, until

HERE = ("127.0.0.1", 9)
TICK = 0.02
SAMPLES = [
    b"req:1;id:goip1;pass:secret;signal:29;gsm_status:LOGIN;imei:1;imsi:2;iccid:3;pro:MTS;",
    b"RECEIVE:-7;id:goip1;password:secret;srcnum:+79000000017;msg:text; more: text",
    b"DELIVER:7;id:goip1;password:secret;sms_no:32;state:0;num:+79000000017",
    b"STATE:7;id:goip1;password:secret;gsm_remain_state:IDLE",
    b"OK 11 11 32\n", b"ERROR 11 11 errorstatus:38\n", b"WAIT 11 11\n", b"SEND 11\n", b"USSD 11 x",
]  # fmt: skip


def spoiled(chance):
    """A packet that was cut, changed, lengthened, or has letters where figures stand."""
    data = bytearray(chance.choice(SAMPLES))
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(data))
        data[place : place + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
        data = data or bytearray(b";")
    words = (b"\x00", "²".encode(), "٣".encode(), b"9" * 400, b"-", b"\xff\xfe", b";;::", b"\n")
    data[chance.randrange(len(data)) :][:0] = chance.choice(words)
    return bytes(data) + chance.choice([b"", b"x" * 60_000, chance.choice(words)])


def test_nothing_that_comes_ends_the_inlet_or_makes_it_say_much():
    async def story(world, gateway, hub):
        chance, port = random.Random(7), int(world.options.options["listen"].rpartition(":")[2])
        failed, answers = [], []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failed.append(context))

        class Stranger(asyncio.DatagramProtocol):
            def datagram_received(self, data, addr):
                answers.append(data)

        loop = asyncio.get_running_loop()
        peer, _ = await loop.create_datagram_endpoint(Stranger, remote_addr=("127.0.0.1", port))
        for number in range(1500):
            if number % 25 == 0:
                await asyncio.sleep(0)
            peer.sendto(spoiled(chance))
        await asyncio.sleep(0.2)
        peer.close()
        world.device.lines[0].keepalive(5)
        world.device.lines[1].keepalive(5)
        await until(lambda: gateway.is_ready("goip1") and gateway.lines["goip1"].address[1] != 9)
        assert isinstance(await gateway.send("goip1", Order(1, ANNA, "раз"), handed()), Sent)
        assert failed == []
        assert max(map(len, answers)) < 400

    told(story)


@pytest.mark.parametrize("verb", ["A" * 33, "Ж"])
def test_a_verb_of_no_size_is_no_packet(verb):
    assert read(f"{verb}:1;id:goip1;password:secret;".encode()) is None


def talk(script):
    """One SMS to a line whose device says what ``script`` gives for each packet; its fate and what it was told."""

    async def whole():
        said = []
        options = LineOptions("goip1", "", "", "+7", 0, 0, 0.0, "secret")

        def write(data, address):
            said.append(data)
            words = data.decode().split()
            for each in script(words, sum(line.split()[:1] == data.split()[:1] for line in said)):
                line.answer(each)

        line = GoipLine(options, write, TICK, repeat=True)
        line.hear(HERE, has_network=True, disabled=False)
        fates = [await line.send(Order(11, ANNA, "раз"), handed()) for _ in range(2)]
        return fates, said

    return asyncio.run(whole())


def opened(words):
    """What a device answers until it has the text."""
    return {"MSG": [Answer("PASSWORD", words[1])], "PASSWORD": [Answer("SEND", words[1])]}.get(words[0], [])


def test_each_attempt_is_a_session_of_its_own_and_the_sms_keeps_its_name():
    def script(words, times):
        return opened(words) or ([Answer("OK", words[1], f"{words[2]} 5")] if words[0] == "SEND" else [])

    fates, said = talk(script)
    assert fates == [Sent("5"), Sent("5")]
    sessions = [data.split()[1] for data in said if data.startswith(b"MSG")]
    assert len(set(sessions)) == 2
    assert [data.split()[2] for data in said if data.startswith(b"SEND")] == [b"11", b"11"]


def test_a_word_of_an_earlier_attempt_ends_no_later_one():
    """ERROR of the first attempt comes once more while the second one's SMS is on its way."""
    kept = []

    def script(words, times):
        if words[0] == "MSG" and times == 1:
            kept.append(Answer("ERROR", words[1], "SENDID"))
            return kept
        if words[0] == "SEND":
            return [*kept, Answer("WAIT", words[1], words[2]), Answer("OK", words[1], f"{words[2]} 5")]
        return opened(words)

    fates, _ = talk(script)
    assert isinstance(fates[0], Trouble)
    assert fates[1] == Sent("5")


@pytest.mark.parametrize(
    ("said", "kind"),
    [("SENDID", Trouble), ("GSM_LOGOUT", Trouble), ("busy", Unknown), ("", Unknown), ("11", None)],
)
def test_after_send_only_what_surely_did_not_leave_goes_back(said, kind):
    def script(words, times):
        return opened(words) or ([Answer("ERROR", words[1], said)] if words[0] == "SEND" else [])

    fates, _ = talk(script)
    if kind is not None:
        assert isinstance(fates[0], kind)


def test_a_hand_over_that_took_longer_than_a_session_lives_sent_nothing():
    async def whole():
        said = []
        options = LineOptions("goip1", "", "", "+7", 0, 0, 0.0, "secret")

        def write(data, address):
            said.append(data)
            for each in opened(data.decode().split()):
                line.answer(each)

        async def slow():
            await asyncio.sleep(TICK * 20)
            return True

        line = GoipLine(options, write, TICK, repeat=True)
        line.hear(HERE, has_network=True, disabled=False)
        return await line.send(Order(11, ANNA, "раз"), slow), said

    fate, said = asyncio.run(whole())
    assert isinstance(fate, Trouble)
    assert not any(data.startswith(b"SEND") for data in said)


@pytest.mark.parametrize(("number", "soon"), [("89000000017", True), ("+79000000018", False), ("", False)])
def test_a_report_of_the_number_in_hand_ends_the_wait_for_an_answer_that_was_lost(number, soon):
    async def story(world, gateway, hub):
        loop = asyncio.get_running_loop()
        begun, line = loop.time(), gateway.lines["goip1"]
        sending = asyncio.ensure_future(gateway.send("goip1", Order(9, ANNA, "раз"), handed()))
        await until(lambda: world.sent)
        await world.device.lines[0].tell("DELIVER", f"sms_no:32;state:0;num:{number}")
        assert isinstance(await sending, Unknown)
        assert (loop.time() - begun < 18 * line.tick) is soon
        assert isinstance(await gateway.send("goip1", Order(10, ANNA, "два"), handed()), Unknown)

    told(story, silent_ends=1.0, reports=False)


def test_lines_that_speak_from_one_address_are_told_apart_by_their_sessions():
    async def story(world, gateway, hub):
        first, second = gateway.lines["goip1"], gateway.lines["goip2"]
        world.device.lines[0].keepalive = lambda number: None
        first.hear(second.address, has_network=True, disabled=False)  # it was rebooted, and has not said so yet
        assert isinstance(await gateway.send("goip2", Order(1, ANNA, "раз"), handed()), Sent)

    told(story)
