"""A person's own card in the portal: name, language, addresses, numbers, devices, and asking for erasure."""

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.errors import NotFoundError
from okibi.customers.keys import clean_address
from okibi.customers.models import Person
from okibi.environments import services as devices
from okibi.environments.models import Device
from okibi.environments.organisation_devices import device_of_people
from okibi.environments.selectors import of_people
from okibi.flows import letters
from okibi.flows.answers import desk_name
from okibi.flows.device_views import DeviceView, views
from okibi.flows.ipv_request import Draft, place
from okibi.flows.links import confirm_address as link_to_confirm
from okibi.flows.organisation_admin import ERASURE_KIND, actor_of
from okibi.flows.user_cards import change_card
from okibi.flows.visitor import Visitor
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.kernel.rates import Rate, count
from okibi.kernel.sentence import Sentence
from okibi.kernel.signing import sign, unsign
from okibi.schemes.services import in_force

CONFIRM = "portal-address"
CONFIRM_SECONDS = 3600
ADDING = Rate("portal-address", 10, 3600)  # letters that one card asks for
NO_CARD = Sentence(ru="Такой страницы нет.", en="There is no such page.")
LAST_ADDRESS = Sentence(
    ru="По этому адресу вы входите, другого подтверждённого нет: сначала добавьте другой.",
    en="You sign in by this address and there is no other verified one: please add another first.",
)
TOO_MANY = Sentence(
    ru="За час отправлено слишком много писем. Попробуйте позже.",
    en="Too many letters were sent within an hour. Please try later.",
)
ASKED_SUBJECT = Sentence(ru="Прошу удалить сведения обо мне", en="Please erase what you hold about me")
ASKED_TEXT = Sentence(
    ru="Прошу удалить мою карточку: имя, адреса, телефоны, подключённые устройства.",
    en="Please erase my card: name, addresses, telephone numbers, enrolled devices.",
)


def own(visitor: Visitor) -> Person:
    """The visitor's card. Raises NotAllowedError where nobody is proved on the device."""
    if visitor.person_id is None:
        raise NotAllowedError(NO_CARD)
    return customers.card(visitor.person_id)


def change(visitor: Visitor, *, name: str, language: str) -> Person:
    """Another name or language; all else of the card stays. Raises FieldError, MissingError."""
    row = own(visitor)
    devices.change(visitor.device_id, language=language)
    return change_card(
        row.pk,
        name=name,
        organisation_id=row.organisation_id,
        position=row.position,
        language=language,
        note=row.note,
        actor=actor_of(visitor),
    )


@transaction.atomic
def ask_address(visitor: Visitor, address: str) -> str:
    """Send a letter to an address that is to join the card; gives it as written. Whether anybody has it is not said.

    Raises FieldError (no address), ConflictError (too many letters).
    """
    row = own(visitor)
    written = clean_address(address)
    if not count(ADDING, str(row.pk)).allowed:
        raise ConflictError(TOO_MANY)
    signed = sign(CONFIRM, [row.pk, written])
    scheme = in_force(now()).scheme
    fields = {"name": row.name, "link": link_to_confirm(signed), "minutes": CONFIRM_SECONDS // 60}
    fields["vendor"] = desk_name(scheme).in_language(row.language)
    letter = letters.write("address_confirm", row.language, fields)
    outbox.put(
        kind="email",
        key=f"address:{row.pk}:{now().timestamp():.6f}",
        to=Party(written),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        automatic=True,
        about=("person", row.pk),
    )
    return written


def address_of(signed: str) -> tuple[int, str]:
    """The card and the address of a confirming link. Raises NotAllowedError."""
    person_id, address = unsign(CONFIRM, signed, CONFIRM_SECONDS)
    return int(person_id), str(address)


def address_for(visitor: Visitor, signed: str) -> str:
    """The address of a confirming link of the visitor's own card. Raises NotAllowedError for another's."""
    row = own(visitor)
    person_id, address = address_of(signed)
    if person_id not in customers.card_ids(row.pk):
        raise NotAllowedError(NO_CARD)
    return address


@transaction.atomic
def confirm_address(visitor: Visitor, signed: str) -> str:
    """The link was opened by whose card it is: the address is theirs; gives it.

    Only in a browser where the same person is signed in: a letter that a stranger had sent can't be clicked into
    their card. Raises NotAllowedError, AddressTakenError.
    """
    address, actor = address_for(visitor, signed), actor_of(visitor)
    email = cards.add_email(own(visitor).pk, address, actor=actor)
    cards.verify_email(email.pk, actor=actor)
    return address


@transaction.atomic
def remove_address(visitor: Visitor, email_id: int) -> None:
    """Take an address out. Raises NotFoundError, ConflictError (the only one by which they can sign in)."""
    row = own(visitor)
    found = [email for email in row.emails.all() if email.pk == email_id]
    if not found:
        raise NotFoundError
    if not [email for email in row.emails.all() if email.pk != email_id and email.verified_at]:
        raise ConflictError(LAST_ADDRESS)
    cards.remove_email(email_id, actor=actor_of(visitor))


@transaction.atomic
def set_mailing(visitor: Visitor, email_id: int, *, on: bool) -> None:
    """The flag "mailing of the mobile version" beside an own address. Raises NotFoundError."""
    if all(email.pk != email_id for email in own(visitor).emails.all()):
        raise NotFoundError
    cards.set_mobile_mailing(email_id, on=on, actor=actor_of(visitor))


def add_number(visitor: Visitor, number: str) -> None:
    """One more telephone number. Raises FieldError."""
    cards.add_phone(own(visitor).pk, number, actor=actor_of(visitor))


@transaction.atomic
def remove_number(visitor: Visitor, phone_id: int) -> None:
    """Take a number out. Raises NotFoundError."""
    if all(phone.pk != phone_id for phone in own(visitor).phones.all()):
        raise NotFoundError
    cards.remove_phone(phone_id, actor=actor_of(visitor))


def device_views(visitor: Visitor) -> list[DeviceView]:
    """The devices on which this person is signed in, and those that were cut off."""
    if visitor.person_id is None:
        return []
    return views(of_people(customers.card_ids(visitor.person_id)))


def devices_in_use(visitor: Visitor) -> list[Device]:
    """The own devices that reported an environment, newest first: a new request may be about one of them."""
    people = customers.card_ids(visitor.person_id) if visitor.person_id is not None else ()
    return [device for device in of_people(people) if device.report and device.revoked_at is None]


def cut_off(visitor: Visitor, device: str) -> Device:
    """End an own device. Raises NoSuchDeviceError."""
    people = customers.card_ids(visitor.person_id) if visitor.person_id is not None else ()
    return devices.revoke(device_of_people(people, device).public_id, actor_of(visitor))


@transaction.atomic
def ask_for_erasure(visitor: Visitor, text: str) -> str:
    """Ask the desk to erase the card: a request of the class "question", on record by a code of its own; its number.

    Asked twice from one device within a day, it is one request.
    """
    row = own(visitor)
    language = visitor.language
    words = "\n\n".join(part for part in (ASKED_TEXT.in_language(language), text.strip()) if part)
    key = f"erasure:{row.pk}:{now():%Y-%m-%d}"
    draft = Draft(words, kind=ERASURE_KIND, subject=ASKED_SUBJECT.in_language(language), language=language)
    ticket = place(visitor, key, draft)
    record("person.erasure_asked", ("person", row.pk), actor_of(visitor), {"number": ticket.number})
    return ticket.number
