"""Rows of the database as the customer pages show them. Nothing here asks the database for more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from okibi.console.desk.present import STATE_CHIPS
from okibi.customers.dates import today
from okibi.customers.selectors import Likeness, Standing, standing_of
from okibi.journal.selectors import of_subject, sentence_of
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import Scheme
from okibi.policy.ticket_states import State
from okibi.schemes.services import in_force

if TYPE_CHECKING:
    from okibi.customers.models import Licence, Trial
    from okibi.tickets.models import Ticket

STANDING_CHIPS = {
    Standing.IN_FORCE: ("good", Sentence("Действует", "In force")),
    Standing.ENDING: ("warn", Sentence("Скоро кончится", "Ends soon")),
    Standing.ENDED: ("", Sentence("Кончилась", "Ended")),
    Standing.REVOKED: ("bad", Sentence("Отозвана", "Revoked")),
    Standing.COMING: ("acc", Sentence("Ещё не началась", "Begins later")),
}
TRIAL_CHIPS = STANDING_CHIPS | {
    Standing.ENDED: ("", Sentence("Кончился", "Ended")),
    Standing.REVOKED: ("bad", Sentence("Прекращён", "Stopped")),
    Standing.COMING: ("acc", Sentence("Ещё не начался", "Begins later")),
    Standing.ENDING: ("warn", Sentence("Скоро кончится", "Ends soon")),
}
LIKENESS_WORDS = {
    Likeness.ADDRESS: Sentence("адреса одного ящика", "addresses of one mailbox"),
    Likeness.NAME: Sentence("одно имя в одной организации", "one name in one organisation"),
    Likeness.PHONE: Sentence("один телефон", "one telephone number"),
}
HISTORY = 60


def holding_rows(rows: Iterable[Licence | Trial], day: date | None = None) -> list[dict[str, Any]]:
    """Licences or trials with their standing on a day (today unless said), names of products, and where they lead."""
    day = day or today()
    names = product_names(in_force(now()).scheme)
    return [holding_row(row, day, names) for row in rows]


def holding_row(row: Licence | Trial, day: date, names: dict[str, Sentence]) -> dict[str, Any]:
    """One licence or trial for a list or its own page."""
    standing = standing_of(row, day)
    kind, words = (TRIAL_CHIPS if row.kind == "trial" else STANDING_CHIPS)[standing]
    if row.organisation_id is not None:
        holder_url = reverse("console-customers-organisation", args=[row.organisation_id])
    else:
        holder_url = reverse("console-customers-person", args=[row.person_id])
    return {
        "row": row,
        "number": row.number,
        "url": reverse(f"console-customers-{row.kind}", args=[row.pk]),
        "holder": row.holder_name,
        "holder_url": holder_url,
        "products": [names.get(code, Sentence(code, code)) for code in row.products],
        "modules": [names.get(code, Sentence(code, code)) for code in row.modules],
        "seats": getattr(row, "seats", None),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "standing": standing,
        "chip": kind,
        "words": words,
    }


def product_names(scheme: Scheme) -> dict[str, Sentence]:
    """Names of products and modules by code."""
    return {product.code: product.name for product in scheme.products}


def ticket_rows(tickets: Sequence[Ticket]) -> list[dict[str, Any]]:
    """Requests for a short table: number, subject, state, day."""
    return [
        {
            "number": ticket.number,
            "url": reverse("console-ticket", args=[ticket.number]),
            "subject": ticket.subject,
            "chip": STATE_CHIPS[State(ticket.state)][0],
            "state": STATE_CHIPS[State(ticket.state)][1],
            "placed_at": ticket.placed_at,
            "requester": ticket.requester_name,
        }
        for ticket in tickets
    ]


def history(kind: str, pk: int) -> list[dict[str, Any]]:
    """The acts on one thing, newest first."""
    return [{"at": entry.at, "text": sentence_of(entry)} for entry in reversed(of_subject(kind, pk)[-HISTORY:])]
