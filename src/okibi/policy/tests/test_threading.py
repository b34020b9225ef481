"""Which ticket a message belongs to; never by the words of its subject alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.threading import (
    MessageHeaders,
    ThreadGround,
    ThreadingError,
    find_thread,
    find_threads,
    is_ticket_number,
    message_id,
    number_of_message_id,
    numbers_in_subject,
    plus_address,
    ticket_number,
    token_of_address,
)

ANNA, VERA = "anna@example.org", "vera@example.org"
TICKET, OTHER = "26-001042", "26-000007"
OURS = message_id(TICKET, "q7Zk-2_xYw81", "help.example.org")
LOST = message_id(TICKET, "gone-gone-gone", "help.example.org")
TOKEN = "k3v9x2m7p1q8"
REPLY_TO = plus_address("support@example.org", TOKEN)


class Store:
    """Two tickets of Anna's; the first has a sent and a received message."""

    def ticket_of_message(self, message_id):
        return {OURS: TICKET, "<anna-1@example.org>": TICKET, "<old@example.org>": OTHER}.get(message_id)

    def ticket_of_token(self, token):
        return TICKET if token == TOKEN else None

    def is_participant(self, number, address):
        return number in {TICKET, OTHER} and address == ANNA


def message(sender=ANNA, **values):
    return MessageHeaders(sender, **values)


CASES = {
    "it answers our message": (message(in_reply_to=(OURS,)), TICKET, ThreadGround.REFERENCE),
    "it answers a message of hers": (message(references=("<anna-1@example.org>",)), TICKET, ThreadGround.REFERENCE),
    "a stranger answers our message": (message(VERA, in_reply_to=(OURS,)), TICKET, ThreadGround.REFERENCE),
    "the parent outweighs older references": (
        message(in_reply_to=(OURS,), references=("<old@example.org>", OURS)),
        TICKET,
        ThreadGround.REFERENCE,
    ),
    "the newest reference speaks first": (
        message(references=(OURS, "<old@example.org>")),
        OTHER,
        ThreadGround.REFERENCE,
    ),
    "it came to the ticket's address": (message(VERA, recipients=(REPLY_TO,)), TICKET, ThreadGround.ADDRESS),
    "the address in capitals": (message(recipients=(REPLY_TO.upper(),)), TICKET, ThreadGround.ADDRESS),
    "references outweigh the address": (
        message(references=("<old@example.org>",), recipients=(REPLY_TO,)),
        OTHER,
        ThreadGround.REFERENCE,
    ),
    "an id of ours that is not on record, from Anna": (
        message(in_reply_to=(LOST,)),
        TICKET,
        ThreadGround.OUR_MESSAGE_ID,
    ),
    "an id of our form made up by a stranger": (message(VERA, in_reply_to=(LOST,)), None, None),
    "the number in the subject, from Anna": (
        message(subject=f"Re: [{TICKET}] отчёт"),
        TICKET,
        ThreadGround.SUBJECT_NUMBER,
    ),
    "the number in the subject, from a stranger": (message(VERA, subject=f"Re: [{TICKET}] отчёт"), None, None),
    "a number that no ticket has": (message(subject="[26-999999]"), None, None),
    "the same subject": (message(subject="Re: отчёт не печатается"), None, None),
    "an unknown token": (message(recipients=("support+t-aaaaaaaaaaaa@example.org",)), None, None),
    "a foreign reference": (message(in_reply_to=("<x@example.com>",)), None, None),
}


@pytest.mark.parametrize(("headers", "number", "ground"), CASES.values(), ids=CASES)
def test_a_message_finds_its_ticket(headers, number, ground):
    match = find_thread(headers, Store())
    assert (match and match.number, match and match.ground) == (number, ground)


def test_a_match_tells_whether_the_sender_takes_part():
    assert [find_thread(message(each, in_reply_to=(OURS,)), Store()).participant for each in (ANNA, VERA)] == [
        True,
        False,
    ]


def test_every_candidate_stands_once_with_its_strongest_ground():
    headers = message(in_reply_to=(OURS,), recipients=(REPLY_TO,), subject=f"[{OTHER}] [{TICKET}]")
    found = [(match.number, match.ground) for match in find_threads(headers, Store())]
    assert found == [(TICKET, ThreadGround.REFERENCE), (OTHER, ThreadGround.SUBJECT_NUMBER)]


SUBJECTS = {
    "Re: [26-001042] отчёт": ("26-001042",),
    "#26-001042": ("26-001042",),
    "[#26-001042]": ("26-001042",),
    "заявка № 26-001042": ("26-001042",),
    "26-001042, 26-000007 и снова 26-001042": ("26-001042", "26-000007"),
    "счёт 126-001042": (),
    "26-0010421": (),
    "8-926-001042": (),
    "26-001042-17": (),
}


@pytest.mark.parametrize(("subject", "numbers"), SUBJECTS.items())
def test_numbers_in_a_subject(subject, numbers):
    assert numbers_in_subject(subject) == numbers


@given(st.integers(2000, 2099), st.integers(1, 999_999), st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True))
def test_a_number_comes_back_out_of_the_message_id_and_the_subject(year, serial, random):
    number = ticket_number(year, serial)
    assert is_ticket_number(number)
    assert number_of_message_id(message_id(number, random, "help.example.org")) == number
    assert numbers_in_subject(f"Re: [{number}] x") == (number,)


@given(st.from_regex(r"[a-z0-9]{8,64}", fullmatch=True))
def test_a_token_comes_back_out_of_the_address(token):
    assert token_of_address(plus_address("support@example.org", token)) == token


@pytest.mark.parametrize(
    "made",
    [
        lambda: ticket_number(2026, 0),
        lambda: ticket_number(2026, 10**6),
        lambda: message_id("1", "abcdefgh", "x"),
        lambda: plus_address("support", TOKEN),
        lambda: plus_address("support@example.org", "a b"),
    ],
)
def test_nonsense_makes_no_number_id_or_address(made):
    with pytest.raises(ThreadingError):
        made()
