"""HTML that is safe to show, and the text in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.email.html import sanitise, to_text
from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import html, html_mail, multipart_mail, part, plain

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a handler": '<img src=x onerror="alert(1)"><b onclick=alert(1)>b</b>',
    "a script address": '<a href="javascript:alert(1)">x</a>',
    "a script address with a tab": '<a href="jav&#9;ascript:alert(1)">x</a>',
    "a script address with a NUL": '<a href="java\0script:alert(1)">x</a>',
    "a data page": '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "a frame": '<iframe src="https://evil.test"></iframe>',
    "a form": '<form action="https://evil.test"><input name=password></form>',
    "an SVG": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "MathML": '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    "a style sheet": "<style>@import 'https://evil.test';</style>",
    "a base address": '<base href="https://evil.test/">',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://evil.test">',
    "an object": '<object data="https://evil.test"></object><embed src="https://evil.test">',
    "a picture as background": '<table background="https://evil.test/x.png"><tr><td style="background:url(https://evil.test/y)">x',
    "a style with an address": '<p style="color:red;background-image:url(https://evil.test)">x</p>',
    "an escaped style": '<p style="color:\\75rl(https://evil.test)">x</p>',
    "a hidden layer": '<div style="position:fixed;top:0;left:0;z-index:9999;display:block">x</div>',
    "picture sets": '<img srcset="https://evil.test/x 2x"><picture><source srcset="https://evil.test/y"></picture>',
    "a video": '<video poster="https://evil.test/x" src="https://evil.test/y"></video>',
    "a link that pings": '<a href="https://example.org" ping="https://evil.test">x</a>',
    "a forged marker": '<p>src="okibi-remote:javascript:alert(1)"</p><img src="okibi-remote:javascript:alert(1)">',
    "our own attribute": '<img data-remote-src="javascript:alert(1)">',
}
FORBIDDEN = (
    *(
        "<script",
        "<iframe",
        "<form",
        "<input",
        "<style",
        "<svg",
        "<math",
        "<base",
        "<meta",
        "<object",
        "<embed",
        "<video",
    ),
    *("onerror", "onclick", "onload", "javascript:", "data:text", "url(", "position", "ping=", "srcset", "poster"),
    'background="',
)


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_runs_loads_or_covers_is_left(raw: str) -> None:
    safe = parse(html_mail(raw)).html
    tags = "".join("<" + piece.partition(">")[0] for piece in safe.split("<")[1:]).lower()
    for word in FORBIDDEN:
        assert word not in tags
    assert " src=" not in tags
    assert "evil.test" not in tags.replace('data-remote-src="https://evil.test', "")


def test_images_elsewhere_wait_until_they_are_asked_for() -> None:
    found = parse(
        html_mail('<p>x</p><img src="https://example.org/a.png?x=1&amp;y=2" width="10"><img src="//example.org/b.png">')
    )
    assert 'data-remote-src="https://example.org/a.png?x=1&amp;y=2"' in found.html
    assert 'data-remote-src="https://example.org/b.png"' in found.html
    assert " src=" not in found.html
    assert found.remote_images


def test_pictures_of_the_mail_keep_their_ids_and_their_files_are_inline() -> None:
    found = parse(
        multipart_mail(
            "related",
            html('<p>Экран:</p><img src="cid:screen@1"><img src="data:image/png;base64,iVBO">'),
            part(b"\x89PNG", "Content-Type: image/png", "Content-ID: <screen@1>", "Content-Disposition: attachment"),
            part(b"%PDF", "Content-Type: application/pdf; name=a.pdf", "Content-Disposition: attachment"),
        )
    )
    assert '<img src="cid:screen@1">' in found.html
    assert "data:image/png;base64,iVBO" in found.html
    assert not found.remote_images
    assert [(one.inline, one.content_id) for one in found.attachments] == [(True, "screen@1"), (False, None)]


def test_links_open_elsewhere_and_tell_nothing() -> None:
    safe = parse(html_mail('<a href="https://example.org" onclick="x()">сайт</a>')).html
    assert 'target="_blank"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe
    assert 'href="https://example.org"' in safe


def test_colours_tables_and_fonts_stay() -> None:
    safe = sanitise(
        '<p style="color:red;text-align:center">x</p><table border="1"><tr><td colspan="2">y</td></tr></table>'
    ).html
    assert "color:red" in safe
    assert "text-align:center" in safe
    assert 'colspan="2"' in safe


TEXTS = {
    "paragraphs": ("<p>Раз</p><p>Два</p>", "Раз\n\nДва"),
    "breaks": ("Раз<br>Два<br/>Три", "Раз\nДва\nТри"),
    "entities": ("&laquo;Рябина&raquo; &amp; Ко&nbsp;1", "«Рябина» & Ко 1"),
    "scripts and styles": ("<style>p{}</style><script>x</script><p>Раз</p>", "Раз"),
    "a title": ("<html><head><title>T</title></head><body>Раз</body></html>", "Раз"),
    "a list": ("<ul><li>Раз</li><li>Два</li></ul>", "* Раз\n* Два"),
    "a table": ("<table><tr><td>Имя</td><td>Анна</td></tr></table>", "Имя  Анна"),
    "a table after words": ("Данные:<table><tr><td>Имя</td><td>Анна</td></tr></table>", "Данные:\nИмя  Анна"),
    "a quote": ("<p>Да</p><blockquote>Нет<br>Не знаю</blockquote>", "Да\n\n> Нет\n> Не знаю"),
    "a quote in a quote": ("<blockquote>Раз<blockquote>Два</blockquote></blockquote>", "> Раз\n>> Два"),
    "broken tags": ("<p>Раз<div>Два</p></b>", "Раз\n\nДва"),
    "no tags": ("Раз", "Раз"),
    "nothing": ("<html><body></body></html>", ""),
}


@pytest.mark.parametrize(("raw", "wanted"), TEXTS.values(), ids=TEXTS.keys())
def test_the_text_of_html(raw: str, wanted: str) -> None:
    assert to_text(raw) == wanted


def test_an_empty_text_beside_html_does_not_hide_it() -> None:
    assert parse(multipart_mail("alternative", plain(" \r\n"), html("<p>Раз</p>"))).text == "Раз"


@given(st.text(alphabet=st.sampled_from("<>/\"'=& ;abipsrctdv!-#x\0\ue0f0"), max_size=300))
def test_any_html_is_some_text_and_some_safe_html(raw: str) -> None:
    to_text(raw)
    assert "<script" not in sanitise(raw).html
