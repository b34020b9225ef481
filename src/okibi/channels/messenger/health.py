"""How each account does: when it was last heard, what the door refused, what did not go out.

Pushes must cost nothing for it: each process notes an account at most once a minute.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import DatabaseError
from django.db.models import Count, Max

from okibi.channels.messenger.kinds import MESSENGERS
from okibi.channels.messenger_models import Conversation
from okibi.channels.models import Cursor, Outbound
from okibi.kernel.clock import now
from okibi.kernel.statements import run

log = structlog.get_logger(__name__)
EVERY = 60.0  # seconds between two notes of one process
TROUBLED = 200  # newest messages that are looked through for an account's last failure
_noted: dict[tuple[str, str, str], float] = {}
_NOTE = """
    INSERT INTO okibi_channels_cursor AS known (name, value, updated_at)
    VALUES (%s, jsonb_build_object(%s::text, %s::text), %s)
    ON CONFLICT (name) DO UPDATE SET value = known.value || EXCLUDED.value, updated_at = EXCLUDED.updated_at
"""

Key = tuple[str, str]  # kind, name


@dataclass(frozen=True, slots=True)
class State:
    """Moments are UTC; None for never. ``refused``: the HTTP status that the door answered last, 0 for none."""

    heard_at: datetime | None = None
    refused_at: datetime | None = None
    refused: int = 0
    message_at: datetime | None = None  # somebody's latest message, by their own clock
    people: int = 0  # that ever wrote to it
    waiting: int = 0  # messages that are to go out
    failed_at: datetime | None = None
    failed_why: str = ""


def heard(kind: str, account: str) -> None:
    """A push was taken, or a question to the vendor answered."""
    _note(kind, account, "heard", "200")


def refused(kind: str, account: str, status: int) -> None:
    """Somebody spoke at the account's door without its proof."""
    _note(kind, account, "refused", str(status))


def forget() -> None:
    """What this process noted lately; for tests."""
    _noted.clear()


def _note(kind: str, account: str, what: str, status: str) -> None:
    key = (kind, account, what)
    moment = time.monotonic()
    if moment - _noted.get(key, -EVERY) < EVERY:
        return
    _noted[key] = moment
    at = now()
    try:
        run(_NOTE, [f"hook:{kind}:{account}", what, f"{at.isoformat()} {status}", at])
    except DatabaseError as error:  # what was pushed is stored: that is what counts
        log.warning("account_state_not_noted", channel=kind, account=account, error=str(error)[:200])


def doors() -> Mapping[Key, State]:
    """When each account's door last heard and refused somebody; one query. For those that only push to us."""
    return {key: State(**values) for key, values in _noted_of_doors().items()}  # type: ignore[arg-type]


def _noted_of_doors() -> dict[Key, dict[str, object]]:
    found: dict[Key, dict[str, object]] = {}
    for name, value in Cursor.objects.filter(name__startswith="hook:").values_list("name", "value"):
        _, kind, account = name.split(":", 2)
        row = found.setdefault((kind, account), {})
        for what, said in value.items():
            moment, _, status = str(said).partition(" ")
            row[f"{what}_at"] = datetime.fromisoformat(moment)
            if what == "refused":
                row["refused"] = int(status or 0)
    return found


def states() -> Mapping[Key, State]:
    """Every account that anything is known of; four queries."""
    found = _noted_of_doors()
    talks = Conversation.objects.filter(last_in_at__isnull=False).values_list("channel", "account")
    for kind, account, latest, people in talks.annotate(latest=Max("last_in_at"), people=Count("id")):
        found.setdefault((kind, account), {}).update(message_at=latest, people=people)
    ours = Outbound.objects.filter(channel__in=MESSENGERS)
    waiting = ours.filter(state__in=["queued", "sending"]).values_list("channel", "headers__account")
    for kind, account, count in waiting.annotate(count=Count("id")):
        found.setdefault((kind, account or ""), {})["waiting"] = count
    troubled = ours.filter(state__in=["failed", "uncertain"]).order_by("-id")[:TROUBLED]
    for kind, account, error, at in troubled.values_list("channel", "headers__account", "error", "created_at"):
        known = found.setdefault((kind, account or ""), {})
        known.setdefault("failed_why", error)
        known.setdefault("failed_at", at)
    return {key: State(**values) for key, values in found.items()}  # type: ignore[arg-type]
