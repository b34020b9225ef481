"""Whether support takes calls at a moment: by the policy's telephone channel and the production calendar."""

from dataclasses import dataclass
from datetime import datetime

from okibi.calendars.services import work_calendar
from okibi.policy.scheme_values import Opening
from okibi.policy.worktime import NoWorkingTimeError
from okibi.schemes.services import in_force


@dataclass(frozen=True, slots=True)
class Hours:
    """``opens_at``: aware, in the scheme's zone; None while it is open, and where no opening is known."""

    is_open: bool
    opens_at: datetime | None


def hours_at(moment: datetime) -> Hours:
    """8:00:00 is open and 20:00:00 is closed: the stretches are half-open (scheme.md §4)."""
    scheme = in_force(moment).scheme
    ours = scheme.channel("phone")
    if ours is not None and ours.open is Opening.ALWAYS:
        return Hours(is_open=True, opens_at=None)
    calendar = work_calendar(scheme)
    if calendar.is_open(moment):
        return Hours(is_open=True, opens_at=None)
    try:
        return Hours(is_open=False, opens_at=calendar.next_opening(moment))
    except NoWorkingTimeError:
        return Hours(is_open=False, opens_at=None)
