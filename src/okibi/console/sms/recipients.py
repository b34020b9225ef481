"""Whom a draft is for: people of user cards, a file that is looked at first, the registry of the mobile mailing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said_to
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.customers.lists import csv_file
from okibi.console.given import posted
from okibi.console.sms.forms import CardsForm, FileForm
from okibi.console.sms.present import SENDERS
from okibi.customers.errors import ImportFileError
from okibi.customers.importing.tables import MAX_FILE, TOO_LARGE
from okibi.flows import sms_audience
from okibi.flows.sms_audience import COLUMNS, Filter, Looked
from okibi.kernel.errors import OkibiError
from okibi.sms import campaign_selectors as selectors

SHOWN = 200  # bad lines on the page; the file has all


@page(roles=SENDERS)
@require_http_methods(["GET", "POST"])
def recipients(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Choose them; a file shows what is wrong with it before anything is taken."""
    row, source, actor = selectors.by_id(campaign_id), posted(request, "source"), actor_of(request)
    cards = CardsForm(request.POST) if source == "cards" else CardsForm()
    file = FileForm(request.POST, request.FILES) if source == "file" else FileForm()
    done: object | None = None
    if source == "cards":
        done = tried(cards, lambda data: sms_audience.from_cards(row.pk, Filter(**data), actor))
    elif source == "registry":
        done = _taken(request, lambda: sms_audience.from_registry(row.pk, actor))
    elif source == "file":
        looked = tried(file, _look)
        if looked is not None:
            return _shown(request, campaign_id, looked)
    if done is not None:
        return redirect("console-sms-campaign", row.pk)
    context = {
        "campaign": row, "cards": cards, "file": file, "tab": "campaigns",
        "columns": [{"title": each.title, "help": each.help, "required": each.required} for each in COLUMNS],
    }  # fmt: skip
    return render(request, "console/sms/recipients.html", context)


def _taken(request: HttpRequest, take: Any) -> object | None:
    try:
        return take()  # type: ignore[no-any-return]
    except OkibiError as error:
        said_to.error(request, said(error.sentence))
        return None


def _look(data: dict[str, Any]) -> Looked:
    if data["file"].size > MAX_FILE:
        raise ImportFileError(TOO_LARGE)
    return sms_audience.look(data["file"].read(), data["file"].name)


def _shown(request: HttpRequest, campaign_id: int, looked: Looked) -> HttpResponse:
    good = len(looked.good)
    context = {
        "campaign": selectors.by_id(campaign_id),
        "looked": looked,
        "good": good,
        "bad": looked.bad[:SHOWN],
        "bad_lines": len({each.number for each in looked.bad}),
        "more": max(0, len(looked.bad) - SHOWN),
        "take": ngettext("Take %(n)d recipient", "Take %(n)d recipients", good) % {"n": good},
        "tab": "campaigns",
    }
    return render(request, "console/sms/looked.html", context)


@page(roles=SENDERS)
@require_POST
def take(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take the good lines of exactly the file that was looked at."""
    token, actor = posted(request, "token"), actor_of(request)
    _taken(request, lambda: sms_audience.from_file(campaign_id, token, actor))
    return redirect("console-sms-campaign", campaign_id)


@page(roles=SENDERS)
@require_POST
def bad_lines(request: HttpRequest) -> HttpResponseBase:
    """Every bad line of a looked-at file as CSV: line, column, what stands there, reason."""
    looked = sms_audience.look_again(posted(request, "token"))
    rows = ([each.number, said(each.column), each.value, said(each.why)] for each in looked.bad)
    return csv_file("bad-lines.csv", [_("Line"), _("Column"), _("What stands there"), _("Reason")], rows)


@page(roles=SENDERS)
@require_GET
def template(_request: HttpRequest) -> HttpResponseBase:
    """A file with the columns and one line as an example."""
    language = get_language() or "ru"
    return csv_file("sms.csv", [each.title.in_language(language) for each in COLUMNS], [[e.example for e in COLUMNS]])
