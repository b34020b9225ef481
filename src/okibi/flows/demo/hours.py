"""Moments of the demo that lie in working hours, at whatever hour it is loaded."""

from datetime import datetime, timedelta

from okibi.calendars.services import work_calendar
from okibi.schemes.services import in_force

FURTHEST = 16 * 24  # hours: longer than the New Year holidays
LONGEST = timedelta(hours=6)  # of working time that is looked for in one piece


def in_hours(placed: datetime, took: timedelta) -> datetime:
    """The latest moment, whole hours before, from which the reaction fits into one working day.

    Whoever loads the demo at night has reactions that took working time, and no averages of nothing. A reaction of days
    begins and ends in working hours.
    """
    calendar = work_calendar(in_force(placed).scheme)
    moments = (placed - timedelta(hours=hours) for hours in range(FURTHEST))
    if took <= LONGEST:
        return next((each for each in moments if calendar.measure(each, each + took) == took), placed)
    return next((each for each in moments if calendar.is_open(each) and calendar.is_open(each + took)), placed)
