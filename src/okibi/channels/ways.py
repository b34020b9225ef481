"""What moved lately on each channel, and what stands still. No count goes over the whole history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from okibi.channels.models import Cursor, Inbound, Outbound
from okibi.channels.registry import ADAPTERS, channel
from okibi.channels.telephone.kinds import SPOKEN
from okibi.kernel.clock import now
from okibi.kernel.statements import run

LOOKED_AT = 2000  # newest rows among which the last of a kind is looked for
COUNT_LIMIT = 1000  # a larger count reads "999+"
TROUBLED = (Outbound.State.FAILED, Outbound.State.UNCERTAIN)

_RECEIVED = """
    SELECT channel, source, max(received_at) FROM
    (SELECT channel, source, received_at FROM okibi_channels_inbound ORDER BY id DESC LIMIT %s) newest
    GROUP BY channel, source
"""
_SENT = """
    SELECT channel, max(sent_at) FROM
    (SELECT channel, sent_at FROM okibi_channels_outbound ORDER BY id DESC LIMIT %s) newest
    GROUP BY channel
"""
_QUEUED = """
    SELECT channel, state = 'queued' AND error <> '', count(*), min(created_at), max(error)
    FROM (SELECT channel, state, error, created_at FROM okibi_channels_outbound
          WHERE state IN ('queued', 'sending') LIMIT %s) waiting
    GROUP BY 1, 2
"""
_UNREAD = """
    SELECT state, count(*), min(received_at)
    FROM (SELECT state, received_at FROM okibi_channels_inbound WHERE state IN ('received', 'failed') LIMIT %s) waiting
    GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class WayOut:
    """One channel outwards. ``rests_until``: its way is away, and it is tried again then; ``error`` is what it said."""

    kind: str
    can_send: bool
    sent_at: datetime | None
    rests_until: datetime | None
    queued: int
    oldest: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits to be read, what failed and is tried again, what lies in the tray; counts end at the limit."""

    waiting: int
    failed: int
    unreadable: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """``failed`` was given up, ``uncertain`` may have left; ``newest``: the rows of both to decide on, newest first."""

    failed: int
    uncertain: int
    newest: Sequence[Outbound]


def last_received() -> Mapping[tuple[str, str], datetime]:
    """By channel and source, the newest received; one that is not among the newest rows is missing."""
    return {(kind, source): at for kind, source, at in run(_RECEIVED, [LOOKED_AT])}


def ways_out() -> Sequence[WayOut]:
    """Every channel outwards by which a machine sends: three statements. What is said in calls is its own list."""
    sent: dict[str, datetime | None] = dict(run(_SENT, [LOOKED_AT]))
    rests = dict(Cursor.objects.filter(name__in=[f"rest:{kind}" for kind in ADAPTERS]).values_list("name", "value"))
    queued: dict[str, list[tuple[bool, int, datetime, str]]] = {}
    for kind, in_trouble, count, oldest, error in run(_QUEUED, [COUNT_LIMIT]):
        queued.setdefault(kind, []).append((in_trouble, count, oldest, error))
    ways = []
    for kind in ADAPTERS:
        if kind == SPOKEN:
            continue
        rest = rests.get(f"rest:{kind}")
        until = datetime.fromisoformat(rest["until"]) if rest else None
        mine = queued.get(kind, [])
        ways.append(
            WayOut(
                kind=kind,
                can_send=channel(kind).can_send(),
                sent_at=sent.get(kind),
                rests_until=until if until and until > now() else None,
                queued=sum(count for _, count, _, _ in mine),
                oldest=min((oldest for _, _, oldest, _ in mine), default=None),
                error=next((error for in_trouble, _, _, error in mine if in_trouble), ""),
            )
        )
    return ways


def inbox() -> Inbox:
    """Over partial indexes."""
    found = {state: (count, oldest) for state, count, oldest in run(_UNREAD, [COUNT_LIMIT])}
    unreadable = Inbound.objects.filter(state=Inbound.State.UNREADABLE)[:COUNT_LIMIT].count()
    waiting, failed = found.get("received", (0, None)), found.get("failed", (0, None))
    moments = [at for at in (waiting[1], failed[1]) if at]
    return Inbox(waiting[0], failed[0], unreadable, min(moments, default=None))


def outbox(shown: int = 20) -> Outbox:
    """Over the partial index of troubled rows."""
    counts = {state: Outbound.objects.filter(state=state)[:COUNT_LIMIT].count() for state in TROUBLED}
    newest = Outbound.objects.filter(state__in=TROUBLED).defer("text", "html", "headers", "attachments")
    return Outbox(counts[Outbound.State.FAILED], counts[Outbound.State.UNCERTAIN], list(newest.order_by("-id")[:shown]))


def troubled(outbound_id: int) -> Outbound | None:
    """A message that was given up or whose fate is unknown; None for any other."""
    return Outbound.objects.filter(pk=outbound_id, state__in=TROUBLED).first()
