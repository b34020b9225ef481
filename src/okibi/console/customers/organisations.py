"""The page of one organisation, and creating and changing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okibi.console.access import actor_of
from okibi.console.customers.forms import AddressForm, OrganisationForm
from okibi.console.customers.gate import CARD_EDITORS, may, page, tried
from okibi.console.customers.present import history, holding_rows, ticket_rows
from okibi.customers import selectors, services
from okibi.environments.invitations import is_living
from okibi.environments.organisation_devices import devices_of_organisation
from okibi.environments.selectors import invitations_of
from okibi.flows.device_views import views
from okibi.kernel.clock import now
from okibi.tickets.selectors import of_organisation


@page
@require_GET
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """People, licences, trials, requests and history of one organisation."""
    row = selectors.organisation(organisation_id)
    context = {
        "organisation": row,
        "people": selectors.people_of_organisation(row.pk),
        "licences": holding_rows(selectors.licences_of(organisation_id=row.pk)),
        "trials": holding_rows(selectors.trials_of(organisation_id=row.pk)),
        "tickets": ticket_rows(of_organisation(row.pk)),
        "devices": views(devices_of_organisation(row.pk), with_person=True),
        "invitations": [each for each in invitations_of(row.pk) if is_living(each, now())],
        "invite_form": AddressForm(),
        "history": history("organisation", row.pk),
        **may(request),
    }
    return render(request, "console/customers/organisation.html", context)


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    form = OrganisationForm(request.POST or None)
    made = tried(form, lambda data: services.create_organisation(**data, actor=actor_of(request)))
    if made is not None:
        messages.success(request, _("The organisation is created"))
        return redirect("console-customers-organisation", made.pk)
    return render(request, "console/customers/form.html", {"form": form, "heading": _("New organisation")})


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Change an organisation."""
    row = selectors.organisation(organisation_id)
    form = OrganisationForm(request.POST or None, initial={"name": row.name, "inn": row.inn, "note": row.note})
    done = tried(form, lambda data: services.change_organisation(row.pk, **data, actor=actor_of(request)))
    if done is not None:
        messages.success(request, _("Saved"))
        return redirect("console-customers-organisation", row.pk)
    return render(request, "console/customers/form.html", {"form": form, "heading": row.name})
