"""Pushes of every messenger in a burst with repeats and disorder: nothing is lost, nothing is there twice.

WhatsApp's own burst, with reactions that come too early, stands in ``test_messengers.py``; one of 10 000 in
``bench/webhooks_in.py``.
"""

import importlib
import random

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox
from okibi.channels.models import Inbound
from okibi.flows.intake import take
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.cast import make_cast
from tests.stories.test_messengers import FRIDAY, KINDS

pytestmark = pytest.mark.django_db
SAID = (10, pytest.param(75, marks=pytest.mark.long))  # messages of one messenger


@pytest.mark.parametrize("count", SAID)
def test_pushes_of_all_messengers_in_a_burst_are_their_messages_once(count, settings, tmp_path):
    make_cast()
    chance = random.Random(11)
    accounts = (messengers.account(kind, "http://127.0.0.1:9") for kind in KINDS)
    messengers.configure(settings, tmp_path, *accounts)
    pushes = []
    for kind in sorted(KINDS):
        samples = importlib.import_module(f"okibi.channels.{kind}.tests.samples")
        told = [(kind, samples.plain(f"{kind}: слово {number}", str(number))) for number in range(1, count + 1)]
        pushes += [*told, *chance.sample(told, count // 3)]
    chance.shuffle(pushes)
    assert len(pushes) == 4 * (count + count // 3)
    door = Client()
    with time_machine.travel(FRIDAY, tick=False):
        for kind, body in pushes:
            answer = door.post(f"/hooks/{kind}/main", body, content_type="application/json", headers=KINDS[kind][1])
            assert answer.status_code == 200
        assert Inbound.objects.count() == 4 * count
        while inbox.process_batch(take):
            pass
    assert not Inbound.objects.exclude(state="done").exists()
    said = Message.objects.filter(kind="incoming").values_list("text", flat=True)
    assert sorted(said) == sorted(f"{kind}: слово {number}" for kind in KINDS for number in range(1, count + 1))
    assert Ticket.objects.count() == 4  # one writer each: one conversation
