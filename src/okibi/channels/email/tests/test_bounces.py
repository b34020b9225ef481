"""Delivery reports, standard and not, and the mails that only look like them."""

import pytest

from okibi.channels.email.parse import parse
from okibi.channels.email.tests.mails import fixture, text_mail
from okibi.channels.email.values import Bounce

ANNA = ("anna@example.org",)
OURS = "<okibi.15.1@example.org>"
REPORTS = {
    "bounce-postfix.eml": (True, "5.1.1", OURS, "User unknown"),
    "bounce-delayed.eml": (False, "4.4.1", OURS, "timed out"),
    "bounce-qmail.eml": (True, "5.0.0", OURS, "No such user"),
    "bounce-exim.eml": (True, "5.1.1", OURS, "User unknown"),
    "bounce-mailru.eml": (True, "5.0.0", OURS, "invalid mailbox"),
    "bounce-yandex.eml": (True, "5.7.1", OURS, "No such user"),
    "bounce-exim-warning.eml": (False, None, None, None),
}


@pytest.mark.parametrize(("name", "wanted"), REPORTS.items())
def test_a_delivery_report_names_whom_it_did_not_reach(name: str, wanted: tuple[bool, str, str, str]) -> None:
    found = parse(fixture(name))
    permanent, status, original, why = wanted
    assert found.bounce is not None
    assert found.automatic
    assert found.bounce.recipients == ANNA
    assert (found.bounce.permanent, found.bounce.status) == (permanent, status)
    assert found.bounce.original_message_id == original
    assert why is None or why in str(found.bounce.diagnostic)


def test_a_report_of_success_is_automatic_but_no_bounce() -> None:
    found = parse(fixture("report-delivered.eml"))
    assert found.bounce is None
    assert found.automatic


def test_the_returned_headers_stay_attached() -> None:
    assert [one.name for one in parse(fixture("bounce-postfix.eml")).attachments] == [
        "delivery-status.txt",
        "headers.txt",
    ]


def test_a_customer_who_writes_about_bounces_is_no_bounce() -> None:
    found = parse(
        text_mail("Письмо не может быть доставлено: 550 5.1.1 x@example.org", "utf-8", "Subject: Undelivered mail")
    )
    assert found.bounce is None
    assert not found.automatic


def test_a_read_receipt_is_automatic_and_no_bounce() -> None:
    raw = (
        b"From: anna@example.org\r\nSubject: Read\r\nContent-Type: multipart/report; "
        b"report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\n"
        b"Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;anna@example.org\r\n--b--\r\n"
    )
    found = parse(raw)
    assert (found.bounce, found.automatic) == (None, True)


def test_several_recipients_of_one_report() -> None:
    raw = fixture("bounce-postfix.eml").replace(
        b"\n--B1/mx\nContent-Description: Undelivered",
        b"\nFinal-Recipient: rfc822; boris@example.org\nAction: failed\nStatus: 4.7.0\n"
        b"\n--B1/mx\nContent-Description: Undelivered",
    )
    assert parse(raw).bounce == Bounce(
        ("anna@example.org", "boris@example.org"),
        permanent=True,
        status="5.1.1",
        diagnostic="550 5.1.1 <anna@example.org>: Recipient address rejected: User unknown",
        original_message_id=OURS,
    )
