"""Cards that may be one person: looked at side by side, merged, or told apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.gate import CARD_EDITORS, may, page, said
from okibi.console.customers.present import LIKENESS_WORDS, ticket_rows
from okibi.customers import selectors, services
from okibi.flows.merge_people import merge_people
from okibi.kernel.errors import ConflictError, InputError
from okibi.tickets.selectors import of_person


@page
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of cards that look alike, those with more in common first."""
    pairs = [
        {"first": pair.first, "second": pair.second, "why": [LIKENESS_WORDS[each] for each in pair.likenesses]}
        for pair in selectors.candidate_pairs()
    ]
    return render(request, "console/customers/duplicates.html", {"pairs": pairs, "tab": "duplicates", **may(request)})


@page(roles=CARD_EDITORS)
@require_POST
def tell_apart(request: HttpRequest, one_id: int, other_id: int) -> HttpResponse:
    """These are two people: the pair is not shown any more."""
    try:
        services.tell_apart(one_id, other_id, actor=actor_of(request))
    except (ConflictError, InputError) as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, _("They stay two people"))
    return redirect("console-customers-duplicates")


@page(roles=CARD_EDITORS)
@require_GET
def choose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Find the card with which this one is to be merged."""
    row = selectors.card(person_id)
    query = request.GET.get("q", "").strip()[:200]
    found = [person for person in selectors.suggest_people(query) if person.pk != row.pk]
    alike = [
        pair.second if pair.first.pk == row.pk else pair.first
        for pair in selectors.candidate_pairs(limit=5, person_id=row.pk)
    ]
    context = {
        "person": row,
        "query_text": query,
        "found": selectors.cards([each.pk for each in found]),
        "alike": alike,
    }
    return render(request, "console/customers/merge_choose.html", context)


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, keep_id: int, gone_id: int) -> HttpResponse:
    """Both cards side by side; confirming merges the second into the first."""
    keep, gone = selectors.card(keep_id), selectors.card(gone_id)
    problem = ""
    if request.method == "POST":
        try:
            merge_people(keep.pk, gone.pk, actor=actor_of(request))
        except (ConflictError, InputError) as error:
            problem = said(error.sentence)
        else:
            messages.success(request, _("The cards are merged"))
            return redirect("console-customers-person", keep.pk)
    context = {"sides": [_side(keep.pk), _side(gone.pk)], "keep": keep, "gone": gone, "problem": problem}
    return render(request, "console/customers/merge.html", context)


def _side(person_id: int) -> dict[str, Any]:
    return {
        "person": selectors.card(person_id),
        "licences": selectors.licences_of(person_id=person_id),
        "trials": selectors.trials_of(person_id=person_id),
        "tickets": ticket_rows(of_person(person_id)),
    }
