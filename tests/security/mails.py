"""Mails of people who mean harm."""

from okibi.channels import inbox
from okibi.flows.intake import take
from okibi.tickets.models import Ticket

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)><b id=pwned>\"'{{ 7 }}{% now %}"


def arrive(raw: bytes, key: str) -> Ticket:
    """The mail comes in; gives its ticket."""
    row, _ = inbox.receive("email", key, raw, "pipe", {})
    assert inbox.process_one(take, row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.error
    return Ticket.objects.latest("pk")


def mail(subject="Ошибка E-17", text="Не печатает.", sender="Анна <anna@example.org>", more="", key="1") -> bytes:
    return (
        f"From: {sender}\r\nTo: support@example.org\r\nSubject: {subject}\r\nMessage-ID: <{key}@example.org>\r\n"
        f"MIME-Version: 1.0\r\n{more or 'Content-Type: text/plain; charset=utf-8'}\r\n\r\n{text}\r\n"
    ).encode()
