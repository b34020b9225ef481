"""The customers' lists: people and organisations, searched, page by page, and as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from okibi.console.customers.gate import CARD_EDITORS, may, page
from okibi.customers import selectors
from okibi.customers.exporting import csv_lines
from okibi.customers.importing.columns import COLUMNS, Kind
from okibi.kernel.errors import InputError
from okibi.kernel.pagination import Page

if TYPE_CHECKING:
    from okibi.customers.models import Organisation, Person

CHUNK = 500


@page
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """User cards by name; the search takes names, addresses, telephone digits, organisations and INN."""
    query = request.GET.get("q", "").strip()[:200]
    try:
        found: Page[Person] = selectors.list_people(query, request.GET.get("after"))
    except InputError:
        found = selectors.list_people(query)
    context = {
        "people": found.rows,
        "query_text": query,
        "tab": "people",
        **turning(request, found.next_cursor),
        **may(request),
    }
    return render(request, "console/customers/people.html", context)


@page
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations by name with the numbers of their people and licences."""
    query = request.GET.get("q", "").strip()[:200]
    try:
        found: Page[Organisation] = selectors.list_organisations(query, request.GET.get("after"))
    except InputError:
        found = selectors.list_organisations(query)
    context = {
        "organisations": found.rows,
        "query_text": query,
        "tab": "organisations",
        **turning(request, found.next_cursor),
        **may(request),
    }
    return render(request, "console/customers/organisations.html", context)


@page
@require_GET
def suggest_organisations(request: HttpRequest) -> HttpResponse:
    """Options for a field in which an organisation is typed."""
    rows = selectors.suggest_organisations(request.GET.get("organisation", "")[:200])
    labels = [selectors.organisation_label(row) for row in rows]
    return render(request, "console/customers/options.html", {"options": labels})


def turning(request: HttpRequest, next_cursor: str | None) -> dict[str, str | None]:
    """Where the next page of a list is, where its beginning, and where its file."""
    kept = {name: str(value) for name, value in request.GET.items() if name != "after" and value}
    query = f"?{urlencode(kept)}" if kept else ""
    return {
        "older_url": f"?{urlencode({**kept, 'after': next_cursor})}" if next_cursor else None,
        "first_url": query or request.path if request.GET.get("after") else None,
        "export_query": query,
    }


@page(roles=CARD_EDITORS)
@require_GET
def people_file(request: HttpRequest) -> StreamingHttpResponse:
    """The searched cards as CSV, in the columns that the import takes."""
    rows = selectors.export_people(request.GET.get("q", "").strip()[:200]).iterator(chunk_size=CHUNK)
    return csv_file("people.csv", column_titles(Kind.PEOPLE), (_person_cells(person) for person in rows))


@page(roles=CARD_EDITORS)
@require_GET
def organisations_file(request: HttpRequest) -> StreamingHttpResponse:
    """The searched organisations as CSV."""
    titles = column_titles(Kind.PEOPLE)
    rows = selectors.export_organisations(request.GET.get("q", "").strip()[:200]).iterator(chunk_size=CHUNK)
    cells = ([row.name, row.inn, row.note] for row in rows)
    return csv_file("organisations.csv", [titles[0], titles[1], titles[-1]], cells)


def _person_cells(person: Person) -> list[str]:
    """In the order of the import's columns. The flag is written only where it is the same for all addresses."""
    emails, phones = list(person.emails.all()), list(person.phones.all())
    flags = {email.mobile_mailing for email in emails}
    yes, no = ("да", "нет") if (get_language() or "").startswith("ru") else ("yes", "no")
    organisation = person.organisation
    return [
        organisation.name if organisation else "",
        organisation.inn if organisation else "",
        person.name,
        person.position,
        ", ".join(email.address for email in emails),
        (yes if flags.pop() else no) if len(flags) == 1 else "",
        ", ".join(f"{phone.e164} доб. {phone.extension}" if phone.extension else phone.e164 for phone in phones),
        person.language,
        person.note,
    ]


def column_titles(kind: Kind) -> list[str]:
    """The titles of an import's columns in the reader's language."""
    return [column.title.in_language(get_language() or "ru") for column in COLUMNS[kind]]


def csv_file(name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV answer, written as it is read."""
    response = StreamingHttpResponse(csv_lines(titles, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
