"""A message upon which the window closed: a template or another way instead, or the same when the window is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okibi.console.access import staff_of, staff_required
from okibi.console.customers.gate import said
from okibi.console.given import posted
from okibi.console.messengers.composer import TEMPLATE, values_of, ways
from okibi.flows import messenger_out
from okibi.kernel.errors import ConflictError, OkibiError
from okibi.policy.phone_numbers import display

if TYPE_CHECKING:
    from okibi.accounts.models import Staff

UNPROCESSABLE = 422


@staff_required
@require_http_methods(["GET", "POST"])
def closed(request: HttpRequest, outbound_id: int) -> HttpResponse:
    """What did not go, and what may go instead; 404 where it waits for nothing (any more)."""
    try:
        row, ticket = messenger_out.closed_upon(outbound_id)
    except ConflictError as error:
        raise Http404(said(error.sentence)) from error
    back = f"{reverse('console-ticket', args=[ticket.number])}"
    errors = []
    if request.method == "POST":
        try:
            _send(request, outbound_id, staff_of(request))
        except OkibiError as error:
            errors = [said(error.sentence)]
        else:
            messages.success(request, _("Sent."))
            return redirect(back)
    given = {"way": posted(request, "way"), "consent": posted(request, "consent")}
    context = {
        "back": back, "number": ticket.number, "text": row.text, "shown": display(row.recipient), "errors": errors,
        "ways": ways(ticket, given),
    }  # fmt: skip
    return render(request, "console/messengers/closed.html", context, status=UNPROCESSABLE if errors else 200)


def _send(request: HttpRequest, outbound_id: int, staff: Staff) -> None:
    code = posted(request, "way")
    if not code:
        messenger_out.once_more(outbound_id, staff)
    elif code.startswith(TEMPLATE):
        name, _sep, language = code.removeprefix(TEMPLATE).partition("|")
        messenger_out.by_template(outbound_id, name, language, values_of(request.POST, code), staff)
    else:
        way, _account, address = (*code.split("|", 2), "", "")[:3]
        messenger_out.by_other_way(outbound_id, way, address, posted(request, "consent"), staff)
