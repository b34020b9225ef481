"""Pushes of every exchange in a burst, with repeats and disorder: no call is lost, none is there twice."""

import random
from datetime import timedelta

import pytest
import time_machine

from okibi.calls.models import Call
from okibi.channels.models import Inbound
from okibi.flows import phone_call
from okibi.tickets.models import Ticket
from tests import exchanges
from tests.cast import make_cast
from tests.stories.phone_calls import KINDS, MONDAY, intake, push, story

pytestmark = pytest.mark.django_db
EACH = (3, pytest.param(15, marks=pytest.mark.long))  # calls of a kind: the answered and the missed in turn


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.mark.parametrize("each_kind", EACH)
def test_pushes_of_all_exchanges_in_a_burst_are_their_calls_once(each_kind, clock, settings, tmp_path):
    make_cast()
    exchanges.configure(settings, tmp_path, *(exchanges.account(kind) for kind in KINDS))
    chance = random.Random(7)
    told = [
        (kind, each)
        for kind in sorted(KINDS)
        for number in range(each_kind)
        for each in story(
            kind, "missed" if number % 3 == 0 else "answered", f"+790000001{number:02}", key=f"call-{number}"
        )
    ]
    pushes = [*told, *chance.sample(told, len(told) // 3)]
    chance.shuffle(pushes)
    for kind, each in pushes:
        ((status, _said),) = push(kind, each)
        assert status == 200
    assert Inbound.objects.count() == len({(kind, each.path, each.body, each.query) for kind, each in told})
    for _ in range(4):  # what came too early is tried again; calls that nobody ended are ended
        intake()
        clock.shift(timedelta(minutes=1))
        phone_call.settle_due()
    intake()
    assert not Inbound.objects.exclude(state="done").exists()
    states = {(call.exchange, call.key): call.state for call in Call.objects.filter(part_of=None)}
    assert len(states) == each_kind * len(KINDS)
    missed = sum(1 for number in range(each_kind) if number % 3 == 0) * len(KINDS)
    assert sorted(states.values()) == ["ended"] * (len(states) - missed) + ["missed"] * missed
    assert Ticket.objects.count() == missed // len(KINDS)  # missed calls of one number are one request
