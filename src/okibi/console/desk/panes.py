"""The ticket's pane: head, timeline, composer and aside, for a whole page or for a row that was clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okibi.accounts.selectors import active_staff
from okibi.console.access import staff_of
from okibi.console.addresses import address, ticket_address
from okibi.console.calls.on_ticket import composer_words, tie_url, with_calls
from okibi.console.desk.ipv import cards, marks_of
from okibi.console.desk.present import (
    CLASS_CHIPS,
    STATE_CHIPS,
    channel_icon,
    channel_title,
    clock_view,
    environment_view,
    timeline_items,
    verdict_views,
)
from okibi.console.frame import queue_titles
from okibi.console.messengers.composer import ways
from okibi.console.messengers.whose import panel as whose_panel
from okibi.console.uploads import largest
from okibi.flows.answers import answering_channel
from okibi.journal.selectors import of_subject
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.kernel.templatetags.okibi_ui import sentence
from okibi.policy.phone_numbers import display
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event, State, possible
from okibi.schemes.services import by_id
from okibi.tickets import mentions, selectors
from okibi.tickets.kinds import MessageKind
from okibi.tickets.selectors import Queue

if TYPE_CHECKING:
    from okibi.journal.models import Entry
    from okibi.tickets.models import Message, Ticket

BAD_CLASS = "incident"


def queue_of(request: HttpRequest) -> Queue:
    """The queue in the address; «mine» where there is none."""
    given = request.GET.get("queue", "")
    return Queue(given) if given in {queue.value for queue in Queue} else Queue.MINE


def render_pane(
    request: HttpRequest, ticket: Ticket, composer: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The pane alone; the sections are counted anew where it showed the reader notes that called them."""
    context = pane(request, ticket, composer)
    response = render(request, "console/desk/pane.html", context, status=status)
    if context["calls_seen"]:
        response.headers["HX-Trigger"] = "counts-changed"
    return response


def looked_at_calls(request: HttpRequest, ticket: Ticket, entries: Iterable[Entry]) -> int:
    """The reader sees the notes that called them by name; gives how many were new. No query where nobody called."""
    me = staff_of(request)
    called = any(entry.code == "ticket.mentioned" and me.pk in entry.data.get("staff", ()) for entry in entries)
    return mentions.seen_by(ticket, me, now()) if called else 0


def pane(request: HttpRequest, ticket: Ticket, composer: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the pane shows."""
    moment = now()
    messages = selectors.timeline(ticket)
    entries = of_subject("ticket", ticket.pk)
    scheme = by_id(ticket.scheme_id).scheme
    allowed = possible(State(ticket.state))
    clock = clock_view(ticket, moment)
    verdicts = verdict_views(ticket)
    return {
        "ticket": head(request, ticket, clock, verdicts),
        "row": ticket,
        "items": with_calls(timeline_items(ticket, messages, entries, marks_of(ticket)), ticket, entries),
        "calls_seen": looked_at_calls(request, ticket, entries),
        "clock": clock,
        "verdicts": verdicts,
        "environment": environment_view(ticket, latest_incoming(messages)),
        "requester_facts": requester_facts(ticket),
        **cards(ticket),
        "whose": whose_panel(ticket),
        "typing": typing_words(ticket),
        "composer": {**composer_of(ticket, messages, allowed), **(composer or {})},
        "allowed": frozenset(event.value for event in allowed),
        "class_options": options(((kind.code, kind.title) for kind in scheme.classes.values()), ticket.kind),
        "staff_options": options(((person.pk, person.name) for person in active_staff()), ticket.assignee_id),
        "mine": ticket.assignee_id == staff_of(request).pk,
        "waiting": ticket.state == State.WAITING,
        "timeline_url": ticket_address("console-ticket-timeline", ticket.number),
        "aside_url": ticket_address("console-ticket-aside", ticket.number),
        "presence_url": ticket_address("console-presence", ticket.number),
    }


def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """The ``<option>`` elements of (value, words)."""
    rows = ((value, mark_safe(" selected") if value == chosen else "", sentence(words)) for value, words in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def latest_incoming(messages: Sequence[Message], limit: int = 3) -> list[Message]:
    """The requester's newest messages of a timeline."""
    return [message for message in messages if message.kind == MessageKind.INCOMING][-limit:]


def head(
    request: HttpRequest, ticket: Ticket, clock: Mapping[str, Any] | None, verdicts: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Number, class, state, who has it, who looks."""
    chip_kind, chip_text = STATE_CHIPS[State(ticket.state)]
    chips = [
        {"kind": "bad" if ticket.kind == BAD_CLASS else "", "text": CLASS_CHIPS.get(ticket.kind, ticket.kind)},
        {"kind": chip_kind, "text": chip_text},
    ]
    if ticket.merged_into:
        chips.append({"kind": "", "text": Sentence(f"→ {ticket.merged_into.number}", f"→ {ticket.merged_into.number}")})
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "chips": chips,
        "assignee": ticket.assignee.name if ticket.assignee else _("nobody has it"),
        "presence": presence_words(request, ticket),
        "queue_url": address("console-queue", queue_of(request).value),
        "clock": clock,
        "verdicts": verdicts[:1],
    }


def presence_words(request: HttpRequest, ticket: Ticket) -> str:
    """Who else looks at the ticket, and whether they write."""
    others = selectors.present(ticket, staff_of(request).pk, now())
    if not others:
        return ""
    names = ", ".join(_("%(name)s is writing") % {"name": p.staff.name} if p.typing else p.staff.name for p in others)
    return ngettext("Looking now: %(names)s", "Looking now: %(names)s", len(others)) % {"names": names}


def typing_words(ticket: Ticket) -> str:
    """What the page says while the requester writes."""
    return _("%(name)s is writing…") % {"name": ticket.requester_name or _("The requester")}


def requester_facts(ticket: Ticket) -> list[dict[str, Any]]:
    """Who asks, as the aside shows it."""
    person = ticket.requester_id
    card = reverse("console-customers-person", args=[person]) if person else ""
    facts: list[dict[str, Any]] = [{"name": _("Name"), "value": ticket.requester_name or "—", "url": card}]
    if ticket.organisation_name:
        url = reverse("console-customers-organisation", args=[ticket.organisation_id]) if ticket.organisation_id else ""
        facts.append({"name": _("Organisation"), "value": ticket.organisation_name, "url": url})
    facts.append({"name": channel_title(answering_channel(ticket)), "value": display(ticket.requester_address)})
    if not person:
        url = tie_url(ticket)
        facts.append({"name": _("User card"), "value": _("tie the number") if url else _("not found"), "url": url})
    if ticket.product:
        facts.append({"name": _("Product"), "value": f"{ticket.product} {ticket.product_version}".strip()})
    if ticket.planned_version:
        facts.append({"name": _("Planned for"), "value": ticket.planned_version})
    return facts


def composer_of(ticket: Ticket, messages: Sequence[Message], allowed: frozenset[Event]) -> dict[str, Any]:
    """The composer: in which form the answer goes is a fact, not a choice."""
    title = channel_title(answering_channel(ticket))
    form = Sentence(f"{title.ru}: как пришла заявка", f"{title.en}, as the request came")
    if ticket.channel != answering_channel(ticket):
        form = Sentence(f"{title.ru}: заявка пришла с сайта", f"{title.en}: the request came from the site")
    incoming = [message.pk for message in messages if message.kind == MessageKind.INCOMING]
    grounds = [{"value": ground.value, "label": ground.sentence} for ground in RefusalGround]
    return {
        "number": ticket.number,
        "action": ticket_address("console-write", ticket.number),
        "hx": ticket_address("console-write", ticket.number),
        "icon": channel_icon(answering_channel(ticket)),
        "form": form,
        "placeholder": Sentence("Что ответить заявителю", "What to answer the requester"),
        "grounds": grounds if Event.REFUSE in allowed else [],
        "last_seen": max(incoming, default=0),
        "largest": largest(),
        "ways": ways(ticket),
        **composer_words(ticket),
    }


def queue_view(queue: Queue) -> dict[str, Any]:
    """The title of a queue and what it holds."""
    hint = _("newest first") if queue is Queue.ALL else _("nearest term first")
    return {"title": queue_titles()[queue], "hint": hint, "queue": queue.value}
