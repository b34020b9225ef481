"""The demo shows automatic updates at work, whenever it is loaded."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from okibi.flows.demo import load
from okibi.kernel.clock import at
from okibi.updates.models import Agreement, Host, Run
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
def test_accesses_stand_in_every_state_and_an_update_is_half_way(begin, asked_now, capsys):
    with at(begin):
        load()
    assert "tesakov@istok.example.org  /portal/" in capsys.readouterr().out
    assert Counter(Agreement.objects.values_list("state", flat=True)) == {
        "confirmed": 4,
        "withdrawn": 1,
        "proposed": 1,
        "expired": 1,
    }
    weekly = Host.objects.get(name="Домашний ПК").agreement
    assert weekly.is_in_force(begin)
    assert not weekly.hours.is_open(begin)
    server = Host.objects.get(way="ssh")
    assert server.agreement.granted_by.organisation_admin
    assert (server.login, bool(server.secret), server.recipe["folder"]) == ("okibi-update", True, "/opt/okibi-server")
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
