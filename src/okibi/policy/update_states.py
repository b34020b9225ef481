"""The life of one update of one host."""

from enum import StrEnum


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


NOT_BEGUN = frozenset({RunState.SCHEDULED, RunState.WAITING_WINDOW, RunState.OFFERED})
"""The server may end these by its own word."""
ENDED = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.ROLLED_BACK, RunState.CANCELLED, RunState.REJECTED})
