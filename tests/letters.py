"""Letters of the cast as they come by mail, for tests of rooms above the channels."""

from okibi.channels import inbox
from okibi.channels.models import Inbound
from okibi.flows.intake import take
from okibi.tickets.models import Ticket

ANNA = "Анна Вольская <anna@example.org>"


def mail(sender: str = ANNA, subject: str = "Ошибка E-17", text: str = "Не печатает счета.", **headers: str) -> bytes:
    """A mail as a mail server hands it over; ``headers`` with underscores for dashes."""
    lines = [
        f"From: {sender}",
        "To: support@example.org",
        f"Subject: {subject}",
        f"Message-ID: <{abs(hash((sender, subject, text)))}@example.org>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text + "\r\n").encode()


def arrive(raw: bytes) -> Inbound:
    """The mail is received and taken in."""
    row, _ = inbox.receive("email", str(hash(raw)), raw, "pipe", {})
    assert inbox.process_one(take, row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.error
    return row


def placed(raw: bytes) -> Ticket:
    """The ticket that a mail became or joined."""
    return Ticket.objects.get(pk=arrive(raw).subject_id)
