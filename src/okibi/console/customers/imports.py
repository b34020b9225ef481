"""Importing customers from a file: look first, then load exactly what was looked at."""

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.forms import ImportForm
from okibi.console.customers.gate import RIGHT_EDITORS, page, said, tried
from okibi.console.customers.lists import column_titles, csv_file
from okibi.customers.errors import ImportChangedError, ImportFileError
from okibi.customers.importing import run as importing
from okibi.customers.importing.columns import COLUMNS, Kind
from okibi.customers.importing.plan import Outcome
from okibi.customers.importing.run import Catalogue, DryRun
from okibi.customers.importing.tables import MAX_FILE, TOO_LARGE
from okibi.flows.customer_import import run_import
from okibi.kernel.clock import now
from okibi.kernel.later import later
from okibi.schemes.services import in_force

openpyxl = later("openpyxl")

SHOWN = 200  # lines of one outcome on the page; the file of bad lines has them all
LISTS = {
    Kind.PEOPLE: "console-customers",
    Kind.LICENCES: "console-customers-licences",
    Kind.TRIALS: "console-customers-trials",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def catalogue() -> Catalogue:
    """Products and modules of the scheme in force, by code and by either name."""
    products: dict[str, str] = {}
    modules: dict[str, str] = {}
    for each in in_force(now()).scheme.products:
        place = products if each.module_of is None else modules
        place |= {name.casefold(): each.code for name in (each.code, each.name.ru, each.name.en)}
    return Catalogue(products, modules)


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; sending it shows the dry run."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    looked = tried(form, _look) if form.is_bound else None
    if looked is not None:
        return _shown(request, looked)
    return _upload(request, form)


def _upload(request: HttpRequest, form: ImportForm) -> HttpResponse:
    kinds = [
        {"kind": kind.value, "title": dict(form.fields["kind"].choices)[kind.value], "columns": COLUMNS[kind]}  # type: ignore[attr-defined]
        for kind in Kind
    ]
    return render(request, "console/customers/import.html", {"form": form, "kinds": kinds, "tab": "import"})


def _look(data: dict[str, Any]) -> DryRun:
    file = data["file"]
    if file.size > MAX_FILE:
        raise ImportFileError(TOO_LARGE)
    return importing.dry_run(Kind(data["kind"]), file.read(), file.name, catalogue())


def _shown(request: HttpRequest, looked: DryRun, problem: str = "") -> HttpResponse:
    plan = looked.plan
    groups = [
        {"title": title, "count": plan.counts[outcome], "lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)}
        for outcome, title, lines in (
            (Outcome.CREATED, _("Will be created"), plan.of(Outcome.CREATED)),
            (Outcome.CHANGED, _("Will be changed"), plan.of(Outcome.CHANGED)),
            (Outcome.SAME, _("Stay as they are"), plan.of(Outcome.SAME)),
        )
    ]
    bad = [
        {
            "line": line,
            "problems": [{"column": plan.column_title(each.column), "reason": each.reason} for each in line.problems],
        }
        for line in plan.of(Outcome.BAD)[:SHOWN]
    ]
    context = {
        "looked": looked,
        "plan": plan,
        "counts": plan.counts,
        "groups": groups,
        "bad": bad,
        "bad_more": max(0, plan.counts["bad"] - SHOWN),
        "load": ngettext("Load %(n)d line", "Load %(n)d lines", plan.to_do) % {"n": plan.to_do},
        "problem": problem,
        "tab": "import",
    }
    return render(request, "console/customers/import_dry_run.html", context)


@page(roles=RIGHT_EDITORS)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Load exactly the file that was looked at; where the data changed since, show it anew instead."""
    token, known = request.POST.get("token", ""), catalogue()
    try:
        done = run_import(token, known, actor_of(request))
    except ImportChangedError as error:
        return _shown(request, importing.look_again(token, known), said(error.sentence))
    count = done.plan.to_do
    messages.success(request, ngettext("Loaded: %(n)d line", "Loaded: %(n)d lines", count) % {"n": count})
    return redirect(LISTS[done.plan.kind])


@page(roles=RIGHT_EDITORS)
@require_POST
def bad_lines(request: HttpRequest) -> HttpResponseBase:
    """Every bad line of a looked-at file as CSV: line, column, reason."""
    looked = importing.look_again(request.POST.get("token", ""), catalogue())
    rows = (
        [line.number, said(looked.plan.column_title(each.column)), said(each.reason)]
        for line in looked.plan.of(Outcome.BAD)
        for each in line.problems
    )
    return csv_file("bad-lines.csv", [_("Line"), _("Column"), _("Reason")], rows)


@page(roles=RIGHT_EDITORS)
@require_GET
def template(_request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """An empty file with the columns and one line as an example, as CSV or XLSX."""
    if kind not in set(Kind) or form not in {"csv", "xlsx"}:
        raise Http404
    titles = column_titles(Kind(kind))
    example = [column.example for column in COLUMNS[Kind(kind)]]
    if form == "csv":
        return csv_file(f"{kind}.csv", titles, [example])
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(titles)
    sheet.append(example)
    buffer = io.BytesIO()
    book.save(buffer)
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response
