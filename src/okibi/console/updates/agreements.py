"""Agreements on automatic updates: the list, and one with its computers, its week, who answered it and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.console.access import staff_of
from okibi.console.customers.gate import CARD_EDITORS, page, said
from okibi.console.given import posted, whole_number
from okibi.flows import update_agreement as flow
from okibi.flows.agreement_views import chip_of, page_of
from okibi.flows.agreement_words import last_day, products_of, where_of
from okibi.journal.selectors import of_subject, sentence_of
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.policy.agreement_states import AgreementState
from okibi.schemes.services import in_force
from okibi.updates import selectors
from okibi.updates.kinds import AGREEMENT_TITLES, ANSWERED_TITLES, WAY_TITLES, Answered, Way

if TYPE_CHECKING:
    from okibi.updates.models import Agreement, Host


@page
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    """All of them, newest first; those that wait for an answer are one press away."""
    given = request.GET.get("state", "")
    state = AgreementState(given) if given in {each.value for each in AgreementState} else None
    query = request.GET.get("q", "").strip()[:200]
    rows = selectors.listed(state, query, whole_number(request.GET.get("before", "")))
    shown, counts, scheme = rows[: selectors.PAGE], selectors.counts(), in_force(now()).scheme
    context = {
        "rows": [
            {
                "agreement": each,
                "whose": each.organisation or each.person,
                "products": products_of(each, scheme),
                "chip": chip_of(each),
                "until": last_day(each),
            }
            for each in shown
        ],
        "states": [
            {"code": each.value, "label": said(AGREEMENT_TITLES[each]), "count": counts[each], "current": each is state}
            for each in AgreementState
            if counts[each] or each is state
        ],
        "state": given if state else "",
        "query_text": query,
        "older": shown[-1].pk if len(rows) > selectors.PAGE else None,
        "any": any(counts.values()),
    }
    return render(request, "console/updates/agreements.html", context)


@page
@require_GET
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement with everything that was agreed, answered and done."""
    found = selectors.by_id(agreement_id)
    hosts = selectors.hosts_of(found)
    shown = page_of(found)
    course = {row["host"].pk: row for row in shown["course"]}
    context = {
        **shown,
        "whose": found.organisation or found.person,
        "facts": _facts(found),
        "host_rows": [_host(each) | {"course": course.get(each.pk)} for each in hosts],
        "history": [{"at": entry.at, "text": sentence_of(entry)} for entry in of_subject("agreement", found.pk)],
        "may_act": staff_of(request).has_role(*CARD_EDITORS),
    }
    return render(request, "console/updates/agreement.html", context)


def _facts(found: Agreement) -> list[dict[str, Any]]:
    """Who asked, who answered and how, who ended it."""
    rows: list[tuple[str, Any]] = [(_("Proposed by"), found.asked_by.name if found.asked_by else "—")]
    if found.person:
        rows.append((_("For"), found.person.name))
    if found.answered_by:
        rows += [
            (_("Answered by"), found.granted_name or "—"),
            (_("In what way"), said(ANSWERED_TITLES[Answered(found.answered_by)])),
        ]
    if found.answered_note:
        rows.append((_("Who said it and how"), found.answered_note))
    if found.withdrawn_at:
        rows.append((_("Withdrawn by"), found.withdrawn_by or "—"))
    if found.withdrawn_reason:
        rows.append((_("Reason"), found.withdrawn_reason))
    return [{"name": name, "value": value} for name, value in rows]


def _host(host: Host) -> dict[str, Any]:
    device = host.device
    return {
        "host": host,
        "way": said(WAY_TITLES[Way(host.way)]),
        "where": where_of(host),
        "device": f"{device.name or device.public_id} {device.version}".strip() if device else "",
        "test": host.last_test,
    }


@page(roles=CARD_EDITORS)
@require_POST
def act(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The customer's word as it was told, or the desk's stop; a refusal is said on the page."""
    name, staff = posted(request, "act"), staff_of(request)
    done = {
        "confirm": _("Written down: the access is in force. The customer gets it in writing."),
        "decline": _("Written down: the customer declined."),
        "withdraw": _("The access is withdrawn; the customer is told."),
    }
    try:
        if name in {"confirm", "decline"}:
            flow.answer_told(agreement_id, staff, posted(request, "note"), yes=name == "confirm")
        elif name == "withdraw":
            flow.withdraw_by_desk(agreement_id, staff, posted(request, "reason"))
        else:
            return redirect("console-agreement", agreement_id)
        messages.success(request, done[name])
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    return redirect("console-agreement", agreement_id)
