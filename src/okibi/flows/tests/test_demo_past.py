"""The demo has a past that reports tell of, and calls, whenever it is loaded; nobody gets its old letters today."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okibi.calls.models import Call, CallTask
from okibi.channels.models import Inbound, Outbound
from okibi.flows.demo import load
from okibi.flows.demo.past import PAST
from okibi.kernel.clock import at
from okibi.tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db
LOADED = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))


def test_the_demo_has_months_behind_it():
    with at(LOADED):
        load()
    assert not Inbound.objects.exclude(state="done").exists()
    long_ago = Ticket.objects.filter(placed_at__lt=LOADED - timedelta(days=15))
    assert long_ago.count() == len(PAST)
    assert set(long_ago.values_list("state", flat=True)) == {"closed", "refused"}
    assert Rating.objects.count() == sum(story.mark > 0 for story in PAST)
    waiting = Outbound.objects.filter(state="queued", subject_kind="ticket")
    assert waiting.exists()
    assert not waiting.filter(created_at__lt=LOADED - timedelta(days=15)).exists()
    numbers = [ticket.number for ticket in Ticket.objects.order_by("placed_at", "pk")]
    assert numbers[: len(PAST)] == sorted(numbers[: len(PAST)])

    assert list(Call.objects.order_by("key").values_list("key", "state")) == [
        ("demo-missed", "missed"),
        ("demo-night", "missed"),
        ("demo-out", "ended"),
        ("demo-request", "ended"),
    ]
    owed = {(task.ticket.requester_name, task.kind) for task in CallTask.objects.select_related("ticket")}
    assert owed == {("Борис Лапин", "call_back"), ("Ольга Дроздова", "answer")}
