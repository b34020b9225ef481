"""What every gateway's driver owes the room, whatever carries its SMS.

A driver brings ``<its folder>/tests/world.py`` with ``World``: a simulator of the other side, and the driver made for
it. No database: the hub keeps what it is told.
"""

import asyncio
import importlib

import pytest

from okibi.sms.gateways.port import Order, Refused, Sent, Trouble, Unknown
from okibi.sms.gateways.registry import GATEWAYS, shape_of

ANNA = "+79000000017"
TEXT = "Заявка №1042 решена"


class Hub:
    def __init__(self):
        self.news, self.incoming, self.reports, self.late = {}, [], [], []
        self.pieces, self.ids, self.named, self.events = {}, [], [], []
        self.away = False

    async def alive(self, line, news):
        self.news[line] = news

    async def received(self, line, external_id, sender, text, smsc):
        if self.away:
            raise OSError("no database")
        self.incoming.append((line, sender, text))
        self.ids.append(external_id)

    async def received_piece(self, line, external_id, sender, piece):
        if self.away:
            raise OSError("no database")
        parts = self.pieces.setdefault((line, sender, piece.mark), {})
        parts[piece.number] = piece.text
        if len(parts) == piece.of:
            self.incoming.append((line, sender, "".join(parts[number] for number in sorted(parts))))

    async def reported(self, line, external_id, reference, number, state, also=()):
        self.reports.append((line, reference, state))
        self.named.append((reference, also))

    async def happened(self, line, verb, external_id, fields):
        self.events.append((verb, fields))

    async def settled(self, line, order_id, fate):
        self.late.append((line, order_id, fate))


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  a simulator has no event to wait for
            await asyncio.sleep(0.01)


@pytest.fixture(params=sorted(GATEWAYS))
def tried(request):
    """Runs a story in a world of its own: the world, the driver, the hub; the line of that place is ready."""
    world_of = importlib.import_module(f"{GATEWAYS[request.param]}.tests.world").World

    def run(story, ready=0):
        async def whole():
            world, hub = world_of(), Hub()
            gateway = world.gateway(hub)
            await gateway.start()
            await world.start()
            try:
                await until(lambda: gateway.is_ready(world.lines[ready]))
                return await story(world, gateway, hub)
            finally:
                await gateway.stop()
                await world.stop()

        return asyncio.run(whole())

    return run


def handed(moments=None, answer=True):
    async def hand():
        if moments is not None:
            moments.append("handed")
        return answer

    return hand


def test_a_kind_says_its_name_in_both_languages():
    for kind in GATEWAYS:
        assert shape_of(kind).kind == kind
        assert shape_of(kind).title.ru
        assert shape_of(kind).title.en


def test_cyrillic_leaves_whole_and_once_after_the_hand_over(tried):
    async def story(world, gateway, hub):
        moments = []
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed(moments))
        assert isinstance(fate, Sent)
        assert moments == ["handed"]
        assert [(number, text) for _, number, text in world.sent] == [(ANNA, TEXT)]

    tried(story)


@pytest.mark.parametrize("text", ["Hello: it's 5 %", "Не печатает; счета\nи «акты» 😀 " * 12])
def test_any_text_leaves_whole(tried, text):
    async def story(world, gateway, hub):
        assert isinstance(await gateway.send(world.lines[1], Order(9, ANNA, text), handed()), Sent)
        assert [(number, words) for _, number, words in world.sent] == [(ANNA, text)]

    tried(story, ready=1)


def test_what_comes_again_is_acknowledged_again(tried):
    async def story(world, gateway, hub):
        assert await world.receive(world.lines[0], ANNA, "привет", 5)
        assert await world.receive(world.lines[0], ANNA, "привет", 5)

    tried(story)


def test_what_was_taken_back_never_leaves(tried):
    async def story(world, gateway, hub):
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed(answer=False))
        assert isinstance(fate, Trouble)
        await asyncio.sleep(0.2)
        assert world.sent == []

    tried(story)


@pytest.mark.parametrize("permanent", [True, False])
def test_a_refusal_of_the_number_is_told_with_its_reason(tried, permanent):
    async def story(world, gateway, hub):
        world.refuse(ANNA, permanent=permanent)
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed())
        assert isinstance(fate, Refused)
        assert (fate.permanent, bool(fate.error)) == (permanent, True)
        assert world.sent == []

    tried(story)


def test_no_final_answer_is_unknown_and_it_left_once(tried):
    async def story(world, gateway, hub):
        world.lose_the_end()
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed())
        assert isinstance(fate, Unknown)
        assert len(world.sent) == 1

    tried(story)


def test_a_line_without_network_hands_nothing_over(tried):
    async def story(world, gateway, hub):
        gone = world.log_out(world.lines[0])
        if gone is not None:  # where it takes a moment until both sides know
            await gone
        moments = []
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed(moments))
        assert isinstance(fate, Trouble)
        assert (moments, world.sent) == ([], [])

    tried(story)


def test_what_comes_in_is_told_whole_with_its_line_and_its_sender(tried):
    text = "Не Работает; код: E-17\nсрочно"

    async def story(world, gateway, hub):
        assert await world.receive(world.lines[0], ANNA, text)
        assert hub.incoming[0] == (world.lines[0], ANNA, text)

    tried(story)


def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(tried):
    async def story(world, gateway, hub):
        hub.away = True
        assert not await world.receive(world.lines[0], ANNA, "привет")
        hub.away = False
        assert await world.receive(world.lines[0], ANNA, "привет")

    tried(story)


def test_a_delivery_report_names_the_sms(tried):
    async def story(world, gateway, hub):
        fate = await gateway.send(world.lines[0], Order(7, ANNA, TEXT), handed())
        await until(lambda: hub.reports)
        assert hub.reports[0] == (world.lines[0], fate.reference, 0)

    tried(story)
