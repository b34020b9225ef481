"""Rows of the database as the pages of the site show them: nothing of staff, nothing of anybody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi.flows.personal_link import Whereabouts
from okibi.flows.promise import Promise
from okibi.flows.state_words import ANSWERED, CHIPS, STATES, STILL
from okibi.kernel.clock import now
from okibi.kernel.human import moment_text
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState
from okibi.policy.terms import Step
from okibi.policy.ticket_states import State
from okibi.tickets.kinds import MessageKind

if TYPE_CHECKING:
    from okibi.tickets.models import Message, Ticket

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


def spoken(sentence: Sentence) -> str:
    """The reader's side of a sentence."""
    return sentence.in_language(get_language() or "ru")


def refused_until(moment: datetime) -> str:
    """Why something is not taken now, that nothing is lost, and when to try again."""
    at = moment_text(
        moment + timedelta(seconds=59), now=now(), zone=timezone.get_current_timezone(), language=get_language()
    )
    return _(
        "Too much came from here in a short time. Everything you typed is kept; please send it again after: %(at)s."
    ) % {"at": at}


def steps_view(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps of an explanation as the component shows them."""
    return [{"text": step.sentence, "rule": step.label} for step in steps]


def clock_view(ticket: Ticket, steps: Sequence[Step]) -> dict[str, Any] | None:
    """The promise of a request; None where none was given. Two queries."""
    if ticket.due_at is None:
        return None
    moment = now()
    promise = Promise.of(ticket)
    state = promise.clock.state(promise.calendar, moment)
    whole = (ticket.due_at - ticket.clock_start) or timedelta(seconds=1)
    shown = {ClockState.RUNNING: "running", ClockState.PAUSED: "still", ClockState.BREACHED: "late"}.get(state, "done")
    return {
        "started_at": ticket.clock_start,
        "aim_at": ticket.aim_at,
        "due_at": promise.clock.due_at(promise.calendar, moment),
        "remaining": promise.clock.remaining(promise.calendar, moment),
        "state": shown,
        "note": {"done": ANSWERED, "still": STILL}.get(shown),
        "gone": _share((ticket.reacted_at or moment) - ticket.clock_start, whole),
        "aim": _share(ticket.aim_at - ticket.clock_start, whole) if ticket.aim_at else None,
        "pauses": [],
        "steps": steps_view(steps),
    }


def _share(part: timedelta, whole: timedelta) -> float:
    return round(max(0.0, min(100.0, part / whole * 100)), 1)


def ticket_view(found: Whereabouts, signed: str) -> dict[str, Any]:
    """A request behind its link: number, subject, state in words, promise, conversation."""
    ticket = found.ticket
    kind, icon, meaning = STATES[found.state]
    return {
        "ticket": ticket,
        "chip": {"kind": kind, "icon": icon, "text": CHIPS[found.state]},
        "meaning": meaning,
        "version": ticket.planned_version if found.state is State.PLANNED else "",
        "merged": ticket.merged_into_id is not None,
        "clock": clock_view(ticket, found.steps),
        "messages_said": [_message_view(message, signed) for message in found.messages],
        "can_add": True,
        "asked": found.asked,
    }


def _message_view(message: Message, signed: str) -> dict[str, Any]:
    ours = message.kind != MessageKind.INCOMING
    return {
        "id": f"m{message.pk}",
        "direction": "out" if ours else "in",
        "author": message.author_name or (message.staff.name if message.staff else "") or message.author_address,
        "channel": _("refusal with reasons")
        if message.kind == MessageKind.REFUSAL
        else _("our answer")
        if ours
        else _("your message"),
        "at": message.at,
        "text": message.text,
        "quoted": message.folded if not ours else "",
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "kind": "image" if file.type in PICTURES else "",
                "url": reverse("website-where-file", args=[signed, file.pk]),
            }
            for file in message.attachments.all()
            if not file.inline
        ],
    }
