"""What a GoIP and its driver say to each other when things go wrong, in whole conversations."""

import asyncio
from ipaddress import ip_network

import pytest

from okibi.sms.gateways.goip.driver import GoipGateway
from okibi.sms.gateways.goip.tests.world import World, free_port, options
from okibi.sms.gateways.port import Order, Sent, Trouble, Unknown, UssdError
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until


def told(story, **more):
    async def whole():
        world, hub = World(), Hub()
        for name, value in more.items():
            setattr(world.faults, name, value)
        gateway = world.gateway(hub)
        await gateway.start()
        await world.start()
        try:
            await until(lambda: gateway.is_ready("goip1") and gateway.is_ready("goip2"))
            return await story(world, gateway, hub)
        finally:
            await gateway.stop()
            await world.stop()

    return asyncio.run(whole())


async def say(port, data):
    """Send one datagram and give what comes back within a moment."""
    loop, answers = asyncio.get_running_loop(), []

    class Peer(asyncio.DatagramProtocol):
        def datagram_received(self, data, addr):
            answers.append(data)

    transport, _ = await loop.create_datagram_endpoint(Peer, remote_addr=("127.0.0.1", port))
    transport.sendto(data)
    await asyncio.sleep(0.1)
    transport.close()
    return answers


@pytest.mark.parametrize("forgets", [False, True])
def test_losses_and_repeats_never_make_two_of_one(forgets):
    async def story(world, gateway, hub):
        orders = [Order(number, ANNA, f"№{number}") for number in range(1, 25)]
        fates = [await gateway.send("goip1", order, handed()) for order in orders]
        texts = [text for _, _, text in world.sent]
        assert len(texts) == len(set(texts))
        for number, fate in enumerate(fates, start=1):
            assert not isinstance(fate, Sent) or f"№{number}" in texts
            assert not isinstance(fate, Trouble) or f"№{number}" not in texts

    if forgets:  # such firmware is told of in the file: SEND is never repeated
        faults = {"loss": 0.1, "forgets": True}

        async def careful(world, gateway, hub):
            for line in gateway.lines.values():
                line.repeat = False
            await story(world, gateway, hub)

        told(careful, **faults)
    else:
        told(story, loss=0.1, repeats=0.1, late=0.1)


def test_a_report_that_overtakes_ok_is_told_with_its_number():
    async def story(world, gateway, hub):
        fate = await gateway.send("goip1", Order(1, ANNA, "раз"), handed())
        assert ("goip1", fate.reference, 0) in hub.reports

    told(story, report_first=True)


def test_an_answer_after_the_end_of_patience_still_settles():
    async def story(world, gateway, hub):
        fate = await gateway.send("goip1", Order(9, ANNA, "раз"), handed())
        assert isinstance(fate, Unknown)
        await until(lambda: hub.late)
        assert hub.late[0][:2] == ("goip1", 9)
        assert isinstance(hub.late[0][2], Sent)

    told(story, slow=(20.0, 21.0))


def test_a_line_that_registered_anew_from_another_port_is_spoken_to_there():
    async def story(world, gateway, hub):
        gateway.lines["goip1"].address = ("127.0.0.1", 9)
        world.device.lines[0].keepalive(99)
        await until(lambda: gateway.lines["goip1"].address[1] != 9)
        assert isinstance(await gateway.send("goip1", Order(1, ANNA, "раз"), handed()), Sent)

    told(story)


def test_the_balance_is_asked_by_ussd():
    async def story(world, gateway, hub):
        assert await gateway.ussd("goip1", "*100#") == "Баланс: 57.20 р."
        with pytest.raises(UssdError, match="unknown code"):
            await gateway.ussd("goip1", "*111#")

    told(story)


@pytest.mark.parametrize(
    ("packet", "answer"),
    [
        (b"req:1;id:goip1;pass:wrong;", b"reg:1;status:404;"),
        (b"req:1;id:other;pass:secret;", b"reg:1;status:404;"),
        (b"req:1;id:goip1;pass:secret;", b"reg:1;status:200;"),
        (b"STATE:7;id:goip1;password:secret;gsm_remain_state:IDLE", b"STATE 7 OK\n"),
        (b"HANGUP:7;id:goip1;password:secret;num:,cause:Normal call clearing", b"HANGUP 7 OK\n"),
        (b"NUMRECORD:7;id:goip1;password:secret;x:1", b"NUMRECORD 7 OK\n"),
        (b"RECEIVE:7;id:goip1;password:wrong;srcnum:1;msg:x",
         b"RECEIVE 7 ERROR not find this id:goip1, or password error\n"),
        (b"GSM:1;id:goip1;password:secret;", None),
        (b"\x00\xff nonsense", None),
    ],
)  # fmt: skip
def test_each_packet_has_its_answer(packet, answer):
    async def story(world, gateway, hub):
        port = int(world.options.options["listen"].rpartition(":")[2])
        assert await say(port, packet) == ([answer] if answer else [])

    told(story)


def test_who_speaks_from_elsewhere_is_not_answered():
    async def story():
        port = free_port()
        made = options(port)
        object.__setattr__(made, "sources", (ip_network("192.0.2.0/24"),))
        gateway = GoipGateway(made, Hub())
        await gateway.start()
        assert await say(port, b"req:1;id:goip1;pass:secret;") == []
        await gateway.stop()

    asyncio.run(story())


def test_a_disabled_or_silent_line_is_given_nothing():
    async def story(world, gateway, hub):
        line = gateway.lines["goip1"]
        line.hear(line.address, has_network=True, disabled=True)
        assert not gateway.is_ready("goip1")
        line.hear(line.address, has_network=True, disabled=False)
        line.heard_at -= 93
        assert not gateway.is_ready("goip1")

    told(story)
