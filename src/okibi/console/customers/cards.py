"""The user card: its page, creating and changing it, its addresses with their flags, its numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of
from okibi.console.customers.forms import AddressForm, NewPersonForm, NumberForm, PersonForm, label_of
from okibi.console.customers.gate import CARD_EDITORS, may, page, tried
from okibi.console.customers.present import history, holding_rows, ticket_rows
from okibi.console.messengers.whose import card_messengers, with_proofs
from okibi.customers import selectors, services
from okibi.environments.selectors import of_people
from okibi.flows import sms_wishes
from okibi.flows.device_views import views
from okibi.flows.recognition import create_card, put_address
from okibi.flows.user_cards import change_card
from okibi.journal.services import Actor
from okibi.tickets.selectors import of_person

if TYPE_CHECKING:
    from okibi.customers.models import Person

Act = Callable[[int, Actor], object]
ADDRESS_ACTS: dict[str, Act] = {
    "mailing-on": lambda pk, actor: services.set_mobile_mailing(pk, on=True, actor=actor),
    "mailing-off": lambda pk, actor: services.set_mobile_mailing(pk, on=False, actor=actor),
    "attached-on": lambda pk, actor: services.set_mobile_attached(pk, on=True, actor=actor),
    "attached-off": lambda pk, actor: services.set_mobile_attached(pk, on=False, actor=actor),
    "verify": lambda pk, actor: services.verify_email(pk, actor=actor),
    "clear-bounce": lambda pk, actor: services.clear_bounce(pk, actor=actor),
    "remove": lambda pk, actor: services.remove_email(pk, actor=actor),
}
NUMBER_ACTS: dict[str, Act] = {
    "verify": lambda pk, actor: services.verify_phone(pk, actor=actor),
    "remove": lambda pk, actor: services.remove_phone(pk, actor=actor),
    "sms-on": lambda pk, actor: sms_wishes.wish(pk, on=True, source="console", actor=actor),
    "sms-off": lambda pk, actor: sms_wishes.wish(pk, on=False, source="console", actor=actor),
}


@page
@require_GET
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One user card. A merged one leads to the card that was kept."""
    row = selectors.card(person_id)
    if row.merged_into is not None:
        messages.info(request, _("The card of %(name)s was merged into this one") % {"name": row.name})
        return redirect("console-customers-person", selectors.kept(row).pk)
    return _shown(request, row)


def _shown(request: HttpRequest, row: Person, **forms: Any) -> HttpResponse:
    own, organisation = row.pk, row.organisation_id
    context = {
        "person": with_wishes(with_proofs(row)),
        **card_messengers(own),
        "address_form": AddressForm(),
        "number_form": NumberForm(),
        "licences": holding_rows(selectors.licences_of(organisation_id=organisation, person_id=own)),
        "trials": holding_rows(selectors.trials_of(organisation_id=organisation, person_id=own)),
        "tickets": ticket_rows(of_person(own)),
        "alike": selectors.candidate_pairs(limit=5, person_id=own),
        "devices": views(of_people(selectors.card_ids(own))),
        "history": history("person", own),
        **may(request),
        **forms,
    }
    status = 422 if forms else 200
    return render(request, "console/customers/person.html", context, status=status)


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new user card; ``?organisation=`` says whose."""
    initial = {"organisation": _label(request.GET.get("organisation", ""))}
    form = NewPersonForm(request.POST or None, initial=initial)
    made = tried(
        form,
        lambda data: create_card(
            name=data["name"],
            organisation_id=data["organisation"],
            position=data["position"],
            language=data["language"],
            note=data["note"],
            emails=data["address"],
            phones=data["phone"],
            actor=actor_of(request),
        ),
    )
    if made is not None:
        messages.success(request, _("The card is created"))
        return redirect("console-customers-person", made.pk)
    return render(request, "console/customers/form.html", {"form": form, "heading": _("New user card")})


def _label(organisation_id: str) -> str:
    return label_of(selectors.organisation(int(organisation_id))) if organisation_id.isdecimal() else ""


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a card's fields; who joins an organisation may be covered by that."""
    row = selectors.card(person_id)
    initial = {
        "name": row.name,
        "organisation": label_of(row.organisation) if row.organisation else "",
        "position": row.position,
        "language": row.language,
        "note": row.note,
    }
    form = PersonForm(request.POST or None, initial=initial)
    done = tried(
        form,
        lambda data: change_card(
            row.pk,
            name=data["name"],
            organisation_id=data["organisation"],
            position=data["position"],
            language=data["language"],
            note=data["note"],
            actor=actor_of(request),
        ),
    )
    if done is not None:
        messages.success(request, _("Saved"))
        return redirect("console-customers-person", row.pk)
    return render(request, "console/customers/form.html", {"form": form, "heading": row.name})


@page(roles=CARD_EDITORS)
@require_POST
def add_address(request: HttpRequest, person_id: int) -> HttpResponse:
    """One more address."""
    row = selectors.card(person_id)
    form = AddressForm(request.POST)
    if tried(form, lambda data: put_address(row.pk, data["address"], actor_of(request))) is None:
        return _shown(request, row, address_form=form)
    return redirect("console-customers-person", row.pk)


@page(roles=CARD_EDITORS)
@require_POST
def add_number(request: HttpRequest, person_id: int) -> HttpResponse:
    """One more telephone number."""
    row = selectors.card(person_id)
    form = NumberForm(request.POST)
    if tried(form, lambda data: services.add_phone(row.pk, data["phone"], actor=actor_of(request))) is None:
        return _shown(request, row, number_form=form)
    return redirect("console-customers-person", row.pk)


@page(roles=CARD_EDITORS)
@require_POST
def act_on_address(request: HttpRequest, person_id: int, email_id: int) -> HttpResponse:
    """Set the mailing flag, verify, clear a bounce, or remove: ``act`` says which. Answers with the addresses' list."""
    row = selectors.card(person_id)
    act = ADDRESS_ACTS.get(_act(request))
    if act is None or all(email.pk != email_id for email in row.emails.all()):
        raise Http404
    act(email_id, actor_of(request))
    if not request.headers.get("HX-Request"):
        return redirect("console-customers-person", row.pk)
    context = {"person": with_proofs(selectors.card(row.pk)), **may(request)}
    return render(request, "console/customers/addresses.html", context)


@page(roles=CARD_EDITORS)
@require_POST
def act_on_number(request: HttpRequest, person_id: int, phone_id: int) -> HttpResponse:
    """Verify or remove a number, SMS on or off: ``act`` says which. Answers with the numbers' list."""
    row = selectors.card(person_id)
    act = NUMBER_ACTS.get(_act(request))
    if act is None or all(phone.pk != phone_id for phone in row.phones.all()):
        raise Http404
    with suppress(sms_wishes.StoppedError):  # the list says so
        act(phone_id, actor_of(request))
    if not request.headers.get("HX-Request"):
        return redirect("console-customers-person", row.pk)
    context = {"person": with_wishes(with_proofs(selectors.card(row.pk))), **may(request)}
    return render(request, "console/customers/numbers.html", context)


def with_wishes(person: Person) -> Person:
    """A loaded card, each number with what its owner said about SMS (None where nobody is told by SMS)."""
    wishes = sms_wishes.of_card(person)
    for phone in person.phones.all():
        phone.sms = wishes.get(phone.pk)  # type: ignore[attr-defined]
    return person


def _act(request: HttpRequest) -> str:
    """The act asked for; the mailing flag and SMS are checkboxes, so absence switches off."""
    act = request.POST.get("act", "")
    if act in {"mailing", "sms"}:
        return f"{act}-on" if request.POST.get("on") else f"{act}-off"
    return act
