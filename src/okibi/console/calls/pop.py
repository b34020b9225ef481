"""The card while it rings, on every page of the console: who calls, who took it, and one key to the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.calls import selectors
from okibi.calls.kinds import CallState
from okibi.console.access import staff_of
from okibi.console.calls.present import call_view, candidate_view, request_view
from okibi.console.customers.gate import page
from okibi.flows import phone_dial, phone_ties
from okibi.flows.phone_caller import who_calls
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

if TYPE_CHECKING:
    from okibi.accounts.models import Staff
    from okibi.calls.models import Call

MOST_CARDS = 3
MOST_REQUESTS = 3


@page
@require_GET
def pop(request: HttpRequest) -> HttpResponse:
    """What rings or is talked about, and what could not be dialled; one query while the telephone is silent, another
    for who dials by an exchange.
    """
    ringing = [call for call in selectors.live(now()) if call.direction == "in"][:MOST_CARDS]
    cards = [_card(call, staff_of(request)) for call in ringing]
    cards.sort(key=lambda card: (card["elsewhere"], not card["ringing"]))
    return render(request, "console/calls/pop.html", {"cards": cards, "refused": _refused(staff_of(request))})


def _refused(me: Staff) -> list[dict[str, Any]]:
    """What an exchange took from me to dial and could not."""
    if phone_dial.seat_of(me) is None:
        return []
    return [
        {
            "id": f"refused-{entry.pk}",
            "at": entry.at,
            "number": entry.data["number"],
            "why": Sentence(**entry.data["why"]),
            "url": reverse("console-calls-task", args=[entry.data["task"]]),
        }
        for entry in phone_dial.refused_lately(me, now())
    ]


def _card(call: Call, me: Staff) -> dict[str, Any]:
    caller = who_calls(call.number)
    found = list(caller.people)
    requests = [row for candidate in found for row in candidate.requests] + list(caller.requests)
    rung = {leg.staff_id for leg in call.legs.all() if leg.ended_at is None and leg.staff_id}
    mine = me.pk in rung or call.answered_by_id == me.pk
    return {
        **call_view(call),
        "people": [candidate_view(candidate) for candidate in found],
        "requests": [request_view(row) for row in requests[:MOST_REQUESTS]],
        "more": max(0, len(requests) - MOST_REQUESTS),
        "ringing": call.state == CallState.RINGING,
        "said": _said(call, me),
        "mine": mine,
        "elsewhere": bool(rung or call.answered_by_id) and not mine,
    }


def _said(call: Call, me: Staff) -> str:
    if call.state == CallState.RINGING:
        return _("It rings")
    if call.answered_by_id == me.pk:
        return _("You are talking")
    if call.answered_by:
        return _("%(name)s is talking") % {"name": call.answered_by.name}
    return _("%(name)s is talking") % {"name": call.extension} if call.extension else _("It was answered")


@page
@require_POST
def about(request: HttpRequest, call_id: int, number: str) -> HttpResponse:
    """The call is about this request: it stands on its timeline from now on, and the request opens."""
    phone_ties.call_about(call_id, number, staff_of(request))
    return redirect("console-ticket", number)
