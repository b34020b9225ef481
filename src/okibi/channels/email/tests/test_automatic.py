"""Which mails a machine wrote: none of them ever gets an answer from a machine of ours."""

import pytest

from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import fixture, text_mail

AUTOMATIC = {
    "Auto-Submitted": ["Auto-Submitted: auto-replied"],
    "Auto-Submitted with a comment": ["Auto-Submitted: auto-generated (failure)"],
    "Precedence bulk": ["Precedence: bulk"],
    "Precedence junk": ["Precedence: Junk"],
    "Precedence list": ["Precedence: list"],
    "Precedence auto_reply": ["Precedence: auto_reply"],
    "X-Autoreply": ["X-Autoreply: yes"],
    "X-Autorespond": ["X-Autorespond: Vacation"],
    "X-Auto-Response-Suppress": ["X-Auto-Response-Suppress: OOF, AutoReply"],
    "a mailing list": ["List-Id: <all.example.org>"],
    "a newsletter": ["List-Unsubscribe: <https://example.org/u>"],
    "the null return path": ["Return-Path: <>"],
    "a loop header of another program": ["X-Loop: rt"],
    "our own loop header": ["X-OKIBI-Loop: desk"],
    "an absence by its subject and its words": [
        "Subject: Автоответ: печать",
        "",
        "Я нахожусь в отпуске до понедельника",
    ],
    "an absence in English": ["Subject: Out of Office: printing", "", "I am out of the office until Monday"],
}
PERSONAL = {
    "nothing special": [],
    "Auto-Submitted: no": ["Auto-Submitted: no"],
    "Precedence: normal": ["Precedence: normal"],
    "only receipts are unwanted": ["X-Auto-Response-Suppress: DR, RN"],
    "a return path": ["Return-Path: <anna@example.org>"],
    "a telling subject alone": ["Subject: Автоответ не приходит"],
    "a subject about an office": ["Subject: Out of office hours support?"],
    "telling words alone": ["Subject: Вопрос", "", "Я нахожусь в отпуске, но печать не работает"],
}


def _mail(lines: list[str]) -> bytes:
    headers, words = (lines[: lines.index("")], lines[-1]) if "" in lines else (lines, "Текст")
    return text_mail(words, "utf-8", *headers)


@pytest.mark.parametrize("lines", AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_automatic(lines: list[str]) -> None:
    found = parse(_mail(lines))
    assert found.automatic
    assert found.automatic_reasons


@pytest.mark.parametrize("lines", PERSONAL.values(), ids=PERSONAL.keys())
def test_written_by_a_person(lines: list[str]) -> None:
    assert parse(_mail(lines)).automatic_reasons == ()


ROBOTS = ["MAILER-DAEMON@example.org", "postmaster@example.org", "no-reply@example.org", "noreply@example.org",
          "list-bounces@example.org", "do-not-reply@example.org"]  # fmt: skip


@pytest.mark.parametrize("address", ROBOTS)
def test_robots_by_their_addresses(address: str) -> None:
    assert parse(f"From: {address}\r\nSubject: x\r\n\r\nx".encode()).automatic


def test_a_form_that_sends_from_no_reply_but_says_whom_to_answer_is_a_persons_mail() -> None:
    assert not parse(b"From: no-reply@example.org\r\nReply-To: anna@example.org\r\n\r\nx").automatic


def test_an_absence_notice_of_exchange() -> None:
    assert parse(fixture("autoreply-exchange.eml")).automatic_reasons == ("auto-submitted", "x-auto-response-suppress")
