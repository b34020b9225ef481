"""When to try again, and when a call was missed. Pure: the calendar and the moments are passed in.

The scheme says that who called is answered by a call (scheme.md §5) and leaves open how often one tries. These are the
desk's rules: three tries within the day, then one each working day. All of it is working time: nobody is called at
night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from okibi.calls.kinds import TryOutcome
from okibi.policy.worktime import WorkCalendar

NEXT_TRY = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))  # of working time, after the 1st, 2nd, 3rd
LEFT_WORD = timedelta(hours=3)  # of working time: they were asked to call, and get the time to
MAY_GIVE_UP_AFTER = 3  # tries
HANDED_BACK = timedelta(seconds=3)  # a stretch that ends this much after the talk was a transfer nobody took


def next_try(tries: int, outcome: TryOutcome, at: datetime, calendar: WorkCalendar) -> datetime:
    """The moment of the next try after ``tries`` tries, the last of which ended so at ``at`` (aware)."""
    if outcome is TryOutcome.LEFT_WORD:
        return first_try(calendar.add(at, LEFT_WORD), calendar)
    if tries <= len(NEXT_TRY):
        return first_try(calendar.add(at, NEXT_TRY[tries - 1]), calendar)
    tomorrow = calendar.working_day_from(calendar.local(at).date() + timedelta(days=1))
    return calendar.intervals(tomorrow)[0].start


def first_try(at: datetime, calendar: WorkCalendar) -> datetime:
    """At once while support is open, at the next opening otherwise."""
    return at if calendar.is_open(at) else calendar.next_opening(at)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What decides of one leg: moments, whether a person or a machine had it, whether a transfer brought it."""

    answered_at: datetime | None
    ended_at: datetime | None
    by_machine: bool = False
    by_transfer: bool = False


def was_missed(stretches: Sequence[Stretch]) -> bool:
    """Whether a call that came in was left without an answer: nobody took it, or nobody took it after a transfer.

    A colleague who did not pick up while the first specialist still held the client makes no missed call.
    """
    talks = [each for each in stretches if each.answered_at is not None and not each.by_machine]
    if not talks:
        return True
    in_vain = [each for each in stretches if each.answered_at is None and each.by_transfer and not each.by_machine]
    last_word = max((each.ended_at for each in talks if each.ended_at is not None), default=None)
    last_ring = max((each.ended_at for each in in_vain if each.ended_at is not None), default=None)
    return last_word is not None and last_ring is not None and last_ring > last_word + HANDED_BACK
