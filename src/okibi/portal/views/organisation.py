"""What an organisation's administrator sees and does: requests, people, rights, devices, invitations."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okibi.customers.selectors import licences_of, trials_of
from okibi.environments.invitations import is_living
from okibi.flows import organisation_admin as admin
from okibi.flows import personal_data, portal_requests
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError, OkibiError
from okibi.portal.forms import AddressForm, PersonErasureForm
from okibi.portal.gate import signed_in, why
from okibi.portal.pages import page, tabs
from okibi.portal.present import holdings, row_of
from okibi.portal.views.card import ARCHIVE, device_rows
from okibi.portal.views.requests import PAGE, list_context, older


def _page(
    request: HttpRequest, visitor: Visitor, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponseBase:
    shared = {"organisation": admin.organisation(visitor), "tabs": tabs(request)}
    return page(request, visitor, template, {**shared, **context}, status=status)


@require_safe
@signed_in(admin=True)
def requests(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """All requests of the organisation."""
    context = list_context(request, "portal-organisation")
    found = portal_requests.of_organisation(
        visitor, cursor=context["cursor"], limit=PAGE, state=context["state"], query=context["query"]
    )
    rows = [row_of(each.view, each.requester) for each in found]
    context |= {"rows": rows, "older_url": older(context, found.next_cursor)}
    return _page(request, visitor, "organisation", context)


@require_safe
@signed_in(admin=True)
def people(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Everybody of the organisation."""
    return _page(request, visitor, "people", {"people": admin.people(visitor)})


@require_safe
@signed_in(admin=True)
def person(request: HttpRequest, visitor: Visitor, person_id: int) -> HttpResponseBase:
    """One user card."""
    row = admin.person(visitor, person_id)
    return _page(request, visitor, "person", {"person": row, "myself": row.pk == visitor.person_id})


@require_POST
@signed_in(admin=True)
def take_data(request: HttpRequest, visitor: Visitor, person_id: int) -> HttpResponseBase:
    """Everything about one of the organisation's people: at once, or by the page of a large archive."""
    del request
    if personal_data.is_large(visitor, person_id):
        return redirect("portal-data", personal_data.begin(visitor, person_id).pk)
    return FileResponse(personal_data.archive(visitor, person_id), as_attachment=True, filename=ARCHIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(admin=True)
def erasure(request: HttpRequest, visitor: Visitor, person_id: int) -> HttpResponseBase:
    """Ask the desk to erase the card of one of the organisation's people."""
    row = admin.person(visitor, person_id)
    form = PersonErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = admin.ask_for_erasure(visitor, person_id, form.cleaned_data["text"])
        messages.success(request, _("Request %(number)s is placed.") % {"number": number})
        return redirect("portal-request", number)
    return _page(request, visitor, "person_erasure", {"form": form, "person": row}, 422 if form.errors else 200)


def _done(request: HttpRequest, act: Callable[[], object], words: str, to: str, *args: object) -> HttpResponseBase:
    try:
        act()
    except ConflictError as error:
        messages.warning(request, why(error))
    else:
        messages.success(request, words)
    return redirect(to, *args)


@require_POST
@signed_in(admin=True)
def mailing(request: HttpRequest, visitor: Visitor, person_id: int, email_id: int) -> HttpResponseBase:
    """The flag "mailing of the mobile version" beside one address (a checkbox: absent is off)."""
    on = bool(request.POST.get("on"))
    act = lambda: admin.set_mailing(visitor, person_id, email_id, on=on)  # noqa: E731
    return _done(request, act, _("Saved"), "portal-person", person_id)


@require_POST
@signed_in(admin=True)
def administrator(request: HttpRequest, visitor: Visitor, person_id: int) -> HttpResponseBase:
    """Name another administrator, or one no longer; ``vouch`` only confirms that they belong here."""
    if request.POST.get("act") == "vouch":
        return _done(request, lambda: admin.vouch(visitor, person_id), _("Saved"), "portal-person", person_id)
    on = request.POST.get("act") == "on"
    own = visitor.person_id == person_id and not on  # their pages are no longer this reader's
    to, args = ("portal-requests", ()) if own else ("portal-person", (person_id,))
    return _done(request, lambda: admin.name_admin(visitor, person_id, on=on), _("Saved"), to, *args)


@require_safe
@signed_in(admin=True)
def rights(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Licences and trials: what they cover and until when."""
    own = admin.organisation(visitor).pk
    context = {
        "licences": holdings(licences_of(organisation_id=own)),
        "trials": holdings(trials_of(organisation_id=own)),
    }
    return _page(request, visitor, "holdings", context)


@require_safe
@signed_in(admin=True)
def devices(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The organisation's devices with what support says of their environment."""
    return _page(request, visitor, "devices", {"devices": device_rows(admin.device_views(visitor))})


@require_POST
@signed_in(admin=True)
def cut_off(request: HttpRequest, visitor: Visitor, device: str) -> HttpResponseBase:
    """One click ends a device."""
    act = lambda: admin.cut_off(visitor, device)  # noqa: E731
    return _done(request, act, _("The device is cut off."), "portal-organisation-devices")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(admin=True)
def invitations(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Whom the organisation invited; the form invites one more."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        try:
            admin.invite(visitor, address)
        except NotAllowedError:
            raise
        except OkibiError as error:
            form.add_error("address", why(error))
        else:
            messages.success(request, _("The invitation went to %(address)s.") % {"address": address})
            return redirect("portal-invitations")
    moment = now()
    rows = [{"row": row, "living": is_living(row, moment)} for row in admin.invitations(visitor)]
    return _page(request, visitor, "invitations", {"form": form, "rows": rows}, 422 if form.errors else 200)


@require_POST
@signed_in(admin=True)
def revoke_invitation(request: HttpRequest, visitor: Visitor, invitation_id: int) -> HttpResponseBase:
    """Take an invitation back."""
    act = lambda: admin.revoke_invitation(visitor, invitation_id)  # noqa: E731
    return _done(request, act, _("The invitation is revoked."), "portal-invitations")
