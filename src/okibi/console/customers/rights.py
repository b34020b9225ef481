"""Licences and trials: lists with filters, one of them, and creating, changing, extending, revoking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okibi.console.access import actor_of
from okibi.console.customers import forms as typed
from okibi.console.customers.gate import RIGHT_EDITORS, may, page, said, tried
from okibi.console.customers.lists import CHUNK, column_titles, csv_file, turning
from okibi.console.customers.present import history, holding_row, holding_rows, product_names
from okibi.customers import selectors
from okibi.customers.dates import today
from okibi.customers.importing.columns import Kind
from okibi.customers.selectors import Standing
from okibi.customers.services import Holder
from okibi.flows import licences as flow
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.policy.scheme_values import Scheme
from okibi.schemes.services import in_force

if TYPE_CHECKING:
    from okibi.customers.models import Licence, Trial

FILTERS = (Standing.IN_FORCE, Standing.ENDING, Standing.ENDED, Standing.REVOKED, Standing.COMING)


def _filters(chosen: Standing | None) -> list[dict[str, Any]]:
    titles = {
        Standing.IN_FORCE: _("In force"),
        Standing.ENDING: _("Ending within 30 days"),
        Standing.ENDED: _("Ended"),
        Standing.REVOKED: _("Revoked"),
        Standing.COMING: _("Begin later"),
    }
    every = {"value": "", "title": _("All"), "current": chosen is None}
    return [every, *({"value": each.value, "title": titles[each], "current": each is chosen} for each in FILTERS)]


def _asked(request: HttpRequest) -> tuple[Standing | None, str]:
    standing = request.GET.get("standing", "")
    return Standing(standing) if standing in set(Standing) else None, request.GET.get("q", "").strip()[:200]


@page
@require_GET
def licences(request: HttpRequest) -> HttpResponse:
    """Licences by standing; the search takes numbers, holders' names and INN."""
    return _list(request, selectors.list_licences, "licence")


@page
@require_GET
def trials(request: HttpRequest) -> HttpResponse:
    """Trials, as licences."""
    return _list(request, selectors.list_trials, "trial")


def _list(request: HttpRequest, read: Callable[..., Any], kind: str) -> HttpResponse:
    standing, query = _asked(request)
    day = today()
    try:
        found = read(standing, day, query, request.GET.get("after"))
    except InputError:
        found = read(standing, day, query)
    context = {
        "holdings": holding_rows(found.rows, day),
        "filters": _filters(standing),
        "standing": standing.value if standing else "",
        "query_text": query,
        "kind": kind,
        "tab": f"{kind}s",
        **turning(request, found.next_cursor),
        **may(request),
    }
    return render(request, "console/customers/holdings.html", context)


@page
@require_GET
def licences_file(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered licences as CSV, in the columns that the import takes."""
    standing, query = _asked(request)
    rows = selectors.find_licences(standing, today(), query).order_by("number").iterator(chunk_size=CHUNK)
    return csv_file("licences.csv", column_titles(Kind.LICENCES), (_licence_cells(row) for row in rows))


@page
@require_GET
def trials_file(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered trials as CSV, in the columns that the import takes."""
    standing, query = _asked(request)
    rows = selectors.find_trials(standing, today(), query).order_by("number").iterator(chunk_size=CHUNK)
    return csv_file("trials.csv", column_titles(Kind.TRIALS), (_trial_cells(row) for row in rows))


def _holder_cells(row: Licence | Trial) -> list[str]:
    if row.organisation is not None:
        return [row.organisation.name, row.organisation.inn, ""]
    emails = list(row.person.emails.all()) if row.person else []
    return ["", "", emails[0].address if emails else ""]


def _licence_cells(row: Licence) -> list[object]:
    return [
        row.number,
        *_holder_cells(row),
        ", ".join(row.products),
        ", ".join(row.modules),
        row.seats,
        row.valid_from.isoformat(),
        row.valid_until.isoformat() if row.valid_until else "",
        row.maintenance_until.isoformat() if row.maintenance_until else "",
        row.note,
    ]


def _trial_cells(row: Trial) -> list[object]:
    until = row.valid_until.isoformat()
    return [row.number, *_holder_cells(row), row.product, row.source, row.valid_from.isoformat(), until, row.note]


@page
@require_GET
def licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """One licence with its history."""
    return _one(request, selectors.licence(licence_id), "licence")


@page
@require_GET
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial with its history."""
    return _one(request, selectors.trial(trial_id), "trial")


def _one(request: HttpRequest, row: Licence | Trial, kind: str) -> HttpResponse:
    scheme = in_force(now()).scheme
    context = {
        "holding": holding_row(row, today(), product_names(scheme)),
        "row": row,
        "kind": kind,
        "history": history(kind, row.pk),
        **may(request),
    }
    return render(request, "console/customers/holding.html", context)


def _choices(scheme: Scheme) -> tuple[typed.Choices, typed.Choices]:
    """Products and modules of the scheme in force, for forms."""
    products = [(each.code, said(each.name)) for each in scheme.products if each.module_of is None]
    modules = [(each.code, said(each.name)) for each in scheme.products if each.module_of is not None]
    return products, modules


def _holder_initial(request: HttpRequest) -> dict[str, Any]:
    """Whom a new licence or trial is for, as the page that led here said."""
    organisation, person = request.GET.get("organisation", ""), request.GET.get("person", "")
    initial: dict[str, Any] = {"valid_from": today()}
    if organisation.isdecimal():
        initial["organisation"] = typed.label_of(selectors.organisation(int(organisation)))
    elif person.isdecimal():
        emails = list(selectors.card(int(person)).emails.all())
        initial["person"] = emails[0].address if emails else ""
    return initial


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def new_licence(request: HttpRequest) -> HttpResponse:
    """A new licence; requests that waited for it come alive."""
    products, modules = _choices(in_force(now()).scheme)
    form = typed.LicenceForm(request.POST or None, initial=_holder_initial(request), products=products, modules=modules)

    def create(data: dict[str, Any]) -> Licence:
        holder = Holder(data.pop("organisation"), data.pop("person"))
        return flow.create_licence(holder=holder, **data, actor=actor_of(request))

    return _done(request, form, create, heading=_("New licence"), news=_("The licence is created"))


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def new_trial(request: HttpRequest) -> HttpResponse:
    """A new trial."""
    products, _modules = _choices(in_force(now()).scheme)
    form = typed.TrialForm(request.POST or None, initial=_holder_initial(request), products=products)

    def create(data: dict[str, Any]) -> Trial:
        holder = Holder(data.pop("organisation"), data.pop("person"))
        return flow.create_trial(holder=holder, **data, actor=actor_of(request))

    return _done(request, form, create, heading=_("New trial"), news=_("The trial is created"))


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def edit_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Change what a licence covers; how long it lasts is extending and revoking."""
    row = selectors.licence(licence_id)
    products, modules = _choices(in_force(now()).scheme)
    names = ("products", "modules", "seats", "maintenance_until", "note")
    initial = {name: getattr(row, name) for name in names}
    form = typed.ScopeForm(request.POST or None, initial=initial, products=products, modules=modules)

    def change(data: dict[str, Any]) -> Licence:
        return flow.change_licence(row.pk, **data, actor=actor_of(request))

    return _done(request, form, change, heading=row.number, news=_("Saved"))


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def extend_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Let a licence last longer."""
    row = selectors.licence(licence_id)
    form = typed.ExtendLicenceForm(request.POST or None)

    def extend(data: dict[str, Any]) -> Licence:
        return flow.extend_licence(row.pk, until=data["until"], actor=actor_of(request))

    return _done(
        request, form, extend, heading=_("Extend %(number)s") % {"number": row.number}, news=_("Saved"), row=row
    )


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def extend_trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """Let a trial last longer."""
    row = selectors.trial(trial_id)
    form = typed.ExtendTrialForm(request.POST or None)

    def extend(data: dict[str, Any]) -> Trial:
        return flow.extend_trial(row.pk, until=data["until"], actor=actor_of(request))

    return _done(
        request, form, extend, heading=_("Extend %(number)s") % {"number": row.number}, news=_("Saved"), row=row
    )


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def revoke_licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """End a licence, with the reason."""
    row = selectors.licence(licence_id)
    form = typed.RevokeForm(request.POST or None, initial={"on": today()})

    def revoke(data: dict[str, Any]) -> Licence:
        return flow.revoke_licence(row.pk, **data, actor=actor_of(request))

    return _done(
        request, form, revoke, heading=_("Revoke %(number)s") % {"number": row.number}, news=_("Saved"), row=row
    )


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def revoke_trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """End a trial, with the reason."""
    row = selectors.trial(trial_id)
    form = typed.RevokeForm(request.POST or None, initial={"on": today()})

    def revoke(data: dict[str, Any]) -> Trial:
        return flow.revoke_trial(row.pk, **data, actor=actor_of(request))

    return _done(
        request, form, revoke, heading=_("Revoke %(number)s") % {"number": row.number}, news=_("Saved"), row=row
    )


def _done(
    request: HttpRequest,
    form: forms.Form,
    call: Callable[[dict[str, Any]], Licence | Trial],
    *,
    heading: str,
    news: str,
    row: Licence | Trial | None = None,
) -> HttpResponse:
    """The form until it succeeds, then the page of what it made."""
    made = tried(form, lambda data: call(dict(data)))
    if made is None:
        scheme = in_force(now()).scheme
        holding = holding_row(row, today(), product_names(scheme)) if row else None
        return render(request, "console/customers/form.html", {"form": form, "heading": heading, "holding": holding})
    messages.success(request, news)
    return redirect(f"console-customers-{made.kind}", made.pk)
