"""Templates as a vendor keeps them, fetched and stored: which there are, what became of each, when that was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from okibi.channels.messenger.templates import Kept
from okibi.channels.messenger_models import VendorTemplate
from okibi.channels.models import Cursor
from okibi.kernel.clock import now

APPROVED = "APPROVED"
WHY = 300  # characters of a failure that are kept


@dataclass(frozen=True, slots=True)
class Asked:
    """When the list was fetched last, and why a later try gave none ("" where it did)."""

    at: datetime | None = None
    why: str = ""


def kept(channel: str, owner: str) -> list[Kept]:
    """The stored templates of one business account, by name."""
    rows = VendorTemplate.objects.filter(channel=channel, owner=owner).order_by("name", "language")
    return [Kept(row.name, row.language, row.category, row.status, row.reason, row.components) for row in rows]


@transaction.atomic
def replace(channel: str, owner: str, found: Sequence[Kept]) -> int:
    """Let these be all that the business account has; gives how many."""
    at = now()
    ours = VendorTemplate.objects.filter(channel=channel, owner=owner)
    ours.delete()
    rows = {(each.name, each.language): each for each in found}
    VendorTemplate.objects.bulk_create(
        VendorTemplate(
            channel=channel, owner=owner, name=each.name, language=each.language, category=each.category,
            status=each.status, reason=each.reason, components=list(each.components),
        )
        for each in rows.values()
    )  # fmt: skip
    Cursor.objects.update_or_create(name=_note(channel, owner), defaults={"value": {"at": at.isoformat()}})
    return len(rows)


def failed(channel: str, owner: str, why: str) -> None:
    """The list did not come: what was fetched before stays."""
    row, _ = Cursor.objects.get_or_create(name=_note(channel, owner), defaults={"value": {}})
    row.value = {**row.value, "why": why[:WHY]}
    row.save(update_fields=["value"])


def asked(channel: str, owner: str) -> Asked:
    """How the last question went."""
    row = Cursor.objects.filter(name=_note(channel, owner)).first()
    if row is None:
        return Asked()
    at = row.value.get("at")
    return Asked(datetime.fromisoformat(at) if at else None, str(row.value.get("why", "")))


def change_status(channel: str, owner: str, name: str, language: str, status: str, reason: str) -> bool:
    """The vendor told what became of one template; False where no such one is stored."""
    rows = VendorTemplate.objects.filter(channel=channel, owner=owner, name=name, language=language)
    return bool(rows.update(status=status.upper()[:32], reason=reason[:200]))


def _note(channel: str, owner: str) -> str:
    return f"templates:{channel}:{owner}"
