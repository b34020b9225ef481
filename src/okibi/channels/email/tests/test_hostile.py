"""No bytes harm the parser: it neither raises nor hangs, and keeps what it can't understand."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okibi.channels.email.mime import MAX_PARTS
from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import FIXTURES, HEAD, html, mail, multipart_mail, plain
from okibi.channels.email.values import ParsedMail
from okibi.ops.commands.mail_parse import as_dict


def _sound(found: ParsedMail) -> None:
    """What must hold of every parsed mail: no inner failure, and every word can be stored and sent."""
    codes = {one.code for one in found.defects}
    assert "parser_failed" not in codes, found.defects
    for whole in (as_dict(found), asdict(found)):
        words = json.dumps(whole, ensure_ascii=False, default=repr)
        words.encode()
        assert "\\u0000" not in words


def _codes(raw: bytes) -> set[str]:
    found = parse(raw)
    _sound(found)
    return {one.code for one in found.defects}


NOTHING = {
    "no bytes": b"",
    "blank lines": b"\r\n\r\n",
    "zeros": b"\0" * 1000,
    "every byte there is": bytes(range(256)) * 8,
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0\\r\xa8f" + bytes(range(7, 250, 3)) * 9,
}


@pytest.mark.parametrize("raw", NOTHING.values(), ids=NOTHING)
def test_nothing_is_unreadable(raw: bytes) -> None:
    assert "unreadable" in _codes(raw)


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r", "utf-16-le"])
def test_words_without_any_header_are_read(charset: str) -> None:
    raw = "Программа не запускается после обновления.\nЧто делать?".encode(charset)
    assert parse(raw).text.startswith("Программа не запускается")
    assert "unreadable" not in _codes(raw)


def test_noise_is_kept_as_text_or_unreadable_but_never_an_error() -> None:
    _sound(parse(bytes(range(256)) * 50))


def test_two_thousand_nested_multiparts() -> None:
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(2000))
    found = parse(HEAD + raw)
    _sound(found)
    assert "too_deep" in {one.code for one in found.defects}
    assert len(found.attachments) == 1  # what lies deeper is kept in one piece


def test_text_in_a_nest_that_is_only_deep() -> None:
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(60))
    assert parse(HEAD + raw + b"\nText").text == "Text"


def test_nested_messages_are_not_descended_into() -> None:
    found = parse(HEAD + b"Content-Type: message/rfc822\n\n" * 5000 + b"x")
    _sound(found)
    assert len(found.attachments) == 1


def test_a_hundred_thousand_headers() -> None:
    raw = HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nText"
    assert "too_many_headers" in _codes(raw)
    assert parse(raw).text == "Text"


def test_a_header_of_a_million_folded_lines() -> None:
    assert "long_header" in _codes(HEAD + b"X: y\r\n" + b" y\r\n" * 1_000_000 + b"\r\nText")


def test_a_thousand_parts_are_all_kept() -> None:
    found = parse(multipart_mail("mixed", *[plain(f"{n}") for n in range(1000)]))
    assert found.text.split() == [str(n) for n in range(1000)]


def test_more_parts_than_anybody_sends() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * (MAX_PARTS + 100)
    assert "too_many_parts" in _codes(raw)


def test_a_line_of_ten_megabytes() -> None:
    assert "long_text" in _codes(mail(b"a" * 10_000_000))


def test_a_boundary_of_a_megabyte() -> None:
    mark = b"a" * 1_000_000
    assert "long_boundary" in _codes(HEAD + b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark)


def test_a_mail_of_forty_megabytes() -> None:
    big = (
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"A" * 76 * 540_000
    )
    found = parse(multipart_mail("mixed", plain("Text"), big))
    assert found.text == "Text"
    assert found.attachments[0].size == 76 * 540_000 * 3 // 4


H = b"From: a@example.org\nSubject: x\n"
TRAPS = {
    "ampersands": html("&" * 1_000_000),
    "nested elements": html("<div>" * 100_000 + "x"),
    "nested quotes": html("<blockquote>" * 5000 + "x"),
    "scripts never closed": html("<script>" * 50_000),
    "angle brackets": html("<" * 1_000_000),
    "colons": mail(b"a:\n" * 300_000),
    "attributions": mail(b"20.11.2026 12:41 x:\n" * 50_000),
    "quote marks": mail(b"> a\n\n" * 200_000),
    "uuencode beginnings": mail(b"begin 644 x\n" * 100_000),
    "flowing lines": mail(b"a \n" * 300_000, "Content-Type: text/plain; format=flowed"),
    "open quotes in To": b"To: " + b'"\\' * 40_000 + b"\n\nx",
    "open brackets in To": b"To: " + b"<" * 90_000 + b"\n\nx",
    "open comments in To": b"To: " + b"(" * 90_000 + b"\n\nx",
    "open encoded words in To": b"To: " + b"=?a?b?" * 15_000 + b"\n\nx",
    "broken letters in the subject": b"Subject: " + b"=?utf-8?q?=D0?= " * 5000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain; " + b'a="' * 30_000 + b"\n\nx",
    "open brackets in References": b"References: " + b"<" * 90_000 + b"\n\nx",
    "comments in Authentication-Results": b"Authentication-Results: " + b"(" * 90_000 + b"\n\nx",
    "a calendar of one line": mail(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"SUMMARY;" * 100_000, "Content-Type: text/calendar"
    ),
    "padding": mail(b"A=" * 300_000, "Content-Transfer-Encoding: base64"),
    "boundaries without headers": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50_000,
    "a report of many groups": b"From: mailer-daemon@x\nContent-Type: multipart/report; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 50_000,
}


@pytest.mark.parametrize("raw", TRAPS.values(), ids=TRAPS.keys())
def test_traps_for_careless_parsers(raw: bytes) -> None:
    _sound(parse(raw))


@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    _sound(parse(raw))
    _sound(parse(HEAD + raw))


SEEDS = [path.read_bytes() for path in sorted(FIXTURES.glob("*.eml"))]
SPLINTERS = st.sampled_from(
    [
        b"\n--", b"boundary=", b"=?utf-8?B?", b"?=", b"\0", b"\r", b"\n\n", b'"', b"<", b";", b"\xff", b"%", b"*0*=",
        b"charset=utf-16", b"charset=iso-2022-kr", b"\xed\xa0\x80", b"charset=utf-7\n\n+2AA-", b"\n\nbegin 644 a\n",
        b"Content-Type: multipart/mixed; boundary=s\n", b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 60), SPLINTERS | st.binary(max_size=20)), max_size=8),
)
def test_mutated_mails(seed: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    raw = seed
    for at, length, new in changes:
        raw = raw[:at] + new + raw[at + length :]
    _sound(parse(raw))


@given(st.sampled_from(SEEDS), st.integers(0, 4000))
def test_mails_cut_anywhere(seed: bytes, at: int) -> None:
    _sound(parse(seed[:at]))
