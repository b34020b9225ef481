"""The life of an agreement on automatic updates: one total table from (state, event) to the next state, or why not.

Nothing is installed by itself before the customer said yes, and nothing after they said stop (scheme.md §3). What was
agreed never changes: other hosts, products or hours are another agreement.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence


class AgreementState(StrEnum):
    """Where an agreement stands."""

    PROPOSED = "proposed"  # the customer was asked
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by either side
    EXPIRED = "expired"  # its last day has passed, answered or not


class AgreementEvent(StrEnum):
    """What can happen to an agreement."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S, _E = AgreementState, AgreementEvent
_NEXT: Mapping[tuple[AgreementState, AgreementEvent], AgreementState] = MappingProxyType(
    {
        (_S.PROPOSED, _E.CONFIRM): _S.CONFIRMED,
        (_S.PROPOSED, _E.DECLINE): _S.DECLINED,
        (_S.PROPOSED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.PROPOSED, _E.EXPIRE): _S.EXPIRED,
        (_S.CONFIRMED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.CONFIRMED, _E.EXPIRE): _S.EXPIRED,
    }
)
_WHY_NOT: Mapping[AgreementState, Sentence] = MappingProxyType(
    {
        _S.PROPOSED: Sentence("На этот доступ ещё не ответили.", "Nobody has answered yet."),
        _S.CONFIRMED: Sentence(
            "Доступ уже подтверждён. Его можно отозвать в любой момент.",
            "The access is confirmed already. It can be withdrawn at any moment.",
        ),
        _S.DECLINED: Sentence("Доступ отклонён. Нужен новый.", "The access was declined. It takes a new one."),
        _S.WITHDRAWN: Sentence("Доступ отозван. Нужен новый.", "The access is withdrawn. It takes a new one."),
        _S.EXPIRED: Sentence("Срок доступа истёк. Нужен новый.", "The access has expired. It takes a new one."),
    }
)
OPEN = frozenset({AgreementState.PROPOSED, AgreementState.CONFIRMED})
"""Everything else is an end."""


class AgreementStateError(ConflictError):
    """The event is not possible in this state."""

    code = "agreement_state"


def next_state(state: AgreementState, event: AgreementEvent) -> AgreementState:
    """The state after the event. Raises :class:`AgreementStateError` with the reason."""
    found = _NEXT.get((state, event))
    if found is None:
        raise AgreementStateError(_WHY_NOT[state])
    return found


def in_force(state: AgreementState, valid_from: datetime, valid_until: datetime, at: datetime) -> bool:
    """Whether anything may be installed under it at that moment (all aware); the end does not belong to it."""
    return state is AgreementState.CONFIRMED and valid_from <= at < valid_until
