"""Callers, calls and tasks as the pages of the telephone want them. Takes no query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from okibi.calls.kinds import CallState, RecordingState
from okibi.channels.telephone.adapter import is_address
from okibi.console.addresses import ticket_address
from okibi.console.desk.present import STATE_CHIPS
from okibi.flows.phone_recordings import can_fetch
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display
from okibi.policy.ticket_states import State
from okibi.policy.verdict import Status

if TYPE_CHECKING:
    from okibi.calls.models import Call, Recording
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


def number_words(call: Call) -> str:
    """The other side's number for people; what is hidden says so."""
    return display(call.number) if call.number else _("hidden number")


def caller_name(call: Call) -> str:
    """Who it is, as far as anybody knows: the card's name, else the number."""
    return call.person.name if call.person else number_words(call)


def call_view(call: Call) -> dict[str, Any]:
    """One call as lists, the ticket and the card while it rings show it."""
    person, ticket = call.person, call.ticket
    organisation = person.organisation if person else None
    return {
        "id": call.pk,
        "at": call.started_at,
        "incoming": call.direction == "in",
        "who": caller_name(call),
        "number": call.number,
        "shown": number_words(call),
        "known": person is not None,
        "person_url": reverse("console-customers-person", args=[person.pk]) if person else "",
        "organisation": organisation.name if organisation else "",
        "state": state_chip(call),
        "missed": call.state == CallState.MISSED,
        "length": f"{call.talk_seconds // 60}:{call.talk_seconds % 60:02}" if call.talk_seconds else "",
        "spoke": call.answered_by.name if call.answered_by else call.extension if call.answered_at else "",
        "ticket": ticket.number if ticket else "",
        "ticket_subject": ticket.subject if ticket else "",
        "ticket_url": ticket_address("console-ticket", ticket.number) if ticket else "",
        "new_url": f"{reverse('console-calls-new')}?call={call.pk}",
        "tie_url": f"{reverse('console-calls-tie')}?call={call.pk}" if call.number and person is None else "",
        "recordings": [recording_view(row) for row in call.recordings.all()],
    }


def state_chip(call: Call) -> dict[str, Any]:
    """Where the call stands, in a word."""
    match call.state:
        case CallState.RINGING:
            return {"kind": "acc", "text": Sentence("звонит", "ringing")}
        case CallState.TALKING:
            return {"kind": "good", "text": Sentence("говорят", "talking")}
        case CallState.MISSED:
            return {"kind": "bad", "text": Sentence("пропущен", "missed")}
    if call.direction != "in" and not call.answered_at:
        return {"kind": "", "text": Sentence("без ответа", "no answer")}
    return {"kind": "", "text": Sentence("окончен", "ended")}


def recording_view(recording: Recording) -> dict[str, Any]:
    """Where it is listened to: our own copy is played here, what the exchange has is fetched first, or opens there."""
    if recording.state == RecordingState.KEPT:
        return {"play": reverse("console-calls-recording", args=[recording.pk])}
    found: dict[str, Any] = {"lost": recording.state == RecordingState.LOST, "next_at": recording.next_attempt_at}
    if recording.error:
        found["why"] = recording.error
    if can_fetch(recording):
        found["fetch"] = reverse("console-calls-recording-fetch", args=[recording.pk])
    elif is_address(recording.where):
        found["link"] = recording.where
    return found
