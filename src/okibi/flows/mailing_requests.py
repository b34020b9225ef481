"""A request of the class "mailing": accepting it enters an address into the registry, or takes it out (scheme.md §3).

Who asked and who accepted stand on record, beside the flag and on the request; the answer goes in the form in which the
request was placed, and ends it.
"""

from collections.abc import Sequence

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.models import EmailAddress
from okibi.flows import work
from okibi.journal.services import Actor, record
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.tickets import services
from okibi.tickets.models import Ticket

CLASS = "mailing"  # a class of the scheme
NOT_OF_THIS_CLASS = Sentence("Эта заявка не о рассылке.", "This request is not about the mailing.")
NOT_THEIRS = Sentence(
    "Выберите адрес из карточки того, кто просит.", "Choose an address of the card of the person who asks."
)
NOT_PROVED = Sentence(
    "Адрес не подтверждён: сначала подтвердите его в карточке.",
    "The address is not confirmed: please confirm it in the card first.",
)
ENTERED = Sentence(
    "Адрес {address} внесён в реестр рассылки: новые версии мобильного приложения будут приходить на него.",
    "The address {address} is in the mailing registry: new versions of the mobile application will come to it.",
)
TAKEN_OUT = Sentence(
    "Адрес {address} исключён из реестра рассылки: новые версии мобильного приложения на него больше не придут.",
    "The address {address} is out of the mailing registry: no new version of the mobile application comes to it.",
)


def addresses(ticket: Ticket) -> Sequence[EmailAddress]:
    """The addresses of whoever asks, the one that the request came from first, then confirmed ones."""
    if ticket.requester_id is None or ticket.kind != CLASS:
        return []
    found = list(customers.card(ticket.requester_id).emails.all())
    came_from = ticket.requester_address.casefold()
    return sorted(found, key=lambda each: (each.key != came_from, each.verified_at is None, each.pk))


def is_proved(email: EmailAddress, ticket: Ticket) -> bool:
    """Whether the address is known to be theirs: confirmed once, or the request itself came from it, proved."""
    return email.verified_at is not None or (ticket.requester_sure and email.key == ticket.requester_address.casefold())


@transaction.atomic
def decide(ticket_id: int, staff: Staff, email_id: int | None, text: str = "", *, on: bool) -> Ticket:
    """Enter an address of the requester into the registry (``on``) or take it out, answer, and end the request.

    To enter one it must be proved. Raises InputError, ConflictError (another class, or past solving).
    """
    ticket = services.lock(ticket_id)
    if ticket.kind != CLASS:
        raise ConflictError(NOT_OF_THIS_CLASS)
    email = next((each for each in addresses(ticket) if each.pk == email_id), None)
    if email is None:
        raise InputError(NOT_THEIRS)
    if on and not is_proved(email, ticket):
        raise InputError(NOT_PROVED)
    actor = Actor("staff", staff.pk, staff.name)
    cards.set_mobile_mailing(email.pk, on=on, actor=actor)
    data = {"address": email.address, "asked": ticket.requester_name or ticket.requester_address}
    record("ticket.mailing_joined" if on else "ticket.mailing_left", ("ticket", ticket.pk), actor, data)
    said = (ENTERED if on else TAKEN_OUT).in_language(ticket.language).format(address=email.address)
    return work.solve(ticket.pk, staff, "\n\n".join(part for part in (said, text.strip()) if part))
