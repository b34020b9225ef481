"""Lines live, a line's page, a gateway's page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from okibi.console.access import staff_of
from okibi.console.customers.gate import page
from okibi.console.sms.present import SEERS, SENDERS, line_view, money
from okibi.kernel.sentence import Sentence
from okibi.sms import balance, message_selectors, selectors, troubles
from okibi.sms.campaign_kinds import OVER_TITLES, TROUBLE_TITLES, TroubleKind
from okibi.sms.errors import SmsFileError
from okibi.sms.gateways.registry import shape_of
from okibi.sms.options import SmsOptions, sms_options


def options_and_problems() -> tuple[SmsOptions, list[Sentence]]:
    """The file of gateways, and everything that is wrong with it."""
    try:
        return sms_options(), []
    except SmsFileError as error:
        return SmsOptions(), [
            Sentence(f"строка {each.line}, {each.where}: {each.sentence.ru}",
                     f"line {each.line}, {each.where}: {each.sentence.en}")
            for each in error.problems
        ]  # fmt: skip
    except OSError as error:
        return SmsOptions(), [Sentence(str(error), str(error))]


def _live() -> dict[str, Any]:
    options, problems = options_and_problems()
    wrong = troubles.running()
    by_line = troubles.by_line(wrong)
    rows = [line_view(each, by_line.get(each.line.pk, ())) for each in selectors.lines()]
    titles = {each.name: each.title for each in options.gateways}
    gateways = [
        {"name": name, "title": titles.get(name, name), "lines": list(mine)}
        for name, mine in groupby(rows, key=lambda row: row["line"].gateway)
    ]
    return {
        "gateways": gateways,
        "problems": problems,
        "wrong": [{"row": each, "title": TROUBLE_TITLES[TroubleKind(each.kind)]} for each in wrong],
        "counts": selectors.counts(),
        "tab": "lines",
    }


@page(roles=SEERS)
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """Every line of every gateway; the part that moves is asked for anew every ten seconds."""
    name = "live" if request.headers.get("HX-Request") else "lines"
    context = {**_live(), "may_send": staff_of(request).has_role(*SENDERS)}
    return render(request, f"console/sms/{name}.html", context)


@page(roles=SEERS)
@require_GET
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One line: what it is, what was wrong with it, its money by day, what it told."""
    row = message_selectors.line_by_id(line_id)
    shown = next((each for each in selectors.lines() if each.line.pk == line_id), None)
    past = troubles.past(line_id)
    days = balance.history(line_id)
    context = {
        "line": row,
        "view": line_view(shown, [each for each in past if each.ended_at is None]) if shown else None,
        "past": [{"row": each, "title": TROUBLE_TITLES[TroubleKind(each.kind)],
                  "over": OVER_TITLES[TroubleKind(each.kind)]} for each in past],
        "days": [{"row": each, "sum": money(each.amount)} for each in days],
        "events": message_selectors.events_of(line_id),
        "facts": sorted(row.facts.items()),
        "tab": "lines",
    }  # fmt: skip
    return render(request, "console/sms/line.html", context)


@page(roles=SEERS)
@require_GET
def gateway(request: HttpRequest, name: str) -> HttpResponse:
    """One gateway as its file has it; never its secrets."""
    options, problems = options_and_problems()
    found = next((each for each in options.gateways if each.name == name), None)
    if found is None:
        raise Http404
    by_line = troubles.by_line(troubles.running())
    rows = [line_view(each, by_line.get(each.line.pk, ())) for each in selectors.lines() if each.line.gateway == name]
    context = {
        "gateway": found,
        "kind": shape_of(found.kind).title,
        "options": sorted(found.options.items()),
        "sources": ", ".join(str(each) for each in found.sources),
        "lines": rows,
        "settings": {each.name: each for each in found.lines},
        "problems": problems,
        "tab": "lines",
    }
    return render(request, "console/sms/gateway.html", context)
