"""The demo loaded at any hour has reactions that took working time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okibi.calendars.services import work_calendar
from okibi.flows.demo.hours import in_hours
from okibi.flows.demo.letters import STORIES
from okibi.flows.demo.past import PAST
from okibi.schemes.services import ensure_loaded, in_force

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
LOADED = {
    "at noon on a Monday": datetime(2026, 11, 23, 12, 0, tzinfo=MOSCOW),
    "in the night": datetime(2026, 11, 24, 3, 0, tzinfo=MOSCOW),
    "on a Sunday evening": datetime(2026, 11, 22, 22, 0, tzinfo=MOSCOW),
    "in the New Year holidays": datetime(2027, 1, 8, 2, 0, tzinfo=MOSCOW),
}


@pytest.mark.parametrize("begin", LOADED.values(), ids=LOADED)
def test_every_answer_of_the_demo_took_the_working_time_that_it_tells(begin):
    ensure_loaded()
    calendar = work_calendar(in_force(begin).scheme)
    for story in (*STORIES, *(each for each in PAST if each.after <= 360)):
        if not story.then:
            continue
        told, took = begin - timedelta(hours=story.hours_ago), timedelta(minutes=story.after)
        placed = in_hours(told, took)
        assert placed <= told
        assert calendar.measure(placed, placed + took) == took
