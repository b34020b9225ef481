"""The reaction clock: pauses, stop and breach (scheme.md, "How the terms are counted"; design.md §6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.clock import ClockConflictError, ClockState, Pause, PauseError, ReactionClock, merged
from okibi.policy.terms import Days, Hours, Months, WorkingDays, due_at
from okibi.policy.tests.calendars_for_tests import CALENDARS, DESK, at

FRIDAY = "2026-11-20T12:41"
# Placed on Friday, due on Tuesday at 20:00, aimed at on Friday at 14:41.
NOW = at("2026-12-31T12:00")


def clock(*pauses, start=FRIDAY, stopped_at=None):
    made = tuple(Pause(at(begin), at(end) if end else None) for begin, end in pauses)
    return ReactionClock(at(start), Hours(2), WorkingDays(2), made, at(stopped_at) if stopped_at else None)


MOVED = {
    "no pause": ([], "2026-11-24T20:00"),
    "three working hours move the closing to 11:00 of the next day": (
        [("2026-11-23T10:00", "2026-11-23T13:00")], "2026-11-25T11:00",
    ),
    "a pause over a night counts its working time only": (
        [("2026-11-23T19:00", "2026-11-24T10:00")], "2026-11-25T11:00",
    ),
    "a pause over a weekend": ([("2026-11-20T19:00", "2026-11-23T09:00")], "2026-11-25T10:00"),
    "a pause that starts before the moment and ends after it": (
        [("2026-11-24T19:00", "2026-11-25T10:00")], "2026-11-25T11:00",
    ),
    "a pause outside working time moves nothing": ([("2026-11-21T00:00", "2026-11-22T23:00")], "2026-11-24T20:00"),
    "a pause of no length moves nothing": ([("2026-11-23T10:00", "2026-11-23T10:00")], "2026-11-24T20:00"),
    "a pause that begins after the moment does not": ([("2026-11-25T08:00", "2026-11-25T12:00")], "2026-11-24T20:00"),
    "a pause that begins at the moment moves it": ([("2026-11-24T20:00", "2026-11-25T11:00")], "2026-11-25T11:00"),
    "a pause that begins after the first but before the moved moment moves it": (
        [("2026-11-23T10:00", "2026-11-23T13:00"), ("2026-11-25T10:00", "2026-11-25T12:00")], "2026-11-25T13:00",
    ),
    "a pause that begins after the moved moment does not": (
        [("2026-11-23T10:00", "2026-11-23T13:00"), ("2026-11-25T11:00:01", "2026-11-25T12:00")], "2026-11-25T11:00",
    ),
    "the part before the placing does not count": ([("2026-11-20T10:00", "2026-11-20T13:41")], "2026-11-25T09:00"),
    "a pause before the placing does not count": ([("2026-11-20T09:00", "2026-11-20T10:00")], "2026-11-24T20:00"),
    "overlapping pauses count once": (
        [("2026-11-23T10:00", "2026-11-23T12:00"), ("2026-11-23T11:00", "2026-11-23T13:00")], "2026-11-25T11:00",
    ),
    "a pause within a pause counts once": (
        [("2026-11-23T10:00", "2026-11-23T13:00"), ("2026-11-23T11:00", "2026-11-23T12:00")], "2026-11-25T11:00",
    ),
    "pauses out of order": (
        [("2026-11-24T10:00", "2026-11-24T11:00"), ("2026-11-23T10:00", "2026-11-23T12:00")], "2026-11-25T11:00",
    ),
    "seconds of a pause count": ([("2026-11-23T10:00:00", "2026-11-23T10:00:07")], "2026-11-25T08:00:07"),
    "a pause over the year's end": ([("2026-11-24T19:00", "2027-01-11T09:00")], None),
}  # fmt: skip


@pytest.mark.parametrize(("pauses", "expected"), MOVED.values(), ids=MOVED)
def test_a_pause_moves_the_moment_by_the_working_time_that_it_covered(pauses, expected):
    far = at("2027-03-01T12:00")
    due = clock(*pauses).due_at(DESK, far)
    if expected is None:
        covered = DESK.measure(at(pauses[0][0]), at(pauses[0][1]))
        assert due == DESK.add(at("2026-11-24T20:00"), covered)
    else:
        assert due == at(expected)


def test_the_example_of_the_scheme_wednesday_20_00_becomes_thursday_11_00():
    paused = clock(("2026-11-24T10:00", "2026-11-24T13:00"), start="2026-11-23T10:00")
    assert paused.due_at(DESK, NOW) == at("2026-11-26T11:00")


def test_a_pause_moves_each_moment_only_as_far_as_it_began_before_it():
    paused = clock(("2026-11-20T13:41", "2026-11-20T14:41"), ("2026-11-23T10:00", "2026-11-23T11:00"))
    assert paused.aim_at(DESK, NOW) == at("2026-11-20T15:41")
    assert paused.due_at(DESK, NOW) == at("2026-11-25T10:00")


def test_an_open_pause_counts_up_to_now():
    waiting = clock(("2026-11-23T10:00", None))
    assert waiting.due_at(DESK, at("2026-11-23T11:00")) == at("2026-11-25T09:00")
    assert waiting.due_at(DESK, at("2026-11-23T13:00")) == at("2026-11-25T11:00")
    assert waiting.due_at(DESK, at("2026-11-23T09:00")) == at("2026-11-24T20:00")


STATES = {
    "before the moment it runs": (clock(), "2026-11-24T19:59", ClockState.RUNNING),
    "at the moment it is still kept": (clock(), "2026-11-24T20:00", ClockState.RUNNING),
    "an instant later it is breached": (clock(), "2026-11-24T20:00:01", ClockState.BREACHED),
    "while it waits it is paused": (clock(("2026-11-23T10:00", None)), "2026-11-23T12:00", ClockState.PAUSED),
    "it waits through the moment": (clock(("2026-11-23T10:00", None)), "2026-12-25T12:00", ClockState.PAUSED),
    "it waits through a night": (clock(("2026-11-24T20:00", None)), "2026-11-24T23:00", ClockState.PAUSED),
    "a pause that came too late does not save it": (
        clock(("2026-11-25T10:00", None)), "2026-11-25T12:00", ClockState.BREACHED,
    ),
    "after a pause it runs again": (
        clock(("2026-11-23T10:00", "2026-11-23T13:00")), "2026-11-25T10:59", ClockState.RUNNING,
    ),
    "stopped before the moment": (clock(stopped_at="2026-11-23T10:00"), "2026-12-25T12:00", ClockState.STOPPED_IN_TIME),
    "stopped at the moment": (clock(stopped_at="2026-11-24T20:00"), "2026-12-25T12:00", ClockState.STOPPED_IN_TIME),
    "stopped after it": (clock(stopped_at="2026-11-24T20:00:01"), "2026-12-25T12:00", ClockState.STOPPED_LATE),
    "stopped while it waited": (
        clock(("2026-11-24T20:00", "2026-11-24T22:00"), stopped_at="2026-11-24T22:00"),
        "2026-12-25T12:00", ClockState.STOPPED_IN_TIME,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "now", "state"), STATES.values(), ids=STATES)
def test_what_a_clock_shows(made, now, state):
    assert made.state(DESK, at(now)) is state


def test_remaining_is_working_time_stands_still_in_a_pause_and_goes_below_nought():
    assert clock().remaining(DESK, at("2026-11-24T18:30")) == timedelta(hours=1, minutes=30)
    assert clock().remaining(DESK, at("2026-11-25T09:00")) == timedelta(hours=-1)
    waiting = clock(("2026-11-24T18:30", None))
    for now in ("2026-11-24T18:30", "2026-11-24T19:00", "2026-11-25T03:00", "2026-11-27T12:00"):
        assert waiting.remaining(DESK, at(now)) == timedelta(hours=1, minutes=30)
    assert clock(stopped_at="2026-11-24T19:00").remaining(DESK, NOW) == timedelta(hours=1)


def test_pausing_resuming_and_stopping_leave_a_record():
    running = clock()
    waiting = running.pause(at("2026-11-23T10:00"))
    resumed = waiting.resume(at("2026-11-23T13:00"))
    stopped = resumed.stop(at("2026-11-24T15:00"))
    assert (running.is_paused, waiting.is_paused, resumed.is_paused, stopped.is_paused) == (False, True, False, False)
    assert stopped.pauses == (Pause(at("2026-11-23T10:00"), at("2026-11-23T13:00")),)
    assert stopped.state(DESK, NOW) is ClockState.STOPPED_IN_TIME


def test_a_stop_ends_an_open_pause():
    stopped = clock().pause(at("2026-11-23T10:00")).stop(at("2026-11-23T13:00"))
    assert stopped.pauses[0].end == at("2026-11-23T13:00")
    assert stopped.due_at(DESK, NOW) == at("2026-11-25T11:00")


CONFLICTS = {
    "paused twice": lambda: clock().pause(at("2026-11-23T10:00")).pause(at("2026-11-23T11:00")),
    "resumed while running": lambda: clock().resume(at("2026-11-23T10:00")),
    "stopped twice": lambda: clock().stop(at("2026-11-23T10:00")).stop(at("2026-11-23T11:00")),
    "paused after the stop": lambda: clock().stop(at("2026-11-23T10:00")).pause(at("2026-11-23T11:00")),
}


@pytest.mark.parametrize("act", CONFLICTS.values(), ids=CONFLICTS)
def test_an_act_that_the_clock_is_not_ready_for_is_refused(act):
    with pytest.raises(ClockConflictError):
        act()


def test_a_pause_can_not_end_before_it_begins():
    with pytest.raises(PauseError):
        Pause(at("2026-11-23T10:00"), at("2026-11-23T09:00"))


def test_every_pause_is_told_with_what_it_did():
    made = clock(
        ("2026-11-20T09:00", "2026-11-20T10:00"),
        ("2026-11-21T10:00", "2026-11-21T12:00"),
        ("2026-11-23T10:00", "2026-11-23T13:00"),
        ("2026-11-27T09:00", "2026-11-27T09:30"),
    )
    told = [
        (step.rule, step.sentence.ru) for step in made.explain_due(DESK, NOW).steps if step.rule.startswith("pause")
    ]
    assert told == [
        ("pause-none", "Пауза кончилась до приёма заявки, срок не меняется"),
        (
            "pause-none",
            "Ждали ответа заявителя: суббота, 21 ноября, 10:00 – 12:00; время нерабочее, срок не меняется",
        ),
        ("pause", "Ждали ответа заявителя: понедельник, 23 ноября, 10:00 – 13:00; рабочего времени — 3 часа"),
        ("pause-moved", "Срок сдвинут на 3 часа рабочего времени: среда, 25 ноября, 11:00"),
        (
            "pause-none",
            "Ждали ответа заявителя: пятница, 27 ноября, 9:00 – 9:30; срок к этому времени уже кончился и не меняется",
        ),
    ]


def test_one_minute_is_said_in_the_right_case():
    steps = clock(("2026-11-23T10:00", "2026-11-23T10:01")).explain_due(DESK, NOW).steps
    assert steps[-1].sentence.ru == "Срок сдвинут на 1 минуту рабочего времени: среда, 25 ноября, 8:01"


def test_pauses_that_touch_become_one():
    pauses = [
        Pause(at("2026-11-23T12:00"), at("2026-11-23T13:00")),
        Pause(at("2026-11-23T10:00"), at("2026-11-23T12:00")),
    ]
    assert merged(pauses, at(FRIDAY), NOW) == [(at("2026-11-23T10:00"), at("2026-11-23T13:00"))]


starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30), timezones=st.just(UTC))
terms = st.sampled_from([Hours(2), Hours(30), WorkingDays(2), Days(5), Months(2)])
calendars = st.sampled_from(CALENDARS)


@st.composite
def pause_lists(draw):
    """Pauses relative to a start, in any order, overlapping or not."""
    return [
        (begin, begin + draw(st.timedeltas(timedelta(0), timedelta(days=4))))
        for begin in draw(st.lists(st.timedeltas(timedelta(days=-2), timedelta(days=20)), max_size=4))
    ]


def built(start, term, pauses):
    return ReactionClock(start, term, term, tuple(Pause(start + begin, start + end) for begin, end in pauses))


@given(calendars, terms, starts, pause_lists())
def test_pauses_shift_the_moment_exactly_by_the_working_time_they_cover_before_it(calendar, term, start, pauses):
    now = start + timedelta(days=60)
    moment = due_at(term, start, calendar)
    for begin, end in merged(built(start, term, pauses).pauses, start, now):
        if begin <= moment and calendar.measure(begin, end):
            after = calendar.add(moment, calendar.measure(begin, end))
            assert calendar.measure(moment, after) == calendar.measure(begin, end)
            moment = after
    assert built(start, term, pauses).due_at(calendar, now) == moment


@given(calendars, terms, starts, pause_lists())
def test_with_pauses_a_moment_stays_inside_working_time_and_never_comes_earlier(calendar, term, start, pauses):
    moment = built(start, term, pauses).due_at(calendar, start + timedelta(days=60))
    assert moment >= due_at(term, start, calendar)
    assert calendar.is_open(moment - timedelta(microseconds=1))


@given(calendars, terms, starts, pause_lists())
def test_the_order_in_which_pauses_are_recorded_does_not_matter(calendar, term, start, pauses):
    now = start + timedelta(days=60)
    assert built(start, term, pauses).due_at(calendar, now) == built(start, term, pauses[::-1]).due_at(calendar, now)


@given(calendars, terms, starts, pause_lists())
def test_the_explanation_with_pauses_reaches_the_same_moment(calendar, term, start, pauses):
    made, now = built(start, term, pauses), start + timedelta(days=60)
    assert made.explain_due(calendar, now).at == made.due_at(calendar, now)
    assert made.explain_aim(calendar, now).at == made.aim_at(calendar, now)


@given(
    calendars,
    terms,
    starts,
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_while_a_clock_stands_still_what_remains_stays_the_same(calendar, term, start, begin, length):
    waiting = ReactionClock(start, term, term).pause(start + begin)
    before = ReactionClock(start, term, term)
    if start + begin <= before.due_at(calendar, start + begin):
        remaining = before.remaining(calendar, start + begin)
        assert waiting.remaining(calendar, start + begin + length) == remaining
        assert waiting.state(calendar, start + begin + length) is ClockState.PAUSED
