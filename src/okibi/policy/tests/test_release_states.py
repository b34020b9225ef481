"""The life of a release, every state against every event."""

import pytest

from okibi.policy.release_states import ReleaseEvent, ReleaseState, ReleaseStateError, next_state

S, E = ReleaseState, ReleaseEvent
TABLE = {
    S.DRAFT: {E.CHANGE: S.DRAFT, E.CHECK: S.CHECKED, E.WITHDRAW: S.WITHDRAWN},
    S.CHECKED: {E.CHANGE: S.DRAFT, E.CHECK: S.CHECKED, E.PUBLISH: S.PUBLISHED, E.WITHDRAW: S.WITHDRAWN},
    S.PUBLISHED: {E.HALT: S.HALTED, E.WITHDRAW: S.WITHDRAWN},
    S.HALTED: {E.RESUME: S.PUBLISHED, E.WITHDRAW: S.WITHDRAWN},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("state", ReleaseState)
@pytest.mark.parametrize("event", ReleaseEvent)
def test_what_happens_in_a_state(state, event):
    if event in TABLE[state]:
        assert next_state(state, event) is TABLE[state][event]
    else:
        with pytest.raises(ReleaseStateError) as told:
            next_state(state, event)
        assert told.value.sentence.ru
        assert told.value.sentence.en
