"""Writing help articles: kept, published, withdrawn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from okibi.articles.markup import as_words
from okibi.articles.models import Article
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.words import words_of

GONE = Sentence(ru="Такой статьи нет.", en="There is no such article.")
SAME_SLUG = Sentence(ru="Статья с таким адресом уже есть.", en="There is an article at this address already.")
SLUG_WRONG = Sentence(
    ru="Адрес — латинские буквы, цифры и дефисы.", en="An address is made of Latin letters, digits and dashes."
)
HALF = Sentence(
    ru="Для английской статьи нужны и заголовок, и текст.", en="An English article needs both a title and a text."
)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN.split(), strict=True))


class ArticleError(InputError):
    """An article that can't be kept; ``field`` is where the mistake stands."""

    code = "article"

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Written:
    """An article as somebody wrote it. ``slug`` empty: made of the title."""

    title_ru: str
    body_ru: str
    title_en: str = ""
    body_en: str = ""
    slug: str = ""
    products: Sequence[str] = ()


@transaction.atomic
def save(article_id: int | None, written: Written, actor: Actor) -> Article:
    """Keep an article, published or not as it was. Raises ArticleError, NotAllowedError."""
    slug = written.slug.strip().lower() or slug_of(written.title_en or written.title_ru)
    if len(slug) > 80 or not SLUG.fullmatch(slug):
        raise ArticleError("slug", SLUG_WRONG)
    if bool(written.title_en.strip()) != bool(written.body_en.strip()):
        raise ArticleError("body_en" if written.title_en.strip() else "title_en", HALF)
    if Article.objects.filter(slug=slug).exclude(pk=article_id or 0).exists():
        raise ArticleError("slug", SAME_SLUG)
    moment = now()
    article = _lock(article_id) if article_id else Article(created_at=moment)
    article.slug, article.products = slug, sorted(set(written.products))
    article.title_ru, article.title_en = written.title_ru.strip(), written.title_en.strip()
    article.body_ru, article.body_en = written.body_ru.strip(), written.body_en.strip()
    article.changed_at, article.changed_by = moment, actor.name
    titles = [article.title_ru, article.title_en]
    article.title_words = words_of(titles)
    article.words = words_of([*titles, as_words(article.body_ru), as_words(article.body_en)])
    article.save()
    record("article.written", ("article", article.pk), actor, {"title": article.title_ru}, moment)
    return article


@transaction.atomic
def publish(article_id: int, actor: Actor) -> Article:
    """Let everybody read it; a second time changes nothing. Raises NotAllowedError."""
    article = _lock(article_id)
    if article.published_at is None:
        article.published_at = now()
        article.save(update_fields=["published_at"])
        record("article.published", ("article", article.pk), actor, {"title": article.title_ru}, article.published_at)
    return article


@transaction.atomic
def withdraw(article_id: int, actor: Actor) -> Article:
    """Only staff see it from now on; a second time changes nothing. Raises NotAllowedError."""
    article = _lock(article_id)
    if article.published_at is not None:
        article.published_at = None
        article.save(update_fields=["published_at"])
        record("article.withdrawn", ("article", article.pk), actor, {"title": article.title_ru})
    return article


def slug_of(title: str) -> str:
    """An address made of a title in either language."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in title.lower()).replace("_", "")
    return re.sub(r"[^a-z0-9]+", "-", latin)[:80].strip("-")


def _lock(article_id: int) -> Article:
    found = Article.objects.select_for_update().filter(pk=article_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found
