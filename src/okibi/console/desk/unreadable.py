"""The tray of what could not be read: nothing that arrived is dropped."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from okibi.channels import inbox
from okibi.console.access import actor_of, staff_required
from okibi.console.desk.files import serve
from okibi.flows.reading import read_again


@staff_required
@require_GET
def tray(request: HttpRequest) -> HttpResponse:
    """What could not be read, newest first."""
    rows = [{"row": row, "why": inbox.why_unreadable(row.error)} for row in inbox.unreadable()]
    return render(request, "console/desk/unreadable.html", {"rows": rows})


@staff_required
@require_GET
def raw(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """The bytes as they came."""
    del request
    name, content = inbox.raw_of(inbound_id)
    return serve(content, name, "message/rfc822")


@staff_required
@require_POST
def again(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Try to read one once more, for example after an upgrade."""
    read_again(inbound_id, actor_of(request))
    return redirect("console-unreadable")
