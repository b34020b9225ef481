"""Staff: the list, adding, changing roles, closing and opening access, links, sessions. Administrators only."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts import links, selectors, services, sessions
from okibi.accounts.roles import Role
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.staff.forms import NewStaffForm, StaffForm
from okibi.journal.selectors import of_subject, sentence_of
from okibi.journal.services import Actor
from okibi.kernel.errors import NotAllowedError, OkibiError

ADMINS = (Role.ADMIN,)
SHOWN_ACTS = 30


@page(roles=ADMINS)
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody, with roles, second factor and access."""
    people = selectors.all_staff()
    with_totp = selectors.totp_holders(people)
    rows = [
        {
            "person": person,
            "roles": ", ".join(str(Role(role).label) for role in person.roles),
            "totp": person.pk in with_totp,
            "waits": person.is_active and not person.has_usable_password(),
        }
        for person in people
    ]
    weak = [person.name for person in people if person.is_admin and person.is_active and person.pk not in with_totp]
    return render(request, "console/staff/staff.html", {"rows": rows, "weak": weak})


@page(roles=ADMINS)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A newcomer; the one-time link is shown once, to be handed over."""
    form = NewStaffForm(request.POST or None)

    def add(data: dict[str, Any]) -> Any:
        return services.create_staff(data["email"], data["name"], data["roles"], actor_of(request), data["language"])

    person = tried(form, add) if form.is_bound else None
    if person is None:
        return render(request, "console/staff/new.html", {"form": form})
    return _link_page(request, person.pk)


@page(roles=ADMINS)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person: what they are, their access, sessions and history."""
    known = selectors.by_id(staff_id)
    initial = {"name": known.name, "email": known.email, "roles": known.roles}
    form = StaffForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> Any:
        return services.change_staff(
            staff_id, actor_of(request), email=data["email"], name=data["name"], roles=data["roles"]
        )

    if form.is_bound and tried(form, save):
        messages.success(request, _("Saved."))
        return redirect("console-staff-person", staff_id)
    context = {
        "form": form,
        "person": selectors.by_id(staff_id),
        "totp": selectors.has_totp(known),
        "myself": known.pk == staff_of(request).pk,
        "sessions": sessions.sessions_of(known, request.session.session_key),
        "history": [
            {"at": entry.at, "text": sentence_of(entry)} for entry in of_subject("staff", staff_id)[-SHOWN_ACTS:][::-1]
        ],
    }
    return render(request, "console/staff/person.html", context)


@page(roles=ADMINS)
@never_cache
@require_POST
def link(request: HttpRequest, staff_id: int) -> HttpResponse:
    """A one-time link to set a password, for a newcomer or for somebody who forgot it; shown once."""
    try:
        return _link_page(request, staff_id)
    except NotAllowedError:
        raise
    except OkibiError as error:
        messages.error(request, said(error.sentence))
        return redirect("console-staff-person", staff_id)


def _link_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    known = selectors.by_id(staff_id)
    address = links.invite(known, actor_of(request), request.build_absolute_uri("/"))
    return render(request, "console/staff/link.html", {"person": known, "link": address, "life": links.LIFE})


@page(roles=ADMINS)
@require_POST
def disable(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Close a person's access."""
    return _act(request, staff_id, services.disable, _("Access is closed, and all sessions have ended."))


@page(roles=ADMINS)
@require_POST
def enable(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Open a person's access again."""
    return _act(request, staff_id, services.enable, _("Access is open."))


@page(roles=ADMINS)
@require_POST
def reset_totp(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Turn a person's second factor off, for a lost telephone."""
    return _act(request, staff_id, services.reset_totp, _("The second factor is off, and all sessions have ended."))


@page(roles=ADMINS)
@require_POST
def end_session(request: HttpRequest, staff_id: int, session_id: int) -> HttpResponse:
    """End one session of a person."""
    sessions.end_session(selectors.by_id(staff_id), session_id, actor_of(request))
    messages.success(request, _("The session has ended."))
    return redirect("console-staff-person", staff_id)


@page(roles=ADMINS)
@require_POST
def end_sessions(request: HttpRequest, staff_id: int) -> HttpResponse:
    """End every session of a person, but the one that asks."""
    sessions.end_all(selectors.by_id(staff_id), actor_of(request), keep_key=request.session.session_key)
    messages.success(request, _("The sessions have ended."))
    return redirect("console-staff-person", staff_id)


def _act(request: HttpRequest, staff_id: int, act: Callable[[int, Actor], Any], done: str) -> HttpResponse:
    try:
        act(staff_id, actor_of(request))
    except NotAllowedError:
        raise
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, done)
    return redirect("console-staff-person", staff_id)
