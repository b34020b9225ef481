"""What a customer grants for automatic updates, behind the personal link of the letter: read, confirmed, withdrawn."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_http_methods

from okibi.flows import update_agreement
from okibi.flows.agreement_views import page_of
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.updates import selectors, services
from okibi.website.pages import private_page


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing: mail scanners open links. Its buttons do."""
    try:
        found = selectors.by_link(token)
        if request.method == "POST":
            return _act(request, token)
    except NotAllowedError as error:
        return private_page(request, "website/mailed_dead.html", {"why": error.sentence}, status=404)
    answers = services.may_answer(found, found.person)
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with translation.override(translation.get_language() if chosen else found.language):
        return private_page(request, "website/agreement.html", page_of(found, answers=answers))


def _act(request: HttpRequest, token: str) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        if act in {"confirm", "decline"}:
            update_agreement.answer_by_link(token, yes=act == "confirm")
        elif act == "withdraw":
            update_agreement.withdraw_by_link(token)
    except ConflictError as error:
        messages.warning(request, error.sentence.in_language(translation.get_language() or "ru"))
    return redirect("website-agreement", token)
