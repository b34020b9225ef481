"""Help articles through the API: by slug or id, in the caller's language, while they are published."""

import pytest

from okibi.articles import services
from okibi.articles.services import Written
from okibi.journal.services import Actor

pytestmark = pytest.mark.django_db
OLEG = Actor("staff", 1, "Олег Лесин")
LOCKED = Written(
    "Ошибка E-17 при запуске", "## Что делать\n\n- Удалите файл `lock.dat`.\n<script>alert(1)</script>",
    "Error E-17 at start", "Delete **lock.dat**.", slug="e-17", products=["desktop"],
)  # fmt: skip


@pytest.fixture
def article():
    return services.publish(services.save(None, LOCKED, OLEG).pk, OLEG)


def test_it_is_there_for_everybody_in_the_caller_s_language(article, anna, nobody):
    for caller in (anna, nobody):
        english = caller.get("/articles/e-17").json()
        assert (english["title"], english["language"]) == ("Error E-17 at start", "en")
        assert (english["html"], english["text"]) == ("<p>Delete <strong>lock.dat</strong>.</p>", "Delete lock.dat.")
    nobody.language = "ru"
    russian = nobody.get("/articles/e-17").json()
    assert (russian["language"], russian["products"]) == ("ru", ["desktop"])
    assert russian["text"].splitlines()[:3] == ["Что делать", "", "Удалите файл lock.dat."]
    assert "<script" not in russian["html"]
    assert russian["url"].endswith("/help/e-17/")


def test_its_id_names_it_too_and_a_slug_comes_first(article, nobody):
    other = services.publish(services.save(None, Written("Другая", "Слова", slug=str(article.pk)), OLEG).pk, OLEG)
    assert nobody.get(f"/articles/{other.pk}").json()["id"] == other.pk
    assert nobody.get(f"/articles/{article.pk}").json()["id"] == other.pk


def test_it_is_not_sent_again_while_it_is_the_same(article, nobody):
    first = nobody.get("/articles/e-17")
    same = nobody.get("/articles/e-17", If_None_Match=first.headers["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    services.save(article.pk, Written("Ошибка E-17", "Иначе", slug="e-17"), OLEG)
    assert nobody.get("/articles/e-17", If_None_Match=first.headers["ETag"]).status_code == 200


def test_what_is_not_published_is_not_there(article, anna):
    services.withdraw(article.pk, OLEG)
    for name in ("e-17", str(article.pk), "nothing", "9" * 30):
        assert anna.get(f"/articles/{name}").status_code == 404


def test_what_is_found_while_typing_can_be_opened(article, anna):
    (found,) = anna.get("/similar?q=e-17").json()["items"]
    assert anna.get(f"/articles/{found['slug']}").json()["title"] == found["title"] or found["kind"] == "article"
