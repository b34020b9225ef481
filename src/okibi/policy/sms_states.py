"""The life of one outgoing SMS: a total table of what may follow what; nothing ever goes backwards.

``uncertain`` is the honest end of an SMS that was handed over and of which nobody knows whether it left: it is never
sent again by itself, and a later word of the gateway settles it.
"""

from enum import StrEnum


class SmsState(StrEnum):
    """Where an outgoing SMS stands."""

    QUEUED = "queued"
    SENDING = "sending"  # a line has it
    SENT = "sent"  # the network took it
    DELIVERED = "delivered"  # the telephone has it
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # handed over; nobody knows whether it left
    EXPIRED = "expired"  # its time passed before a line was free
    CANCELLED = "cancelled"
    BLOCKED = "blocked"  # the number wants none


_NEXT: dict[SmsState, frozenset[SmsState]] = {
    SmsState.QUEUED: frozenset({SmsState.SENDING, SmsState.EXPIRED, SmsState.CANCELLED, SmsState.BLOCKED}),
    # back to the queue only where it is certain that it did not leave
    SmsState.SENDING: frozenset(
        {SmsState.QUEUED, SmsState.SENT, SmsState.DELIVERED, SmsState.FAILED, SmsState.UNCERTAIN}
    ),
    SmsState.SENT: frozenset({SmsState.DELIVERED, SmsState.FAILED}),
    SmsState.UNCERTAIN: frozenset({SmsState.SENT, SmsState.DELIVERED, SmsState.FAILED}),
    SmsState.DELIVERED: frozenset(),
    SmsState.FAILED: frozenset(),
    SmsState.EXPIRED: frozenset(),
    SmsState.CANCELLED: frozenset(),
    SmsState.BLOCKED: frozenset(),
}  # fmt: skip


def may_become(was: SmsState, then: SmsState) -> bool:
    """Whether an SMS in one state may go to another."""
    return then in _NEXT[was]


def before(then: SmsState) -> tuple[SmsState, ...]:
    """The states from which one may go to ``then``, in the order of the table."""
    return tuple(state for state in SmsState if then in _NEXT[state])


def is_over(state: SmsState) -> bool:
    """Whether the gateway has nothing more to do; a delivery report may still come."""
    return state not in {SmsState.QUEUED, SmsState.SENDING}
