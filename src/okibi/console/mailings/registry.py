"""The registry: searched, filtered, written as a file, and the flag beside each address set and cleared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.gate import CARD_EDITORS, may, page
from okibi.console.customers.lists import csv_file, turning
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.flows.mobile_mailing import mobile_products
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.mailings import registry as rooms
from okibi.mailings.registry import Standing, Wanted
from okibi.schemes.services import in_force

if TYPE_CHECKING:
    from okibi.customers.models import EmailAddress

CHUNK = 500


def _titles() -> dict[Standing, str]:
    return {
        Standing.IN: _("In the registry"),
        Standing.BOUNCED: _("Takes no mail"),
        Standing.UNPROVED: _("Not confirmed"),
        Standing.OUT: _("Not in the registry"),
    }


def _wanted(request: HttpRequest) -> Wanted:
    given = request.GET.get("standing", "")
    standing = Standing(given) if given in {each.value for each in Standing} else Standing.IN
    named = request.GET.get("organisation", "").strip()[:200]
    found = customers.organisations_said(named) if named else []
    organisation = found[0].pk if found else None
    query, version = request.GET.get("q", "").strip()[:200], request.GET.get("version", "")[:40]
    if named and not found:  # not picked from the list: its words are looked for like any others
        query = f"{query} {named}".strip()
    return Wanted(query, organisation, version, standing)


@page
@require_GET
def registry(request: HttpRequest) -> HttpResponse:
    """Every address with the flag by its person's name; who entered it and what runs there."""
    products, wanted = mobile_products(in_force(now()).scheme), _wanted(request)
    try:
        found = rooms.page(wanted, products, request.GET.get("after"))
    except InputError:
        found = rooms.page(wanted, products)
    counts = rooms.counts()
    kept = {name: str(value) for name, value in request.GET.items() if name not in {"after", "standing"} and value}
    context = {
        "rows": found.rows,
        "tab": "registry",
        "query_text": request.GET.get("q", "").strip()[:200],
        "organisation": request.GET.get("organisation", ""),
        "version": wanted.version,
        "versions": rooms.versions_in_use(products),
        "narrowed": bool(wanted.query or wanted.organisation_id is not None or wanted.version),
        "standing": wanted.standing.value,
        "standings": [
            {
                "code": each.value,
                "label": label,
                "count": counts.get(each),
                "url": f"?{urlencode({**kept, 'standing': each.value})}",
            }
            for each, label in _titles().items()
        ],
        **turning(request, found.next_cursor),
        **may(request),
    }
    return render(request, "console/mailings/registry.html", context)


@page(roles=CARD_EDITORS)
@require_GET
def file(request: HttpRequest) -> StreamingHttpResponse:
    """The addresses that fit, as CSV."""
    products = mobile_products(in_force(now()).scheme)
    rows = rooms.find(_wanted(request), products).order_by("person__name_key", "pk")
    titles = [_("Name"), _("Organisation"), _("E-mail"), _("Language"), _("Version in use"), pgettext("registry", "Entered"), _("By whom"), _("Remark")]  # fmt: skip  # noqa: E501
    return csv_file("mailing-registry.csv", titles, _cells(list(rows), products))


def _cells(emails: list[EmailAddress], products: list[str]) -> Iterator[list[object]]:
    for at in range(0, len(emails), CHUNK):
        for row in rooms.dressed(emails[at : at + CHUNK], products):
            person = row.email.person
            yield [
                person.name,
                person.organisation.name if person.organisation else "",
                row.email.address,
                person.language,
                ", ".join(row.versions),
                f"{row.entered.at:%Y-%m-%d}" if row.entered else "",
                row.entered.by if row.entered else "",
                row.email.bounce_reason or (_("Takes no mail") if row.email.bounced_at else ""),
            ]


@page(roles=CARD_EDITORS)
@require_POST
def flag(request: HttpRequest, email_id: int) -> HttpResponse:
    """Set or clear the flag beside one address."""
    on = request.POST.get("on") == "1"
    email = cards.set_mobile_mailing(email_id, on=on, actor=actor_of(request))
    if on:
        messages.success(request, _("%(address)s is in the registry.") % {"address": email.address})
    else:
        messages.success(request, _("%(address)s is out of the registry.") % {"address": email.address})
    return redirect(_back(request))


def _back(request: HttpRequest) -> Any:
    given = request.POST.get("back", "")
    allowed = given.startswith("/console/mailings/") and url_has_allowed_host_and_scheme(given, None)
    return given if allowed else "console-mailings-registry"
