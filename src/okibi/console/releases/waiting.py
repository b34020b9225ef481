"""The requests of a version: who waits for it, who was told, which ones it closed, and which came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from okibi.policy.ticket_states import State
from okibi.tickets import fix_selectors

if TYPE_CHECKING:
    from okibi.releases.models import Release
    from okibi.tickets.models import Fix


def requests_of(release: Release) -> dict[str, Any]:
    """Counts and rows for the version's page; four queries."""
    standing = fix_selectors.standing_of(release)
    rows = fix_selectors.requests_of(release) if standing.all else []
    return {"standing": standing, "rows": [_row(each) for each in rows]}


def _row(fix: Fix) -> dict[str, Any]:
    ticket = fix.ticket
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "url": reverse("console-ticket", args=[ticket.number]),
        "who": ticket.organisation_name or ticket.requester_name or ticket.requester_address,
        "version": fix.version,
        "chip": _chip(fix),
        "at": fix.arrived_at or fix.told_at or fix.tied_at,
    }


def _chip(fix: Fix) -> dict[str, str]:
    if fix.arrived_at is None:
        return {"kind": "acc", "text": _("told that it is out")} if fix.told_at else {"kind": "", "text": _("waits")}
    if fix.ticket.state in {State.SOLVED.value, State.CLOSED.value}:
        return {"kind": "good", "text": _("closed by it")}
    return {"kind": "bad", "text": _("rolled back") if fix.gone_back_at else _("open again")}
