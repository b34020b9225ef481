"""When to try again, and when a call was missed: tables and laws."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.calls.kinds import TryOutcome
from okibi.calls.rules import Stretch, first_try, next_try, was_missed
from okibi.policy.scheme import load
from okibi.policy.scheme_values import work_calendar

CALENDAR = work_calendar(load(Path(__file__).parents[4] / "policies/okibi.toml").working_time)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20), timezones=st.just(UTC))


def moscow(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


NEXT = {
    "not reached once, on a Monday morning": (1, "not_reached", moscow(23, 10), moscow(23, 10, 15)),
    "twice": (2, "not_reached", moscow(23, 10), moscow(23, 11)),
    "three times": (3, "not_reached", moscow(23, 10), moscow(23, 13)),
    "four times: the next working day": (4, "not_reached", moscow(23, 10), moscow(24, 8)),
    "four times, before a holiday": (4, "not_reached", moscow(3, 10), moscow(5, 8)),
    "just before closing: the rest of it tomorrow": (1, "not_reached", moscow(23, 19, 50), moscow(24, 8, 5)),
    "exactly to the closing: it is closed then": (1, "not_reached", moscow(23, 19, 45), moscow(24, 8)),
    "left word: three working hours": (1, "left_word", moscow(23, 18), moscow(24, 9)),
}


@pytest.mark.parametrize("what", NEXT)
def test_the_next_try_comes_by_the_rules(what):
    tries, outcome, at, expected = NEXT[what]
    assert next_try(tries, TryOutcome(outcome), at, CALENDAR) == expected


@given(st.integers(1, 9), st.sampled_from([TryOutcome.NOT_REACHED, TryOutcome.LEFT_WORD]), MOMENTS)
def test_nobody_is_called_out_of_hours_and_never_before_the_last_try(tries, outcome, at):
    again = next_try(tries, outcome, at, CALENDAR)
    assert CALENDAR.is_open(again)
    assert again > at
    assert CALENDAR.is_open(first_try(at, CALENDAR))


def after(seconds):
    return moscow(23, 10) + timedelta(seconds=seconds)


STRETCHES = {
    "nobody took it": ([Stretch(None, after(20))], True),
    "nobody was even rung": ([], True),
    "a menu took it, and nobody else": ([Stretch(after(1), after(20), by_machine=True)], True),
    "somebody spoke": ([Stretch(after(5), after(60))], False),
    "one of three telephones was answered": (
        [Stretch(None, after(5)), Stretch(after(5), after(60)), Stretch(None, after(5))],
        False,
    ),
    "handed over, and the colleague spoke": (
        [Stretch(after(5), after(60)), Stretch(after(65), after(90), by_transfer=True)],
        False,
    ),
    "handed over, and nobody took it": (
        [Stretch(after(5), after(60)), Stretch(None, after(90), by_transfer=True)],
        True,
    ),
    "the colleague did not answer while the first still spoke": (
        [Stretch(after(5), after(120)), Stretch(None, after(90), by_transfer=True)],
        False,
    ),
}


@pytest.mark.parametrize("what", STRETCHES)
def test_a_call_was_missed_when_nobody_held_it_to_its_end(what):
    stretches, missed = STRETCHES[what]
    assert was_missed(stretches) is missed
