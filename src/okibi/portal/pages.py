"""What every page of the portal shares: its sections, those of an organisation, and who is signed in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okibi.flows.visitor import Visitor
from okibi.portal.gate import keep_apart


def sections(request: HttpRequest, visitor: Visitor | None) -> list[dict[str, Any]]:
    """The portal's navigation, the section that is shown marked."""
    if visitor is None:
        return []
    items = [(_("My requests"), reverse("portal-requests")), (_("New request"), reverse("portal-new"))]
    items.append((_("Your versions"), reverse("portal-versions")))
    if visitor.person_id is not None:
        items.append((pgettext("nav", "Updates"), reverse("portal-updates")))
    if visitor.is_admin:
        items.append((_("Organisation"), reverse("portal-organisation")))
    if visitor.person_id is not None:
        items.append((_("My card"), reverse("portal-card")))
    here = request.path
    best = max((url for _label, url in items if here.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": url == best} for label, url in items]


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages of an organisation."""
    items = [
        (_("Requests"), "portal-organisation"),
        (_("People"), "portal-people"),
        (_("Licences"), "portal-holdings"),
        (_("Devices"), "portal-organisation-devices"),
        (_("Invitations"), "portal-invitations"),
    ]
    best = max((reverse(name) for _label, name in items if request.path.startswith(reverse(name))), key=len, default="")
    return [{"label": label, "url": reverse(name), "current": reverse(name) == best} for label, name in items]


def page(
    request: HttpRequest,
    visitor: Visitor | None,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the portal."""
    shared = {"site_nav": sections(request, visitor), "visitor": visitor}
    response = render(request, f"portal/{template}.html", {**shared, **(context or {})}, status=status)
    keep_apart(response)
    return response
