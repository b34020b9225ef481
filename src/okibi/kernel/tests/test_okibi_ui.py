"""What pages write: moments, spans, sizes, numbers, sentences, pictures and buttons, in both languages."""

# ruff: noqa: E501  tables are read in rows

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from okibi.kernel import human
from okibi.kernel.human import Form
from okibi.kernel.sentence import Sentence
from okibi.kernel.templatetags import okibi_ui
from okibi.kernel.tests import showroom

MOSCOW = ZoneInfo("Europe/Moscow")
SPRITE = Path(okibi_ui.__file__).parents[1] / "static/okibi/icons.svg"


def moscow(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)


NOW = moscow(2026, 11, 20, 17, 12)

MOMENTS = {
    "earlier today": (moscow(2026, 11, 20, 12, 41), Form.FULL, "сегодня 12:41", "today 12:41"),
    "yesterday": (moscow(2026, 11, 19, 19, 5), Form.FULL, "вчера 19:05", "yesterday 19:05"),
    "tomorrow in a list": (moscow(2026, 11, 21, 20), Form.SHORT, "завтра 20:00", "tomorrow 20:00"),
    "a day with its weekday": (moscow(2026, 11, 24, 20), Form.FULL, "вт 24 ноября, 20:00", "Tue 24 November, 20:00"),
    "this week in a list": (moscow(2026, 11, 24, 20), Form.SHORT, "вт 20:00", "Tue 20:00"),
    "a week ahead in a list": (moscow(2026, 11, 27, 20), Form.SHORT, "27 нояб", "27 Nov"),
    "days ago in a list": (moscow(2026, 11, 17, 9), Form.SHORT, "17 нояб", "17 Nov"),
    "another year names it": (moscow(2027, 1, 11, 20), Form.FULL, "пн 11 января 2027, 20:00", "Mon 11 January 2027, 20:00"),
    "another year in a list": (moscow(2027, 1, 11, 20), Form.SHORT, "11 янв 2027", "11 Jan 2027"),
    "the clock time alone": (moscow(2026, 11, 20, 13, 20), Form.TIME, "13:20", "13:20"),
    "the date alone": (moscow(2026, 12, 2, 8), Form.DATE, "2 декабря 2026", "2 December 2026"),
    "the end of a track": (moscow(2026, 11, 20, 12, 41), Form.WEEKDAY, "пт 12:41", "Fri 12:41"),
    "half past midnight in Moscow is another day in UTC": (datetime(2026, 11, 19, 21, 30, tzinfo=UTC), Form.FULL, "сегодня 00:30", "today 00:30"),
}  # fmt: skip


@pytest.mark.parametrize("sentence", MOMENTS)
def test_a_moment_reads(sentence):
    at, form, russian, english = MOMENTS[sentence]
    assert human.moment_text(at, now=NOW, zone=MOSCOW, language="ru", form=form) == russian
    assert human.moment_text(at, now=NOW, zone=MOSCOW, language="en-gb", form=form) == english


EXACT = {
    "Moscow has a Russian name": (MOSCOW, "ru", "вторник, 24 ноября 2026, 20:00:00 МСК (UTC+3)"),
    "and an English one": (MOSCOW, "en", "Tuesday, 24 November 2026, 20:00:00 MSK (UTC+3)"),
    "a zone without a name shows its shift": (ZoneInfo("Asia/Kolkata"), "ru", "вторник, 24 ноября 2026, 22:30:00 IST (UTC+5:30)"),
    "UTC stands alone": (UTC, "en", "Tuesday, 24 November 2026, 17:00:00 UTC"),
}  # fmt: skip


@pytest.mark.parametrize("sentence", EXACT)
def test_the_tooltip_is_exact(sentence):
    zone, language, text = EXACT[sentence]
    assert human.exact_text(moscow(2026, 11, 24, 20), zone=zone, language=language) == text


SPANS = {
    "hours and minutes": (timedelta(hours=2, minutes=48), "2 ч 48 мин", "2 h 48 min"),
    "late, with two figures of minutes": (-timedelta(hours=1, minutes=5), "−1 ч 05 мин", "−1 h 05 min"),
    "minutes alone": (timedelta(minutes=39), "39 мин", "39 min"),
    "whole hours": (timedelta(hours=12), "12 ч", "12 h"),
    "seconds are cut towards zero": (-timedelta(seconds=59), "0 мин", "0 min"),
    "days stay hours": (timedelta(hours=26, minutes=48), "26 ч 48 мин", "26 h 48 min"),
}


@pytest.mark.parametrize("sentence", SPANS)
def test_a_span_reads(sentence):
    span, russian, english = SPANS[sentence]
    assert human.duration_text(span, "ru") == russian
    assert human.duration_text(span, "en") == english


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400)))
def test_a_late_span_is_the_same_span_with_a_minus(span):
    assert human.duration_text(-span, "ru") == "−" + human.duration_text(span, "ru")


SIZES = {0: ("0 Б", "0 B"), 900: ("900 Б", "900 B"), 86_016: ("84 КБ", "84 KB"), 1_258_291: ("1,2 МБ", "1.2 MB"), 1_048_500: ("1 МБ", "1 MB"), 5 * 2**30: ("5 ГБ", "5 GB")}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_a_size_reads(size):
    assert (human.size_text(size, "ru"), human.size_text(size, "en")) == SIZES[size]


@pytest.mark.parametrize(
    ("given_number", "text"),
    [("+79000000017", "+7 900 000-00-17"), ("доб. 12", "доб. 12"), ("89000000017", "89000000017")],
)
def test_a_number_is_grouped_or_left(given_number, text):
    assert human.phone_text(given_number) == text


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (Sentence("да", "yes"), "да", "yes"),
        ({"ru": "да", "en": "yes", "rule": "191"}, "да", "yes"),
        ({"ru": "да"}, "да", "да"),
        ("как есть", "как есть", "как есть"),
        (None, "", ""),
    ],
)
def test_a_sentence_follows_the_reader(value, russian, english):
    with translation.override("ru"):
        assert okibi_ui.sentence(value) == russian
    with translation.override("en"):
        assert okibi_ui.sentence(value) == english


@time_machine.travel(NOW, tick=False)
def test_a_moment_on_a_page_carries_its_exact_time():
    with translation.override("ru"):
        html = okibi_ui.moment(datetime(2026, 11, 24, 17, tzinfo=UTC))
    assert html == (
        '<time datetime="2026-11-24T17:00:00+00:00" title="вторник, 24 ноября 2026, 20:00:00 МСК (UTC+3)">'
        "вт 24 ноября, 20:00</time>"
    )


@pytest.fixture
def plain_static():
    with override_settings(STORAGES=showroom.PLAIN):
        yield


@pytest.mark.usefixtures("plain_static")
class TestWrittenTags:
    def test_an_icon_beside_a_text_is_silent_and_alone_it_speaks(self):
        assert 'aria-hidden="true"' in okibi_ui.sprite_icon("mail")
        assert 'role="img" aria-label="Письмо &amp; вложение"' in okibi_ui.sprite_icon("mail", "Письмо & вложение")

    def test_a_button_escapes_and_names_its_key(self):
        html = okibi_ui.button("<b>", key="A", hx_post="/a?x=1&y=2", disabled=True, title=None)
        assert html == (
            '<button type="button" hx-post="/a?x=1&amp;y=2" disabled data-key="A" aria-keyshortcuts="Shift+A" '
            'class="btn">&lt;b&gt;</button>'
        )

    def test_a_link_may_look_like_a_button(self):
        assert okibi_ui.button("Дальше", url="/n", kind="pri") == '<a href="/n" class="btn btn-pri">Дальше</a>'

    @pytest.mark.parametrize("page", showroom.PAGES)
    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_pages_hold_no_inline_style_or_script_and_every_icon_exists(self, page, language):
        html = showroom.render(page, language)
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<script>" not in html
        sprite = SPRITE.read_text(encoding="utf-8")
        used = {part.split('"')[0] for part in html.split("icons.svg#")[1:]}
        assert used
        assert [name for name in used if f'<symbol id="{name}"' not in sprite] == []

    @pytest.mark.parametrize("cookie", ["light", "dark", "system"])
    def test_the_chosen_colours_come_with_the_page(self, cookie):
        assert f'data-theme="{cookie}"' in showroom.render("desk", theme=cookie)

    def test_a_strange_cookie_is_not_believed(self):
        assert 'data-theme="system"' in showroom.render("desk", theme='"><script>')


def test_the_share_of_a_term_stays_between_nothing_and_all():
    assert okibi_ui.percent(timedelta(hours=1), timedelta(hours=4)) == 25
    assert okibi_ui.percent(timedelta(hours=9), timedelta(hours=4)) == 100
    assert okibi_ui.percent(-timedelta(hours=1), timedelta(hours=4)) == 0
    assert okibi_ui.percent(timedelta(), timedelta()) == 100


def test_initials_are_two_letters():
    assert okibi_ui.initials("Олег Лесин") == "ОЛ"
    assert okibi_ui.initials("vera") == "V"


FIXED = "{% load i18n okibi_ui %}{% fixed kind blanks name url=address %}<a href='{{ url }}'>{{ kind }} {{ name }} {{ secret }}{% translate 'Close' %}</a>{% endfixed %}"


def test_a_fixed_part_is_filled_anew_for_everybody_and_never_keeps_what_is_somebodys() -> None:
    page = Template(FIXED)

    def read(language: str, **variables: str) -> str:
        with translation.override(language):
            return page.render(Context({"secret": "s", **variables}))

    assert (
        read("ru", kind="a", name="<Анна>", address="/1?x=1&y=2")
        == "<a href='/1?x=1&amp;y=2'>a &lt;Анна&gt; Закрыть</a>"
    )
    assert read("ru", kind="a", name="Борис", address="/2") == "<a href='/2'>a Борис Закрыть</a>"
    assert read("en", kind="a", name="Boris", address="/2") == "<a href='/2'>a Boris Close</a>"
    assert read("ru", kind="<b>", name="", address="/3") == "<a href='/3'>&lt;b&gt;  Закрыть</a>"


def test_a_picture_and_a_button_escape_what_they_are_given_each_time() -> None:
    assert okibi_ui.sprite_icon("x", "<b>") == okibi_ui.sprite_icon("x", mark_safe("&lt;b&gt;"))
    assert "<b>" in okibi_ui.sprite_icon("x", mark_safe("<b>"))
    assert "<b>" not in okibi_ui.sprite_icon("x", "<b>")
    assert okibi_ui.button('"Да"', data_name='a"b', hidden=True, value=None).endswith(
        'data-name="a&quot;b" hidden class="btn">&quot;Да&quot;</button>'
    )
