"""Where conversations stand: when somebody last wrote to which account, and so until when one may write to them."""

from datetime import datetime

from okibi.channels.messenger.kinds import shape_of
from okibi.channels.messenger.window import Window
from okibi.channels.messenger_models import Conversation
from okibi.kernel.statements import run

_NOTE = """
    INSERT INTO okibi_channels_conversation AS known (channel, account, address, last_in_at, last_in_id)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (channel, account, address) DO UPDATE
    SET last_in_at = EXCLUDED.last_in_at, last_in_id = EXCLUDED.last_in_id
    WHERE known.last_in_at IS NULL OR known.last_in_at < EXCLUDED.last_in_at
"""


def wrote(kind: str, account: str, address: str, at: datetime, message_id: str) -> None:
    """Somebody wrote to an account of ours at that moment (their clock); one that comes late changes nothing."""
    run(_NOTE, [kind, account, address, at, message_id[:200]])


def window_of(kind: str, account: str, address: str) -> Window:
    """The window in which that account may write freely to that address."""
    row = Conversation.objects.filter(channel=kind, account=account, address=address).first()
    return Window(row.last_in_at if row else None, shape_of(kind).limits.window)


def last_message_of(kind: str, account: str, address: str) -> str:
    """The vendor's id of their latest message, "" where there is none: what a read mark names."""
    row = Conversation.objects.filter(channel=kind, account=account, address=address).first()
    return row.last_in_id if row else ""
