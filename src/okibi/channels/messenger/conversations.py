"""Where conversations stand: when somebody last wrote to which account, and so until when one may write to them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from okibi.channels.messenger.kinds import MESSENGERS, shape_of
from okibi.channels.messenger.values import Network
from okibi.channels.messenger.window import Window
from okibi.channels.messenger_models import Conversation
from okibi.channels.models import Inbound
from okibi.kernel.statements import run

CARRIERS = {  # whose accounts carry a network; Wazzup carries all of them, and writes "telegram:12345"
    Network.WHATSAPP: ("whatsapp", "greenapi", "wazzup"),
    Network.TELEGRAM: ("telegram", "wazzup"),
    Network.MAX: ("max", "wazzup"),
    Network.OTHER: ("wazzup",),
}
ECHOES = 20  # that wait for a request of one person
_NOTE = """
    INSERT INTO okibi_channels_conversation AS known (channel, account, address, last_in_at, last_in_id, unplaced)
    VALUES (%s, %s, %s, %s, %s, '[]')
    ON CONFLICT (channel, account, address) DO UPDATE
    SET last_in_at = EXCLUDED.last_in_at, last_in_id = EXCLUDED.last_in_id
    WHERE known.last_in_at IS NULL OR known.last_in_at < EXCLUDED.last_in_at
"""


def wrote(kind: str, account: str, address: str, at: datetime, message_id: str) -> None:
    """Somebody wrote to an account of ours at that moment (their clock); one that comes late changes nothing."""
    run(_NOTE, [kind, account, address, at, message_id[:200]])


def keep_echo(kind: str, account: str, address: str, inbound_id: int) -> None:
    """Staff wrote to somebody by telephone where no request is: it waits for the request that they will open."""
    row, _ = Conversation.objects.select_for_update().get_or_create(channel=kind, account=account, address=address)
    row.unplaced = [*row.unplaced, inbound_id][-ECHOES:]
    row.save(update_fields=["unplaced"])


def take_echoes(kind: str, account: str, address: str) -> list[Inbound]:
    """What was received and waited, oldest first; it waits no more."""
    rows = Conversation.objects.select_for_update().filter(channel=kind, account=account, address=address)
    row = rows.exclude(unplaced=[]).first()
    if row is None:
        return []
    waited, row.unplaced = row.unplaced, []
    row.save(update_fields=["unplaced"])
    return list(Inbound.objects.filter(pk__in=waited).select_related("raw").order_by("id"))


def window_of(kind: str, account: str, address: str) -> Window:
    """The window in which that account may write freely to that address."""
    row = Conversation.objects.filter(channel=kind, account=account, address=address).first()
    return Window(row.last_in_at if row else None, shape_of(kind).limits.window)


def last_message_of(kind: str, account: str, address: str) -> str:
    """The vendor's id of their latest message, "" where there is none: what a read mark names."""
    row = Conversation.objects.filter(channel=kind, account=account, address=address).first()
    return row.last_in_id if row else ""


def conversations_of(network: str, keys: Collection[str]) -> Sequence[Conversation]:
    """Where the conversations of one person of a network stand, by their user id and number; the latest first."""
    carriers = CARRIERS.get(Network(network), tuple(MESSENGERS))
    known = [key for key in keys if key]
    addresses = [*known, *(f"{network}:{key}" for key in known)]
    rows = Conversation.objects.filter(channel__in=carriers, address__in=addresses)
    return list(rows.order_by("-last_in_at", "pk"))


def open_with(network: str, keys: Collection[str], at: datetime) -> list[tuple[str, str, str]]:
    """(kind, account, address) of every conversation with one person in which one may write at that moment."""
    return [
        (row.channel, row.account, row.address)
        for row in conversations_of(network, keys)
        if row.last_in_at and Window(row.last_in_at, shape_of(row.channel).limits.window).is_open(at)
    ]


def forget(network: str, keys: Collection[str]) -> int:
    """Forget that they ever wrote; gives how many conversations that were."""
    gone = [row.pk for row in conversations_of(network, keys)]
    return Conversation.objects.filter(pk__in=gone).delete()[0]
