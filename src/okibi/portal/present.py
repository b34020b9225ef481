"""Values of the flows as the portal's pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.customers.dates import today
from okibi.customers.selectors import Standing, standing_of
from okibi.flows.ipv_views import COLLEAGUE, DESK, ME, FileView, MessageView, RequestView
from okibi.flows.portal_requests import ClockView, Seen
from okibi.flows.state_words import ANSWERED, CHIPS, STATES, STILL
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState
from okibi.policy.terms import Step
from okibi.policy.ticket_states import State
from okibi.policy.verdict import Status, Verdict
from okibi.schemes.services import in_force

if TYPE_CHECKING:
    from okibi.customers.models import Licence, Trial

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
CLOCKS = {ClockState.RUNNING: "running", ClockState.PAUSED: "still", ClockState.BREACHED: "late"}
STANDINGS = {
    Standing.IN_FORCE: ("good", Sentence("Действует", "In force")),
    Standing.ENDING: ("warn", Sentence("Скоро кончится", "Ends soon")),
    Standing.ENDED: ("", Sentence("Кончилась", "Ended")),
    Standing.REVOKED: ("bad", Sentence("Отозвана", "Revoked")),
    Standing.COMING: ("acc", Sentence("Ещё не началась", "Begins later")),
}
TRIAL_STANDINGS = STANDINGS | {
    Standing.ENDED: ("", Sentence("Кончился", "Ended")),
    Standing.REVOKED: ("bad", Sentence("Прекращён", "Stopped")),
    Standing.COMING: ("acc", Sentence("Ещё не начался", "Begins later")),
}
LONG_LETTER = 500  # characters; a longer letter of ours stands folded: the page itself says what it counts up
OWED = {State.NEW, State.OPEN}  # states in which a row says until when the answer comes
STATUS_CHIPS = {
    Status.MET: ("good", "circle-check", Sentence("подходит", "fits")),
    Status.UNMET: ("bad", "circle-x", Sentence("не подходит", "does not fit")),
    Status.UNKNOWN: ("warn", "circle-question-mark", Sentence("не всё известно", "not all is known")),
}


def chip_of(state: State) -> dict[str, Any]:
    """The chip of a state."""
    kind, icon, _meaning = STATES[state]
    return {"kind": kind, "icon": icon, "text": CHIPS[state]}


def row_of(view: RequestView, requester: str = "") -> dict[str, Any]:
    """One request in a list."""
    return {
        "number": view.number,
        "url": reverse("portal-request", args=[view.number]),
        "subject": view.subject,
        "chip": chip_of(view.state),
        "due_at": view.due_at if view.state in OWED and "rate" not in view.can else None,  # answered: nothing is owed
        "last_at": view.last_message_at,
        "unread": view.unread,
        "requester": requester,
    }


def request_context(seen: Seen) -> dict[str, Any]:
    """All that the page of one request shows."""
    view = seen.view
    said = [message_view(each) for each in seen.messages]
    return {
        "request_view": view,
        "own": seen.own,
        "requester": seen.requester,
        "chip": chip_of(view.state),
        "meaning": STATES[view.state][2],
        "clock": clock_view(seen.clock, view.steps) if seen.clock else None,
        "lines": lines_of(view.verdict),
        "product": product_name(view.product),
        "talk": said,
        "merged_into": seen.merged_into,
        "marker": marker_of(seen),
        "last_id": seen.messages[-1].id if seen.messages else 0,
        "scores": range(5, 0, -1),
    }


def marker_of(seen: Seen) -> str:
    """What a page shows, in one word: another word means that there is news."""
    view = seen.view
    read = next((each.read_by_desk_at for each in reversed(seen.messages) if each.author == ME), None)
    last = seen.messages[-1].id if seen.messages else 0
    return f"{view.state}-{last}-{int(view.due_at.timestamp()) if view.due_at else 0}-{1 if read else 0}"


def clock_view(clock: ClockView, steps: Sequence[Step]) -> dict[str, Any]:
    """The promise as the component shows it."""
    shown = CLOCKS.get(clock.state, "done")
    return {
        "started_at": clock.started_at,
        "aim_at": clock.aim_at,
        "due_at": clock.due_at,
        "remaining": clock.remaining,
        "state": shown,
        "note": {"done": ANSWERED, "still": STILL}.get(shown),
        "gone": clock.gone,
        "aim": clock.aim,
        "pauses": [],
        "steps": steps_view(steps),
    }


def steps_view(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps of an explanation."""
    return [{"text": step.sentence, "rule": step.label} for step in steps]


def lines_of(verdict: Verdict) -> list[dict[str, Any]]:
    """The verdict line by line."""
    return [
        {
            "about": line.subject,
            "status": line.status.value,
            "text": line.sentence,
            "detail": line.detail if line.detail.en else None,
        }
        for line in verdict.lines
    ]


def message_view(message: MessageView) -> dict[str, Any]:
    """One message; ``html`` was sanitised when it came."""
    words = {
        ME: _("your message"),
        COLLEAGUE: _("a colleague's message"),
        DESK: _("our answer"),
    }
    return {
        "id": f"m{message.id}",
        "direction": "in" if message.author in (ME, COLLEAGUE) else "out",
        "author": message.author_name or (_("You") if message.author == ME else _("Support")),
        "channel": words.get(message.author, _("automatic letter")),
        "at": message.at,
        "gist": gist_of(message) if message.author not in words else "",
        "html": mark_safe(message.html) if message.html else "",  # noqa: S308  sanitised at intake
        "text": message.text.in_language(get_language() or "ru"),
        "state": _("read by support") if message.read_by_desk_at else "",
        "files": [file_view(file) for file in message.attachments],
    }


def gist_of(message: MessageView) -> str:
    """What a long automatic letter says first, after its greeting; "" for one that is short enough to stand whole."""
    text = message.text.in_language(get_language() or "ru")
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    if message.html or len(text) < LONG_LETTER or len(parts) < 3:
        return ""
    return parts[1]


def file_view(file: FileView) -> dict[str, Any]:
    """One attachment."""
    return {
        "name": file.name,
        "size": file.size,
        "kind": "image" if file.type in PICTURES else "",
        "url": reverse("portal-file", args=[file.id]),
    }


def product_name(code: str) -> Sentence:
    """A product by the scheme in force; a code of an earlier one stays a code."""
    part = in_force(now()).scheme.product(code) if code else None
    return part.name if part else Sentence(code, code)


def holdings(rows: Iterable[Licence | Trial]) -> list[dict[str, Any]]:
    """Licences or trials with what they cover, until when, and how they stand today."""
    day, scheme = today(), in_force(now()).scheme
    names = {part.code: part.name for part in scheme.products}
    shown = []
    for row in rows:
        kind, words = (TRIAL_STANDINGS if row.kind == "trial" else STANDINGS)[standing_of(row, day)]
        shown.append(
            {
                "number": row.number,
                "products": [names.get(code, Sentence(code, code)) for code in [*row.products, *row.modules]],
                "seats": getattr(row, "seats", None),
                "valid_from": row.valid_from,
                "valid_until": row.valid_until,
                "maintenance_until": getattr(row, "maintenance_until", None),
                "revoke_reason": row.revoke_reason if row.is_revoked else "",
                "chip": kind,
                "words": words,
            }
        )
    return shown


def status_chip(status: Status | None) -> dict[str, Any] | None:
    """How a device's environment came out."""
    if status is None:
        return None
    kind, icon, text = STATUS_CHIPS[status]
    return {"kind": kind, "icon": icon, "text": text}
