"""Headers: encoded words, addresses, dates, ids."""

from datetime import datetime

import pytest

from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import HEAD, mail
from okibi.channels.email.values import Address

SUBJECTS = {
    "two words cut between letters": ("=?utf-8?B?0J/RgNC4?= =?utf-8?B?0LLQtdGC?=", "Привет"),
    "a letter cut between two words": ("=?utf-8?Q?=D0?= =?utf-8?Q?=9F=D1=80=D0=B8?=", "При"),
    "Base64 cut at any place": ("=?utf-8?B?0J/RgN?= =?utf-8?B?C40LLQtdGC?=", "Привет"),
    "Base64 letters cut in two": ("=?utf-8?B?0J/R?= =?utf-8?B?gNC40LLQtdGC?=", "Привет"),
    "folded between words": ("=?koi8-r?Q?=F4=C5?=\r\n =?koi8-r?Q?=D3=D4?=", "Тест"),
    "spaces inside Q": ("=?utf-8?Q?a b c?=", "a b c"),
    "underscores inside Q": ("=?utf-8?q?=D0=B0_=D0=B1?=", "а б"),
    "no padding": ("=?koi8-r?B?9MXT1A?=", "Тест"),
    "too much padding": ("=?koi8-r?B?9MXT1A====?=", "Тест"),
    "plain text around": ("Re: =?koi8-r?B?9MXT1A==?= (2)", "Re: Тест (2)"),
    "no space around": ("[x]=?koi8-r?B?9MXT1A==?=[y]", "[x]Тест[y]"),
    "a wrong charset name": ("=?x-nothing?Q?=F4=C5=D3=D4?=", "Тест"),
    "a wrong charset": ("=?iso-8859-1?Q?=CF=F0=E8=E2=E5=F2_=EC=E8=F0?=", "Привет мир"),
    "ks_c_5601 from Outlook": ("=?ks_c_5601-1987?B?rLSs1qzjrOQ=?=", "Тест"),
    "a language tag (RFC 2231)": ("=?utf-8*ru?Q?=D0=9F?=", "П"),
    "the end is lost": ("=?UTF-8?B?0J/RgNC40LLQtdGC", "Привет"),
    "two charsets": ("=?koi8-r?B?9MXT1A==?= =?utf-8?B?0KI=?=", "ТестТ"),
    "Japanese that keeps its state": ("=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テスト"),
    "inside quotation marks": ('"=?utf-8?B?0J/RgNC40LLQtdGC?="', '"Привет"'),
    "tabs and folds are single spaces": ("one\r\n\t two   three", "one two three"),
    "not an encoded word": ("a =? b ?= c", "a =? b ?= c"),
    "mixed raw and encoded": ("Ответ: =?utf-8?B?0KLQtdGB0YI=?=", "Ответ: Тест"),
}


@pytest.mark.parametrize(("raw", "wanted"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_subjects(raw: str, wanted: str) -> None:
    assert parse(mail(b"", f"Subject: {raw}")).subject == wanted


A = Address
SENDERS: dict[str, tuple[str | bytes, list[Address]]] = {
    "name and address": ("Anna <a@b.org>", [A("Anna", "a@b.org")]),
    "quoted name with a comma": ('"Volskaya, Anna" <a@b.org>', [A("Volskaya, Anna", "a@b.org")]),
    "the bracket is lost": ("foo <foo@bar", [A("foo", "foo@bar")]),
    "two in From": ("a@b.org, c@d.org", [A("", "a@b.org"), A("", "c@d.org")]),
    "semicolons as in Outlook": ("a@b.org; c@d.org", [A("", "a@b.org"), A("", "c@d.org")]),
    "a group": ("Friends: a@b.org, C <c@d.org>;", [A("", "a@b.org"), A("C", "c@d.org")]),
    "an empty group": ("undisclosed-recipients:;", []),
    "a name in a comment": ("a@b.org (Anna)", [A("Anna", "a@b.org")]),
    "a name without brackets": ("Anna a@b.org", [A("Anna", "a@b.org")]),
    "brackets twice": ("<<a@b.org>>", [A("", "a@b.org")]),
    "quotes never closed": ('"Anna <a@b.org>', [A("Anna", "a@b.org")]),
    "single quotes": ("'a@b.org' <a@b.org>", [A("a@b.org", "a@b.org")]),
    "mailto": ("<mailto:a@b.org>", [A("", "a@b.org")]),
    "Cyrillic and an IDN": ("Анна <анна@окиби.рф>", [A("Анна", "анна@окиби.рф")]),
    "punycode stays": ("a@xn--90anbft.xn--p1ai", [A("", "a@xn--90anbft.xn--p1ai")]),
    "a comma inside an encoded word": ("=?utf-8?Q?Petrov,_Ivan?= <a@b.org>", [A("Petrov, Ivan", "a@b.org")]),
    "an encoded word in quotes": ('"=?utf-8?B?0JDQvdC90LA=?=" <a@b.org>', [A("Анна", "a@b.org")]),
    "all of it encoded": ("=?utf-8?B?ItCQ0L3QvdCwIiA8YUBiLm9yZz4=?=", [A("Анна", "a@b.org")]),
    "raw cp1251": ('"Вольская, Анна" <a@b.org>'.encode("cp1251"), [A("Вольская, Анна", "a@b.org")]),
    "raw koi8-r": ("Борис Лапин <a@b.org>".encode("koi8-r"), [A("Борис Лапин", "a@b.org")]),
    "a quoted local part": ('"anna v"@b.org', [A("", '"anna v"@b.org')]),
    "escaped quotes": (r'"Anna \"V\" Volskaya" <a@b.org>', [A('Anna "V" Volskaya', "a@b.org")]),
    "the same twice": ("a@b.org, a@b.org", [A("", "a@b.org")]),
    "nothing": ("", []),
    "a lone bracket": ("<>", []),
    "no address at all": ("Anna", []),
    "a local host": ("root@localhost", [A("", "root@localhost")]),
}


@pytest.mark.parametrize(("raw", "wanted"), SENDERS.values(), ids=SENDERS.keys())
def test_senders(raw: str | bytes, wanted: list[Address]) -> None:
    value = raw.encode() if isinstance(raw, str) else raw
    found = parse(b"From: " + value + b"\r\nSubject: x\r\n\r\nx")
    assert list(found.senders) == wanted
    assert found.sender == (wanted[0] if wanted else None)


DATES = {
    "Fri, 20 Nov 2026 12:41:00 +0300": "2026-11-20T12:41:00+03:00",
    "20 Nov 26 12:41 +0300": "2026-11-20T12:41:00+03:00",
    "Пт, 20 Ноя 2026 12:41:00 +0300": "2026-11-20T12:41:00+03:00",
    "пятница, 20 ноября 2026 г. 12:41:00 +0300": "2026-11-20T12:41:00+03:00",
    "Fri, 22 Aug 2003 9:15:19 --0700": "2003-08-22T09:15:19-07:00",
    "Fri, 20 Nov 2026 12:41:00": "2026-11-20T12:41:00+00:00",
    "2026-11-20T12:41:00+03:00": "2026-11-20T12:41:00+03:00",
    "20.11.2026 12:41": "2026-11-20T12:41:00+00:00",
    "Fri, 20 Nov 2026 12.41.00 +0300": "2026-11-20T12:41:00+03:00",
    "Fri, 20 Nov 2026 12:41:00 MSK": "2026-11-20T12:41:00+03:00",
    "Fri, 20 Nov 2026 12:41:00 GMT": "2026-11-20T12:41:00+00:00",
    "Fri, 20 Nov 2026 12:41:00 +0300 (MSK)": "2026-11-20T12:41:00+03:00",
    "Sat, 31 Dec 2016 23:59:60 +0000": "2016-12-31T23:59:59+00:00",
    "Fri, 20 Nov 2026 12:41:00 +9999": "2026-11-20T12:41:00+00:00",
    "Fri, 32 Nov 2026 12:41:00 +0300": None,
    "Fri, 20 Nov 2026 25:61:00 +0300": None,
    "Fri, 20 Nov 99999 12:00:00 +0000": None,
    "yesterday": None,
    "0": None,
    "": None,
}


@pytest.mark.parametrize(("raw", "wanted"), DATES.items())
def test_dates(raw: str, wanted: str | None) -> None:
    found = parse(f"From: a@b.org\r\nDate: {raw}\r\n\r\nx".encode())
    assert found.date == (datetime.fromisoformat(wanted) if wanted else None)
    assert found.date is not None or {one.code for one in found.defects} & {"bad_date", "no_date"}


IDS = {
    "as it stands": ("<1@example.org>", "<1@example.org>"),
    "folded": ("\r\n <1@example.org>", "<1@example.org>"),
    "without brackets": ("1@example.org", "1@example.org"),
    "with words beside it": ("<1@example.org> (added by relay)", "<1@example.org>"),
    "empty": ("", None),
    "empty brackets": ("<>", None),
    "square brackets inside": ("<[x]@example.org>", "<[x]@example.org>"),
}


@pytest.mark.parametrize(("raw", "wanted"), IDS.values(), ids=IDS.keys())
def test_message_ids(raw: str, wanted: str | None) -> None:
    assert parse(f"From: a@b.org\r\nMessage-ID: {raw}\r\n\r\nx".encode()).message_id == wanted


def test_a_mail_without_a_message_id() -> None:
    assert parse(b"From: a@b.org\r\n\r\nx").message_id is None


def test_threading_headers() -> None:
    found = parse(
        mail(
            b"x",
            'In-Reply-To: <b@x> (Anna\'s message of "Fri")',
            "References: <a@x>\r\n\t<b@x>  <a@x>",
        )
    )
    assert found.in_reply_to == "<b@x>"
    assert found.references == ("<a@x>", "<b@x>")


def test_who_a_mail_was_delivered_to_and_where_answers_go() -> None:
    found = parse(
        mail(
            b"x",
            "Return-Path: <bounce@example.org>",
            "Delivered-To: support+17@example.org",
            "Reply-To: Boris <boris@example.org>",
            "Cc: c@example.org, Vera <v@example.org>",
        )
    )
    assert found.return_path == "bounce@example.org"
    assert found.delivered_to == ("support+17@example.org",)
    assert found.reply_to == (A("Boris", "boris@example.org"),)
    assert found.cc == (A("", "c@example.org"), A("Vera", "v@example.org"))
    assert found.header("Return-Path") == "<bounce@example.org>"


def test_repeated_headers_give_the_first_that_says_something() -> None:
    found = parse(b"From: a@b.org\r\nSubject:\r\nSubject: one\r\nSubject: two\r\n\r\nx")
    assert found.subject == "one"
    assert "repeated_header" in {one.code for one in found.defects}


BROKEN_BLOCKS = {
    "an mbox line before the headers": b"From anna@example.org Fri Nov 20 12:41:00 2026\n" + HEAD + b"\nText",
    "empty lines before the headers": b"\r\n\r\n" + HEAD + b"\r\nText",
    "a byte order mark before the headers": b"\xef\xbb\xbf" + HEAD + b"\r\nText",
    "a line without a colon among the headers": HEAD + b"this is no header\r\nX-More: 1\r\n\r\nText",
    "no empty line before the body": HEAD + b"Text",
    "bare carriage returns": HEAD.replace(b"\r\n", b"\r") + b"\rText",
    "bare line feeds": HEAD.replace(b"\r\n", b"\n") + b"\nText",
    "NUL bytes in the body": HEAD + b"\r\nTe\0xt",
    "spaces before the colon": HEAD.replace(b"From:", b"From :") + b"\r\nText",
}


@pytest.mark.parametrize("raw", BROKEN_BLOCKS.values(), ids=BROKEN_BLOCKS.keys())
def test_broken_header_blocks(raw: bytes) -> None:
    found = parse(raw)
    assert found.sender == A("Anna Volskaya", "anna@example.org")
    assert found.text == "Text"
