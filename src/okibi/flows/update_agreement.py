"""Automatic updates begin with an agreement (scheme.md §3): the desk proposes it on a request, the customer says yes.

A request of the class "update" becomes an agreement on named computers, products, ports and hours. The customer is
asked in the form in which the request was placed, and answers in the portal, by the letter's link, in the application,
by a bare "yes" to that mail, or by telephone to a specialist who writes it down. Either side ends it at any moment.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.channels import outbox
from okibi.channels.port import Incoming
from okibi.channels.telephone.kinds import SPOKEN
from okibi.customers.models import Person
from okibi.customers.selectors import card, card_ids, email_row, kept
from okibi.environments.kinds import DeviceKind
from okibi.environments.models import Device
from okibi.environments.organisation_devices import devices_of_organisation
from okibi.environments.selectors import of_people
from okibi.flows import letters, links, phone_owed
from okibi.flows.agreement_words import granted
from okibi.flows.answers import (
    answering_channel,
    automatic_fields,
    can_be_told,
    mail_if_unread,
    send_letter,
)
from okibi.flows.promise import Promise, stop_clock
from okibi.flows.states import change_state
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_answer import read_agreement_answer
from okibi.policy.platforms import Place
from okibi.policy.scheme import Scheme
from okibi.policy.ticket_states import FINISHED, Event, State
from okibi.schemes.services import in_force
from okibi.tickets import services as tickets
from okibi.tickets.models import Message, Ticket
from okibi.updates import selectors, services
from okibi.updates.kinds import Answered
from okibi.updates.models import Agreement
from okibi.updates.services import NotYoursError, Whose, Word
from okibi.updates.terms import TermsError, Wish, checked

CLASS = "update"  # a class of the scheme
MAIL = "email"
BY_HAND = {DeviceKind.MOBILE.value, DeviceKind.BROWSER.value}  # nothing is installed by itself there
NOT_OF_THIS_CLASS = Sentence(
    "Эта заявка не об автоматическом обновлении.", "This request is not about automatic updates."
)
NOBODY = Sentence(
    "Сначала укажите, кто просит: доступ даёт известный нам человек.",
    "First say who asks: access is granted by somebody we know.",
)
CLAIMED = Sentence(
    "Этот человек назвал организацию сам, и никто этого не подтвердил. Сначала подтвердите его карточку.",
    "This person named the organisation, and nobody has vouched for that. First vouch for their card.",
)
NOT_THEIRS = Sentence("Такого устройства у клиента нет.", "The customer has no such device.")


def updatable(scheme: Scheme) -> list[str]:
    """Codes of what can be updated by itself: everything but mobile versions, which people install by hand."""
    return [part.code for part in scheme.products if part.place is not Place.MOBILE]


def devices_for(ticket: Ticket) -> Sequence[Device]:
    """The customer's devices in use that an agreement may name."""
    if ticket.requester_id is None:
        return []
    person = kept(card(ticket.requester_id))
    if person.organisation_id is not None and not person.organisation_claimed:
        found = devices_of_organisation(person.organisation_id)
    else:
        found = of_people(card_ids(person.pk))
    return [device for device in found if device.revoked_at is None and device.kind not in BY_HAND]


@transaction.atomic
def propose(ticket_id: int, staff: Staff, wish: Wish) -> Agreement:
    """Make an agreement of a request and ask the customer, in the form of the request; it waits for them then.

    Raises TermsError with the field, InputError (nobody knows who asks), ConflictError (class, state).
    """
    ticket, moment = tickets.lock(ticket_id), now()
    if ticket.kind != CLASS:
        raise ConflictError(NOT_OF_THIS_CLASS)
    whose = _whose(ticket)
    terms = checked(wish, updatable(in_force(moment).scheme), moment)
    theirs = {device.pk for device in devices_for(ticket)}
    for number, host in enumerate(terms.hosts):
        if host.device_id is not None and host.device_id not in theirs:
            raise TermsError(f"hosts.{number}.device", NOT_THEIRS)
    agreement = services.propose(whose, terms, staff)
    _ask(ticket, agreement, staff, moment)
    return agreement


def _whose(ticket: Ticket) -> Whose:
    if ticket.requester_id is None:
        raise InputError(NOBODY)
    person = kept(card(ticket.requester_id))
    if person.organisation_claimed:
        raise InputError(CLAIMED)
    return Whose(person, person.organisation, ticket.pk, ticket.language)


def _ask(ticket: Ticket, agreement: Agreement, staff: Staff, at: datetime) -> None:
    """The letter with all that is granted: a specialist's answer, after which the request waits for the customer."""
    promise, by = Promise.of(ticket), answering_channel(ticket)
    actor = Actor("staff", staff.pk, staff.name)
    change_state(ticket, Event.REPLY, actor, at)
    if ticket.assignee_id is None:
        ticket.assignee = staff
        tickets.save(ticket, "assignee")
    lines = granted(agreement, selectors.hosts_of(agreement), promise.scheme).lines
    token = services.new_link(agreement) if _link_proves(ticket, by) else ""
    fields = automatic_fields(
        ticket,
        promise.scheme,
        grants=lines,
        note=agreement.note,
        agreement_link=links.agreement(token) if token else links.agreement_in_portal(agreement.pk),
        by_mail=by == MAIL,
    )
    letter = letters.write("update_agreement", ticket.language, fields)
    said = [f"- {line.in_language(ticket.language)}" for line in lines]
    portal = links.agreement_in_portal(agreement.pk)
    text = "\n\n".join(part for part in (agreement.note, "\n".join(said), portal) if part)
    message = tickets.add_message(
        ticket, Message.Kind.REPLY, at, staff=staff, author_name=staff.name, channel=by, text=text
    )
    row = send_letter(ticket, letter, key=f"agreement:{agreement.pk}", automatic=False)
    message.outbound, message.external_id = row, row.external_id
    message.save(update_fields=["outbound", "external_id"])
    mail_if_unread(message, ticket, promise.scheme)
    if by == SPOKEN:
        phone_owed.when_said(message, staff, Event.WAIT)
        return
    record("ticket.replied", ("ticket", ticket.pk), actor, {"message": message.pk}, at)
    stop_clock(ticket, promise, actor, at)
    change_state(ticket, Event.WAIT, actor, at)


def _link_proves(ticket: Ticket, by: str) -> bool:
    """Whether holding the letter's link proves who it is: it goes to an address known to be the requester's."""
    if by in {SPOKEN, "ipv"}:
        return False
    if ticket.requester_sure:
        return True
    email = email_row(ticket.requester_address)
    return (
        email is not None
        and email.verified_at is not None
        and ticket.requester_id is not None
        and email.person_id in card_ids(ticket.requester_id)
    )


# ---------------------------------------------------------------- the customer's word


def of_visitor(
    visitor: Visitor, *, before: int | None = None, size: int = 200, only: int | None = None
) -> Sequence[Agreement]:
    """The agreements that a visitor may see, newest first; nothing for a device of nobody's.

    ``before``: older than that id; ``only``: that one, if it is among them.
    """
    if visitor.person_id is None:
        return []
    return selectors.of_customer(
        card_ids(visitor.person_id),
        visitor.organisation_id,
        whole_organisation=visitor.is_admin,
        before=before,
        size=size,
        only=only,
    )


def seen_by(visitor: Visitor, agreement_id: int) -> Agreement:
    """One of them. Raises NotAllowedError for every other."""
    found = of_visitor(visitor, only=agreement_id)
    if not found:
        raise NotYoursError(services.GONE)
    return found[0]


def may_answer(visitor: Visitor, agreement: Agreement) -> bool:
    """Whether this visitor's yes, no or stop counts."""
    return agreement.pk in answerable(visitor, [agreement])


def answerable(visitor: Visitor, agreements: Sequence[Agreement]) -> set[int]:
    """The ids of those on which it does; the visitor's card is read once."""
    if visitor.person_id is None or not agreements:
        return set()
    person = kept(card(visitor.person_id))
    return {each.pk for each in agreements if services.may_answer(each, person)}


@transaction.atomic
def answer(visitor: Visitor, agreement_id: int, way: Answered, *, yes: bool) -> Agreement:
    """The customer's yes or no in the portal or by ИПВ. Raises NotYoursError, AgreementStateError."""
    seen_by(visitor, agreement_id)
    return _take(agreement_id, _word(way, _person(visitor)), yes=yes)


@transaction.atomic
def answer_by_link(token: str, *, yes: bool) -> Agreement:
    """The same by whoever holds the letter's link. Raises NotAllowedError, AgreementStateError."""
    agreement = selectors.by_link(token)
    return _take(agreement.pk, _word(Answered.LINK, agreement.person), yes=yes)


@transaction.atomic
def answer_told(agreement_id: int, staff: Staff, note: str, *, yes: bool) -> Agreement:
    """The customer told a specialist; ``note``: who said it and how. They get it in writing. Raises InputError."""
    word = Word(Answered.DESK, Actor("staff", staff.pk, staff.name), note=note)
    agreement = _take(agreement_id, word, yes=yes)
    if yes:
        _tell(agreement, "confirmed")
    return agreement


def takes_as_answer(ticket: Ticket, incoming: Incoming, person: Person | None, at: datetime) -> bool:
    """A bare yes or no to the letter that asked, from a sender whom the mail servers proved; gives whether it was one.

    It answers the very letter that it names: a yes to terms of before grants nothing.
    """
    if ticket.kind != CLASS or person is None or incoming.authentic is not True:
        return False  # what comes with every message costs no query
    agreement = selectors.waiting_on(ticket.pk)
    if agreement is None:
        return False
    yes = read_agreement_answer(incoming.reply or incoming.text)
    letter = outbox.by_key(MAIL, f"agreement:{agreement.pk}")
    if yes is None or letter is None or letter.external_id not in incoming.references or at < agreement.asked_at:
        return False
    try:
        with transaction.atomic():
            word = _word(Answered.MAIL, person)
            (services.confirm if yes else services.decline)(agreement.pk, word)
    except OkibiError:  # somebody else's yes, or too late: a specialist reads it
        return False
    if yes:
        _tell(agreement, "confirmed")
    return True


def _take(agreement_id: int, word: Word, *, yes: bool) -> Agreement:
    agreement = (services.confirm if yes else services.decline)(agreement_id, word)
    _wake(agreement, word.actor, unread=word.way is not Answered.DESK)
    return agreement


def _word(way: Answered, person: Person | None) -> Word:
    return Word(way, _actor(person), person=person)


def _person(visitor: Visitor) -> Person | None:
    return kept(card(visitor.person_id)) if visitor.person_id is not None else None


def _actor(person: Person | None) -> Actor:
    return Actor("person", person.pk if person else None, person.name if person else "")


# ---------------------------------------------------------------- the end


@transaction.atomic
def withdraw_by_customer(visitor: Visitor, agreement_id: int, reason: str = "") -> Agreement:
    """The customer says stop, in the portal or by ИПВ. Raises NotYoursError, AgreementStateError."""
    agreement = seen_by(visitor, agreement_id)
    if not may_answer(visitor, agreement):
        raise NotYoursError(services.NOT_YOURS)
    return _withdrawn(agreement_id, _actor(_person(visitor)), reason)


@transaction.atomic
def withdraw_by_link(token: str, reason: str = "") -> Agreement:
    """The same by whoever holds the letter's link. Raises NotAllowedError, AgreementStateError."""
    agreement = selectors.by_link(token)
    if not services.may_answer(agreement, agreement.person):
        raise NotYoursError(services.NOT_YOURS)
    return _withdrawn(agreement.pk, _actor(agreement.person), reason)


def _withdrawn(agreement_id: int, actor: Actor, reason: str) -> Agreement:
    agreement = services.withdraw(agreement_id, actor, reason)
    _wake(agreement, actor, unread=True)
    return agreement


@transaction.atomic
def withdraw_by_desk(agreement_id: int, staff: Staff, reason: str = "") -> Agreement:
    """The desk ends it, and the customer hears so. Raises AgreementStateError."""
    agreement = services.withdraw(agreement_id, Actor("staff", staff.pk, staff.name), reason)
    _tell(agreement, "withdrawn")
    return agreement


def expire_due() -> int:
    """End what has run out, and say so to whoever had confirmed it; gives how many. Harmless to repeat."""
    moment = now()
    done = 0
    for agreement_id in services.due_to_expire(moment):
        with transaction.atomic():
            agreement = services.locked(agreement_id)
            if services.expired(agreement, moment):
                done += 1
                if agreement.confirmed_at is not None:
                    _tell(agreement, "expired")
    return done


def _wake(agreement: Agreement, actor: Actor, *, unread: bool) -> None:
    """The request goes on: it waited for this, and a specialist is to see it. What has ended stays ended."""
    if agreement.ticket_id is None:
        return
    ticket, moment = tickets.lock(agreement.ticket_id), now()
    if State(ticket.state) in FINISHED:
        return
    if State(ticket.state) is State.WAITING:
        change_state(ticket, Event.REQUESTER_MESSAGE, actor, moment)
    if unread:
        tickets.mark_unread(ticket, moment)
    ticket.sort_at = tickets.sort_moment(ticket)
    tickets.save(ticket, "sort_at")


def _tell(agreement: Agreement, news: str) -> None:
    """Put into words for the customer what became of it, where there is a way to them that takes writing."""
    if agreement.ticket_id is None:
        return
    ticket, moment = tickets.lock(agreement.ticket_id), now()
    by = answering_channel(ticket)
    if by == SPOKEN or not can_be_told(ticket):
        return
    scheme = Promise.of(ticket).scheme
    lines = granted(agreement, selectors.hosts_of(agreement), scheme).lines
    portal = links.agreement_in_portal(agreement.pk)
    fields = automatic_fields(
        ticket, scheme, grants=lines, agreement_link=portal, news=news, note=agreement.withdrawn_reason
    )
    letter = letters.write("update_agreement_news", ticket.language, fields)
    row = send_letter(ticket, letter, key=f"agreement_{news}:{agreement.pk}", automatic=True)
    tickets.add_message(
        ticket, Message.Kind.AUTOMATIC, moment, channel=row.channel, text=letter.text,
        external_id=row.external_id, outbound=row,
    )  # fmt: skip
