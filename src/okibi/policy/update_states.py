"""The life of one update of one host: what the server and the updater may say to it, and what it becomes.

The updater speaks in the words of hawkBit's DDI (execution and result). A run that is over takes no more of them: its
updater is told so (410 Gone) and stops. ``proceeding`` is said before the first file is touched, so that a run which
was called off meanwhile never begins to install.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence


class RunState(StrEnum):
    """Where the update of one host stands."""

    SCHEDULED = "scheduled"
    WAITING_WINDOW = "waiting_window"  # the hours agreed on have not come
    OFFERED = "offered"  # the updater was told
    DOWNLOADING = "downloading"
    DOWNLOADED = "downloaded"
    INSTALLING = "installing"
    CHECKING = "checking"  # installed; whether it works is being seen
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"  # failed, and the version of before runs again
    CANCELLING = "cancelling"  # the updater was told to stop and has not answered
    CANCELLED = "cancelled"
    REJECTED = "rejected"  # the updater would not take it
    UNCERTAIN = "uncertain"  # we may not look any more: nobody knows how it ended


class RunEvent(StrEnum):
    """What can happen to a run."""

    POSTPONE = "postpone"  # asked for outside the window, or the host put it off
    OFFER = "offer"  # asked for inside the window
    DOWNLOAD = "download"
    DOWNLOADED = "downloaded"
    INSTALL = "install"
    CHECK = "check"
    SUCCEED = "succeed"
    FAIL = "fail"
    ROLL_BACK = "roll_back"
    REJECT = "reject"
    CANCELLED = "cancelled"  # the updater says that it stopped
    CANCEL_REFUSED = "cancel_refused"  # the updater says that it could not stop
    STOP = "stop"  # a specialist calls it off
    LOSE_SIGHT = "lose_sight"  # our own word: we can't get in to see how the installation ends
    REVOKE = "revoke"  # the agreement or the release is gone: at once, whatever the updater answers


_S, _E = RunState, RunEvent
NOT_BEGUN = frozenset({_S.SCHEDULED, _S.WAITING_WINDOW, _S.OFFERED})
"""Nothing of it is on the host yet."""
BEFORE_INSTALLING = NOT_BEGUN | {_S.DOWNLOADING, _S.DOWNLOADED, _S.CANCELLING}
"""No file of the host was touched: the server may end these by its own word."""
ENDED = frozenset({_S.SUCCEEDED, _S.FAILED, _S.ROLLED_BACK, _S.CANCELLED, _S.REJECTED, _S.UNCERTAIN})
"""Nothing follows."""
BROKEN = frozenset({_S.FAILED, _S.ROLLED_BACK})
"""What counts against a release. Not what nobody saw the end of: a customer who withdraws says nothing of a version."""
AGAIN = frozenset({_S.FAILED, _S.ROLLED_BACK, _S.CANCELLED, _S.REJECTED, _S.UNCERTAIN})
"""May be tried once more, as a new run."""
ROLLED_BACK_CODE = 290
"""``status.code`` of a failure after which the version of before runs again."""
CHECKING_CODE = 210
"""``status.code`` of ``proceeding`` while the installed version is being tried."""

_WORK: Mapping[RunEvent, RunState] = MappingProxyType(
    {
        _E.POSTPONE: _S.WAITING_WINDOW,
        _E.DOWNLOAD: _S.DOWNLOADING,
        _E.DOWNLOADED: _S.DOWNLOADED,
        _E.INSTALL: _S.INSTALLING,
        _E.CHECK: _S.CHECKING,
        _E.SUCCEED: _S.SUCCEEDED,
        _E.FAIL: _S.FAILED,
        _E.ROLL_BACK: _S.ROLLED_BACK,
        _E.REJECT: _S.REJECTED,
        _E.CANCELLED: _S.CANCELLED,
        _E.CANCEL_REFUSED: _S.INSTALLING,
    }
)
_HOST_AT_WORK: Mapping[RunEvent, RunState] = MappingProxyType({**_WORK, _E.OFFER: _S.OFFERED})
_INSTALLING: Mapping[RunEvent, RunState] = MappingProxyType(
    {**{event: state for event, state in _WORK.items() if event is not _E.POSTPONE}, _E.LOSE_SIGHT: _S.UNCERTAIN}
)
_NEXT: Mapping[RunState, Mapping[RunEvent, RunState]] = MappingProxyType(
    {
        _S.SCHEDULED: {**_HOST_AT_WORK, _E.STOP: _S.CANCELLED, _E.REVOKE: _S.CANCELLED},
        _S.WAITING_WINDOW: {**_HOST_AT_WORK, _E.STOP: _S.CANCELLED, _E.REVOKE: _S.CANCELLED},
        _S.OFFERED: {**_HOST_AT_WORK, _E.STOP: _S.CANCELLING, _E.REVOKE: _S.CANCELLED},
        _S.DOWNLOADING: {**_WORK, _E.STOP: _S.CANCELLING, _E.REVOKE: _S.CANCELLED},
        _S.DOWNLOADED: {**_WORK, _E.STOP: _S.CANCELLING, _E.REVOKE: _S.CANCELLED},
        _S.INSTALLING: _INSTALLING,
        _S.CHECKING: _INSTALLING,
        _S.CANCELLING: {
            _E.POSTPONE: _S.CANCELLING,
            _E.DOWNLOAD: _S.CANCELLING,
            _E.DOWNLOADED: _S.CANCELLING,
            _E.SUCCEED: _S.SUCCEEDED,  # it was too late to stop
            _E.FAIL: _S.FAILED,
            _E.ROLL_BACK: _S.ROLLED_BACK,
            _E.REJECT: _S.CANCELLED,
            _E.CANCELLED: _S.CANCELLED,
            _E.CANCEL_REFUSED: _S.INSTALLING,
            _E.STOP: _S.CANCELLING,
            _E.REVOKE: _S.CANCELLED,
        },
    }
)
_OVER = Sentence("Это обновление уже окончено.", "This update is over.")
_CALLED_OFF = Sentence("Это обновление отменено: ставить его нельзя.", "This update was called off: don't install it.")
_TOO_LATE = Sentence(
    "Установка уже идёт: она закончится новой версией или прежней.",
    "It is being installed: it ends on the new version or on the old one.",
)


class RunOverError(ConflictError):
    """The run takes no more reports; a door of machines answers 410."""

    code = "run_over"


class RunStateError(ConflictError):
    """The event is not possible in this state."""

    code = "run_state"


class UnknownReportError(InputError):
    """The words of a report are none of hawkBit's."""

    code = "report"


def next_state(state: RunState, event: RunEvent) -> RunState:
    """The state after the event.

    Raises :class:`RunOverError` for what ended or was called off, :class:`RunStateError` for what is too late.
    """
    if state in ENDED:
        raise RunOverError(_OVER)
    found = _NEXT[state].get(event)
    if found is not None:
        return found
    raise RunOverError(_CALLED_OFF) if state is _S.CANCELLING else RunStateError(_TOO_LATE)


_EXECUTIONS: Mapping[str, RunEvent] = MappingProxyType(
    {
        "download": _E.DOWNLOAD,
        "downloaded": _E.DOWNLOADED,
        "proceeding": _E.INSTALL,
        "resumed": _E.DOWNLOAD,
        "scheduled": _E.POSTPONE,
        "rejected": _E.REJECT,
        "canceled": _E.CANCELLED,
    }
)
_UNKNOWN = Sentence("Таких слов в отчёте об обновлении нет.", "A report of an update has no such words.")
RESULTS = frozenset({"success", "failure", "none"})


def event_of(execution: str, result: str, code: int | None = None) -> RunEvent:
    """What a report on a deployment says (hawkBit: ``status.execution``, ``status.result.finished``, ``status.code``).

    Raises :class:`UnknownReportError`. A ``closed`` without a result is none: nobody could tell how it ended.
    """
    if result not in RESULTS:
        raise UnknownReportError(_UNKNOWN)
    if execution == "closed" and result != "none":
        if result == "success":
            return _E.SUCCEED
        return _E.ROLL_BACK if code == ROLLED_BACK_CODE else _E.FAIL
    found = _EXECUTIONS.get(execution)
    if found is None:
        raise UnknownReportError(_UNKNOWN)
    return _E.CHECK if found is _E.INSTALL and code == CHECKING_CODE else found


def cancel_event_of(execution: str, result: str) -> RunEvent | None:
    """What a report on a ``cancelAction`` says; None: it is being done. Raises :class:`UnknownReportError`."""
    if result not in RESULTS:
        raise UnknownReportError(_UNKNOWN)
    if execution in {"canceled", "closed"} and not (execution == "closed" and result == "failure"):
        return _E.CANCELLED
    if execution in {"rejected", "closed"}:
        return _E.CANCEL_REFUSED
    if execution in _EXECUTIONS:
        return None
    raise UnknownReportError(_UNKNOWN)


def percent_of(state: RunState, done: int | None, of: int | None) -> int:
    """How far a run is, 0 to 100, from its state and the parts that the updater counted."""
    least, most = _SPANS[state]
    if not of or done is None:
        return least
    return least + (most - least) * min(max(done, 0), of) // of


_SPANS: Mapping[RunState, tuple[int, int]] = MappingProxyType(
    {
        _S.SCHEDULED: (0, 0),
        _S.WAITING_WINDOW: (0, 0),
        _S.OFFERED: (0, 0),
        _S.DOWNLOADING: (5, 40),
        _S.DOWNLOADED: (40, 40),
        _S.INSTALLING: (45, 85),
        _S.CHECKING: (90, 99),
        _S.CANCELLING: (0, 0),
        **dict.fromkeys(ENDED, (100, 100)),
    }
)


def too_many_failures(broken: int, ended: int, least: int, percent: int) -> bool:
    """Whether a release is to be halted: at least ``least`` hosts broke, and they are ``percent`` of those that ended.

    ``least`` 0: never by itself.
    """
    return least > 0 and broken >= least and broken * 100 >= percent * ended


_FAILED_ON = re.compile(r"Не встала на (\d+) из (\d+)\.")


def halted_on(broken: int, ended: int) -> Sentence:
    """Why a release halted by itself."""
    return Sentence(f"Не встала на {broken} из {ended}.", f"It failed on {broken} of {ended}.")


def halt_reason(text: str) -> Sentence:
    """A kept reason in both languages where it is :func:`halted_on`'s; a person's own words as they are."""
    found = _FAILED_ON.fullmatch(text.strip())
    return halted_on(int(found[1]), int(found[2])) if found else Sentence(text, text)


SILENT_AFTER = timedelta(hours=6)


def is_silent(state: RunState, heard_at: datetime, at: datetime, *, waits_for_hours: bool) -> bool:
    """Whether nothing came from a host for too long. While its hours are open it may still begin (aware moments).

    ``waits_for_hours``: hours were agreed on, and they are open now.
    """
    return state not in ENDED and not waits_for_hours and at - heard_at >= SILENT_AFTER
