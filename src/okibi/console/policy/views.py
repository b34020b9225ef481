"""The scheme in force, any version of it with what it changed, and loading a new text."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from okibi.accounts.roles import Role
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said
from okibi.console.policy import present
from okibi.console.policy.forms import SchemeForm
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.policy.scheme import PolicyError, Problem, check
from okibi.schemes import selectors
from okibi.schemes.services import Stored, by_id, in_force, load_text

EDITORS = (Role.ADMIN,)


@page
@require_GET
def in_force_now(request: HttpRequest) -> HttpResponse:
    """The scheme that applies to what comes now, and the history."""
    return _version(request, in_force(now()), whole=True)


@page
@require_GET
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: what it changed, and what it says."""
    return _version(request, by_id(version_id), whole=False)


@page
@require_GET
def text(request: HttpRequest, version_id: int) -> HttpResponse:  # noqa: ARG001
    """The text of a version as it was loaded."""
    stored = by_id(version_id)
    headers = {"Content-Disposition": f'attachment; filename="policy-{stored.digest[:8]}.toml"'}
    return HttpResponse(stored.scheme.text, content_type="application/toml; charset=utf-8", headers=headers)


@page(roles=EDITORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new text: checked line by line, compared with the one in force, then loaded."""
    current = in_force(now())
    form = SchemeForm(request.POST or None, request.FILES or None, initial={"text": current.scheme.text})
    context: dict[str, Any] = {"form": form, "current": current}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        checked = {"text": data["text"], "valid_from": data["valid_from"]}
        context["form"] = SchemeForm(initial=checked)  # a file's text now stands in the field, to be mended there
        problems = check(data["text"])
        context |= {"problems": [_problem(problem) for problem in problems], "checked": True}
        if not problems:
            context["changes"] = selectors.changes(current.scheme.text, data["text"])
            if request.POST.get("act") == "load" and _load(request, checked, context):
                return redirect("console-policy")
    return render(request, "console/policy/new.html", context)


def _load(request: HttpRequest, checked: dict[str, Any], context: dict[str, Any]) -> bool:
    try:
        row = load_text(checked["text"], checked["valid_from"], actor_of(request))
    except PolicyError as error:  # changed between the check and the load by nobody, but the text decides
        context["problems"] = [_problem(problem) for problem in error.problems]
        return False
    except ConflictError as error:
        context["refused"] = error.sentence
        return False
    moment = timezone.localtime(row.valid_from).strftime("%d.%m.%Y %H:%M")
    messages.success(request, _("The scheme is loaded and applies from %(moment)s.") % {"moment": moment})
    return True


def _problem(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "where": problem.where, "why": said(problem.sentence)}


def _version(request: HttpRequest, stored: Stored, *, whole: bool) -> HttpResponse:
    versions = selectors.history(now())
    index = next((at for at, row in enumerate(versions) if row.id == stored.version_id), None)
    if index is None:
        raise Http404
    before = versions[index + 1] if index + 1 < len(versions) else None
    context = {
        "version": versions[index],
        "chip": present.version_chip(versions[index]),
        "stored": stored,
        "before": before,
        "changes": selectors.changes(selectors.text_of(before.id) or "", stored.scheme.text) if before else [],
        "history": [{"version": row, "chip": present.version_chip(row)} for row in versions],
        "whole": whole,
        "may_load": staff_of(request).has_role(*EDITORS),
        **present.sections(stored.scheme),
    }
    return render(request, "console/policy/version.html", context)
