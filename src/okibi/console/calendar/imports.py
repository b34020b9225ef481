"""Days from a file: a dry run that shows each day and each bad line, then the import itself."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from okibi.calendars.importing import ImportResult, import_file
from okibi.calendars.words import KIND_WORDS
from okibi.console.access import actor_of
from okibi.console.calendar.forms import FileForm
from okibi.console.calendar.present import spoken
from okibi.console.calendar.views import EDITORS
from okibi.console.customers.gate import page, tried
from okibi.flows import calendar_changes
from okibi.kernel.signing import sign, unsign
from okibi.policy.wording import named_day

PURPOSE = "calendar.import"
LOOK_AT_IT = 3600  # seconds from the dry run to the import


@page(roles=EDITORS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The file, then what it would do. Nothing is stored yet; the file itself travels signed with the page."""
    form = FileForm(request.POST or None, request.FILES or None)
    result = tried(form, lambda data: _look(request, data["file"].name, data["file"].read())) if form.is_bound else None
    if result is None:
        return render(request, "console/calendar/import.html", {"form": form})
    file = form.cleaned_data["file"]
    file.seek(0)
    token = sign(PURPOSE, [file.name, base64.b64encode(file.read()).decode()])
    return render(request, "console/calendar/import.html", {"form": form, "token": token, **_shown(file.name, result)})


@page(roles=EDITORS)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """The import of the file that was looked at; its bad lines are left out."""
    name, content = unsign(PURPOSE, request.POST.get("token", ""), max_age=LOOK_AT_IT)
    actor = actor_of(request)
    result, _chore = calendar_changes.correct(
        lambda: import_file(name, base64.b64decode(content), actor, skip_bad=True), actor
    )
    messages.success(request, _("Days imported: %(count)s.") % {"count": len(result.days)})
    year = result.days[0].date.year if result.days else None
    return redirect("console-calendar-year", year) if year else redirect("console-calendar")


def _look(request: HttpRequest, name: str, content: bytes) -> ImportResult:
    return import_file(name, content, actor_of(request), dry_run=True)


def _shown(name: str, result: ImportResult) -> dict[str, object]:
    return {
        "file_name": name,
        "result": result,
        "days": [
            {
                "date": spoken(named_day(day.date, 0)),
                "kind": spoken(KIND_WORDS[day.kind]),
                "hours": f"{day.opens:%H:%M}–{day.closes:%H:%M}" if day.opens and day.closes else "",
                "note": spoken(day.note),
            }
            for day in result.days
        ],
        "bad": [{"line": bad.line, "text": bad.text, "why": spoken(bad.sentence)} for bad in result.bad],
    }
