"""What is written is what any mail program reads, however a server wants it on the wire (RFC 2045, 2046)."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from okibi.channels.email.compose import Features, compose
from okibi.channels.email.options import mail_options
from okibi.channels.port import IncomingFile, Outgoing, Party

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = {
    "plain": "Hello,\n\nall is well.\n",
    "Russian": "Здравствуйте.\n\nВсё хорошо.\n",
    "no end of line": "Всё хорошо.",
    "nothing": "",
    "a dot alone, and at the beginning": ".\n..\n.profile\n",
    "From at the beginning of a line": "From here on\n>From there\n",
    "spaces at the end of a line": "a  \nb\t\n \n",
    "equals signs": "a=b\n=3D=\n",
    "a line that no server takes, foreign": "щ" * 3000 + "\nконец\n",
    "a line that no server takes, plain": "ab c" * 3000 + "\nthe end \n",
    "old line ends": "один\rдва\r\nтри\n",
    "half of a pair": "a\ud800b\n",
    "a boundary in the words": "--=-okibi-\n--\n",
}


def read(part):
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("eight_bit", [True, False])
@pytest.mark.parametrize("files", [0, 1])
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_text_and_html_are_read_as_they_were_written(settings, words, files, eight_bit):
    attached = (IncomingFile("отчёт.txt", "text/plain", "файл\n".encode()),) * files
    message = Outgoing(
        recipient=Party("anna@example.org", "Анна"), subject="Слова", text=words, html=words and f"<p>{words}</p>",
        headers={}, files=attached, external_id="<1@example.org>", automatic=False,
    )  # fmt: skip
    settings.OKIBI_MAIL_FROM = "support@example.org"
    raw = compose(message, mail_options(), AT, Features(eight_bit=eight_bit)).as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    assert eight_bit or raw.isascii()
    mail = message_from_bytes(raw, policy=default)
    assert not [part.defects for part in mail.walk() if part.defects]
    wanted = words.replace("\r\n", "\n").replace("\r", "\n").replace("\ud800", "?")
    assert read(mail.get_body(("plain",))) == (wanted if wanted.endswith("\n") else f"{wanted}\n")
    if words:
        assert read(mail.get_body(("html",))) == f"<p>{wanted}</p>\n"
    assert [each.get_filename() for each in mail.iter_attachments() if each.get_filename()] == ["отчёт.txt"] * files


def test_lines_of_words_in_base64_end_as_on_the_wire(settings):
    """RFC 2045 section 6.8: line breaks of a text become CRLF before it is encoded."""
    message = Outgoing(
        recipient=Party("anna@example.org", "Анна"), subject="Слова", text=WORDS["Russian"], headers={}, files=(),
        html="", external_id="<1@example.org>", automatic=False,
    )  # fmt: skip
    settings.OKIBI_MAIL_FROM = "support@example.org"
    mail = message_from_bytes(compose(message, mail_options(), AT, Features(eight_bit=False)).as_bytes())
    assert mail["Content-Transfer-Encoding"] == "base64"
    assert mail.get_payload(decode=True).decode() == WORDS["Russian"].replace("\n", "\r\n")
