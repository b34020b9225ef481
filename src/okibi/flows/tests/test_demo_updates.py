"""The demo shows automatic updates at work, whenever it is loaded."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from okibi.flows.demo import load
from okibi.kernel.clock import at
from okibi.updates.models import Agreement, Run
from tests.looks import one_and_more

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
LOADED = {
    "at noon": (datetime(2026, 11, 23, 12, 0, tzinfo=MOSCOW), "waiting_window"),
    "as the night's hours begin": (datetime(2026, 11, 23, 22, 10, tzinfo=MOSCOW), "waiting_window"),
    "in the night": (datetime(2026, 11, 24, 3, 0, tzinfo=MOSCOW), "offered"),
    "in the New Year holidays": (datetime(2027, 1, 8, 14, 0, tzinfo=MOSCOW), "waiting_window"),
}


@pytest.mark.parametrize(("begin", "asked_now"), one_and_more(LOADED))
def test_accesses_stand_in_every_state_and_an_update_is_half_way(begin, asked_now):
    with at(begin):
        load()
    assert Counter(Agreement.objects.values_list("state", flat=True)) == {"confirmed": 2, "withdrawn": 1, "proposed": 1}
    states = dict(Run.objects.values_list("host__name", "state"))
    assert states == {
        "Директор": "succeeded",
        "БУХ-01": "succeeded",
        "БУХ-02": "succeeded",
        "ОТК-1": "rolled_back",
        "ОТК-2": "scheduled",
        "КАДРЫ": asked_now,
        "Бухгалтерия": "installing",
        "Касса": "downloading",
    }
    assert not Run.objects.filter(created_at__gt=begin).exists()
    assert not Run.objects.filter(heard_at__gt=begin).exists()
