"""Updates of fleets: the list, the course of one with what failed first, one host's run with all its reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import CARD_EDITORS, page, said
from okibi.console.fleet.present import (
    FLEET_MAKERS,
    batch_chip,
    doable,
    names_of_products,
    row_of,
    run_chip,
    said_of,
    state_chips,
    title_of,
)
from okibi.console.given import posted, whole_number
from okibi.flows import host_access, update_runs
from okibi.flows.host_run_words import detail_of
from okibi.journal.selectors import of_subject, sentence_of
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.policy.update_states import ENDED, RunState, halt_reason
from okibi.updates import courses, runs
from okibi.updates.kinds import Way

if TYPE_CHECKING:
    from okibi.journal.services import Actor

HISTORY = 40  # acts shown
MOST_PAGES = 1000


@page
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """All updates of fleets, the newest first."""
    names = names_of_products()
    rows = [
        {"batch": batch, "title": title_of(batch.release, names), "course": course, "chip": batch_chip(batch, course)}
        for batch, course in courses.batches()
    ]
    return render(request, "console/fleet/list.html", {"rows": rows, "may_start": _may(request)})


@page
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One update of a fleet."""
    context = _course(request, batch_id)
    history = of_subject("update", batch_id)
    context |= {
        "title": title_of(context["batch"].release),
        "history": [{"at": each.at, "text": sentence_of(each)} for each in reversed(history[-HISTORY:])],
    }
    return render(request, "console/fleet/batch.html", context)


@page
@require_GET
def live(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The moving part of its page: bar, counts and hosts."""
    return render(request, "console/fleet/course.html", _course(request, batch_id))


@page
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One host's run: what its updater reported, step by step."""
    found, moment = runs.by_id(run_id), now()
    line = courses.line_of(found, moment)
    remote = found.host.way in {Way.SSH.value, Way.WINRM.value}
    context = {
        "run": found,
        "title": title_of(found.release),
        "chip": run_chip(found),
        "silent": line.silent,
        "opens_at": line.opens_at,
        "steps": [
            {
                "step": each,
                "said": said_of(each),
                "details": [detail_of(text) if remote else text for text in each.details],
            }
            for each in courses.steps_of(found)
        ],
        "tries": courses.runs_of_host(found),
        "may_act": _may(request),
        "may_try": staff_of(request).has_role(*CARD_EDITORS) and found.host.way != Way.POLL.value,
        "remote": remote,
        "bar": RunState(found.state) not in ENDED or found.state == RunState.SUCCEEDED.value,
        **doable(found),
    }
    return render(request, "console/fleet/run.html", context)


def _course(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    found, moment, state = runs.batch_by_id(batch_id), now(), request.GET.get("state", "")
    query, at = request.GET.get("q", "").strip()[:200], min(whole_number(request.GET.get("page", "")) or 0, MOST_PAGES)
    only = RunState(state) if state in {each.value for each in RunState} else None
    counted = courses.course(batch_id)
    lines = courses.lines(batch_id, moment, only=only, query=query, page=at)
    return {
        "batch": found,
        "course": counted,
        "why_halted": said(halt_reason(found.release.reason)),
        "chip": batch_chip(found, counted),
        "silent": courses.silent_count(batch_id, moment) if counted.live else 0,
        "states": state_chips(counted, state if only else ""),
        "rows": [row_of(line) for line in lines[: courses.PAGE]],
        "state": state if only else "",
        "query_text": query,
        "next": at + 1 if len(lines) > courses.PAGE else None,
        "page_number": at,
        "may_act": _may(request),
    }


def _may(request: HttpRequest) -> bool:
    return staff_of(request).has_role(*FLEET_MAKERS)


# ---------------------------------------------------------------- acts


def _stop_all(batch_id: int, request: HttpRequest, actor: Actor) -> str:
    stopped = update_runs.stop_batch(batch_id, posted(request, "reason"), actor)
    return _("Stopped: %(n)s. What is being installed goes on to its end.") % {"n": stopped}


def _all_again(batch_id: int, request: HttpRequest, actor: Actor) -> str:
    del request
    done, refused = update_runs.all_again(batch_id, actor)
    return _("On their way again: %(done)s; can't be: %(refused)s.") % {"done": done, "refused": refused}


BATCH_ACTS: dict[str, Callable[[int, HttpRequest, Actor], str]] = {"stop": _stop_all, "again": _all_again}


@page(roles=FLEET_MAKERS)
@require_POST
def batch_act(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Stop everything that has not begun, or try all that failed once more."""
    name = posted(request, "act")
    if name in BATCH_ACTS:
        try:
            messages.success(request, BATCH_ACTS[name](batch_id, request, actor_of(request)))
        except OkibiError as error:
            messages.error(request, said(error.sentence))
    return redirect("console-fleet-batch", batch_id)


@page(roles=FLEET_MAKERS)
@require_POST
def run_act(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop one host, or try it once more; a refusal is said on the page."""
    name, found = posted(request, "act"), runs.by_id(run_id)
    try:
        if name == "stop":
            state = update_runs.stop(run_id, posted(request, "reason"), actor_of(request)).state
            told = state == RunState.CANCELLED.value
            messages.success(request, _("Stopped.") if told else _("The updater is told to stop."))
        elif name == "again":
            update_runs.again(run_id, actor_of(request))
            messages.success(request, _("On its way again."))
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    return redirect("console-fleet-batch", found.batch_id)


@page(roles=CARD_EDITORS)
@require_POST
def try_way(request: HttpRequest, host_id: int) -> HttpResponse:
    """Try the way to a host that granted a port, and say what is closed."""
    try:
        tried = host_access.try_way(host_id, actor_of(request))
    except OkibiError as error:
        messages.error(request, said(error.sentence))
    else:
        (messages.success if tried.ok else messages.warning)(request, said(tried.sentence))
    if posted(request, "host"):
        return redirect("console-host", host_id)
    run_id = whole_number(posted(request, "run"))
    if run_id is not None:
        return redirect("console-fleet-run", run_id)
    agreement = whole_number(posted(request, "agreement"))
    return redirect("console-fleet") if agreement is None else redirect("console-agreement", agreement)
