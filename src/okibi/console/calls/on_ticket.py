"""What the telephone adds to a ticket: its calls, and the calls that are owed, in their places on the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode

from okibi.calls import selectors
from okibi.channels.telephone.kinds import is_spoken
from okibi.console.addresses import ticket_address
from okibi.console.calls.present import call_view
from okibi.console.calls.tasks import task_view
from okibi.flows.answers import answering_channel
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

if TYPE_CHECKING:
    from okibi.calls.models import Call
    from okibi.journal.models import Entry
    from okibi.tickets.models import Ticket

TIED = "ticket.called"
VOICE_MAIL = "sip"
FORM = Sentence("звонком: как обратились", "by call, as they called")
PLACEHOLDER = Sentence("Что сказать заявителю: станет заданием позвонить", "What to say: it becomes a task to call")


def has_calls(ticket: Ticket, entries: Iterable[Entry]) -> bool:
    """Whether a call may stand on the ticket: no query for those that never had one."""
    return is_spoken(ticket.channel) or any(entry.code == TIED or entry.code.startswith("call.") for entry in entries)


def _left_word(call: Call) -> bool:
    """A voice message stands there as a message, with its player: the call would say it twice."""
    return call.exchange == VOICE_MAIL and any(row.blob_id for row in call.recordings.all())


def with_calls(items: Sequence[dict[str, Any]], ticket: Ticket, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The timeline with its calls and tasks; four queries where it has any."""
    if not has_calls(ticket, entries):
        return list(items)
    moment = now()
    calls = [{"type": "call", **call_view(call)} for call in selectors.of_ticket(ticket.pk) if not _left_word(call)]
    owed = [
        {"type": "call-task", "at": task.created_at, **task_view(task, moment)}
        for task in selectors.tasks_of(ticket.pk)
    ]
    return sorted([*items, *calls, *owed], key=lambda item: item["at"])


def composer_words(ticket: Ticket) -> dict[str, Any]:
    """A request by telephone is answered by a call: the composer makes a task, and says so."""
    if not is_spoken(answering_channel(ticket)):
        return {}
    return {"call": True, "form": FORM, "placeholder": PLACEHOLDER}


def tie_url(ticket: Ticket) -> str:
    """Where a number of nobody is tied to a person; "" for all else."""
    if ticket.requester_id is not None or not is_spoken(ticket.channel) or not ticket.requester_address:
        return ""
    back = ticket_address("console-ticket", ticket.number)
    return f"{reverse('console-calls-tie')}?{urlencode({'number': ticket.requester_address, 'next': back})}"
