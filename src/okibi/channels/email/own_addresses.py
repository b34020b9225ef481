"""Our own addresses: which recipients are ours, and the tokens after their plus sign (RFC 5233 "detail").

``support+t-<token>@…`` names a ticket (it stands in Reply-To), ``support+b-<token>@…`` a letter of ours (it is the
envelope sender, so a bounce comes back to it).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac

from okibi.channels.email.options import MailOptions
from okibi.policy.threading import token_of_address

_LETTER = re.compile(r"[^+]+\+b-([a-z0-9][a-z0-9.=-]{0,47})")
_OUR_ID = re.compile(r"<([a-z0-9][a-z0-9.=-]{0,40})@([^<>@\s]+)>")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the recipients' plus signs said: a ticket's token, a letter's token; empty where none did."""

    ticket: str = ""
    letter: str = ""


def comparable(address: str) -> str:
    """An address as it is compared: lower case, its domain in A-labels (RFC 5891), no brackets."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    return f"{local.lower()}{at}{ascii_domain(domain)}" if at else address.strip().lower()


def ascii_domain(domain: str) -> str:
    """``окиби.рф`` → ``xn--90anbft.xn--p1ai``; a domain that can't be encoded stays as it is, lower case."""
    lowered = domain.strip().lower().rstrip(".")
    if lowered.isascii():
        return lowered
    try:
        return lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered


def is_ours(address: str, options: MailOptions) -> bool:
    """Whether a recipient is one of our addresses, with or without a detail, or the postmaster of our domains."""
    local, _, domain = comparable(address).rpartition("@")
    if not local:
        return address.strip().lower() == "postmaster"  # RFC 5321 section 4.5.1: without a domain too
    base = local.partition("+")[0]
    for own in map(comparable, options.addresses):
        own_local, _, own_domain = own.rpartition("@")
        if domain == own_domain and (own_local in {local, base} or local == "postmaster"):
            return True
    return False


def tokens(recipients: Iterable[str], options: MailOptions) -> Tokens:
    """The tokens in the recipients that are ours; the first of each kind counts."""
    ticket = letter = ""
    for recipient in recipients:
        if not is_ours(recipient, options):
            continue
        ticket = ticket or token_of_address(recipient) or ""
        match = _LETTER.fullmatch(comparable(recipient).rpartition("@")[0])
        letter = letter or (match[1] if match else "")
    return Tokens(ticket, letter)


def with_detail(address: str, detail: str) -> str:
    """``support@example.org`` and ``t-abc`` → ``support+t-abc@example.org``."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{detail}@{domain}"


def make_message_id(key: str, options: MailOptions) -> str:
    """The Message-ID of the letter with this outbox key: always the same, and not to be guessed by anybody else."""
    return f"<{salted_hmac('okibi.mail.message-id', key).hexdigest()[:32]}@{ascii_domain(options.domain)}>"


def letter_token(message_id: str, options: MailOptions) -> str:
    """The part of a Message-ID of ours that stands for it in an envelope address; "" when it is not one of ours."""
    match = _OUR_ID.fullmatch(message_id)
    return match[1] if match and match[2] == ascii_domain(options.domain) else ""


def message_id_of(token: str, options: MailOptions) -> str:
    """The Message-ID that a letter's token stands for (mail servers may have changed its case)."""
    return f"<{token.lower()}@{ascii_domain(options.domain)}>"


def loop_mark(options: MailOptions) -> str:
    """What X-OKIBI-Loop carries: only this installation can make it, so nobody can have their mail taken for ours."""
    return salted_hmac("okibi.mail.loop", ascii_domain(options.domain)).hexdigest()[:32]


def is_loop_mark(value: str, options: MailOptions) -> bool:
    return constant_time_compare(value.strip(), loop_mark(options))
