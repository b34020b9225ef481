"""How the product itself is: what runs, what waits, what is kept; each trouble in words with what to do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.accounts.roles import Role
from okibi.channels import ways
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page
from okibi.console.desk.present import channel_title
from okibi.console.system import parts, stores
from okibi.console.system.lines import Section, State, troubles, worst
from okibi.flows import journal_check, sending_again

SENDERS = (Role.SPECIALIST, Role.LEADING, Role.ADMIN)
CHECKERS = (Role.LEADING, Role.ADMIN)


@page
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """One page that says in its first line whether all is well."""
    sections = [
        Section(_("Parts"), list(parts.parts())),
        Section(_("Kept"), list(stores.kept()), has_journal=True),
        Section(_("Versions"), list(stores.versions())),
        Section(_("Queues"), list(stores.queues())),
        Section(_("Comes in"), list(parts.ways_of_mail_in())),
        Section(_("Goes out"), list(parts.ways_of_mail_out())),
    ]
    settings = Section(_("Settings"), list(parts.settings_of_channels()))
    everything = [*sections, settings]
    staff = staff_of(request)
    context = {
        "sections": sections,
        "troubles": troubles(everything),
        "chip": _chip(worst(everything)),
        "unsent": [_unsent(row) for row in ways.outbox().newest],
        "may_send": staff.has_role(*SENDERS),
        "may_check": staff.has_role(*CHECKERS),
        "check": journal_check.latest(),
    }
    return render(request, "console/system/system.html", context)


@page(roles=SENDERS)
@require_POST
def send_again(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """Try a message once more that was given up or whose fate is unknown."""
    if sending_again.send_again(outbound_id, actor_of(request)):
        messages.success(request, _("The message is in the queue again."))
    else:
        messages.info(request, _("There was nothing left to decide: the message is on its way, or has been sent."))
    return redirect("console-system")


@page(roles=CHECKERS)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Have a job look whether the journal is whole."""
    journal_check.begin(actor_of(request))
    return redirect("console-system")


@page
@require_GET
def check_progress(request: HttpRequest) -> HttpResponse:
    """How far the job is."""
    return render(
        request,
        "console/system/check.html",
        {"check": journal_check.latest(), "may_check": staff_of(request).has_role(*CHECKERS)},
    )


def _chip(state: State) -> dict[str, Any]:
    words = {
        State.GOOD: _("All is well"),
        State.WARN: _("Works; something needs a look"),
        State.BAD: _("Something does not work"),
    }
    return {"kind": state.value, "text": words[state]}


def _unsent(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.created_at,
        "channel": channel_title(row.channel),
        "to": row.recipient,
        "subject": row.subject,
        "uncertain": row.state == row.State.UNCERTAIN,
        "why": row.error,
    }
