"""The portal's stream of events: the visitor's own, to an administrator the organisation's, and nothing missed."""

import json

import pytest
from django.db import connection

from okibi.customers.services import set_organisation_admin
from okibi.environments.services import revoke
from okibi.flows import ipv_conversation, reply
from okibi.flows.ipv_request import Draft, place
from okibi.journal.live import in_thread
from okibi.journal.selectors import latest_id
from okibi.journal.services import SYSTEM
from okibi.portal import live
from okibi.tickets.requester_services import say_typing
from tests.streams import Stream, listening, told

pytestmark = pytest.mark.django_db(transaction=True)


def listens(house, who, query="", **headers):
    cookie = house.clients[who].cookies.output(header="", sep=";").strip() if who else ""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Stream(live.application, "/portal/events", {"cookie": cookie.split(";")[0], **named}, query)


def does(act, *args):
    def run():
        done = act(*args)
        connection.close()
        return done

    return in_thread(run)


@told
async def test_who_is_not_signed_in_hears_nothing(house):
    for who in (None, "revoked", "staff"):
        async with listens(house, who) as stream:
            assert stream.start["status"] == 401


@told
async def test_an_answer_is_told_to_its_requester_and_to_the_administrator_and_to_no_colleague(house):
    number = house.ticket.number
    async with (
        listens(house, "anna") as hers,
        listens(house, "admin") as theirs,
        listens(house, "colleague") as beside,
        listens(house, "other admin") as elsewhere,
    ):
        await listening()
        await does(reply.reply, house.ticket.pk, house.cast.oleg, "И обновите шаблон.")
        for stream in (hers, theirs):
            heard = await stream.event()
            assert (heard["event"], json.loads(heard["data"])["number"]) == ("request.message", number)
        await does(say_typing, house.ticket.pk, number, "desk")
        for stream in (hers, theirs):
            assert await stream.event() == {"event": "request.typing", "data": json.dumps({"number": number})}
        for stream, who in ((beside, "colleague"), (elsewhere, "other admin")):
            own = await does(place, house.visitors[who], f"own-{who}", Draft("Не печатает", kind="incident"))
            assert json.loads((await stream.event())["data"])["number"] == own.number


@told
async def test_who_comes_back_is_told_what_was_missed(house):
    last = await in_thread(latest_id)
    await does(reply.reply, house.ticket.pk, house.cast.oleg, "И обновите шаблон.")
    for given in ({"last_event_id": str(last)}, {}):
        query = "" if given else f"last_event_id={last}"
        async with listens(house, "anna", query, **given) as stream:
            told_of = [await stream.event() for _ in range(2)]
            assert "request.message" in {event["event"] for event in told_of}


@told
async def test_one_who_administers_no_longer_hears_of_their_own_only(house):
    async with listens(house, "admin") as stream:
        await listening()
        await does(lambda: set_organisation_admin(house.darya.pk, on=False, actor=SYSTEM))
        await does(ipv_conversation.say, house.visitors["anna"], house.ticket.number, "1", "Ещё раз")
        own = await does(place, house.visitors["admin"], "2", Draft("Не печатает", kind="incident"))
        assert json.loads((await stream.event())["data"])["number"] == own.number


@told
async def test_a_browser_that_is_cut_off_hears_nothing_more(house):
    async with listens(house, "anna") as stream:
        await listening()
        await does(revoke, house.anna_device.public_id, SYSTEM)
        assert await stream.event() == {}
