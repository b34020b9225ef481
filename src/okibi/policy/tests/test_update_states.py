"""The life of an update of a host: every state against every event, and the words of hawkBit's DDI."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.update_states import (
    BEFORE_INSTALLING,
    ENDED,
    RunEvent,
    RunOverError,
    RunState,
    RunStateError,
    UnknownReportError,
    cancel_event_of,
    event_of,
    is_silent,
    next_state,
    percent_of,
    too_many_failures,
)

S, E = RunState, RunEvent
REPORTS = {
    E.DOWNLOAD: S.DOWNLOADING,
    E.DOWNLOADED: S.DOWNLOADED,
    E.INSTALL: S.INSTALLING,
    E.CHECK: S.CHECKING,
    E.SUCCEED: S.SUCCEEDED,
    E.FAIL: S.FAILED,
    E.ROLL_BACK: S.ROLLED_BACK,
    E.REJECT: S.REJECTED,
    E.CANCELLED: S.CANCELLED,
    E.CANCEL_REFUSED: S.INSTALLING,
}
LATER = {**REPORTS, E.POSTPONE: S.WAITING_WINDOW}
ASKED = {**LATER, E.OFFER: S.OFFERED}
AT_ONCE = {E.STOP: S.CANCELLED, E.REVOKE: S.CANCELLED}
BY_ITS_WORD = {E.STOP: S.CANCELLING, E.REVOKE: S.CANCELLED}
TABLE = {
    S.SCHEDULED: {**ASKED, **AT_ONCE},
    S.WAITING_WINDOW: {**ASKED, **AT_ONCE},
    S.OFFERED: {**ASKED, **BY_ITS_WORD},
    S.DOWNLOADING: {**LATER, **BY_ITS_WORD},
    S.DOWNLOADED: {**LATER, **BY_ITS_WORD},
    S.INSTALLING: {**REPORTS, E.LOSE_SIGHT: S.UNCERTAIN},
    S.CHECKING: {**REPORTS, E.LOSE_SIGHT: S.UNCERTAIN},
    S.CANCELLING: {
        **BY_ITS_WORD,
        E.POSTPONE: S.CANCELLING,
        E.DOWNLOAD: S.CANCELLING,
        E.DOWNLOADED: S.CANCELLING,
        E.SUCCEED: S.SUCCEEDED,
        E.FAIL: S.FAILED,
        E.ROLL_BACK: S.ROLLED_BACK,
        E.REJECT: S.CANCELLED,
        E.CANCELLED: S.CANCELLED,
        E.CANCEL_REFUSED: S.INSTALLING,
    },
    **{state: {} for state in ENDED},
}


@pytest.mark.parametrize("state", RunState)
def test_what_happens_in_a_state(state):
    for event in RunEvent:
        if event in TABLE[state]:
            assert next_state(state, event) is TABLE[state][event], event
            continue
        over = state in ENDED or state is S.CANCELLING
        with pytest.raises(RunOverError if over else RunStateError) as told:
            next_state(state, event)
        assert told.value.sentence.ru
        assert told.value.sentence.en


@pytest.mark.parametrize("state", sorted(BEFORE_INSTALLING))
def test_a_withdrawn_agreement_ends_at_once_whatever_has_not_begun_to_install(state):
    assert next_state(state, E.REVOKE) is S.CANCELLED


def test_what_was_called_off_never_begins_to_install():
    with pytest.raises(RunOverError):
        next_state(S.CANCELLING, E.INSTALL)


def test_what_is_being_installed_is_not_stopped_half_way():
    with pytest.raises(RunStateError):
        next_state(S.INSTALLING, E.STOP)


WORDS = {
    ("download", "none", None): E.DOWNLOAD,
    ("downloaded", "none", 200): E.DOWNLOADED,
    ("proceeding", "none", None): E.INSTALL,
    ("proceeding", "none", 210): E.CHECK,
    ("scheduled", "none", None): E.POSTPONE,
    ("resumed", "none", None): E.DOWNLOAD,
    ("rejected", "failure", None): E.REJECT,
    ("canceled", "none", None): E.CANCELLED,
    ("closed", "success", 200): E.SUCCEED,
    ("closed", "failure", 500): E.FAIL,
    ("closed", "failure", 290): E.ROLL_BACK,
}


@pytest.mark.parametrize("said", WORDS, ids=lambda said: f"{said[0]} {said[1]} {said[2]}")
def test_what_the_updater_says(said):
    assert event_of(*said) is WORDS[said]


@pytest.mark.parametrize("said", [("closed", "none"), ("melting", "none"), ("", ""), ("closed", "great")])
def test_other_words_are_no_report(said):
    with pytest.raises(UnknownReportError):
        event_of(*said)


CANCELLING = {
    ("canceled", "success"): E.CANCELLED,
    ("closed", "success"): E.CANCELLED,
    ("closed", "none"): E.CANCELLED,
    ("closed", "failure"): E.CANCEL_REFUSED,
    ("rejected", "none"): E.CANCEL_REFUSED,
    ("proceeding", "none"): None,
}


@pytest.mark.parametrize("said", CANCELLING, ids=" ".join)
def test_what_the_updater_says_of_stopping(said):
    assert cancel_event_of(*said) is CANCELLING[said]


def test_other_words_say_nothing_of_stopping():
    for said in (("melting", "none"), ("closed", "great")):
        with pytest.raises(UnknownReportError):
            cancel_event_of(*said)


@given(st.sampled_from(RunState), st.none() | st.integers(-5, 10**9), st.none() | st.integers(0, 10**9))
def test_a_bar_stays_between_nothing_and_all(state, done, of):
    assert 0 <= percent_of(state, done, of) <= 100
    assert (percent_of(state, done, of) == 100) == (state in ENDED)


FAILURES = {  # broken, ended, least, percent
    "one of one, three are needed": ((1, 1, 3, 20), False),
    "three of three": ((3, 3, 3, 20), True),
    "three of fifteen is a fifth": ((3, 15, 3, 20), True),
    "three of sixteen is less": ((3, 16, 3, 20), False),
    "never by itself": ((50, 50, 0, 20), False),
}


@pytest.mark.parametrize("case", FAILURES)
def test_when_failures_halt_a_release(case):
    given_, halted = FAILURES[case]
    assert too_many_failures(*given_) is halted


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SILENT = {  # state, hours since it was heard, its hours are open now
    "heard an hour ago": ((S.INSTALLING, 1, False), False),
    "not heard for six hours": ((S.INSTALLING, 6, False), True),
    "its hours have just come": ((S.SCHEDULED, 60, True), False),
    "its hours came and went": ((S.SCHEDULED, 60, False), True),
    "it is over": ((S.FAILED, 60, False), False),
}


@pytest.mark.parametrize("case", SILENT)
def test_when_a_host_is_silent(case):
    (state, hours, open_), silent = SILENT[case]
    assert is_silent(state, NOON - timedelta(hours=hours), NOON, waits_for_hours=open_) is silent
