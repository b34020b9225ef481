"""What the vendor's own systems are told of an act, and the minutely look after what a lost wake-up left."""

import json
from collections.abc import Mapping
from typing import Any

from procrastinate.contrib.django import app

from okibi.calls import selectors as calls
from okibi.flows.links import in_console
from okibi.journal.models import Entry
from okibi.journal.selectors import sentence_of
from okibi.tickets import selectors
from okibi.webhooks import services

CALLS = "call."
NUMBERED = {"ticket.called", "ticket.told_by_sms", "ticket.not_told_by_sms"}  # acts that name somebody's telephone
TOLD = {  # what a receiver is told of a call or an SMS
    *("call", "direction", "length", "task", "message", "opens", "next"),
    *("event", "segments"),
}
SOMEBODY = {"ru": "собеседник", "en": "the other side"}


def describe(entry: Entry) -> Mapping[str, Any]:
    """The body of a call: ``type`` (journal code), ``id`` (tell repeats by it), ``timestamp`` (UTC), ``data``.

    No words of customers, and of calls and SMS neither names nor numbers: what a receiver may read, it fetches from
    the API with its own key and scopes.
    """
    is_call = entry.code.startswith(CALLS) or entry.code in NUMBERED
    subject: dict[str, Any] = {"kind": entry.subject_kind, "id": entry.subject_id}
    if entry.subject_kind == "ticket":
        for ticket in selectors.by_ids([entry.subject_id]):
            subject |= {"number": ticket.number, "class": ticket.kind, "state": ticket.state, "url": in_console(ticket)}
    if entry.subject_kind == "call":
        ticket_id = calls.ticket_of(entry.subject_id)
        subject["ticket"] = selectors.numbers_of({ticket_id}).get(ticket_id) if ticket_id else None
    told = _without_people(entry) if is_call else entry
    return {
        "id": f"evt_{entry.pk}",
        "type": entry.code,
        "timestamp": entry.at.isoformat(),
        "data": {
            "subject": subject,
            "actor": {"kind": entry.actor_kind, "name": entry.actor_name},
            "sentence": sentence_of(told).as_dict(),
            "details": {key: value for key, value in told.data.items() if not is_call or key in TOLD},
        },
    }


def _without_people(entry: Entry) -> Entry:
    """The same act of a call or an SMS, unsaved, without whose it was."""
    data = {**entry.data, **{key: SOMEBODY for key in ("who", "number", "name") if key in entry.data}}
    copy = Entry(code=entry.code, actor_kind=entry.actor_kind, actor_name=entry.actor_name)
    copy.data = {**data, **({"why": "…"} if "why" in data else {})}
    return copy


def as_sent(entry_id: int) -> str:
    """The body of the call about one entry, spread over lines for people."""
    return json.dumps(describe(Entry.objects.get(pk=entry_id)), ensure_ascii=False, indent=2)


def tell() -> int:
    """Tell every endpoint what is due; gives how many calls were made."""
    return services.drain(describe)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="webhooks_log")
def forget_old_calls(timestamp: int) -> int:
    """Once a night: calls that ended a month ago leave the log."""
    del timestamp
    return services.forget_old()
