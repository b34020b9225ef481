"""Delivery statuses that never run backwards: the further state of two, whatever order they came in. Pure."""

from okibi.channels.messenger.values import DeliveryState
from okibi.channels.states import OutboundState

_BEFORE_SENT = {OutboundState.QUEUED, OutboundState.SENDING, OutboundState.UNCERTAIN}
# what a row may be so that the news changes it
FROM: dict[DeliveryState, frozenset[OutboundState]] = {
    DeliveryState.SENT: frozenset(_BEFORE_SENT),
    DeliveryState.DELIVERED: frozenset({*_BEFORE_SENT, OutboundState.SENT}),
    DeliveryState.READ: frozenset({*_BEFORE_SENT, OutboundState.SENT, OutboundState.DELIVERED}),
    DeliveryState.FAILED: frozenset({*_BEFORE_SENT, OutboundState.SENT}),
}
INTO: dict[DeliveryState, OutboundState] = {
    DeliveryState.SENT: OutboundState.SENT,
    DeliveryState.DELIVERED: OutboundState.DELIVERED,
    DeliveryState.READ: OutboundState.READ,
    DeliveryState.FAILED: OutboundState.FAILED,
}


def after(state: OutboundState, news: DeliveryState, *, window_closed: bool = False) -> OutboundState:
    """The state of a message once the news is in."""
    if state not in FROM[news]:
        return state
    return OutboundState.NO_WINDOW if news is DeliveryState.FAILED and window_closed else INTO[news]
