"""A year at a glance, and one day of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts.roles import Role
from okibi.calendars import selectors, services
from okibi.calendars.words import KIND_WORDS
from okibi.console.access import actor_of, staff_of
from okibi.console.calendar import present
from okibi.console.calendar.forms import DayForm
from okibi.console.customers.gate import page, tried
from okibi.flows import calendar_changes
from okibi.journal.selectors import of_subject, sentence_of
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import CalendarKind, Scheme
from okibi.policy.wording import named_day
from okibi.schemes.services import in_force

EDITORS = (Role.LEADING, Role.ADMIN)


@page
@require_GET
def this_year(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The year we are in, by the desk's own clock."""
    return redirect("console-calendar-year", now().astimezone(_scheme().zone).year)


@page
@require_GET
def year(request: HttpRequest, number: int) -> HttpResponse:
    """Twelve months, the figures of the year, and the source of each day that is not what the week makes of it."""
    scheme = _scheme()
    covered = selectors.years_covered(scheme)
    if number not in covered:
        raise Http404
    days = selectors.year(number, scheme)
    return render(
        request,
        "console/calendar/year.html",
        {
            "number": number,
            "previous": number - 1 if number - 1 in covered else None,
            "next": number + 1 if number + 1 in covered else None,
            "months": present.months(days, now().astimezone(scheme.zone).date()),
            "weekdays": present.WEEKDAYS,
            "figures": present.summary(days),
            "legend": present.legend(),
            "rows": present.remarkable(days),
            "provisional": selectors.is_provisional(days),
            "russian": scheme.working_time.calendar is CalendarKind.RUSSIA,
            "zone": scheme.zone.key,
            "may_edit": staff_of(request).has_role(*EDITORS),
            "recount": present.recount_view(),
        },
    )


@page
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, when: date) -> HttpResponse:
    """What a date is, what the law makes of it, who corrected it, and a form to correct it."""
    scheme = _scheme()
    if when.year not in selectors.years_covered(scheme):
        raise Http404
    may_edit = staff_of(request).has_role(*EDITORS)
    known = selectors.day(when, scheme)
    form = DayForm(request.POST if may_edit and request.method == "POST" else None, initial=_initial(known))
    if tried(form, lambda data: _save(request, when, data)):
        messages.success(request, _("The day is corrected."))
        return redirect("console-calendar-year", when.year)
    return render(
        request,
        "console/calendar/day.html",
        {
            "day": known,
            "title": named_day(when, 0),
            "year_url": reverse("console-calendar-year", args=[when.year]),
            "facts": _facts(known),
            "form": form,
            "may_edit": may_edit,
            "running": calendar_changes.running() if may_edit else 0,
            "history": [
                {"at": entry.at, "text": sentence_of(entry)} for entry in of_subject(*services.subject_of(when))
            ],
        },
    )


@page(roles=EDITORS)
@require_POST
def clear(request: HttpRequest, when: date) -> HttpResponse:
    """Take a correction back."""
    if calendar_changes.clear_day(when, actor_of(request)):
        messages.success(request, _("The day is as the law has it again."))
    return redirect("console-calendar-year", when.year)


def _scheme() -> Scheme:
    return in_force(now()).scheme


def _save(request: HttpRequest, when: date, data: dict[str, Any]) -> bool:
    note = Sentence(data["note_ru"], data["note_en"])
    actor = actor_of(request)
    calendar_changes.correct(
        lambda: services.set_day(when, data["kind"], data["opens"], data["closes"], note, actor), actor
    )
    return True


@page
@require_GET
def recount(request: HttpRequest) -> HttpResponse:
    """How far the counting of running terms is, for the page that shows it live."""
    return render(request, "console/calendar/recount.html", {"recount": present.recount_view()})


def _initial(known: selectors.CalendarDay) -> dict[str, Any]:
    return {
        "kind": known.plan.kind.value,
        "opens": known.opens,
        "closes": known.closes,
        "note_ru": known.note_ru,
        "note_en": known.note_en,
    }


def _facts(known: selectors.CalendarDay) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"name": _("What it is now"), "value": KIND_WORDS[known.plan.kind]},
        {"name": _("Open hours"), "value": present.hours_text(known.plan) or _("closed all day")},
        {"name": _("Source"), "value": known.plan.source},
    ]
    if known.corrected:
        facts.append({"name": _("By law"), "value": KIND_WORDS[known.computed.kind]})
        facts.append({"name": _("Corrected by"), "value": known.changed_by or _("the system")})
    if known.source:
        facts.append({"name": _("From the file"), "value": known.source})
    return facts
