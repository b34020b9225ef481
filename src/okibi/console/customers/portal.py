"""What the desk does for customers of the portal: administrators, devices, invitations, erasure."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.forms import AddressForm
from okibi.console.customers.gate import CARD_EDITORS, RIGHT_EDITORS, page, said
from okibi.customers import selectors, services
from okibi.environments import services as devices
from okibi.environments.errors import UnknownInvitationError
from okibi.environments.invitations import revoke
from okibi.environments.organisation_devices import device_of_organisation, device_of_people
from okibi.flows.erasure import erase as erase_card
from okibi.flows.organisation_admin import send_invitation
from okibi.kernel.errors import InputError


@page(roles=CARD_EDITORS)
@require_POST
def administrator(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a person an administrator of their organisation, or no longer one: ``on`` says which."""
    row = selectors.card(person_id)
    try:
        services.set_organisation_admin(row.pk, on=bool(request.POST.get("on")), actor=actor_of(request))
    except InputError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, _("Saved"))
    return redirect("console-customers-person", row.pk)


@page(roles=CARD_EDITORS)
@require_POST
def cut_off(request: HttpRequest, person_id: int, device: str) -> HttpResponse:
    """End a device of this person."""
    found = device_of_people(selectors.card_ids(person_id), device)
    devices.revoke(found.public_id, actor_of(request))
    messages.success(request, _("The device is cut off"))
    return redirect("console-customers-person", person_id)


@page(roles=CARD_EDITORS)
@require_POST
def cut_off_of_organisation(request: HttpRequest, organisation_id: int, device: str) -> HttpResponse:
    """End a device that the organisation's people use, or that its licence let in."""
    found = device_of_organisation(organisation_id, device)
    devices.revoke(found.public_id, actor_of(request))
    messages.success(request, _("The device is cut off"))
    return redirect("console-customers-organisation", organisation_id)


@page(roles=CARD_EDITORS)
@require_POST
def invite(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Send somebody of the organisation a letter with an invitation to the portal."""
    row = selectors.organisation(organisation_id)
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("console-customers-organisation", row.pk)
    try:
        sent = send_invitation(row, form.cleaned_data["address"], actor_of(request), (get_language() or "ru")[:2])
    except InputError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, _("The invitation went to %(address)s.") % {"address": sent.email})
    return redirect("console-customers-organisation", row.pk)


@page(roles=CARD_EDITORS)
@require_POST
def revoke_invitation(request: HttpRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    try:
        revoke(organisation_id, invitation_id, actor_of(request))
    except UnknownInvitationError as error:
        raise Http404(said(error.sentence)) from error
    messages.success(request, _("The invitation is revoked."))
    return redirect("console-customers-organisation", organisation_id)


@page(roles=RIGHT_EDITORS)
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Anonymise a card whose person asked for it: the page says what goes, the form wants the name typed."""
    row = selectors.card(person_id)
    problem = ""
    if request.method == "POST":
        if " ".join(request.POST.get("name", "").split()) == row.name:
            done = erase_card(row.pk, actor_of(request))
            words = _("The card is anonymised; requests without a name: %(count)d")
            messages.success(request, words % {"count": done.requests})
            return redirect("console-customers-person", row.pk)
        problem = _("This is not the name on the card.")
    context = {"person": row, "problem": problem}
    return render(request, "console/customers/erase.html", context, status=422 if problem else 200)
