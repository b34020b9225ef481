"""Callers, calls and tasks as the pages of the telephone want them. Takes no query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from okibi.console.addresses import ticket_address
from okibi.console.desk.present import STATE_CHIPS
from okibi.kernel.sentence import Sentence
from okibi.policy.ticket_states import State
from okibi.policy.verdict import Status

if TYPE_CHECKING:
    from okibi.environments.models import Device
    from okibi.flows.phone_caller import Candidate
    from okibi.tickets.rows import TicketRow

COVER = {
    Status.MET: ("good", "circle-check", Sentence("Право есть", "Covered")),
    Status.UNMET: ("bad", "circle-x", Sentence("Права нет", "Not covered")),
    Status.UNKNOWN: ("warn", "circle-question-mark", Sentence("Право неизвестно", "Cover unknown")),
}
NOBODY = "0"  # none of those found: a new card
MOST_DEVICES = 3


def chosen_of(given: str, people: Sequence[Candidate], *, known: bool) -> str:
    """Which of those found is chosen: as before, the only owner of the number, else nobody."""
    ids = {str(candidate.person.pk) for candidate in people}
    if given in ids or (given == NOBODY and ids):
        return given
    return next(iter(ids)) if known and len(ids) == 1 else NOBODY


def candidate_view(candidate: Candidate, chosen: str = "") -> dict[str, Any]:
    """Somebody who may be speaking."""
    person = candidate.person
    kind, icon, words = COVER[candidate.line.status]
    return {
        "id": str(person.pk),
        "name": person.name,
        "organisation": person.organisation.name if person.organisation else "",
        "position": person.position,
        "chosen": str(person.pk) == chosen,
        "cover": {"kind": kind, "icon": icon, "text": words, "ground": candidate.line.sentence},
        "devices": [device_words(device) for device in candidate.devices[:MOST_DEVICES]],
        "requests": [request_view(row) for row in candidate.requests],
    }


def device_words(device: Device) -> str:
    """A device on one line: product, version, name."""
    return " · ".join(filter(None, [f"{device.product} {device.version}".strip(), device.name]))


def request_view(row: TicketRow, about: str = "") -> dict[str, Any]:
    """An open request that the call may be about."""
    kind, text = STATE_CHIPS[State(row.state)]
    return {
        "number": row.number,
        "subject": row.subject,
        "url": ticket_address("console-ticket", row.number),
        "state": {"kind": kind, "text": text},
        "due_at": row.due_at if row.reacted_at is None else None,
        "chosen": row.number == about,
    }
