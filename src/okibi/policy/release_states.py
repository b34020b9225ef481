"""The life of a release: one total table from (state, event) to the next state, or why not.

A draft is put together, checked whole, published; a published one may be halted (nobody new gets it) and go on, and may
be withdrawn for good. Only a published release is ever offered to anybody.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence


class ReleaseState(StrEnum):
    """Where a release stands."""

    DRAFT = "draft"
    CHECKED = "checked"  # every artefact was read and fits; a change makes it a draft again
    PUBLISHED = "published"
    HALTED = "halted"  # who has it keeps it, nobody new gets it
    WITHDRAWN = "withdrawn"  # for good


class ReleaseEvent(StrEnum):
    """What can happen to a release."""

    CHANGE = "change"  # notes, artefacts, rules
    CHECK = "check"  # and everything fits
    PUBLISH = "publish"
    HALT = "halt"
    RESUME = "resume"
    WITHDRAW = "withdraw"


_S, _E = ReleaseState, ReleaseEvent
_NEXT: Mapping[tuple[ReleaseState, ReleaseEvent], ReleaseState] = MappingProxyType(
    {
        (_S.DRAFT, _E.CHANGE): _S.DRAFT,
        (_S.DRAFT, _E.CHECK): _S.CHECKED,
        (_S.DRAFT, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.CHECKED, _E.CHANGE): _S.DRAFT,
        (_S.CHECKED, _E.CHECK): _S.CHECKED,
        (_S.CHECKED, _E.PUBLISH): _S.PUBLISHED,
        (_S.CHECKED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.PUBLISHED, _E.HALT): _S.HALTED,
        (_S.PUBLISHED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.HALTED, _E.RESUME): _S.PUBLISHED,
        (_S.HALTED, _E.WITHDRAW): _S.WITHDRAWN,
    }
)
_WHY_NOT: Mapping[ReleaseState, Sentence] = MappingProxyType(
    {
        _S.DRAFT: Sentence("Версию сначала нужно проверить.", "The version has to be checked first."),
        _S.CHECKED: Sentence("Версия ещё не опубликована.", "The version is not published yet."),
        _S.PUBLISHED: Sentence(
            "Версия опубликована, и изменить её нельзя: выпустите следующую.",
            "The version is published and can't be changed: make the next one.",
        ),
        _S.HALTED: Sentence(
            "Выпуск версии остановлен: продолжите его или отзовите версию.",
            "The version is halted: let it go on, or withdraw it.",
        ),
        _S.WITHDRAWN: Sentence("Версия отозвана.", "The version is withdrawn."),
    }
)


class ReleaseStateError(ConflictError):
    """The event is not possible in this state."""

    code = "release_state"


def next_state(state: ReleaseState, event: ReleaseEvent) -> ReleaseState:
    """The state after the event. Raises :class:`ReleaseStateError` with the reason."""
    found = _NEXT.get((state, event))
    if found is None:
        raise ReleaseStateError(_WHY_NOT[state])
    return found
