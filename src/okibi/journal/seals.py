"""How far the journal is sealed, and walking its seals in steps."""

from dataclasses import dataclass
from datetime import datetime

from okibi.journal.models import Entry, Seal
from okibi.journal.services import SETTLED, digest_of
from okibi.kernel.clock import now


@dataclass(frozen=True, slots=True)
class Sealed:
    """``count``: the newest seal's number; it is of an entry of ``until``. ``waiting_since``: the oldest entry left."""

    count: int
    until: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Walked:
    """Seals up to ``position`` are whole; ``broken``: the entry that was changed after it was sealed, else None."""

    position: int
    seals: int
    broken: int | None


def sealed() -> Sealed:
    """Two looks at the newest seal and what follows it."""
    last = Seal.objects.select_related("entry").order_by("-position").first()
    later = Entry.objects.filter(id__gt=last.entry_id if last else 0, at__lt=now() - SETTLED).order_by("id")
    since = later.values_list("at", flat=True).first()
    return Sealed(last.position if last else 0, last.entry.at if last else None, since)


def walk(position: int, limit: int) -> Walked:
    """Check at most ``limit`` seals behind ``position`` (0: from the first); fewer than ``limit``: that was the end."""
    before = Seal.objects.filter(position__lte=position).order_by("-position").values_list("digest", flat=True).first()
    previous, count = before or "", 0
    links = Seal.objects.select_related("entry").filter(position__gt=position).order_by("position")[:limit]
    for link in links:
        previous = digest_of(previous, link.entry)
        if previous != link.digest:
            return Walked(position, count, link.entry_id)
        position, count = link.position, count + 1
    return Walked(position, count, None)
