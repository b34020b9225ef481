"""Letters are whole files, one per language, and say the same things."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from okibi.flows import letters
from okibi.kernel.sentence import Sentence

HOSTILE = "<script>alert(1)</script> & <b>"
WORDS = Sentence(ru=f"Лицензия до 31 декабря {HOSTILE}", en=f"Licence until 31 December {HOSTILE}")
AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TICKET = SimpleNamespace(number="26-001042", subject=f"Ошибка E-17 {HOSTILE}", aim_at=AT, due_at=AT)
FIELDS = {
    "ticket": TICKET,
    "name": "Анна Вольская",
    "zone": ZoneInfo("Europe/Moscow"),
    "zone_name": Sentence(ru="московское время", en="Moscow time"),
    "link": "https://desk.example.org/where/abc/",
    "who_link": "https://desk.example.org/who/abc/",
    "vendor": "Служба поддержки",
    "ground": WORDS,
    "remedy": WORDS,
    "what": WORDS,
    "steps": [WORDS, WORDS],
    "verdict": [WORDS],
    "requester": HOSTILE,
    "reasons": HOSTILE,
    "way_out": HOSTILE,
    "reopen_days": 14,
    "body": HOSTILE,
    "signature": "Олег Лесин",
    "quote": HOSTILE,
    "quote_head": "Анна:",
    "version": "4.3.0",
    "product": WORDS,
    "app": "ОКИБИ Моб",
    "again": False,
    "notes": HOSTILE,
    "until": "7 декабря",
    "leave": "https://desk.example.org/u/abc/",
    "download": "https://desk.example.org/download/desktop/",
    "mailed": "anna@example.org",
    "grants": [WORDS, WORDS],
    "agreement_link": "https://desk.example.org/agreement/abc/",
    "by_mail": True,
    "news": "confirmed",
    "note": HOSTILE,
    "hours": 48,
    "number": "П-2026-00001",
    "subject": "",
    "code": "042917",
    "device": "PC-7",
    "minutes": 10,
    "days": 30,
    "organisation": HOSTILE,
    "by": HOSTILE,
    "detail": HOSTILE,
    "since": WORDS,
    "over": False,
    "answer": HOSTILE,
    "broken": 3,
    "ended": 20,
    "attached": True,
    "where": Sentence(ru="на вашей почте", en="in your mail"),
}
ABOUT_NO_TICKET = {
    "enrolment_code",
    "portal_code",
    "portal_invitation",
    "address_confirm",
    "mobile_version",
    "release_halted",
    "host_closed",
    "sms_line_trouble",
    "trial_confirm",
    "trial_given",
}
VARIABLE = re.compile(r"{{\s*([\w.]+)|{%\s*(?:el)?if\s+([\w.]+)|\bin\s+([\w.]+)\s*%}|=([\w.]+)\|")
NAMES = letters.names()


def source(name: str, language: str) -> str:
    return (letters.FOLDER / language / f"{name}.txt").read_text(encoding="utf-8")


def said_in(text: str) -> set[str]:
    """The fields that a letter uses; a sentence's language is not one of them."""
    found = {next(filter(None, groups)) for groups in VARIABLE.findall(text)}
    return {field.removesuffix(".ru").removesuffix(".en") for field in found}


def test_both_languages_have_the_same_letters():
    assert NAMES
    assert {p.stem for p in Path(letters.FOLDER, "ru").glob("*")} == {
        p.stem for p in Path(letters.FOLDER, "en").glob("*")
    }


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_of_a_letter_say_the_same_fields(name):
    assert said_in(source(name, "ru")) == said_in(source(name, "en"))


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_speaks_its_own_language_only(name, language):
    other = ".en" if language == "ru" else ".ru"
    assert not re.search(rf"{{{{[^}}]*\{other}\b", source(name, language))


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_uses_no_field_that_nobody_gives(name, language):
    known = FIELDS.keys() | {"due", "aim", "step", "line"}  # what the letter itself names
    assert {field.partition(".")[0] for field in said_in(source(name, language))} <= known


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_subject_stands_on_the_first_line_with_the_number(name, language):
    letter = letters.write(name, language, FIELDS)
    assert (TICKET.number in letter.subject) == (name not in ABOUT_NO_TICKET)
    assert "\n" not in letter.subject
    assert not letter.text.startswith(letter.subject)


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_whole_and_plain(name, language):
    letter = letters.write(name, language, FIELDS)
    assert len(letter.text.split()) > 5
    assert "{{" not in letter.text
    assert "{%" not in letter.text
    assert "\n\n\n" not in letter.text
    assert "None" not in letter.text


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_what_people_wrote_is_never_html_in_a_letter(name, language):
    html = letters.write(name, language, FIELDS).html
    assert "<script" not in html
    assert "<b>" not in html
    assert f'lang="{language}"' in html


def words_of(html: str) -> list[str]:
    """What a reader of the HTML reads."""
    body = html.partition("<body")[2].partition(">")[2]
    return unescape(re.sub(r"<[^>]*>", " ", body)).split()


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_html_says_the_words_of_the_text_and_no_others(name, language):
    letter = letters.write(name, language, FIELDS)
    assert words_of(letter.html) == re.sub(r"^- ", "", letter.text, flags=re.MULTILINE).split()


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_in_an_unknown_language_is_russian(name):
    assert letters.write(name, "de", FIELDS) == letters.write(name, "ru", FIELDS)
