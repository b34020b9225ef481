"""What a requester does with a request: write, say that it works, withdraw, reopen, rate."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okibi.flows import ipv_conversation as talk
from okibi.flows.ipv_request import NotTakenInYetError
from okibi.flows.portal_requests import check_own
from okibi.flows.visitor import Visitor
from okibi.kernel.errors import ConflictError, InputError, OkibiError
from okibi.portal.forms import RatingForm, ReopenForm, SayForm
from okibi.portal.gate import signed_in, why
from okibi.portal.views.requests import shown


def _there(number: str, mark: str = "", *, sent: bool = False) -> HttpResponseBase:
    return redirect(reverse("portal-request", args=[number]) + ("?sent=1" if sent else "") + mark)


def _tried(request: HttpRequest, number: str, act: Callable[[], object], done: str) -> HttpResponseBase:
    """Carry an act out and say so, or say why it can't be done any more."""
    try:
        act()
    except (ConflictError, InputError) as error:
        messages.warning(request, why(error))
    else:
        messages.success(request, done)
    return _there(number)


@require_POST
@signed_in
def say(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """Words and files. Where it ended long ago, they open a linked request: the reader lands there."""
    check_own(visitor, number)
    form = SayForm(request.POST, request.FILES, draft=f"portal-{number}", visitor=visitor)
    files = form.stored() if form.is_valid() else None
    if files is None:
        return shown(request, visitor, number, status=422, say_form=form)
    try:
        said = talk.say(visitor, number, form.key, form.cleaned_data["text"], files)
    except NotTakenInYetError:
        messages.info(request, _("Your message is kept; it appears here in a moment."))
        return _there(number, sent=True)
    except OkibiError as error:
        form.add_error("text", why(error))
        return shown(request, visitor, number, status=422, say_form=form)
    if said.number != number:
        words = _("The old request ended long ago, so your message became a new one, %(number)s.")
        messages.info(request, words % {"number": said.number})
    return _there(said.number, f"#m{said.message_id}", sent=said.number == number)


@require_POST
@signed_in
def works(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """It works now: the request closes."""
    done = _("Thank you! The request is closed. If it comes back, open it again here.")
    return _tried(request, number, lambda: talk.works(visitor, number), done)


@require_POST
@signed_in
def withdraw(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """Not needed any more."""
    return _tried(request, number, lambda: talk.withdraw(visitor, number), _("The request is withdrawn."))


@require_POST
@signed_in
def reopen(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """It is not solved after all."""
    check_own(visitor, number)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return shown(request, visitor, number, status=422, reopen_form=form, reopening=True)
    try:
        said = talk.reopen(visitor, number, form.key, form.cleaned_data["text"])
    except (ConflictError, InputError) as error:
        messages.warning(request, why(error))
        return _there(number)
    messages.success(request, _("The request is open again: %(number)s.") % {"number": said.number})
    return _there(said.number)


@require_POST
@signed_in
def rate(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """What the requester thinks of the answer."""
    check_own(visitor, number)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return shown(request, visitor, number, status=422, rating_form=form)
    given = form.cleaned_data
    return _tried(
        request, number, lambda: talk.rate(visitor, number, given["score"], given["text"]), _("Thank you for the mark.")
    )


@require_POST
@signed_in
def typing(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponseBase:
    """The requester is writing; nothing is kept."""
    del request
    talk.typing(visitor, number)
    return HttpResponse(status=204)
