"""Real mails (byte-exact, kept outside the product): what a person reads in each, the parser reads too."""

import os
from pathlib import Path

import pytest

from okibi.channels.email.parse import parse
from okibi.channels.email.values import ParsedMail

ROOT = Path(__file__).resolve().parents[5]
MAILS = Path(os.environ.get("OKIBI_TEST_MAIL") or ROOT.parent / "shared" / "data" / "mail")
pytestmark = pytest.mark.skipif(not MAILS.is_dir(), reason=f"NO REAL MAILS AT {MAILS}: set OKIBI_TEST_MAIL to try them")
FILES = (
    sorted(str(path.relative_to(MAILS)) for path in MAILS.rglob("*") if path.is_file()) if MAILS.is_dir() else ["none"]
)


def _parse(name: str) -> ParsedMail:
    return parse((MAILS / name).read_bytes())


@pytest.mark.parametrize("name", FILES)
def test_every_letter_is_told(name: str) -> None:
    found = _parse(name)
    words = " ".join(
        [found.subject, found.text, found.sender.name if found.sender else "", *(a.name for a in found.attachments)]
    )
    assert "\ufffd" not in words
    assert "????" not in words
    assert not {one.code for one in found.defects} & {"unreadable", "parser_failed", "undecodable"}


SUBJECTS = {
    "8859-15-message-series/msg1": "test äöüßÄÖÜß€",
    "crashes-file-based-parser": "Fwd: scanning my ports",
    "nested-rfc-822": "[Jonas Liljegren] Re: [Para] Nivåer?",
    "new-ticket-from-gb18030": "测试",
    "new-ticket-from-iso-8859-1": "Re: rt-3.0.3pre1",
    "rfc2231-attachment-filename-continuations": "Client ? Japanese Attachment Name issue",
    "russian-subject-no-content-type": "тест тест",
    "subject-with-folding-ws": "test",
    "very-long-subject": "0123456789" * 30,
}


@pytest.mark.parametrize(("name", "wanted"), SUBJECTS.items())
def test_subjects(name: str, wanted: str) -> None:
    assert _parse(name).subject.startswith(wanted[:290])


REPLIES = {
    "8859-15-message-series/msg7": "test nochmal in anderer Queue\ntest äöüßÄÖÜß€",
    "multipart-alternative-with-umlaut": "Hello,\n\nist this kind of Messages, that causes rt to crash.",
    "nested-mime-sample": "MIME is fun at times.",
    "new-ticket-from-gb18030": "测试",
    "new-ticket-from-iso-8859-1": "Håvard",
    "outlook-rfc822": "Could this look more spammy? “Check out the attached file.” 😊",
    "russian-subject-no-content-type": "ТЕСТ",
    "text-html-with-umlaut": "Hello,\n\nist this kind of Messages, that causes rt to crash.",
    "rt-send-cc": "",
}


@pytest.mark.parametrize(("name", "wanted"), REPLIES.items())
def test_replies(name: str, wanted: str) -> None:
    assert _parse(name).reply == wanted


FILE_NAMES = {
    "crashes-file-based-parser": ["BackGrnd.jpg"],
    "email-file-attachment.eml": ["test-email.eml"],
    "email-file-attachment-2.eml": ["test-email-2.eml"],
    "multipart-report": ["delivery-status.txt", "Thank you!.eml"],
    "nested-mime-sample": ["first outer message.eml", "2nd outer message.eml"],
    "nested-rfc-822": ["Re_ [Para] Nivåer_.eml"],
    "notes-uuencoded": ["Naz_Head.jpg"],
    "outlook-rfc822": ["Updates to our terms of use.eml"],
    "rfc2231-attachment-filename-continuations": ["新しいテキスト ドキュメント.txt"],
}


@pytest.mark.parametrize(("name", "wanted"), FILE_NAMES.items())
def test_files(name: str, wanted: list[str]) -> None:
    assert [one.name for one in _parse(name).attachments] == wanted


def test_the_uuencoded_picture_is_whole() -> None:
    found = _parse("notes-uuencoded")
    (picture,) = found.attachments
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert picture.content.rstrip(b"\0").endswith(b"\xff\xd9")
    assert found.text.endswith("(Its format is: JPEG File Interchange )")


def test_the_answer_below_the_quote() -> None:
    found = _parse("new-ticket-from-iso-8859-1-full")
    assert found.reply.startswith("Hello again,")
    assert "letters like: ø æ å" in found.reply
    assert "This patch didn't help" in found.quoted


def test_the_delivery_report() -> None:
    found = _parse("multipart-report")
    assert found.bounce is not None
    assert found.bounce.recipients == ("jesmund@mailbox.other.example.com",)
    assert (found.bounce.permanent, found.bounce.status) == (True, "5.1.1")
    assert found.bounce.original_message_id == "<200308221615.h7MGFGac020135@mx12.other.example.com>"


def test_the_nested_messages_open_in_their_turn() -> None:
    digest = _parse("8859-15-message-series/dir")
    assert [parse(one.content).subject for one in digest.attachments] == ["test äöüßÄÖÜß€"] * 7
