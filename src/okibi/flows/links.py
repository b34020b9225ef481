"""The addresses that letters carry. Flows stand below the doors: a test holds these paths equal to the doors' own."""

from django.conf import settings

from okibi.kernel.signing import sign, unsign
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
    """The page on which an unknown requester says who they are."""
    return absolute(f"/who/{sign(WHO, ticket.token)}/")


def in_console(ticket: Ticket) -> str:
    """The ticket as staff see it."""
    return absolute(f"/console/t/{ticket.number}/")


def token_of_where(signed: str) -> str:
    """The ticket's token behind a personal link. Raises NotAllowedError."""
    return str(unsign(WHERE, signed))


def token_of_who(signed: str) -> str:
    """The ticket's token behind a "who are you" link, while it is fresh. Raises NotAllowedError."""
    return str(unsign(WHO, signed, WHO_LIFETIME))
