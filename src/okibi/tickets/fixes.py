"""Requests and the versions that they wait for: tied when promised, told when it is out, closed when it has arrived."""

from datetime import datetime

from okibi.policy.versions import VersionError, parse_version
from okibi.releases.keys import version_key
from okibi.tickets.models import Fix, Ticket


def tie(ticket: Ticket, at: datetime) -> Fix | None:
    """Tie a locked ticket to the version it is planned for; None where words name no version, or no product is known.

    A second promise takes the first one's place, and is told anew.
    """
    Fix.objects.filter(ticket=ticket).delete()
    try:
        version = parse_version(ticket.planned_version)
    except VersionError:
        return None
    if not ticket.product:
        return None
    return Fix.objects.create(
        ticket=ticket,
        product=ticket.product,
        version=ticket.planned_version,
        version_key=version_key(version),
        tied_at=at,
    )


def of_ticket(ticket: Ticket, *, lock: bool = False) -> Fix | None:
    """What the ticket waits for, or waited for."""
    rows = Fix.objects.select_for_update(of=("self",)) if lock else Fix.objects.all()
    return rows.filter(ticket=ticket).first()


def told(fix: Fix, release_id: int, at: datetime) -> None:
    """The requester was told that this release has it."""
    fix.release_id, fix.told_at = release_id, at
    fix.save(update_fields=["release", "told_at"])


def arrived(fix: Fix, release_id: int | None, device_id: int, version: str, at: datetime) -> None:
    """The requester's device reported a version with the fix."""
    fix.device_id, fix.arrived_version, fix.arrived_at = device_id, version[:40], at
    fix.release_id, fix.told_at = fix.release_id or release_id, fix.told_at or at
    fix.save(update_fields=["device", "arrived_version", "arrived_at", "release", "told_at"])


def gone_back(fix: Fix, at: datetime) -> None:
    """The device reported less than the fix afterwards."""
    fix.gone_back_at = at
    fix.save(update_fields=["gone_back_at"])
