"""Whose messenger is it: the ticket's own panel, the page that looks for a person, and the acts of the user card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import CARD_EDITORS, page
from okibi.console.given import posted, whole_number
from okibi.customers.selectors import identity_by_id, messengers_of, suggest_people
from okibi.flows import messenger_people
from okibi.journal.selectors import of_subject
from okibi.kernel.sentence import Sentence

if TYPE_CHECKING:
    from okibi.customers.messenger_models import MessengerIdentity
    from okibi.customers.models import Person
    from okibi.tickets.models import Ticket

NETWORKS = {
    "whatsapp": Sentence("WhatsApp", "WhatsApp"),
    "telegram": Sentence("Telegram", "Telegram"),
    "max": Sentence("MAX", "MAX"),
    "other": Sentence("Мессенджер", "Messenger"),
}
FOUND = 8
SHORTEST = 2  # letters of a search
PROOFS = {
    "messenger.verified": "who",
    "messenger.tied": "who",
    "address.verified": "address",
    "phone.verified": "number",
}


def ways(row: MessengerIdentity) -> dict[str, Any]:
    """One account as lists show it."""
    return {
        "id": row.pk,
        "network": NETWORKS.get(row.network, NETWORKS["other"]),
        "number": row.e164,
        "user_id": row.user_id,
        "name": row.name,
        "verified_at": row.verified_at,
        "seen_at": row.first_seen_at,
    }


def panel(ticket: Ticket) -> dict[str, Any] | None:
    """What the aside says of the account that wrote: nothing where its tie is verified or no messenger carried it."""
    row = messenger_people.identity_of(ticket)
    if row is None or row.verified_at is not None:
        return None
    return {
        "account": ways(row),
        "person": row.person,
        "people": people_views(messenger_people.suggested(row)),
        "act_url": reverse("console-messengers-tie", args=[row.pk]),
        "find_url": reverse("console-messengers-whose", args=[row.pk]),
        "back": reverse("console-ticket", args=[ticket.number]),
    }


def people_views(people: list[Person]) -> list[dict[str, Any]]:
    """People to choose from."""
    return [
        {"id": each.pk, "name": each.name, "organisation": each.organisation.name if each.organisation else ""}
        for each in people
    ]


@page(roles=CARD_EDITORS)
@require_http_methods(["GET"])
def whose(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Look for the person: ``?q=``; ``?next=`` is where one came from."""
    row = _found(identity_id)
    query = request.GET.get("q", "").strip()[:100]
    people = list(suggest_people(query, FOUND)) if len(query) >= SHORTEST else messenger_people.suggested(row)
    context = {
        "account": ways(row),
        "person": row.person,
        "query_text": query,
        "people": people_views(people),
        "next": _back(request, request.GET.get("next", "")),
        "act_url": reverse("console-messengers-tie", args=[row.pk]),
    }
    partly = request.headers.get("HX-Target", "") == "whose-found"
    return render(request, f"console/messengers/{'whose_found' if partly else 'whose'}.html", context)


@page(roles=CARD_EDITORS)
@require_POST
def tied(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Tie it: ``person``, and ``sure`` where the specialist made sure."""
    row = _found(identity_id)
    person = whole_number(posted(request, "person"))
    sure = posted(request, "sure") == "1"
    made = messenger_people.say_whose(row.pk, person or 0, staff_of(request), verified=sure)
    if made.person is not None:
        text = _("Tied and verified: %(name)s.") if sure else _("Tied, not verified: %(name)s.")
        messages.success(request, text % {"name": made.person.name})
    return redirect(_back(request, posted(request, "next")))


@page(roles=CARD_EDITORS)
@require_POST
def on_card(request: HttpRequest, person_id: int, identity_id: int) -> HttpResponse:
    """Verify or untie an account of a card: ``act`` says which."""
    row = _found(identity_id)
    if row.person_id != person_id:
        raise Http404
    match posted(request, "act"):
        case "verify":
            messenger_people.make_sure(row.pk, actor_of(request))
        case "untie":
            messenger_people.not_theirs(row.pk, staff_of(request))
        case _:
            raise Http404
    return redirect("console-customers-person", person_id)


def _found(identity_id: int) -> MessengerIdentity:
    row = identity_by_id(identity_id)
    if row is None:
        raise Http404
    return row


def _back(request: HttpRequest, given: str) -> str:
    if given and url_has_allowed_host_and_scheme(given, {request.get_host()}):
        return given
    return reverse("console-home")


def card_messengers(person_id: int) -> dict[str, Any]:
    """Every account of a card, and other cards that have the number of a verified one."""
    rows = messengers_of(person_id)
    proofs = proofs_of(person_id) if rows else {}
    return {
        "messengers": [{**ways(row), "by": proofs.get(str(row), "")} for row in rows],
        "same_number": messenger_people.other_cards(rows) if rows else [],
    }


def proofs_of(person_id: int) -> dict[str, str]:
    """Who made sure of an address, a number or an account of a card: what it is → a name, "" for the system."""
    found: dict[str, str] = {}
    for entry in of_subject("person", person_id):
        key = PROOFS.get(entry.code)
        if key and (entry.code != "messenger.tied" or entry.data.get("verified")):
            found[str(entry.data.get(key, ""))] = entry.actor_name
    return found


def with_proofs(person: Person) -> Person:
    """The card with who verified each address and number: what its lists show."""
    rows: list[Any] = [*person.emails.all(), *person.phones.all()]
    proofs = proofs_of(person.pk) if any(row.verified_at for row in rows) else {}
    for row in rows:
        row.verified_by = proofs.get(str(row), "")
    return person
