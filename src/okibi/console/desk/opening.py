"""A file of a ticket as a page: a log with numbered lines and search, an archive with the names in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from okibi.console.access import staff_required
from okibi.console.desk.archives import UnlistedError, listing
from okibi.console.desk.opened import MOST_FOUND, PER_PAGE, found, kind_of, page_of, parts, read_lines
from okibi.console.desk.present import file_url
from okibi.kernel import blobs
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.tickets.models import Attachment

LONGEST_WORDS = 200  # characters of a search


@staff_required
@require_GET
def opened(request: HttpRequest, number: str, file_id: int) -> HttpResponse:
    """The page of a text file or of an archive; other files have none (404)."""
    ticket = selectors.access_ticket(number)
    file = selectors.attachment_of(ticket, file_id)
    kind, opens = kind_of(file.name, file.type)
    if not opens:
        raise Http404
    context = {"ticket": ticket, "file": file, "save_url": file_url(ticket, file)}
    try:
        shown = _archive(file) if kind == "archive" else _log(request, file)
    except (UnlistedError, ValueError):
        return render(request, "console/desk/unopened.html", {**context, "kind": kind})
    template = "console/desk/archive.html" if kind == "archive" else "console/desk/log.html"
    return render(request, template, {**context, **shown})


def _archive(file: Attachment) -> dict[str, Any]:
    with blobs.stream(file.blob) as source:
        return {"listing": listing(source, file.size)}


def _log(request: HttpRequest, file: Attachment) -> dict[str, Any]:
    with blobs.stream(file.blob) as source:
        lines, cut = read_lines(source)
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    asked = request.GET.get("line", "1")
    first = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    many = 0
    if words:
        rows, many = found(lines, words)
    else:
        rows = page_of(lines, first)
    begin, end = (rows[0].number, rows[-1].number) if rows else (0, 0)
    return {
        "words": words,
        "rows": [{"line": row, "parts": parts(row.text, words), "url": _place(row.number)} for row in rows],
        "many": many,
        "most": MOST_FOUND,
        "cut": cut,
        "total": len(lines),
        "first": begin,
        "last": end,
        "newer_url": f"?{urlencode({'line': begin - PER_PAGE})}" if not words and begin > 1 else "",
        "older_url": f"?{urlencode({'line': end + 1})}" if not words and end < len(lines) else "",
    }


def _place(line: int) -> str:
    return f"?line={line}#L{line}"
