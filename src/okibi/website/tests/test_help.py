"""Help articles on the public site: found, read in either language, offered while a request is typed."""

import pytest

from okibi.articles import services
from okibi.articles.services import Written
from okibi.journal.services import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    printing = Written("Не печатает счета", "Заново выберите **принтер**.\n\n- раз\n- два", products=["desktop"])
    locked = Written("Ошибка E-17", "Удалите `lock.dat`.", "Error E-17", "Delete `lock.dat`.")
    for written in (printing, locked):
        services.publish(services.save(None, written, SYSTEM).pk, SYSTEM)
    return services.save(None, Written("Черновик о печати", "Не готово"), SYSTEM)


def said(client, path, language="ru", **query):
    answer = client.get(path, query, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_names_published_articles_and_leads_to_the_form(client, articles):
    page = said(client, "/help/")
    assert 'href="/help/ne-pechataet-scheta/"' in page
    assert "Черновик" not in page
    assert 'href="/request/"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("печать счетов", "Нашлась 1 статья"), ("c4@~", "Ничего не нашлось."), ("<b>", "Ничего не нашлось.")],
)
def test_search_says_what_it_found(client, articles, query, found):
    assert found in said(client, "/help/", q=query)


def test_an_article_is_read_in_the_readers_language_where_it_exists(client, articles):
    assert '<article class="prose article" lang="en"><h1>Error E-17</h1>' in said(client, "/help/error-e-17/", "en")
    assert 'lang="ru"><h1>Не печатает счета</h1>' in said(client, "/help/ne-pechataet-scheta/", "en")
    page = said(client, "/help/ne-pechataet-scheta/")
    assert "<strong>принтер</strong>" in page
    assert "<ul><li>раз</li><li>два</li></ul>" in page
    assert "style=" not in page


@pytest.mark.parametrize("slug", ["chernovik-o-pechati", "none"])
def test_drafts_and_what_does_not_exist_are_not_found(client, articles, slug):
    assert client.get(f"/help/{slug}/").status_code == 404


def test_the_site_without_articles_says_so(client):
    assert "Статей пока нет." in said(client, "/help/")


@pytest.mark.parametrize(
    ("text", "product", "offered"),
    [
        ("С утра не печатаются счета", "", True),
        ("С утра не печатаются счета", "server", False),
        ("Не", "", False),
        ("Совсем другое дело у нас тут", "", False),
    ],
)
def test_while_a_request_is_typed_what_reads_alike_is_offered(client, articles, text, product, offered):
    part = client.post("/help/alike", {"text": text, "product": product}).content.decode()
    assert ("/help/ne-pechataet-scheta/" in part) is offered
    assert "Черновик" not in part


def test_what_is_typed_never_stands_in_an_address(client, articles):
    assert client.get("/help/alike", {"text": "С утра не печатаются счета"}).status_code == 405


def test_the_form_has_the_place_and_works_without_it(client):
    page = said(client, "/request/")
    assert 'data-alike="/help/alike"' in page
    assert "website/alike.js" in page
