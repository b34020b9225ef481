"""Access for automatic updates: the customer's list, and the page on which they confirm, decline or withdraw it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from okibi.flows import update_agreement as flow
from okibi.flows.agreement_views import chip_of, page_of
from okibi.flows.agreement_words import last_day, products_of
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.portal.gate import signed_in, why
from okibi.portal.pages import page
from okibi.schemes.services import in_force
from okibi.updates.kinds import Answered
from okibi.updates.services import NOT_YOURS, NotYoursError


@require_safe
@signed_in(person=True)
def agreements(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What the visitor asked for; for an administrator all of the organisation's."""
    scheme = in_force(now()).scheme
    rows = [
        {
            "agreement": each,
            "url": reverse("portal-update", args=[each.pk]),
            "products": products_of(each, scheme),
            "chip": chip_of(each),
            "until": last_day(each),
        }
        for each in flow.of_visitor(visitor)
    ]
    return page(request, visitor, "updates", {"rows": rows})


@require_safe
@signed_in(person=True)
def agreement(request: HttpRequest, visitor: Visitor, agreement_id: int) -> HttpResponseBase:
    """One of them: what is granted, and the buttons for whoever may answer."""
    found = flow.seen_by(visitor, agreement_id)
    return page(request, visitor, "update", page_of(found, answers=flow.may_answer(visitor, found)))


@require_POST
@signed_in(person=True)
def act(request: HttpRequest, visitor: Visitor, agreement_id: int) -> HttpResponseBase:
    """Confirm, decline or withdraw."""
    wish = request.POST.get("act", "")
    found = flow.seen_by(visitor, agreement_id)
    if not flow.may_answer(visitor, found):
        raise NotYoursError(NOT_YOURS)
    try:
        if wish in {"confirm", "decline"}:
            flow.answer(visitor, agreement_id, Answered.PORTAL, yes=wish == "confirm")
        elif wish == "withdraw":
            flow.withdraw_by_customer(visitor, agreement_id, request.POST.get("reason", "")[:500])
        else:
            raise NotAllowedError(NOT_YOURS)
    except ConflictError as error:
        messages.warning(request, why(error))
    else:
        words = {
            "confirm": _("Thank you: the access is in force."),
            "decline": _("You declined: nothing installs itself."),
            "withdraw": _("The access is withdrawn: nothing installs itself any more."),
        }
        messages.success(request, words[wish])
    return redirect("portal-update", agreement_id)
