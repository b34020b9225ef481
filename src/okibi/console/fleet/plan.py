"""Planning the update of a fleet: a release is chosen, every host shows whether it can and why not, and it starts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okibi.console.access import actor_of
from okibi.console.customers.gate import page, said
from okibi.console.fleet.present import FLEET_MAKERS, names_of_products, title_of
from okibi.console.given import posted, whole_number
from okibi.flows import update_plan
from okibi.flows.update_plan import Wanted
from okibi.kernel.errors import OkibiError
from okibi.releases import selectors as releases
from okibi.updates.kinds import FORCE_TITLES, Force

if TYPE_CHECKING:
    from okibi.flows.update_plan import Line

DEFAULTS = {"force": Force.SOFT.value, "forced_at": "", "halt_least": "3", "halt_percent": "20", "asks_host": ""}


@page(roles=FLEET_MAKERS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Choose a release; its hosts and the reasons; start."""
    given = request.POST if request.method == "POST" else request.GET
    release_id = whole_number(str(given.get("release", "")))
    error = field = ""
    if request.method == "POST" and release_id is not None:
        try:
            batch = update_plan.start(release_id, _wanted(request), actor_of(request))
        except OkibiError as refused:
            error, field = said(refused.sentence), str(refused.data.get("field", ""))
        else:
            messages.success(request, _("The update has begun: each host takes it when it next asks."))
            return redirect("console-fleet-batch", batch.pk)
    return render(request, "console/fleet/plan.html", _context(request, release_id, error, field))


def _context(request: HttpRequest, release_id: int | None, error: str, field: str) -> dict[str, Any]:
    typed = {name: posted(request, name) for name in DEFAULTS} if request.method == "POST" else DEFAULTS
    chosen = {whole_number(each) for each in request.POST.getlist("host")} if request.method == "POST" else None
    names = names_of_products()
    choices = [{"release": each, "title": title_of(each, names)} for each in update_plan.publishable()]
    release = releases.by_id(release_id) if release_id is not None else None
    lines = update_plan.plan(release_id) if release_id is not None else []
    return {
        "choices": choices,
        "release": release,
        "title": title_of(release, names) if release else "",
        "can": [_row(line, chosen) for line in lines if line.why is None],
        "can_not": [_row(line, chosen) for line in lines if line.why is not None],
        "forces": [
            {"code": each.value, "label": said(FORCE_TITLES[each]), "on": typed["force"] == each.value}
            for each in Force
        ],
        "typed": typed,
        "error": error,
        "field": field,
    }


def _row(line: Line, chosen: set[int | None] | None) -> dict[str, Any]:
    host = line.host
    return {
        "host": host,
        "whose": host.agreement.organisation or host.agreement.person,
        "running": line.running,
        "why": line.why,
        "on": chosen is None or host.pk in chosen,
    }


def _wanted(request: HttpRequest) -> Wanted:
    force = posted(request, "force")
    ids = [whole_number(each) for each in request.POST.getlist("host")]
    kind = Force(force) if force in {each.value for each in Force} else Force.SOFT
    return Wanted(
        host_ids=[each for each in ids if each is not None],
        force=kind,
        forced_at=_moment(posted(request, "forced_at")) if kind is Force.TIMEFORCED else None,
        asks_host=posted(request, "asks_host") == "1",
        halt_least=_number(request, "halt_least"),
        halt_percent=_number(request, "halt_percent"),
    )


def _number(request: HttpRequest, name: str) -> int:
    """-1, which the flow refuses, for what is no number."""
    found = whole_number(posted(request, name))
    return -1 if found is None else found


def _moment(text: str) -> datetime | None:
    """A moment of ``datetime-local``, on the reader's clock."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None:
        return None
    return found.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC) if found.tzinfo is None else found
