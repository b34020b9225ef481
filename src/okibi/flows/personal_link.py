"""The personal links of a letter: "where is my request" and "say who you are".

Whoever opens one holds the mailbox to which it was sent. A licence number that is right puts the address on a card of
its holder; the name of an organisation alone proves nothing and is only told to the specialist.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from okibi.channels import inbox
from okibi.channels.form.adapter import StoredFile, pack
from okibi.channels.port import Party
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.models import Licence, Person
from okibi.flows import letters
from okibi.flows.answers import answering_channel, fields_of, send_letter
from okibi.flows.coverage import rejudge
from okibi.flows.intake import take
from okibi.flows.links import signed_who, token_of_where, token_of_who
from okibi.flows.promise import Promise
from okibi.flows.site_request import NO_TEXT, Upload
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.signing import LINK_INVALID
from okibi.policy.terms import Step
from okibi.policy.ticket_states import Event, State
from okibi.schemes.services import by_id
from okibi.tickets import fixes, selectors, services
from okibi.tickets.errors import NoSuchTicketError
from okibi.tickets.models import Attachment, Message, Ticket

NO_LICENCE = Sentence(
    ru="Лицензии с таким номером мы не нашли. Проверьте номер или напишите название организации.",
    en="We found no licence with this number. Check it, or write the name of your organisation.",
)
NOT_ASKED = Sentence(ru="Заявка и так открыта.", en="The request is open as it is.")
STILL_NOT = Sentence(ru="с новой версией всё ещё не работает", en="it still does not work with the new version")
NOTHING_SAID = Sentence(
    ru="Назовите номер лицензии или организацию.", en="Please give a licence number or the name of your organisation."
)
_SHORT = re.compile(r"(\d{2})(\d{6,8})\.([a-z2-7]{12})", re.ASCII)
SHOWN = (Message.Kind.INCOMING, Message.Kind.REPLY, Message.Kind.REFUSAL)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a requester may see of a request."""

    ticket: Ticket
    state: State
    messages: list[Message]
    due_at: datetime | None
    steps: tuple[Step, ...]
    asked: str = ""  # the version of which "does it work now?" waits for an answer


def where(signed: str) -> Whereabouts:
    """The request behind a personal link. Raises NotAllowedError."""
    ticket = selectors.access_by_token(token_of_where(signed))
    said = [message for message in selectors.timeline(ticket) if message.kind in SHOWN]
    due = Promise.of(ticket).explain(now()) if ticket.due_at else None
    return Whereabouts(
        ticket,
        State(ticket.state),
        said,
        due.at if due else None,
        due.steps if due else (),
        asked_whether_it_works(ticket),
    )


def file_of(signed: str, attachment_id: int) -> Attachment:
    """A file of what the requester may see of their request. Raises NotAllowedError."""
    ticket = selectors.access_by_token(token_of_where(signed))
    found = selectors.attachment_of(ticket, attachment_id)
    if found.message.kind not in SHOWN:
        raise NoSuchTicketError
    return found


def ask_again(number: str, address: str, key: str) -> bool:
    """Send the link "where is my request" once more, to the ticket's own address and nowhere else.

    Gives whether a letter was queued; who asked must be told the same either way. ``key``: one per asking.
    """
    try:
        ticket = selectors.access_ticket(number)
    except NotAllowedError:
        return False
    if not address or ticket.requester_address.casefold() != address.strip().casefold():
        return False
    if answering_channel(ticket) != "email":
        return False
    letter = letters.write("where", ticket.language, fields_of(ticket, by_id(ticket.scheme_id).scheme))
    send_letter(ticket, letter, key=f"where:{ticket.pk}:{key}", automatic=True)
    return True


def add_from_link(
    signed: str, form_id: str, text: str, uploads: Sequence[Upload] = (), kept: Sequence[StoredFile] = ()
) -> Ticket | None:
    """Add the requester's words to a request by its personal link; the same ``form_id`` a second time adds nothing.

    ``kept``: files whose bytes are kept already.

    Gives the request that took them: another one, linked, where the first ended long ago; None while it is being read.
    Raises InputError for no words, NotAllowedError for a bad link.
    """
    ticket = selectors.access_by_token(token_of_where(signed))
    if not text.strip():
        raise InputError(NO_TEXT)
    raw = pack(
        sender=Party(ticket.requester_address, ticket.requester_name),
        subject=ticket.subject,
        text=text.strip(),
        facts={"address_token": ticket.token, "language": ticket.language},
        files=[*(StoredFile(each.name, each.type, blobs.put(each.content).sha256) for each in uploads), *kept],
        sent_at=now(),
    )
    row, _ = inbox.receive_and_take("form", f"link:{form_id}", raw, "site", {}, take)
    return selectors.by_ids([row.subject_id])[0] if row.subject_id else None


def long_of(short: str) -> str:
    """What the long "who are you" link carries, for the short one of an SMS. Raises NotAllowedError."""
    found = _SHORT.fullmatch(short)
    try:
        ticket = selectors.access_ticket(f"{found[1]}-{found[2]}") if found else None
    except NoSuchTicketError:
        ticket = None
    if found is None or ticket is None:
        raise NotAllowedError(LINK_INVALID)
    return signed_who(ticket, found[3], now())


def ticket_of(signed: str) -> Ticket:
    """The request behind a "who are you" link. Raises NotAllowedError."""
    return selectors.access_by_token(token_of_who(signed))


@transaction.atomic
def works(signed: str) -> None:
    """The requester says that it works now: the request closes. Raises NotAllowedError, ConflictError."""
    ticket = services.lock(selectors.access_by_token(token_of_where(signed)).pk)
    moment, actor = now(), Actor("person", ticket.requester_id, ticket.requester_name)
    change_state(ticket, Event.CONFIRM, actor, moment)
    record("ticket.confirmed", ("ticket", ticket.pk), actor, at=moment)


@transaction.atomic
def does_not_work(signed: str) -> None:
    """One "no" to "does it work now?" opens the request again. Raises NotAllowedError, ConflictError."""
    ticket = services.lock(selectors.access_by_token(token_of_where(signed)).pk)
    moment, actor = now(), Actor("person", ticket.requester_id, ticket.requester_name)
    if not asked_whether_it_works(ticket):
        raise ConflictError(NOT_ASKED)
    change_state(ticket, Event.REOPEN, actor, moment)
    services.mark_unread(ticket, moment)
    ticket.sort_at = services.sort_moment(ticket)
    services.save(ticket, "sort_at")
    record("ticket.reopened", ("ticket", ticket.pk), actor, {"why": STILL_NOT.as_dict()}, moment)


def asked_whether_it_works(ticket: Ticket) -> str:
    """The version whose arrival the requester was asked about and has not answered, "" where nothing was asked."""
    if ticket.state != State.SOLVED.value:
        return ""
    fix = fixes.of_ticket(ticket)
    return fix.arrived_version if fix is not None and fix.arrived_at and not fix.gone_back_at else ""


@transaction.atomic
def identify(signed: str, name: str, licence_number: str, organisation: str) -> bool:
    """Take what an unknown requester says of themselves; True when it made them known, False when a person must look.

    Raises InputError when nothing was said or the licence is not there, NotAllowedError for a bad link.
    """
    ticket = services.lock(ticket_of(signed).pk)
    name, licence_number, organisation = name.strip(), licence_number.strip(), organisation.strip()
    if not licence_number and not organisation:
        raise InputError(NOTHING_SAID)
    if name:
        ticket.requester_name = name[:200]
    licence = customers.licence_by_number(licence_number) if licence_number else None
    if licence_number and licence is None:
        raise InputError(NO_LICENCE)
    if licence is None:
        ticket.organisation_name = organisation[:200]
        services.save(ticket, "requester_name", "organisation_name")
        record(
            "ticket.identified", ("ticket", ticket.pk), Actor("person", name=name), {"name": f"{name} · {organisation}"}
        )
        return False
    person = _card(ticket, licence)
    ticket.requester = person
    ticket.requester_name = person.name
    ticket.organisation = person.organisation
    ticket.organisation_name = person.organisation.name if person.organisation else ""
    services.save(ticket, "requester", "requester_name", "organisation", "organisation_name")
    record("ticket.identified", ("ticket", ticket.pk), Actor("person", person.pk, person.name), {"name": person.name})
    rejudge(ticket.pk)
    return True


def _card(ticket: Ticket, licence: Licence) -> Person:
    """The card of the licence's holder with the address this link was sent to: opening the link verified it."""
    actor = Actor("person", name=ticket.requester_name)
    moment = now()
    known = customers.person_by_email(ticket.requester_address)
    if known is not None:
        return known
    if licence.person:
        person = licence.person
    else:
        name = ticket.requester_name or ticket.requester_address
        person = cards.create_person(
            name=name,
            organisation_id=licence.organisation_id,
            language=ticket.language,
            actor=actor,
            organisation_claimed=True,
        )
    if answering_channel(ticket) == "email":
        cards.add_email(person.pk, ticket.requester_address, actor=actor, verified_at=moment)
    return person
