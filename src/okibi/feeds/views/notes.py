"""What changed in a version, as a bare page: update clients show it in a window of their own."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from okibi.articles.markup import as_html
from okibi.feeds import answers
from okibi.feeds.asking import guarded, product_name
from okibi.releases import selectors


@require_safe
@guarded
def notes(request: HttpRequest, product: str, version: str, key: str = "") -> HttpResponseBase:  # noqa: ARG001
    """The notes of a version that is offered; open to everybody, as the site shows them."""
    release = selectors.offered_release(product, version)
    language = "en" if (get_language() or "").startswith("en") else "ru"
    name = product_name(product, language)
    text = mark_safe(as_html(release.notes(language)))  # noqa: S308  escaped there, links and lists only
    page = format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{} {}</title><h1>{} {}</h1>{}</html>',
        language, name, version, name, version, text,
    )  # fmt: skip
    answer: HttpResponse = answers.document(request, page.encode(), "text/html; charset=utf-8", answers.SHORT)
    answer.headers["Vary"] = "Accept-Language"
    return answer
