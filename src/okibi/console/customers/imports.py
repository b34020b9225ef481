"""Importing customers from a file: look first, then load exactly what was looked at."""

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
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
from okibi.customers.importing.run import DryRun
from okibi.customers.importing.tables import MAX_FILE, TOO_LARGE
from okibi.flows import customer_import
from okibi.flows.customer_import import catalogue, run_import
from okibi.kernel.later import later

openpyxl = later("openpyxl")

SHOWN = 200  # lines of one outcome on the page; the file of bad lines has them all
LISTS = {
    Kind.PEOPLE: "console-customers",
    Kind.LICENCES: "console-customers-licences",
    Kind.TRIALS: "console-customers-trials",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    """Load exactly the file that was looked at; where the data changed since, show it anew instead.

    A large file is written by a job, with its progress on a page of its own.
    """
    token, known = request.POST.get("token", ""), catalogue()
    looked = importing.look_again(token, known)
    if looked.plan.to_do > customer_import.LARGE:
        plan = looked.plan
        chore = customer_import.begin(token, plan.to_do, looked.file_name, plan.kind.value, actor_of(request))
        return redirect("console-customers-import-progress", chore.pk)
    try:
        done = run_import(token, known, actor_of(request))
    except ImportChangedError as error:
        return _shown(request, importing.look_again(token, known), said(error.sentence))
    count = done.plan.to_do
    messages.success(request, ngettext("Loaded: %(n)d line", "Loaded: %(n)d lines", count) % {"n": count})
    return redirect(LISTS[done.plan.kind])


@page(roles=RIGHT_EDITORS)
@require_GET
def progress(request: HttpRequest, chore_id: int) -> HttpResponse:
    """How far a large import is; the part that changes is asked for alone."""
    chore = customer_import.find(chore_id)
    if chore is None:
        raise Http404
    name = "progress" if request.headers.get("HX-Request") else "import_running"
    context = {
        "chore": chore,
        "about": chore.about,
        "writing": chore.about["holders"] is None and chore.finished_at is None,
        "again": customer_import.changed_meanwhile(chore),
        "list_url": reverse(LISTS[Kind(chore.about["kind"])]),
        "tab": "import",
    }
    return render(request, f"console/customers/{name}.html", context)


@page(roles=RIGHT_EDITORS)
@require_POST
def look_anew(request: HttpRequest) -> HttpResponse:
    """The dry run of a kept file as it would go now."""
    return _shown(request, importing.look_again(request.POST.get("token", ""), catalogue()))


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
