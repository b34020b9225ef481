"""What was written without a connection."""

from okibi_sdk.outbox.outbox import Outbox
from okibi_sdk.outbox.trouble import OutboxError
from okibi_sdk.outbox.values import Sending, State, Waiting

__all__ = ["Outbox", "OutboxError", "Sending", "State", "Waiting"]
