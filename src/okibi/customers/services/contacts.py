"""Addresses and numbers of a user card: adding, removing, verifying, the mailing flag, bounces."""

from datetime import datetime

from django.db import IntegrityError, transaction

from okibi.customers.errors import AddressTakenError, BadAddressError, MergedCardError, NotFoundError
from okibi.customers.keys import address_key, clean_address
from okibi.customers.models import EmailAddress, Person, PhoneNumber
from okibi.customers.phones import phone_and_extension
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence

MAILING_ON = Sentence(ru="включена", en="on")
MAILING_OFF = Sentence(ru="выключена", en="off")
ATTACHED_ON = Sentence(ru="файл прилагается к письму", en="the file goes with the letter")
ATTACHED_OFF = Sentence(ru="только ссылка", en="a link alone")
BOUNCE_LENGTH = 500


@transaction.atomic
def add_email(
    person_id: int, address: str, *, actor: Actor, verified_at: datetime | None = None, mobile_mailing: bool = False
) -> EmailAddress:
    """Put an address into a card; one that is there already is given as it is.

    Raises BadAddressError, AddressTakenError (another card has it), NotFoundError, MergedCardError.
    """
    _check_card(person_id)
    written, key = clean_address(address), address_key(address)
    existing = EmailAddress.objects.select_related("person").filter(key=key).first()
    if existing is not None:
        return _own(existing, person_id)
    email = EmailAddress(person_id=person_id, address=written, key=key, verified_at=verified_at)
    try:
        with transaction.atomic():
            email.save()
    except IntegrityError:  # somebody put it in at the same moment
        return _own(EmailAddress.objects.select_related("person").get(key=key), person_id)
    record("address.added", ("person", person_id), actor, {"address": written})
    if mobile_mailing:
        set_mobile_mailing(email.pk, on=True, actor=actor)
        email.mobile_mailing = True
    return email


def _own(email: EmailAddress, person_id: int) -> EmailAddress:
    if email.person_id != person_id:
        raise AddressTakenError(email.address, email.person_id, email.person.name)
    return email


@transaction.atomic
def remove_email(email_id: int, *, actor: Actor) -> None:
    """Take an address out of its card. Raises NotFoundError."""
    email = _locked_email(email_id)
    record("address.removed", ("person", email.person_id), actor, {"address": email.address})
    email.delete()


@transaction.atomic
def add_phone(
    person_id: int, number: str, *, actor: Actor, extension: str = "", verified_at: datetime | None = None
) -> PhoneNumber:
    """Put a number into a card, as E.164; one that is there already is given as it is.

    Raises BadPhoneError, NotFoundError, MergedCardError.
    """
    _check_card(person_id)
    e164, written_extension = phone_and_extension(number)
    extension = extension.strip()[:8] or written_extension
    phone, made = PhoneNumber.objects.get_or_create(
        person_id=person_id, e164=e164, extension=extension, defaults={"verified_at": verified_at}
    )
    if made:
        record("phone.added", ("person", person_id), actor, {"number": e164, "extension": extension})
    return phone


@transaction.atomic
def remove_phone(phone_id: int, *, actor: Actor) -> None:
    """Take a number out of its card. Raises NotFoundError."""
    phone = PhoneNumber.objects.select_for_update().filter(pk=phone_id).first()
    if phone is None:
        raise NotFoundError
    record("phone.removed", ("person", phone.person_id), actor, {"number": phone.e164, "extension": phone.extension})
    phone.delete()


@transaction.atomic
def set_mobile_mailing(email_id: int, *, on: bool, actor: Actor) -> EmailAddress:
    """Set the flag "mailing of the mobile version" beside one address (scheme §3); who did it is on record."""
    email = _locked_email(email_id)
    if email.mobile_mailing != on:
        email.mobile_mailing = on
        email.save(update_fields=["mobile_mailing"])
        state = (MAILING_ON if on else MAILING_OFF).as_dict()
        record(
            "address.mailing", ("person", email.person_id), actor, {"address": email.address, "state": state, "on": on}
        )
    return email


@transaction.atomic
def set_mobile_attached(email_id: int, *, on: bool, actor: Actor) -> EmailAddress:
    """Whether the file of a mobile version goes with the letter to this address, beside the link; on record.

    For mail servers of one's own: public ones refuse letters with packages.
    """
    email = _locked_email(email_id)
    if email.mobile_attached != on:
        email.mobile_attached = on
        email.save(update_fields=["mobile_attached"])
        state = (ATTACHED_ON if on else ATTACHED_OFF).as_dict()
        record("address.mailing", ("person", email.person_id), actor, {"address": email.address, "state": state})
    return email


@transaction.atomic
def verify_email(email_id: int, *, actor: Actor = SYSTEM, at: datetime | None = None) -> EmailAddress:
    """Mark that the address is theirs (a personal link was opened, or a specialist made sure). Keeps the first mark."""
    email = _locked_email(email_id)
    if email.verified_at is None:
        email.verified_at = at or now()
        email.save(update_fields=["verified_at"])
        record("address.verified", ("person", email.person_id), actor, {"address": email.address})
    return email


@transaction.atomic
def verify_phone(phone_id: int, *, actor: Actor = SYSTEM, at: datetime | None = None) -> PhoneNumber:
    """Mark that the number is theirs. Keeps the first mark."""
    phone = PhoneNumber.objects.select_for_update().filter(pk=phone_id).first()
    if phone is None:
        raise NotFoundError
    if phone.verified_at is None:
        phone.verified_at = at or now()
        phone.save(update_fields=["verified_at"])
        record("phone.verified", ("person", phone.person_id), actor, {"number": phone.e164})
    return phone


@transaction.atomic
def mark_bounced(address: str, reason: str, at: datetime) -> EmailAddress | None:
    """Mark an address (as written or its key) that does not take mail.

    Gives None where no card has the address. A newer bounce replaces an older one; only the first is journalled.
    """
    try:
        key = address_key(address)
    except BadAddressError:  # a bounce names what its server likes
        return None
    email = EmailAddress.objects.select_for_update().filter(key=key).first()
    if email is None:
        return None
    fresh = email.bounced_at is None
    if fresh or (email.bounced_at and at >= email.bounced_at):
        email.bounced_at, email.bounce_reason = at, reason[:BOUNCE_LENGTH]
        email.save(update_fields=["bounced_at", "bounce_reason"])
    if fresh:
        record("address.bounced", ("person", email.person_id), SYSTEM, {"address": email.address, "why": reason}, at=at)
    return email


@transaction.atomic
def clear_bounce(email_id: int, *, actor: Actor = SYSTEM) -> EmailAddress:
    """Say that the address takes mail again: a mail came from it, or a specialist made sure."""
    email = _locked_email(email_id)
    if email.bounced_at is not None:
        email.bounced_at, email.bounce_reason = None, ""
        email.save(update_fields=["bounced_at", "bounce_reason"])
        record("address.unbounced", ("person", email.person_id), actor, {"address": email.address})
    return email


def _locked_email(email_id: int) -> EmailAddress:
    email = EmailAddress.objects.select_for_update().filter(pk=email_id).first()
    if email is None:
        raise NotFoundError
    return email


def _check_card(person_id: int) -> None:
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if person.merged_into_id is not None:
        raise MergedCardError(person.name, person.merged_into_id)
