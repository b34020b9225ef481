"""One host that runs no updater: the way there, the login that is kept, what is installed and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import CARD_EDITORS, page, said
from okibi.console.fleet.present import FLEET_MAKERS, names_of_products
from okibi.console.given import posted, whole_number
from okibi.flows import host_access
from okibi.flows.agreement_words import where_of
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.updates.kinds import WAY_TITLES, Way
from okibi.updates.recipe import INSTALL_TITLES, OF_WAY, Install, Recipe, RecipeError, recipe_of
from okibi.updates.remote.words import KEY_CHANGED

if TYPE_CHECKING:
    from okibi.updates.models import Host

LINES = ("folder", "version", "arguments", "command", "stop", "start", "health", "restore")
NUMBERS = ("limit", "health_limit")


@page
@require_GET
def host(request: HttpRequest, host_id: int) -> HttpResponse:
    """All that was said and tried about one host."""
    found = host_access.host_of(host_id)
    return render(request, "console/updates/host.html", _context(request, found))


@page(roles=FLEET_MAKERS)
@require_POST
def act(request: HttpRequest, host_id: int) -> HttpResponse:
    """A login, a key that was compared, what is installed; what was typed wrong stays, but for the secret."""
    found = host_access.host_of(host_id)
    name = posted(request, "act")
    try:
        if name in ACTS:
            messages.success(request, ACTS[name](request, found))
    except RecipeError as error:
        context = _context(request, found) | {"error": said(error.sentence), "field": error.field}
        return render(request, "console/updates/host.html", context, status=422)
    except OkibiError as error:
        context = _context(request, found) | {"error": said(error.sentence), "field": error.data.get("field", "")}
        return render(request, "console/updates/host.html", context, status=422)
    return redirect("console-host", host_id)


def _keep_login(request: HttpRequest, found: Host) -> str:
    given = (posted(request, "login"), posted(request, "password"), posted(request, "key"))
    host_access.keep_login(found.pk, *given, actor_of(request))
    return _("The login is kept. Try the way there now.")


def _forget_login(request: HttpRequest, found: Host) -> str:
    host_access.forget_login(found.pk, actor_of(request))
    return _("The login is deleted.")


def _confirm_key(request: HttpRequest, found: Host) -> str:
    host_access.confirm_key(found.pk, posted(request, "shown"), actor_of(request))
    return _("The key is confirmed: from now on no other one is spoken to.")


def _keep_recipe(request: HttpRequest, found: Host) -> str:
    host_access.keep_recipe(found.pk, _typed(request), actor_of(request))
    return _("Kept. Try the way there: the version is read too.")


ACTS: dict[str, Callable[[HttpRequest, Host], str]] = {
    "login": _keep_login,
    "forget": _forget_login,
    "confirm": _confirm_key,
    "recipe": _keep_recipe,
}


def _typed(request: HttpRequest) -> Recipe:
    install = posted(request, "install")
    typed: dict[str, Any] = {name: posted(request, name).strip() for name in LINES}
    typed |= {name: whole_number(posted(request, name)) or 0 for name in NUMBERS}
    return Recipe(
        product=posted(request, "product"),
        install=Install(install) if install in {each.value for each in Install} else Install.ARCHIVE,
        keep=tuple(line.strip() for line in posted(request, "keep").splitlines() if line.strip()),
        strip="strip" in request.POST,
        sudo="sudo" in request.POST,
        **typed,
    )


def _runs(found: Host, names: Mapping[str, str]) -> str:
    """«ОКИБИ 4.2.0», as the host itself said; "" before that."""
    device = found.device
    return f"{names.get(device.product, device.product)} {device.version}".strip() if device else ""


def _context(request: HttpRequest, found: Host) -> dict[str, Any]:
    agreement, way = found.agreement, Way(found.way)
    staff, act = staff_of(request), posted(request, "act")
    alive = agreement.is_in_force(now())
    recipe = _typed(request) if act == "recipe" else recipe_of(found.recipe)
    names = names_of_products()
    test = found.last_test or {}
    return {
        "host": found,
        "agreement": agreement,
        "whose": agreement.organisation or agreement.person,
        "way": said(WAY_TITLES[way]),
        "where": where_of(found),
        "windows": way is Way.WINRM,
        "alive": alive,
        "may_act": alive and staff.has_role(*FLEET_MAKERS),
        "may_try": alive and staff.has_role(*CARD_EDITORS),
        "test": test,
        "lines": test.get("lines", []),
        "changed": test.get("code") == KEY_CHANGED.code or bool(found.fingerprint and found.shown),
        "products": [{"code": each, "name": names.get(each, each)} for each in agreement.products],
        "installs": [{"code": each.value, "name": said(INSTALL_TITLES[each])} for each in OF_WAY[way]],
        "recipe": recipe,
        "keep": "\n".join(recipe.keep) if recipe else "",
        "login": posted(request, "login") if act == "login" else found.login,
        "version": _runs(found, names),
    }
