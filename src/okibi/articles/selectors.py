"""Reading help articles: all of them for staff, the published ones for everybody, and what reads like a text."""

import math
from collections.abc import Sequence

from django.db.models import Q

from okibi.articles.models import Article
from okibi.articles.services import GONE
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.words import other_layout, query_words, words_of

MOST = 100  # of one list
LOOKED_AT = 200  # words of a text
SHORTEST = 3  # letters of a word that says something
ENOUGH = 0.25  # of a text's whole weight must be met, or …
TITLE = 2.0  # … a word of the title counts so many times
RARE = 0.5  # a word in more of the articles than this says nothing


def all_articles() -> Sequence[Article]:
    """Every article, by title."""
    return list(Article.objects.defer("body_ru", "body_en", "words", "title_words").order_by("title_ru"))


def by_id(article_id: int) -> Article:
    """Published or not. Raises NotAllowedError."""
    found = Article.objects.filter(pk=article_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def published(slug: str) -> Article:
    """One that everybody may read. Raises NotAllowedError."""
    found = Article.objects.filter(slug=slug, published_at__isnull=False).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def published_by(given: str) -> Article:
    """One that everybody may read, by its slug or its id. Raises NotAllowedError."""
    wanted = Q(slug=given)
    if given.isascii() and given.isdecimal() and len(given) < 19:
        wanted |= Q(pk=int(given))
    found = list(Article.objects.filter(wanted, published_at__isnull=False).defer("words", "title_words"))
    if not found:
        raise NotAllowedError(GONE)
    return min(found, key=lambda article: article.slug != given)  # a slug may be a number too


def search(query: str = "", product: str = "") -> Sequence[Article]:
    """Published articles that hold every word, in any form; no query: all, by title.

    What was typed in the wrong keyboard layout is tried where nothing was found.
    """
    rows = Article.objects.filter(published_at__isnull=False).defer("words", "title_words")
    if product:
        rows = rows.filter(Q(products=[]) | Q(products__contains=[product]))
    for words in (query, other_layout(query)) if query.strip() else ("",):
        narrow = Q()
        for group in query_words(words):
            narrow &= Q(words__overlap=list(group))
        found = list(rows.filter(narrow).order_by("title_ru")[:MOST])
        if found:
            return found
    return []


def similar(text: str, product: str = "", limit: int = 3) -> list[Article]:
    """Published articles that read like the text, the most alike first; at most three queries.

    Words are weighed by how few of the articles have them: what stands in half of them leads nowhere.
    """
    asked = [word for word in words_of([text]) if len(word) >= SHORTEST][:LOOKED_AT]
    rows = Article.objects.filter(published_at__isnull=False)
    if product:
        rows = rows.filter(Q(products=[]) | Q(products__contains=[product]))
    met = [
        (pk, set(words), set(titles))
        for pk, words, titles in rows.filter(words__overlap=asked).values_list("pk", "words", "title_words")
    ]
    if not met:
        return []
    whole = max(rows.count(), 4)
    weights = {}
    for word in asked:
        have = sum(word in words for _, words, _ in met)
        if have and have <= max(1, whole * RARE):
            weights[word] = math.log(whole / have)
    scores = {
        pk: sum(weight * (TITLE if word in titles else 1) for word, weight in weights.items() if word in words)
        for pk, words, titles in met
    }
    enough = ENOUGH * sum(weights.values())
    best = sorted((pk for pk, score in scores.items() if score > 0 and score >= enough), key=lambda pk: -scores[pk])
    found = {row.pk: row for row in Article.objects.filter(pk__in=best[:limit]).defer("words", "title_words")}
    return [found[pk] for pk in best[:limit] if pk in found]
