"""Words from outside stay words: in the console, behind the link, in letters and in the headers of letters."""

import base64
import email
from email import policy

import pytest
from django.test import Client

from okibi.channels.email.compose import Features, compose
from okibi.channels.email.options import mail_options
from okibi.channels.models import Outbound
from okibi.channels.port import Outgoing, Party
from okibi.flows import reply
from okibi.flows.links import where_is
from okibi.kernel.clock import now

from .mails import SCRIPT, arrive, mail

INJECTED = "Привет\r\nBcc: victim@example.org\r\n\r\n<b>body</b>"


def encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


@pytest.fixture
def hostile(cast):
    """A request whose subject, sender's name and text are scripts; it has an answer."""
    ticket = arrive(
        mail(
            subject=encoded(SCRIPT[:80]),
            sender=f"{encoded(SCRIPT[:60])} <stranger@example.net>",
            text="Error " + SCRIPT,
        ),
        "1",
    )
    reply.reply(ticket.pk, cast.oleg, "Ответ, в котором тоже <script>alert(3)</script>.")
    return ticket


def clean(html: str) -> bool:
    """None of the tags that came from outside is a tag."""
    return not [tag for tag in ("<script>alert", "<img src=x", "<b id=pwned") if tag in html]


def test_scripts_are_text_on_every_page_that_shows_them(oleg, hostile):
    console = [
        f"/console/t/{hostile.number}/",
        f"/console/t/{hostile.number}/timeline",
        f"/console/t/{hostile.number}/aside",
        "/console/queue/all/",
        "/console/queue/all/rows",
        "/console/search?q=alert",
        "/console/palette?q=alert",
        "/console/customers/",
    ]
    pages = {path: oleg.get(path) for path in console}
    place = "/" + where_is(hostile).split("/", 3)[3]
    pages |= {path: Client().get(path) for path in (place, place.replace("/where/", "/who/"))}
    assert [path for path, page in pages.items() if not clean(page.content.decode())] == []
    assert "&lt;script&gt;" in pages[console[0]].content.decode()


def test_scripts_are_text_in_letters(hostile):
    rows = list(Outbound.objects.all())
    assert len(rows) >= 2
    assert [row.subject for row in rows if not clean(row.html)] == []


@pytest.mark.parametrize("field", ["subject", "name", "header"])
def test_a_line_end_in_a_word_makes_no_header(field):
    message = Outgoing(
        recipient=Party("anna@example.org", INJECTED if field == "name" else "Анна"),
        subject=INJECTED if field == "subject" else "Ответ",
        text="Добрый день",
        html="",
        headers={"X-OKIBI-Ticket": INJECTED if field == "header" else "26-000001"},
        files=(),
        external_id="<t.1@example.org>",
        automatic=False,
    )
    sent = email.message_from_bytes(
        compose(message, mail_options(), now(), Features()).as_bytes(), policy=policy.default
    )
    assert sent["Bcc"] is None
    assert sent.get_content().strip() == "Добрый день"


def test_html_of_a_mail_is_shown_without_what_runs_or_loads(cast, oleg):
    html = (
        "<p onclick=alert(1)>E-17</p><script>alert(2)</script><a href='javascript:alert(3)'>x</a><svg onload=alert(4)>"
        "<iframe srcdoc='<script>alert(5)</script>'></iframe><form action=//evil.example><input></form>"
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>"
        "<img src=https://evil.example/x.png>"
    )
    ticket = arrive(mail(text=html, more="Content-Type: text/html; charset=utf-8"), "1")
    shown = oleg.get(f"/console/t/{ticket.number}/timeline").content.decode()
    for word in ("onclick=alert", "alert(2)", "javascript:", "onload", "srcdoc", "evil.example", "http-equiv"):
        assert word not in shown, word
