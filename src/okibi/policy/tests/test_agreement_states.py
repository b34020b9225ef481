"""The life of an agreement on automatic updates: nothing before the customer's yes, nothing after their stop."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.policy.agreement_states import (
    OPEN,
    AgreementEvent,
    AgreementState,
    AgreementStateError,
    in_force,
    next_state,
)

S, E = AgreementState, AgreementEvent
FROM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
UNTIL = FROM + timedelta(days=365)
LEADS = {
    (S.PROPOSED, E.CONFIRM): S.CONFIRMED,
    (S.PROPOSED, E.DECLINE): S.DECLINED,
    (S.PROPOSED, E.WITHDRAW): S.WITHDRAWN,
    (S.PROPOSED, E.EXPIRE): S.EXPIRED,
    (S.CONFIRMED, E.WITHDRAW): S.WITHDRAWN,
    (S.CONFIRMED, E.EXPIRE): S.EXPIRED,
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", E)
def test_every_event_leads_on_or_is_refused_with_the_reason(state, event):
    expected = LEADS.get((state, event))
    if expected is not None:
        assert next_state(state, event) is expected
        return
    with pytest.raises(AgreementStateError) as caught:
        next_state(state, event)
    assert caught.value.sentence.ru
    assert caught.value.sentence.en


def test_what_has_ended_never_lives_again():
    assert not [state for state in S if state not in OPEN for event in E if (state, event) in LEADS]


FORCE = {
    "confirmed, its first moment": (S.CONFIRMED, FROM, True),
    "not begun": (S.CONFIRMED, FROM - timedelta(seconds=1), False),
    "its last second": (S.CONFIRMED, UNTIL - timedelta(seconds=1), True),
    "its end": (S.CONFIRMED, UNTIL, False),
    "only proposed": (S.PROPOSED, FROM, False),
    "withdrawn": (S.WITHDRAWN, FROM, False),
}


@pytest.mark.parametrize(("state", "moment", "holds"), FORCE.values(), ids=FORCE)
def test_when_an_agreement_lets_anything_be_installed(state, moment, holds):
    assert in_force(state, FROM, UNTIL, moment) is holds
