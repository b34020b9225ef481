"""Every fact of the policy in force stands on the published page and in the PDF."""

import re
import zlib

import pytest
import time_machine
from django.utils import translation
from django.utils.html import escape

from okibi.kernel.clock import now
from okibi.kernel.human import phone_text
from okibi.schemes.services import in_force
from okibi.website.published import Document, published
from okibi.website.published_pdf import pdf_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("ru", "en")


def facts(language):
    """What the policy file says, worded by the file itself."""
    scheme = in_force(now()).scheme
    sentences = [
        scheme.coverage.support,
        scheme.coverage.licence,
        scheme.coverage.trial,
        scheme.coverage.uncovered,
        scheme.desktop_versions.by_hand,
        scheme.desktop_versions.automatic,
        scheme.mobile_versions.email,
        scheme.mobile_versions.registry,
        scheme.mobile_versions.user_card,
        scheme.mobile_versions.flag,
        scheme.mobile_versions.user_card_flag,
        scheme.mobile_versions.request,
        scheme.vendor.name,
        *(channel.name for channel in scheme.channels),
        *(channel.about for channel in scheme.channels),
        *(part.name for part in scheme.products),
        *(part.kind for part in scheme.products),
        *(part.condition for part in scheme.products if part.condition),
        *(kind.aim.sentence for kind in scheme.classes.values()),
        *(kind.due.sentence for kind in scheme.classes.values()),
        *(person.role_words for person in scheme.vendor.contacts),
    ]
    said = [sentence.in_language(language) for sentence in sentences]
    said += [kind.title.in_language(language)[1:] for kind in scheme.classes.values() if kind.promised]
    said += [person.name for person in scheme.vendor.contacts] + [phone_text(p.phone) for p in scheme.vendor.contacts]
    said += [scheme.vendor.support_address, scheme.vendor.site, scheme.vendor.site_ascii, scheme.content_hash]
    said += ["Windows Vista", "Windows Server 2008 R2", "Android 8.0", "Microsoft .NET Framework 4.5", "8:00–20:00"]
    said += {
        "ru": ["1 ГГц", "2 ГГц", "512 МБ", "4 ГБ", "850 МБ (x86)", "2 ГБ (x64)", "20 ГБ (x86)"],
        "en": ["1 GHz", "2 GHz", "512 MB", "4 GB", "850 MB (x86)", "2 GB (x64)", "20 GB (x86)"],
    }[language]
    return said


def words(document: Document) -> str:
    """All text of the document."""
    return re.sub(r"\s+", " ", repr(document))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_every_fact(client, language):
    html = client.get(f"/scheme/?lang={language}").content.decode()
    missing = [fact for fact in facts(language) if escape(fact) not in html]
    assert missing == []


def test_terms_that_the_scheme_does_not_promise_are_not_published(client):
    html = client.get("/scheme/?lang=ru").content.decode()
    for kind in in_force(now()).scheme.classes.values():
        assert kind.promised or f'<th scope="row">{kind.title.ru.capitalize()}</th>' not in html


def test_the_law_is_named_article_by_article(client):
    html = client.get("/scheme/?lang=ru").content.decode()
    for article in ("ст. 191", "ст. 192", "ст. 193", "ст. 194", "статье 112"):
        assert article in html


def test_the_worked_example_is_counted_live():
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False), translation.override("ru"):
        document = published(in_force(now()))
    titles = [example.title for section in document.sections for example in section.examples]
    assert [title.rpartition(": ")[2] for title in titles] == [
        "понедельник, 23 ноября, 9:30",
        "вторник, 24 ноября, 20:00",
        "среда, 25 ноября, 20:00",
        "среда, 20 января 2027 года, 20:00",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_made_of_the_same_document_with_the_face_inside(client, language):
    answer = client.get(f"/scheme.pdf?lang={language}")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"/FontFile2" in answer.content
    assert f"/Lang ({language})".encode() in answer.content
    with translation.override(language):
        assert len(pdf_of(published(in_force(now())), language)) == pytest.approx(len(answer.content), rel=0.05)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_face_of_the_pdf_has_every_letter_of_the_scheme(language):
    from fontTools.ttLib import TTFont

    from okibi.website.published_pdf import FONTS

    with translation.override(language):
        needed = set(words(published(in_force(now()))))
    for name in ("GolosText-Regular.ttf", "GolosText-SemiBold.ttf"):
        known = TTFont(FONTS / name).getBestCmap()
        assert [letter for letter in sorted(needed) if ord(letter) not in known] == []


def test_pages_of_the_pdf_are_not_empty(client):
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", client.get("/scheme.pdf").content, re.DOTALL)
    drawn = []
    for stream in streams:
        try:
            drawn.append(zlib.decompress(stream))
        except zlib.error:
            continue
    assert sum(b" Tj" in page or b" TJ" in page for page in drawn) >= 2
