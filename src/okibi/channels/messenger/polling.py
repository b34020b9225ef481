"""Long polling as an inlet, for messengers whose pushes can't reach us: what came is stored, then the next is asked.

The cursor moves after the commit, so that a process that is killed asks again, and repeats are known by their ids.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import structlog
from django.db import DatabaseError, connection, transaction

from okibi.channels.messenger import health
from okibi.channels.messenger.accounts import Account
from okibi.channels.messenger.kinds import MESSENGERS, shape_of
from okibi.channels.models import Cursor
from okibi.channels.port import SendError
from okibi.channels.registry import channel

log = structlog.get_logger(__name__)
WAIT = 25  # seconds that the vendor keeps a question open
REST = 5.0  # seconds after a failure


@dataclass(frozen=True, slots=True)
class Update:
    """What one question gave: single pushes, and where the next question begins."""

    pushes: Sequence[Mapping[str, Any]]
    cursor: int | None


class Poller(Protocol):
    """An adapter that can ask."""

    kind: str

    def accounts(self) -> tuple[Account, ...]: ...
    def keep(self, account: Account, body: bytes, source: str) -> int: ...
    def poll(self, account: Account, cursor: int | None, wait: int) -> Update: ...


def run(stop: threading.Event) -> None:
    """Ask for every account with ``polling = true`` until ``stop`` is set; ends at once where there is none."""
    threads = [
        threading.Thread(
            target=_ask, args=(poller, account, stop), name=f"okibi-poll-{account.kind}-{account.name}", daemon=True
        )
        for poller, account in polled()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive() and not stop.is_set():
            thread.join(0.5)
    for thread in threads:
        thread.join(2.0)  # one that waits for a silent server ends with the process


def polled() -> list[tuple[Poller, Account]]:
    """Which accounts are asked, by which adapter."""
    kinds = [kind for kind in MESSENGERS if "polling" in shape_of(kind).flags]
    adapters = [cast("Poller", channel(kind)) for kind in kinds]
    return [(each, account) for each in adapters for account in each.accounts() if "polling" in account.flags]


def _ask(poller: Poller, account: Account, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            once(poller, account, WAIT)
        except (SendError, DatabaseError) as error:
            log.warning("polling_failed", channel=account.kind, account=account.name, error=str(error)[:200])
            if isinstance(error, DatabaseError):
                connection.close()
            stop.wait(REST)


def once(poller: Poller, account: Account, wait: int) -> int:
    """One question; gives how many events were new. Raises SendError, DatabaseError."""
    name = f"poll:{account.kind}:{account.name}"
    known = Cursor.objects.filter(name=name).first()
    update = poller.poll(account, known.value.get("next") if known else None, wait)
    with transaction.atomic():
        new = sum(poller.keep(account, json.dumps(push, ensure_ascii=False).encode(), "poll") for push in update.pushes)
        if update.cursor is not None:
            Cursor.objects.update_or_create(name=name, defaults={"value": {"next": update.cursor}})
    health.heard(account.kind, account.name)
    return new
