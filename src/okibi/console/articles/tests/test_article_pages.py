"""Help articles in the console: the leading specialist writes, everybody on the desk reads, the site shows."""

import html

import pytest
from django.urls import reverse

from okibi.articles import services
from okibi.articles.models import Article
from okibi.articles.services import Written
from okibi.journal.services import SYSTEM

pytestmark = pytest.mark.django_db
FIELDS = {"title_ru": "Не печатает счета", "body_ru": "Выберите **принтер**.", "products": ["desktop"]}


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def article(db):
    return services.save(None, Written("Ошибка E-17", "Удалите файл lock.dat."), SYSTEM)


def test_a_specialist_reads_the_list_and_does_not_write(as_vera, article):
    page = text_of(as_vera.get(reverse("console-articles")))
    assert "Ошибка E-17" in page
    assert reverse("console-articles-new") not in page
    for name in ("publish", "withdraw", "edit"):
        assert as_vera.post(reverse(f"console-articles-{name}", args=[article.pk])).status_code == 403


def test_an_article_is_written_published_and_withdrawn(as_oleg, client):
    page = text_of(as_oleg.post(reverse("console-articles-new"), FIELDS, follow=True))
    assert "Статья сохранена." in page
    assert "черновик" in page
    made = Article.objects.get()
    address = reverse("website-article", args=["ne-pechataet-scheta"])
    assert as_oleg.get(address).status_code == 404
    page = text_of(as_oleg.post(reverse("console-articles-publish", args=[made.pk]), follow=True))
    assert address in page
    assert "<strong>принтер</strong>" in text_of(client.get(address))
    as_oleg.post(reverse("console-articles-withdraw", args=[made.pk]))
    assert client.get(address).status_code == 404


def test_what_was_typed_stays_when_an_address_is_taken(as_oleg, article):
    page = text_of(as_oleg.post(reverse("console-articles-new"), {**FIELDS, "slug": article.slug}))
    assert "Статья с таким адресом уже есть." in page
    assert "Выберите **принтер**." in page


def test_the_preview_is_what_the_site_will_show_and_runs_nothing(as_oleg):
    given = {"title_ru": "<b>Печать</b>", "body_ru": "**так** <script>alert(1)</script>"}
    raw = as_oleg.post(reverse("console-articles-preview"), given).content.decode()
    assert "<strong>так</strong> &lt;script&gt;" in raw
    assert "&lt;b&gt;Печать" in raw


def test_who_does_not_exist_is_not_found(as_oleg):
    assert as_oleg.get(reverse("console-articles-edit", args=[987654321])).status_code == 404
