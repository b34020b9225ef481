"""The addresses that letters carry. Flows stand below the doors: a test holds these paths equal to the doors' own."""

import base64
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from okibi.kernel.errors import NotAllowedError
from okibi.kernel.signing import LINK_INVALID, sign, unsign
from okibi.tickets.models import Ticket

WHERE = "where"  # "where is my request"
WHO = "who"  # "say who you are"
WHO_LIFETIME = 60 * 24 * 3600  # seconds


def absolute(path: str) -> str:
    """A path of ours as people can open it."""
    return f"{settings.OKIBI_PUBLIC_URL}{path}"


def where_is(ticket: Ticket) -> str:
    """The personal page of one request; it shows nothing of any other."""
    return absolute(f"/where/{sign(WHERE, ticket.token)}/")


def say_who(ticket: Ticket) -> str:
    """The page on which an unknown requester says who they are; by SMS with an address that fits into one."""
    if ticket.channel == "sms":
        return absolute(f"/w/{ticket.number.replace('-', '')}.{_short_of(ticket)}/")
    return absolute(f"/who/{sign(WHO, ticket.token)}/")


def signed_who(ticket: Ticket, short: str, moment: datetime) -> str:
    """What the long address carries, for what the short one does; good as long. Raises NotAllowedError."""
    fresh = moment - ticket.placed_at < timedelta(seconds=WHO_LIFETIME)
    if not (fresh and constant_time_compare(short, _short_of(ticket))):
        raise NotAllowedError(LINK_INVALID)
    return sign(WHO, ticket.token)


def _short_of(ticket: Ticket) -> str:
    """60 bits that nobody guesses: the page is found by the number, and opened by these."""
    digest = salted_hmac(f"okibi.{WHO}.short", ticket.token, algorithm="sha256").digest()
    return base64.b32encode(digest)[:12].decode().lower()


def in_console(ticket: Ticket) -> str:
    """The ticket as staff see it."""
    return absolute(f"/console/t/{ticket.number}/")


def sign_in(signed: str) -> str:
    """Where the button of the portal's letter leads; ``signed`` is of :func:`okibi.flows.enrolment.link_of`."""
    return absolute(f"/portal/sign-in/link/{signed}/")


def accept_invitation(code: str) -> str:
    """Where an invitation into the portal is accepted."""
    return absolute(f"/portal/invitation/{code}/")


def confirm_address(signed: str) -> str:
    """Where a person confirms that one more address is theirs."""
    return absolute(f"/portal/me/addresses/confirm/{signed}/")


def in_portal(number: str) -> str:
    """A request as its requester sees it in the portal."""
    return absolute(f"/portal/requests/{number}/")


def article(slug: str) -> str:
    """A help article's page on the site."""
    return absolute(f"/help/{slug}/")


def mobile_version(token: str) -> str:
    """The page of a mailed version; ``token`` is known to one letter only."""
    return absolute(f"/d/{token}/")


def leave_mailing(token: str) -> str:
    """Where an address leaves the registry of the mobile version mailing; a plain POST there does it (RFC 8058)."""
    return absolute(f"/u/{token}/")


def downloads(product: str) -> str:
    """Where a product's versions are fetched by hand."""
    return absolute(f"/download/{product}/")


def agreement(token: str) -> str:
    """What one letter asks to be granted, with yes and no; ``token`` is known to that letter only."""
    return absolute(f"/agreement/{token}/")


def agreement_in_portal(agreement_id: int) -> str:
    """An agreement on automatic updates as the customer sees it in the portal."""
    return absolute(f"/portal/updates/{agreement_id}/")


def token_of_where(signed: str) -> str:
    """The ticket's token behind a personal link. Raises NotAllowedError."""
    return str(unsign(WHERE, signed))


def token_of_who(signed: str) -> str:
    """The ticket's token behind a "who are you" link, while it is fresh. Raises NotAllowedError."""
    return str(unsign(WHO, signed, WHO_LIFETIME))
