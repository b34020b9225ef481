"""From the rooms' rows to the shapes for the vendor's own systems."""

from datetime import date
from typing import Any

from okibi.api.rendering import moment
from okibi.api.shown import named
from okibi.customers.selectors.holdings import standing_of


def ticket(row: Any) -> dict[str, Any]:
    """A request."""
    return {
        "number": row.number,
        "subject": row.subject,
        "kind": row.kind,
        "state": row.state,
        "channel": row.channel,
        "placed_at": moment(row.placed_at),
        "aim_at": moment(row.aim_at),
        "due_at": moment(row.due_at),
        "reacted_at": moment(row.reacted_at),
        "ended_at": moment(row.ended_at),
        "last_message_at": moment(row.last_message_at),
        "requester": named(row.requester),
        "requester_name": row.requester_name,
        "requester_address": row.requester_address,
        "organisation": named(row.organisation),
        "assignee": row.assignee.name if row.assignee else "",
        "product": row.product,
        "version": row.product_version,
        "planned_version": row.planned_version,
    }


def release(row: Any) -> dict[str, Any]:
    """A version with its files."""
    return {
        "product": row.product,
        "version": row.version,
        "channel": row.channel,
        "state": str(row.state),
        "notes_ru": row.notes_ru,
        "notes_en": row.notes_en,
        "ring": row.ring,
        "percent": row.percent,
        "floor": row.floor,
        "forced_below": row.forced_below,
        "published_at": moment(row.published_at),
        "reason": row.reason,
        "artefacts": [
            {
                "id": each.pk,
                "name": each.name,
                "platform": each.platform,
                "architecture": each.architecture,
                "kind": each.kind,
                "size": each.size,
                "sha256": each.sha256,
                "facts": each.facts,
                "problems": each.problems,
            }
            for each in row.artefacts.all()
        ],
    }


def organisation(row: Any) -> dict[str, Any]:
    """A legal entity."""
    return {"id": row.pk, "name": row.name, "inn": row.inn, "note": row.note}


def person(row: Any) -> dict[str, Any]:
    """A user card."""
    return {
        "id": row.pk,
        "name": row.name,
        "organisation": named(row.organisation),
        "position": row.position,
        "language": row.language,
        "emails": [
            {"address": each.address, "verified": each.verified_at is not None, "mobile_mailing": each.mobile_mailing}
            for each in row.emails.all()
        ],
        "phones": [each.e164 for each in row.phones.all()],
        "note": row.note,
    }


def holding(row: Any, day: date) -> dict[str, Any]:
    """A licence or a trial as it stands on a day."""
    return {
        "id": row.pk,
        "number": row.number,
        "organisation": named(row.organisation),
        "person": named(row.person),
        "products": list(row.products),
        "modules": list(row.modules),
        "seats": getattr(row, "seats", None),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "maintenance_until": getattr(row, "maintenance_until", None),
        "revoked_on": row.revoked_on,
        "revoke_reason": row.revoke_reason,
        "standing": standing_of(row, day).value,
        "note": row.note,
    }
