"""What the journal's entries mean to an open console page."""

from typing import Any

from okibi.journal.selectors import since
from okibi.tickets.selectors import numbers_of

ARRIVALS = {"ticket.placed", "ticket.placed_silently", "ticket.message", "ticket.reopened", "ticket.covered"}
QUIET = {"ticket.noted", "message.sent"}  # change the ticket, but no queue


def somebody_types(heard: dict[str, Any]) -> dict[str, Any] | None:
    """A requester writes: told at once to whoever has that ticket open, and kept nowhere."""
    if heard.get("side") != "requester" or not isinstance(heard.get("number"), str):
        return None
    return {"names": ["typing"], "number": heard["number"], "by": None}


def news_since(entry_id: int, limit: int) -> list[dict[str, Any]]:
    """Events after a journal entry, oldest first: ``{"id", "names", "number", "by"}``; two queries.

    ``names`` are what ``live.js`` listens to: ``ticket`` (it changed), ``arrived`` (a queue has something new),
    ``counts`` (the numbers beside the queues) and ``call`` (it rings, was taken, is over).
    ``by`` is the id of the member of staff who acted, or None.
    """
    entries = since(entry_id, limit)
    numbers = numbers_of({entry.subject_id for entry in entries if entry.subject_kind == "ticket"})
    news = []
    for entry in entries:
        if entry.subject_kind == "call":  # rings, was taken, ended: the card on every page is read anew
            news.append({"id": entry.pk, "names": ["call"], "number": None, "by": None})
            continue
        if entry.subject_kind != "ticket" or entry.subject_id not in numbers:
            continue
        names = ["ticket"]
        if entry.code in ARRIVALS:
            names.append("arrived")
        if entry.code not in QUIET:
            names.append("counts")
        if entry.code in {"ticket.called", "call.dial_refused"}:
            names.append("call")
        by = entry.actor_id if entry.actor_kind == "staff" else None
        news.append({"id": entry.pk, "names": names, "number": numbers[entry.subject_id], "by": by})
    return news
