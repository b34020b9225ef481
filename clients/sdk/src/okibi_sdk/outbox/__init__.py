"""What was written without a connection."""

from okibi_sdk.outbox.outbox import Outbox
from okibi_sdk.outbox.values import Sending, State, Waiting

__all__ = ["Outbox", "Sending", "State", "Waiting"]
