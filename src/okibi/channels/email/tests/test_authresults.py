"""Only the word of our own receiving server counts (RFC 8601)."""

import pytest

from okibi.channels.email.authresults import authentication
from okibi.channels.email.parse import parse
from okibi.channels.email.values import AuthResults

US = {"mx.example.org"}
GOOD = (
    "mx.example.org; spf=pass smtp.mailfrom=anna@example.org; dkim=pass header.d=example.org;"
    " dmarc=pass header.from=example.org"
)


def _headers(*results: str, sender: str = "Anna <anna@example.org>") -> bytes:
    lines = "".join(f"Authentication-Results: {one}\r\n" for one in results)
    return f"{lines}From: {sender}\r\nSubject: x\r\n\r\nbody".encode()


ALL = AuthResults("pass", "pass", "pass", aligned=True)
NONE = AuthResults()
CASES: dict[str, tuple[bytes, AuthResults]] = {
    "all three pass": (_headers(GOOD), ALL),
    "letter case of the id": (_headers(GOOD.replace("mx.", "MX.")), ALL),
    "a version after the id": (_headers(GOOD.replace("mx.example.org;", "mx.example.org 1;")), ALL),
    "a stranger's header": (_headers(GOOD.replace("mx.example.org;", "evil.test;", 1)), NONE),
    "a stranger's header above ours": (_headers("evil.test; dmarc=pass", GOOD), ALL),
    "a forged header of ours below the true one": (_headers("mx.example.org; spf=fail", GOOD), AuthResults("fail")),
    "our id as a prefix": (_headers(GOOD.replace("mx.example.org;", "mx.example.org.evil.test;", 1)), NONE),
    "a result hidden in a comment": (
        _headers("mx.example.org; spf=fail (dmarc=pass; x) smtp.mailfrom=a@b.c"),
        AuthResults("fail"),
    ),
    "a comment never closed": (_headers("mx.example.org; spf=none ( ; dmarc=pass"), AuthResults("none")),
    "none": (_headers("mx.example.org; none"), NONE),
    "no header at all": (_headers(), NONE),
    "DKIM of another domain": (_headers("mx.example.org; dkim=pass header.d=evil.test"), AuthResults("none", "pass")),
    "DKIM of the parent domain": (
        _headers("mx.example.org; dkim=pass header.d=example.org", sender="a@mail.example.org"),
        AuthResults("none", "pass", aligned=True),
    ),
    "DKIM of a top-level domain": (_headers("mx.example.org; dkim=pass header.d=org"), AuthResults("none", "pass")),
    "the second of two signatures": (
        _headers("mx.example.org; dkim=fail header.d=example.org; dkim=pass header.d=example.org"),
        AuthResults("none", "pass", aligned=True),
    ),
    "SPF of another domain": (_headers("mx.example.org; spf=pass smtp.mailfrom=x@evil.test"), AuthResults("pass")),
    "DMARC failed": (
        _headers("mx.example.org; spf=pass smtp.mailfrom=a@example.org; dmarc=fail"),
        AuthResults("pass", "none", "fail"),
    ),
    "two From addresses": (_headers(GOOD, sender="anna@example.org, x@evil.test"), AuthResults("pass", "pass", "pass")),
    "an IDN": (
        _headers("mx.example.org; dkim=pass header.d=xn--90anbft.xn--p1ai", sender="анна@окиби.рф"),
        AuthResults("none", "pass", aligned=True),
    ),
}


@pytest.mark.parametrize(("raw", "wanted"), CASES.values(), ids=CASES.keys())
def test_results(raw: bytes, wanted: AuthResults) -> None:
    assert authentication(raw, US) == wanted


def test_two_from_headers_prove_nothing() -> None:
    raw = b"From: x@evil.test\r\n" + _headers(GOOD)
    assert not authentication(raw, US).aligned


def test_without_a_trusted_server_nothing_is_believed() -> None:
    assert parse(_headers(GOOD)).authentication == NONE
    assert parse(_headers(GOOD), trusted=US).authentication == ALL
