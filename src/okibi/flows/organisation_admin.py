"""What an organisation's administrator does in the portal: people, their cards, invitations, devices.

Every function takes the visitor first and raises NotAllowedError where they administer no organisation, or where
what they name is not their organisation's.
"""

from collections.abc import Sequence

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.errors import FieldError, NotFoundError
from okibi.customers.keys import clean_address
from okibi.customers.models import Organisation, Person
from okibi.customers.selectors import answering_address
from okibi.environments import services as devices
from okibi.environments.invitations import revoke
from okibi.environments.models import Device, Invitation
from okibi.environments.organisation_devices import device_of_organisation, devices_of_organisation
from okibi.environments.selectors import invitations_of
from okibi.flows import letters
from okibi.flows.answers import desk_name
from okibi.flows.device_views import DeviceView, views
from okibi.flows.ipv_request import Draft, place
from okibi.flows.links import accept_invitation
from okibi.flows.portal_requests import organisation_of
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.rates import Rate, count
from okibi.kernel.sentence import Sentence
from okibi.schemes.services import in_force

INVITING = Rate("portal-invite", 30, 3600)  # invitations of one organisation
TOO_MANY = Sentence(
    ru="За час отправлено слишком много приглашений. Попробуйте позже.",
    en="Too many invitations were sent within an hour. Please try later.",
)
LAST_ADMIN = Sentence(
    ru="Вы единственный администратор: сначала назначьте другого.",
    en="You are the only administrator: please name another one first.",
)

ERASURE_SUBJECT = Sentence(
    ru="Прошу удалить сведения о сотруднике", en="Please erase what you hold about one of our people"
)
ERASURE_TEXT = Sentence(
    ru="Прошу удалить карточку сотрудника ({name}): имя, адреса, телефоны, подключённые устройства.",
    en="Please erase the card of one of our people ({name}): name, addresses, telephone numbers, enrolled devices.",
)
ERASURE_KIND = "question"


class TooManyInvitationsError(ConflictError):
    """The organisation's brake."""

    code = "too_many_invitations"
    permanent = False


def actor_of(visitor: Visitor) -> Actor:
    """The visitor's person as the journal names them."""
    person = customers.card(visitor.person_id) if visitor.person_id is not None else None
    return Actor("person", visitor.person_id, person.name if person else "")


def organisation(visitor: Visitor) -> Organisation:
    """The organisation that the visitor administers."""
    return customers.organisation(organisation_of(visitor))


def people(visitor: Visitor) -> Sequence[Person]:
    """The organisation's people by name, addresses and numbers loaded."""
    return customers.people_of_organisation(organisation_of(visitor))


def person(visitor: Visitor, person_id: int) -> Person:
    """One of them. Raises NotFoundError for everybody else."""
    row = customers.card(person_id)
    if row.organisation_id != organisation_of(visitor) or row.merged_into_id is not None:
        raise NotFoundError
    return row


@transaction.atomic
def set_mailing(visitor: Visitor, person_id: int, email_id: int, *, on: bool) -> None:
    """The flag "mailing of the mobile version" beside one address of a card; journalled."""
    row = person(visitor, person_id)
    if all(email.pk != email_id for email in row.emails.all()):
        raise NotFoundError
    cards.set_mobile_mailing(email_id, on=on, actor=actor_of(visitor))


@transaction.atomic
def vouch(visitor: Visitor, person_id: int) -> None:
    """Say that a person who only named the licence number belongs to the organisation."""
    cards.vouch(person(visitor, person_id).pk, actor=actor_of(visitor))


@transaction.atomic
def name_admin(visitor: Visitor, person_id: int, *, on: bool) -> None:
    """Name another administrator, or one no longer. Raises ConflictError: an organisation keeps one at least."""
    row = person(visitor, person_id)
    others = [each for each in people(visitor) if each.organisation_admin and each.pk != row.pk]
    if not on and not others:
        raise ConflictError(LAST_ADMIN)
    cards.set_organisation_admin(row.pk, on=on, actor=actor_of(visitor))


def invitations(visitor: Visitor) -> Sequence[Invitation]:
    """The organisation's invitations, newest first."""
    return invitations_of(organisation_of(visitor))


@transaction.atomic
def invite(visitor: Visitor, email: str) -> Invitation:
    """Send an invitation to an address. Raises FieldError (no address), TooManyInvitationsError."""
    row = organisation(visitor)
    if not count(INVITING, str(row.pk)).allowed:
        raise TooManyInvitationsError(TOO_MANY)
    return send_invitation(row, email, actor_of(visitor), visitor.language)


@transaction.atomic
def send_invitation(row: Organisation, email: str, actor: Actor, language: str) -> Invitation:
    """Make an invitation and send its letter; the console calls it too. Raises FieldError for no address.

    It names no person: whoever accepts it proves their own address by a code. An invitation for a card would let the
    inviter's slip of the pen be somebody.
    """
    try:
        address = clean_address(email)
    except FieldError as error:
        raise FieldError("email", error.sentence) from error
    known = customers.person_by_email(address)
    invited = devices.invite(row.pk, actor, email=address)
    scheme = in_force(now()).scheme
    tongue = known.language if known else language
    fields = {
        "organisation": row.name,
        "by": actor.name,
        "link": accept_invitation(invited.code),
        "code": invited.code,
        "days": devices.INVITED_FOR.days,
        "vendor": desk_name(scheme).in_language(tongue),
    }
    letter = letters.write("portal_invitation", tongue, fields)
    outbox.put(
        kind="email",
        key=f"invitation:{invited.invitation.pk}",
        to=Party(address),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        automatic=True,
        about=("organisation", row.pk),
    )
    return invited.invitation


def revoke_invitation(visitor: Visitor, invitation_id: int) -> None:
    """Take an invitation back. Raises UnknownInvitationError."""
    revoke(organisation_of(visitor), invitation_id, actor_of(visitor))


@transaction.atomic
def ask_for_erasure(visitor: Visitor, person_id: int, text: str) -> str:
    """Ask the desk to erase the card of one of the organisation's people; the request's number.

    A specialist looks first: that somebody administers an organisation is no proof that its people agree.
    """
    row = person(visitor, person_id)
    language, name = visitor.language, f"{row.name}, {answering_address(row.pk) or '—'}"
    words = "\n\n".join(part for part in (ERASURE_TEXT.in_language(language).format(name=name), text.strip()) if part)
    key = f"erasure-of:{row.pk}:{now():%Y-%m-%d}"
    draft = Draft(words, kind=ERASURE_KIND, subject=ERASURE_SUBJECT.in_language(language), language=language)
    ticket = place(visitor, key, draft)
    record("person.erasure_asked", ("person", row.pk), actor_of(visitor), {"number": ticket.number})
    return ticket.number


def device_views(visitor: Visitor) -> list[DeviceView]:
    """The organisation's devices with what support says of their environment."""
    return views(devices_of_organisation(organisation_of(visitor)), with_person=True)


def cut_off(visitor: Visitor, device: str) -> Device:
    """End a device of the organisation. Raises NoSuchDeviceError."""
    row = device_of_organisation(organisation_of(visitor), device)
    return devices.revoke(row.public_id, actor_of(visitor))
