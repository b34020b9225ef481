"""Whether the desk works at the moment of a call, and when it opens next: what a caller is told."""

from datetime import datetime

from okibi.calendars.services import work_calendar
from okibi.channels.sip.speech import Occasion
from okibi.policy.worktime import NoWorkingTimeError
from okibi.schemes.services import in_force


def occasion(moment: datetime) -> Occasion:
    """By the scheme that is in force at an aware moment and its production calendar; the opening may be unknown."""
    scheme = in_force(moment).scheme
    calendar = work_calendar(scheme)
    try:
        opens = None if calendar.is_open(moment) else calendar.next_opening(moment)
        return Occasion(moment, calendar.is_open(moment), opens, scheme.zone)
    except NoWorkingTimeError:
        return Occasion(moment, open=False, opens=None, zone=scheme.zone)
