"""The life of a ticket (design.md §6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.refusals import RefusalError, RefusalGround
from okibi.policy.ticket_states import (
    FINAL,
    FINISHED,
    PAUSES_CLOCK,
    RUNS_CLOCK,
    TABLE,
    Event,
    LinkedTicket,
    No,
    Reopen,
    State,
    Stay,
    TransitionError,
    apply,
    on_requester_message,
    possible,
)

REASONS = "Этого не позволяет протокол обмена с кассой."
ENOUGH = {"ground": RefusalGround.IMPOSSIBLE, "reason": REASONS}


def test_the_table_is_total():
    assert set(TABLE) == {(state, event) for state in State for event in Event}


STORIES = {
    "taken, answered, solved, closed": ([Event.TAKE, Event.REPLY, Event.SOLVE, Event.CLOSE], State.CLOSED),
    "asked the requester, who answers": ([Event.TAKE, Event.WAIT, Event.REQUESTER_MESSAGE], State.OPEN),
    "planned and shipped": ([Event.TAKE, Event.PLAN, Event.VERSION_SHIPPED], State.SOLVED),
    "refused": ([Event.REFUSE], State.REFUSED),
    "refused, and the requester objects": ([Event.REFUSE, Event.REQUESTER_MESSAGE], State.OPEN),
    "uncovered, then a licence begins": ([Event.UNCOVER, Event.COVER], State.NEW),
    "uncovered, taken on with a reason": ([Event.UNCOVER, Event.TAKE_ON, Event.TAKE], State.OPEN),
    "uncovered, and the requester writes again": ([Event.UNCOVER, Event.REQUESTER_MESSAGE], State.UNCOVERED),
    "a licence begins while work goes on": ([Event.TAKE, Event.COVER], State.OPEN),
    "merged": ([Event.TAKE, Event.MERGE], State.CLOSED),
    "withdrawn by the requester": ([Event.TAKE, Event.WITHDRAW], State.CLOSED),
    "solved, and the requester says that it works": ([Event.SOLVE, Event.CONFIRM], State.CLOSED),
    "it works now, before anybody answered": ([Event.CONFIRM], State.CLOSED),
    "it worked, and does not any more": ([Event.CONFIRM, Event.REOPEN], State.OPEN),
    "closed and reopened": ([Event.SOLVE, Event.CLOSE, Event.REOPEN], State.OPEN),
    "a note changes nothing": ([Event.NOTE], State.NEW),
}


@pytest.mark.parametrize(("events", "end"), STORIES.values(), ids=STORIES)
def test_a_life(events, end):
    state = State.NEW
    for event in events:
        state = apply(state, event, **ENOUGH)
    assert state is end


DENIED = {
    "work in progress can't just be closed": (State.OPEN, Event.CLOSE, No.NOT_FINISHED),
    "an uncovered ticket can't just be taken": (State.UNCOVERED, Event.TAKE, No.UNCOVERED),
    "an uncovered ticket can't be solved": (State.UNCOVERED, Event.SOLVE, No.UNCOVERED),
    "a closed ticket can't be answered": (State.CLOSED, Event.REPLY, No.CLOSED),
    "a promised change is not uncovered afterwards": (State.PLANNED, Event.UNCOVER, No.PLANNED),
    "a covered ticket needs no exception": (State.OPEN, Event.TAKE_ON, No.NOT_UNCOVERED),
}


@pytest.mark.parametrize(("state", "event", "reason"), DENIED.values(), ids=DENIED)
def test_what_a_state_does_not_allow(state, event, reason):
    with pytest.raises(TransitionError) as caught:
        apply(state, event, **ENOUGH)
    assert caught.value.reason is reason
    assert caught.value.sentence.ru
    assert event not in possible(state)


def test_a_refusal_demands_its_ground_and_its_reasons():
    with pytest.raises(RefusalError):
        apply(State.OPEN, Event.REFUSE, reason=REASONS)
    with pytest.raises(RefusalError):
        apply(State.OPEN, Event.REFUSE, ground=RefusalGround.IMPOSSIBLE)
    with pytest.raises(RefusalError):
        apply(State.OPEN, Event.REFUSE, ground=RefusalGround.IMPOSSIBLE, reason="нет")


def test_taking_on_demands_a_reason():
    with pytest.raises(RefusalError):
        apply(State.UNCOVERED, Event.TAKE_ON, reason="  ")


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_no_story_refuses_without_the_event_and_only_reopening_leads_out_of_closed(events):
    state = State.NEW
    for event in events:
        before = state
        try:
            state = apply(state, event, **ENOUGH)
        except TransitionError:
            continue
        assert state is not State.REFUSED or before is State.REFUSED or event is Event.REFUSE
        assert before not in FINAL or state is before or event is Event.REOPEN


@given(st.sampled_from(State), st.sampled_from(Event))
def test_an_act_is_possible_exactly_where_it_is_applied(state, event):
    if event in possible(state):
        assert apply(state, event, **ENOUGH) in State
    else:
        with pytest.raises(TransitionError):
            apply(state, event, **ENOUGH)


def test_only_waiting_pauses_the_clock_and_nothing_finished_runs_it():
    assert frozenset({State.WAITING}) == PAUSES_CLOCK
    assert frozenset({State.NEW, State.OPEN}) == RUNS_CLOCK
    assert not RUNS_CLOCK & FINISHED


CLOSED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITES = {
    "a solved ticket within the days": (State.SOLVED, timedelta(days=13), Reopen(State.OPEN)),
    "a refused ticket within the days": (State.REFUSED, timedelta(days=14, microseconds=-1), Reopen(State.OPEN)),
    "at the end of the days": (State.SOLVED, timedelta(days=14), LinkedTicket()),
    "long after": (State.REFUSED, timedelta(days=90), LinkedTicket()),
    "a closed ticket": (State.CLOSED, timedelta(0), LinkedTicket()),
    "a waiting ticket": (State.WAITING, timedelta(0), Stay(State.OPEN)),
    "an uncovered ticket": (State.UNCOVERED, timedelta(days=90), Stay(State.UNCOVERED)),
    "a new ticket": (State.NEW, timedelta(0), Stay(State.NEW)),
}


@pytest.mark.parametrize(("state", "after", "expected"), WRITES.values(), ids=WRITES)
def test_the_requester_writes_again(state, after, expected):
    assert on_requester_message(state, CLOSED_AT, CLOSED_AT + after, reopen_days=14) == expected
