"""A message may join a ticket by a reference that was passed on: it is shown, with a word on who wrote it."""

import pytest
from django.conf import settings

from okibi.console.desk.present import sender_mark
from okibi.policy.threading import plus_address
from okibi.tickets import services
from okibi.tickets.models import Message, Ticket
from tests.cast import Cast, make_cast
from tests.letters import arrive, mail, placed

pytestmark = pytest.mark.django_db
STRANGER = "Вера <vera@stranger.example.org>"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    del cast
    return placed(mail())


@pytest.fixture
def trusted(settings):
    settings.OKIBI_TRUSTED_AUTHSERV = ("mx.example.org",)


def results(said: str) -> dict[str, str]:
    return {"Authentication_Results": f"mx.example.org; {said}"}


WRITERS = {
    "the requester, as before": ("Анна Вольская <anna@example.org>", {}, False),
    "a colleague with a user card": ("boris@example.org", {}, False),
    "somebody nobody knows": (STRANGER, {}, True),
    "somebody whose server has no policy": (STRANGER, results("spf=none; dkim=none; dmarc=none"), True),
    "somebody whose check failed": (STRANGER, results("dmarc=fail header.from=stranger.example.org"), True),
    "somebody whom the receiving server proved": (
        STRANGER, results("dmarc=pass header.from=stranger.example.org"), False,
    ),
    "a pass for another domain than the sender's": (STRANGER, results("spf=pass smtp.mailfrom=bulk.example.net"), True),
}  # fmt: skip


@pytest.mark.parametrize(("sender", "headers", "doubt"), WRITERS.values(), ids=WRITERS)
def test_who_joins_by_a_reference_is_proved_or_known_or_marked(ticket, trusted, sender, headers, doubt):
    first = ticket.messages.get(kind=Message.Kind.INCOMING)
    row = arrive(mail(sender, text="И у меня так же", References=first.external_id, **headers))
    assert row.subject_id == ticket.pk
    said = ticket.messages.order_by("-id").first()
    assert (said.authentication.get("sender") == "unproved") is doubt
    assert (sender_mark(said) is not None) is doubt
    ticket.refresh_from_db()
    assert (ticket.unread, ticket.sender_unproved) == (True, doubt)


def by_its_address(ticket: Ticket, text: str, sender: str = STRANGER) -> Message:
    address = plus_address(settings.OKIBI_MAIL_FROM, ticket.token)
    assert arrive(mail(sender, text=text, Delivered_To=address)).subject_id == ticket.pk
    return ticket.messages.order_by("-id").first()


def test_who_is_in_doubt_does_not_become_one_of_the_tickets_people_by_writing(ticket):
    assert sender_mark(by_its_address(ticket, "Раз"))
    assert sender_mark(by_its_address(ticket, "Два"))


def test_the_mark_says_what_was_checked(ticket):
    mark = sender_mark(by_its_address(ticket, "Раз"))
    assert mark.ru == (
        "Отправитель не подтверждён: SPF — нет, DKIM — нет, DMARC — нет; "
        "адреса vera@stranger.example.org нет среди людей этой заявки."
    )
    assert mark.en.startswith("Sender not proved: SPF: none")


def test_the_list_marks_only_the_last_unread_message(ticket):
    by_its_address(ticket, "Раз")
    ticket.refresh_from_db()
    assert ticket.sender_unproved
    services.mark_read(ticket)
    ticket.refresh_from_db()
    assert not ticket.sender_unproved
    by_its_address(ticket, "Два")
    by_its_address(ticket, "Это я, Анна", "anna@example.org")
    ticket.refresh_from_db()
    assert (ticket.unread, ticket.sender_unproved) == (True, False)


def test_a_request_that_opens_a_ticket_bears_no_mark(cast):
    del cast
    ticket = placed(mail(STRANGER))
    assert sender_mark(ticket.messages.get(kind=Message.Kind.INCOMING)) is None
