"""Catalogues are compiled without gettext's tools, and read by Python's own gettext."""

import gettext
import io
import os
from pathlib import Path

import pytest

from okibi.ops.catalogues import CatalogueError, build, compile_newer, parse

PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

#: a.py:1
msgid "Reply"
msgstr "Ответить"

msgctxt "noun"
msgid "Reply"
msgstr "Ответ"

msgid ""
"two "
"lines\n"
msgstr ""
"две "
"строки\n"

msgid "%(n)s ticket"
msgid_plural "%(n)s tickets"
msgstr[0] "%(n)s заявка"
msgstr[1] "%(n)s заявки"
msgstr[2] "%(n)s заявок"

#, fuzzy
msgid "Guessed"
msgstr "Угадано"

msgid "Untranslated"
msgstr ""

msgid "A \"quoted\" word\tand a tab"
msgstr "«Слово»\tи табуляция"

#~ msgid "Gone"
#~ msgstr "Ушло"
"""


def translations() -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(build(parse(PO))))


def test_messages_contexts_and_joined_lines_are_found() -> None:
    ru = translations()
    assert ru.gettext("Reply") == "Ответить"
    assert ru.pgettext("noun", "Reply") == "Ответ"
    assert ru.gettext("two lines\n") == "две строки\n"
    assert ru.gettext('A "quoted" word\tand a tab') == "«Слово»\tи табуляция"


def test_plurals_follow_the_russian_rule() -> None:
    ru = translations()
    forms = [ru.ngettext("%(n)s ticket", "%(n)s tickets", n) for n in (1, 2, 5, 11, 21, 22, 112)]
    assert [form.removeprefix("%(n)s ") for form in forms] == [
        "заявка", "заявки", "заявок", "заявок", "заявка", "заявки", "заявок",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Guessed", "Untranslated", "Gone"])
def test_guessed_missing_and_retired_messages_stay_as_they_are(text: str) -> None:
    assert translations().gettext(text) == text


def test_only_what_is_newer_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "room/locale/ru/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    target = source.with_suffix(".mo")
    assert compile_newer(tmp_path) == [target]
    assert compile_newer(tmp_path) == []
    later = target.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_newer(tmp_path) == [target]
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_broken_catalogue_is_named_with_its_line() -> None:
    with pytest.raises(CatalogueError, match=r"x\.po:2"):
        parse('msgid "a"\nmsgstr "b', "x.po")
