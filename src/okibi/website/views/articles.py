"""Help articles for everybody: the list with search, one article, and what reads like a request that is being typed."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from okibi.articles import selectors
from okibi.articles.markup import as_html, as_words
from okibi.flows.similar import similar
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.schemes.services import in_force
from okibi.website.pages import page

if TYPE_CHECKING:
    from okibi.articles.models import Article

LONGEST_QUERY = 200  # characters
SHORTEST_TEXT = 12  # characters of a request before anything is looked for
EXCERPT = 200  # characters


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """All published articles, or those that hold every word of a search."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = [_row(each) for each in selectors.search(query)]
    return page(request, "website/help.html", {"articles": found, "query": query})


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article."""
    language = get_language() or "ru"
    try:
        found = selectors.published(slug)
    except NotAllowedError as error:
        raise Http404 from error
    names = {each.code: each.name.in_language(language) for each in in_force(now()).scheme.products}
    context = {
        "article": found,
        "title": found.title(language),
        "spoken": found.spoken(language),
        "html": mark_safe(as_html(found.body(language))),  # noqa: S308  cleaned by nh3
        "about": as_words(found.body(language))[:EXCERPT],
        "products": [names.get(code, code) for code in found.products],
    }
    return page(request, "website/article.html", context)


@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """The articles that read like the request that is being typed: a part of the form's page.

    By POST: what somebody types has no place in addresses and logs.
    """
    text = request.POST.get("text", "").strip()
    product = request.POST.get("product", "")[:40]
    found = similar(None, text, product, language=get_language() or "ru") if len(text) >= SHORTEST_TEXT else []
    return render(request, "website/alike.html", {"found": found})


def _row(each: "Article") -> dict[str, str]:
    language = get_language() or "ru"
    words = as_words(each.body(language))
    about = words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]}…"
    return {"slug": each.slug, "title": each.title(language), "about": about, "spoken": each.spoken(language)}
