"""The reports: what was promised, what was kept, what stands open now."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from okibi.calendars.services import work_calendar
from okibi.console.access import staff_required
from okibi.console.reports import marks, tables
from okibi.console.reports.figures import ClassReport, SpecialistReport, class_reports, months_asked, specialist_reports
from okibi.customers.exporting import csv_lines
from okibi.kernel.clock import now
from okibi.policy.scheme_values import Scheme
from okibi.schemes.services import in_force
from okibi.tickets import ratings
from okibi.tickets import reports as queries
from okibi.tickets.reports import Months, Reactions

LISTS = ("reaction", "open", "specialists", "marks")


class Report:
    """What the page and its lists show of one period: seven queries, however many requests; the marks are two more."""

    def __init__(self, first: str, last: str) -> None:
        moment = now()
        self.scheme: Scheme = in_force(moment).scheme
        self.months: Months = months_asked(first, last, moment.astimezone(self.scheme.zone))
        self.found: Reactions = queries.reactions(self.months, self.scheme.zone, moment)
        calendar = work_calendar(self.scheme)
        self.classes: list[ClassReport] = class_reports(self.scheme, calendar, self.months, self.found)
        self.states: dict[str, int] = queries.open_by_state()
        loads = queries.open_by_staff(moment)
        names = queries.staff_names(pk for pk in self.found.by_staff if pk is not None)
        self.specialists: list[SpecialistReport] = specialist_reports(self.found, loads, names)

    @property
    def empty(self) -> bool:
        """Nothing was placed in the period."""
        return not self.found.by_month


@staff_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Charts with the promise drawn across, and a table beside each."""
    report = Report(request.GET.get("from", ""), request.GET.get("to", ""))
    first, last = (month.strftime("%Y-%m") for month in (report.months.first, report.months.last))
    query = urlencode({"from": first, "to": last})
    context: dict[str, Any] = {
        "report": report,
        "first": first,
        "last": last,
        "choices": _choices(report),
        "quick": _quick(report.months.last, first, last),
        "classes": [tables.class_section(one) for one in report.classes],
        "share": tables.share_section(report.found, report.months),
        "states": tables.state_section(report.states),
        "marks": marks.section(
            ratings.marks(report.months, report.scheme.zone),
            ratings.low(report.months, report.scheme.zone),
            report.months,
            report.scheme,
        ),
        "specialists": tables.specialist_table(report.specialists),
        "csv": {name: f"{reverse('console-reports-csv', args=[name])}?{query}" for name in LISTS},
    }
    return render(request, "console/reports/reports.html", context)


def _choices(report: Report) -> list[dict[str, str]]:
    """The months that can be chosen, newest first: from the first request on, three years at least where there are."""
    newest = now().astimezone(report.scheme.zone).date().replace(day=1)
    oldest = min(queries.first_month(report.scheme.zone) or newest, report.months.first)
    months = Months(oldest, newest).each()
    return [{"value": month.strftime("%Y-%m"), "label": tables.month_words(month)} for month in reversed(months)]


def _quick(last: date, first_shown: str, last_shown: str) -> list[dict[str, Any]]:
    del last
    newest = now().date().replace(day=1)
    found = []
    for count, label in ((1, _("this month")), (6, _("6 months")), (12, _("12 months"))):
        total = newest.year * 12 + newest.month - count
        first = f"{total // 12}-{total % 12 + 1:02}"
        until = f"{newest:%Y-%m}"
        found.append(
            {
                "label": label,
                "url": f"?{urlencode({'from': first, 'to': until})}",
                "current": (first, until) == (first_shown, last_shown),
            }
        )
    return found


@staff_required
@require_safe
def csv_of_report(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """One table of the report as a list for a spreadsheet."""
    if name not in LISTS:
        raise Http404
    report = Report(request.GET.get("from", ""), request.GET.get("to", ""))
    titles, rows = _list(name, report)
    response = StreamingHttpResponse(csv_lines(titles, rows), content_type="text/csv; charset=utf-8")
    file_name = f"okibi-{name}-{report.months.first:%Y-%m}-{report.months.last:%Y-%m}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _list(name: str, report: Report) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    language = get_language() or "ru"
    if name == "marks":
        return marks.mark_list(ratings.every(report.months, report.scheme.zone), report.scheme)
    if name == "reaction":
        return tables.reaction_list(report.classes, language)
    if name == "open":
        return tables.state_list(report.states)
    return tables.specialist_list(report.specialists, language)
