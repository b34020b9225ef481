"""What a specialist does with a ticket: each view parses, calls one flow and shows the ticket again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from okibi.accounts.selectors import by_id as staff_by_id
from okibi.console.access import staff_of, staff_required
from okibi.console.desk.panes import queue_of, render_pane
from okibi.console.desk.queues import ticket_page
from okibi.console.given import posted, whole_number
from okibi.console.messengers.composer import sent_by_template, way_of, ways
from okibi.console.uploads import files_of
from okibi.flows import refusal, reply, work
from okibi.kernel.errors import OkibiError
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.accounts.models import Staff
    from okibi.tickets.models import Ticket

CONFLICT = 409
UNPROCESSABLE = 422
COMPLAINT_PLACE = {"HX-Retarget": "#compose-errors", "HX-Reswap": "innerHTML", "HX-Trigger": "ticket-changed"}
THEN = {"solve": Event.SOLVE, "wait": Event.WAIT}


def _words(error: OkibiError) -> str:
    return error.sentence.in_language(get_language() or "ru")


@staff_required
@require_POST
def write(request: HttpRequest, number: str) -> HttpResponse:
    """An answer, a note or a refusal. When it can't be, the composer stays as it is, files too, and says why."""
    ticket = selectors.access_ticket(number)
    staff = staff_of(request)
    act = request.POST.get("act", "reply")
    try:
        _write(request, ticket, staff, act)
    except OkibiError as error:
        if request.headers.get("HX-Request"):
            return _complaint(request, error)
        kept = {name: posted(request, name) for name in ("body", "note", "reasons", "ground", "way_out")}
        composer: dict[str, Any] = {**kept, "act": act, "errors": [_words(error)]}
        composer["ways"] = ways(ticket, {name: posted(request, name) for name in ("way", "consent")})
        return ticket_page(request, selectors.access_ticket(number), composer, UNPROCESSABLE)
    draft = act if act in {"note", "refuse"} else "reply"
    return _sent(_shown(request, number), f"{draft}-{number}")


def _sent(response: HttpResponse, draft: str) -> HttpResponse:
    """The words are kept: the browser may forget its draft of them."""
    response.headers["HX-Trigger"] = json.dumps({"draft-sent": {"name": draft}})
    return response


def _complaint(request: HttpRequest, error: OkibiError) -> HttpResponse:
    """Only the reason, put above what was written. What came in meanwhile is shown too: it may be the reason."""
    response = render(request, "console/desk/complaint.html", {"errors": [_words(error)]}, status=UNPROCESSABLE)
    for name, value in COMPLAINT_PLACE.items():
        response.headers[name] = value
    return response


def _write(request: HttpRequest, ticket: Ticket, staff: Staff, act: str) -> None:
    last_seen = whole_number(posted(request, "last_seen"))
    if act == "note":
        reply.note(ticket.pk, staff, posted(request, "note"), files_of(request))
    elif sent_by_template(request, ticket, staff, act):
        return
    elif act == "refuse":
        given = posted(request, "ground")
        ground = RefusalGround(given) if given in {known.value for known in RefusalGround} else None
        facts = {"duplicate_of": posted(request, "duplicate_of").strip()}
        refusal.refuse(
            ticket.pk,
            staff,
            ground,
            posted(request, "reasons"),
            way_out=posted(request, "way_out"),
            facts={key: value for key, value in facts.items() if value},
            files=files_of(request),
            last_seen_message=last_seen,
            way=way_of(request, ticket),
        )
    else:
        then = THEN.get(posted(request, "then"))
        reply.reply(
            ticket.pk,
            staff,
            posted(request, "body"),
            files_of(request),
            then=then,
            last_seen_message=last_seen,
            way=way_of(request, ticket),
        )


def _shown(request: HttpRequest, number: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render_pane(request, selectors.access_ticket(number))
    return redirect("console-ticket", number)


Act = Callable[[HttpRequest, "Ticket", "Staff"], object]


def _act(do: Act, draft: str = "") -> Callable[..., HttpResponse]:
    """A view of one act: the gate, the flow, the ticket again, and a refusal by the rules as a sentence.

    ``draft``: the words of its dialog that the browser keeps until they are sent.
    """

    @staff_required
    @require_POST
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = selectors.access_ticket(number)
        queue_of(request)
        try:
            do(request, ticket, staff_of(request))
        except OkibiError as error:
            answer = render_pane if request.headers.get("HX-Request") else ticket_page
            return answer(request, selectors.access_ticket(number), {"errors": [_words(error)]}, status=CONFLICT)
        return _sent(_shown(request, number), f"{draft}-{number}") if draft else _shown(request, number)

    return view  # type: ignore[no-any-return]


def _assignee(request: HttpRequest) -> Staff | None:
    given = whole_number(posted(request, "staff"))
    return staff_by_id(given) if given is not None else None


take = _act(lambda _request, ticket, staff: work.assign(ticket.pk, staff, staff))
assign = _act(lambda request, ticket, staff: work.assign(ticket.pk, staff, _assignee(request)))
change_class = _act(lambda request, ticket, staff: work.change_class(ticket.pk, staff, posted(request, "kind")))
wait = _act(lambda _request, ticket, staff: work.wait(ticket.pk, staff))
resume = _act(lambda _request, ticket, staff: work.resume(ticket.pk, staff))
plan = _act(
    lambda request, ticket, staff: work.plan(ticket.pk, staff, posted(request, "version"), posted(request, "body")),
    "plan",
)
solve = _act(lambda request, ticket, staff: work.solve(ticket.pk, staff, posted(request, "body")), "solve")
close = _act(lambda _request, ticket, staff: work.close(ticket.pk, staff))
reopen = _act(lambda _request, ticket, staff: work.reopen(ticket.pk, staff))
take_on = _act(lambda request, ticket, staff: work.take_on(ticket.pk, staff, posted(request, "reason")), "take-on")


def _merge(request: HttpRequest, ticket: Ticket, staff: Staff) -> None:
    keep = selectors.access_ticket(posted(request, "into").strip().lstrip("#"))
    work.merge(ticket.pk, keep.pk, staff)


merge = _act(_merge)
