"""Help articles: written in both languages, published and withdrawn on record, found in any form of the words, safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.articles import selectors, services
from okibi.articles.markup import as_html, as_words
from okibi.articles.services import ArticleError, Written
from okibi.flows.similar import similar
from okibi.journal.selectors import of_subject
from okibi.journal.services import Actor
from okibi.kernel.errors import NotAllowedError

OLEG = Actor("staff", 1, "Олег Лесин")
PRINTING = Written("Не печатает счета", "Заново выберите **принтер** в настройках.", products=["desktop"])
LOCKED = Written("Ошибка E-17 при запуске", "Удалите файл `lock.dat`.", "Error E-17 at start", "Delete `lock.dat`.")
EXCEL = Written("Выгрузка в Excel пустая", "Поставьте флажок «все периоды».", products=["server"])


@pytest.fixture
def articles(db):
    made = [services.save(None, written, OLEG) for written in (PRINTING, LOCKED, EXCEL)]
    for article in made:
        services.publish(article.pk, OLEG)
    return made


# ---------------------------------------------------------------- how they are written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Просто слова", "<p>Просто слова</p>"),
        ("Первая\nвторая\n\nтретья", "<p>Первая<br>вторая</p>\n<p>третья</p>"),
        ("## Печать\nПуть", "<h2>Печать</h2>\n<p>Путь</p>"),
        ("- один\n- два\n1. раз\n2. два", "<ul><li>один</li><li>два</li></ul>\n<ol><li>раз</li><li>два</li></ol>"),
        ("**важно** и *так*", "<p><strong>важно</strong> и <em>так</em></p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```\n**не жирно**\n<b>\n```", "<pre><code>**не жирно**\n&lt;b&gt;</code></pre>"),
        ("> цитата", "<blockquote><p>цитата</p></blockquote>"),
        ("[схема](/scheme/)", '<p><a href="/scheme/" rel="noopener">схема</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('[x](https://a.example/"onmouseover=1)', '<p>[x](https://a.example/"onmouseover=1)</p>'),
    ],
)
def test_what_is_written_is_shown(written, shown):
    assert as_html(written) == shown


@given(st.text(st.sampled_from("#*-`>[]()/:<\n 1.абhtps\"'&"), max_size=80))
def test_whatever_is_written_no_tag_comes_from_it(text):
    tags = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a", "br"}
    html = as_html(text)
    opened = {piece.split(">")[0].split(" ")[0].strip("/") for piece in html.split("<")[1:]}
    assert opened <= tags


def test_plain_words_have_no_marks():
    assert as_words("## Печать\n- выберите **принтер** в [настройках](/x)\n") == "Печать выберите принтер в настройках"


# ---------------------------------------------------------------- kept, published, withdrawn


@pytest.mark.django_db
def test_an_article_is_seen_by_everybody_only_while_it_is_published():
    article = services.save(None, PRINTING, OLEG)
    assert article.slug == "ne-pechataet-scheta"
    with pytest.raises(NotAllowedError):
        selectors.published(article.slug)
    services.publish(article.pk, OLEG)
    services.publish(article.pk, OLEG)
    assert selectors.published(article.slug) == article
    assert selectors.search("печать") == [article]
    services.withdraw(article.pk, OLEG)
    assert selectors.search() == []
    assert similar(None, "Не печатает счета") == []
    codes = [entry.code for entry in of_subject("article", article.pk)]
    assert codes == ["article.written", "article.published", "article.withdrawn"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "field"),
    [
        (Written("Не печатает", "x", slug="Печать"), "slug"),
        (Written("???", "x"), "slug"),
        (Written("Не печатает", "x", slug="ne-pechataet-scheta"), "slug"),
        (Written("Не печатает", "x", title_en="It does not print"), "body_en"),
        (Written("Не печатает", "x", body_en="Choose the printer."), "title_en"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(written, field):
    services.save(None, PRINTING, OLEG)
    with pytest.raises(ArticleError) as refused:
        services.save(None, written, OLEG)
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_changed_article_keeps_its_address_and_is_found_by_its_new_words(articles):
    changed = Written(PRINTING.title_ru, "Обновите драйвер.", slug=articles[0].slug)
    assert services.save(articles[0].pk, changed, OLEG).published_at
    assert [each.pk for each in selectors.search("драйверы")] == [articles[0].pk]
    assert selectors.search("принтер") == []


# ---------------------------------------------------------------- found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("печать счетов", [0]),
        ("E-17", [1]),
        ("yt gtxfnftn", [0]),
        ("error start", [1]),
        ("печать excel", []),
        ("", [2, 0, 1]),
    ],
)
def test_search_finds_any_form_of_all_words(articles, query, found):
    assert [each.pk for each in selectors.search(query)] == [articles[at].pk for at in found]


@pytest.mark.parametrize(
    ("text", "product", "found"),
    [
        ("Здравствуйте! С утра не печатаются счета на складе", "", ["Не печатает счета"]),
        ("программа не запускается, ошибка e-17", "", ["Ошибка E-17 при запуске"]),
        ("не печатаются счета", "server", []),
        ("Выгрузка пустая", "server", ["Выгрузка в Excel пустая"]),
        ("Спасибо за помощь", "", []),
        ("", "", []),
    ],
)
def test_who_is_not_known_is_shown_articles_that_read_alike(articles, text, product, found):
    assert [each.title for each in similar(None, text, product)] == found


def test_a_reader_of_english_gets_the_english_text_where_there_is_one(articles):
    (found,) = similar(None, "error e-17 at start", language="en")
    assert (found.kind, found.key, found.title, found.excerpt) == (
        "article", articles[1].slug, "Error E-17 at start", "Delete lock.dat.",
    )  # fmt: skip
    assert similar(None, "не печатает счета", language="en")[0].title == "Не печатает счета"


def test_looking_for_similar_ones_takes_three_queries_however_many_there_are(articles, django_assert_max_num_queries):
    for at in range(40):
        services.publish(services.save(None, Written(f"Печать {at}", "Счета " * 50), OLEG).pk, OLEG)
    with django_assert_max_num_queries(3):
        similar(None, "не печатает счета")
