"""Devices and their tokens, invitations, push subscriptions. What an enrolment is, is told by ``flows.enrolment``."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from okibi.customers.models import Organisation, Person
from okibi.environments.errors import (
    InvitationExpiredError,
    InvitationUsedError,
    NoSuchDeviceError,
    UnknownInvitationError,
)
from okibi.environments.models import Device, Invitation, PushSubscription
from okibi.environments.reports import plain_report
from okibi.environments.selectors import by_public_id
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what is misread: I, L, O, 0, 1
CODE_LENGTH = 12  # 59 bits
INVITED_FOR = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)  # "last seen" is written no oftener
TOKEN = "okd_"  # noqa: S105  the word that every token begins with


def digest_of(secret: str) -> str:
    """SHA-256, as secrets of high entropy are stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_public_id(letter: str) -> str:
    """A letter and eleven of a–z, 0–9: 56 bits, no secret."""
    return letter + "".join(secrets.choice(ALPHABET) for _ in range(11))


def token_of(public_id: str, secret: str) -> str:
    """The bearer token as the device keeps it."""
    return f"{TOKEN}{public_id}_{secret}"


def device_of_token(token: str) -> Device:
    """The device in use that holds this token. Raises NoSuchDeviceError for everything else; one query."""
    public_id, _, secret = token.removeprefix(TOKEN).partition("_")
    device = by_public_id(public_id) if token.startswith(TOKEN) and len(public_id) == 12 and secret.isascii() else None
    expected = device.token_hash if device else digest_of("")
    right = hmac.compare_digest(expected, digest_of(secret))
    if device is None or not right or device.revoked_at is not None:
        raise NoSuchDeviceError
    return device


def create_device(
    *,
    secret: str,
    kind: str,
    enrolled_by: str,
    name: str = "",
    user_name: str = "",
    person: Person | None = None,
    organisation: Organisation | None = None,
    holding_person: Person | None = None,
    licence_number: str = "",
    language: str = "ru",
    product: str = "",
    version: str = "",
    report: Mapping[str, Any] | None = None,
) -> Device:
    """A new device whose token's secret is ``secret``; journalled."""
    moment = now()
    device = Device.objects.create(
        public_id=new_public_id("d"),
        token_hash=digest_of(secret),
        kind=kind,
        enrolled_by=enrolled_by,
        name=name[:120],
        user_name=user_name[:200],
        person=person,
        organisation=organisation,
        holding_person=holding_person,
        licence_number=licence_number,
        language=language,
        product=product[:40],
        version=version[:40],
        report=plain_report(report or {}),
        reported_at=moment if report else None,
        created_at=moment,
        last_seen_at=moment,
    )
    actor = Actor("person", person.pk if person else None, person.name if person else device.user_name)
    record("device.enrolled", ("device", device.pk), actor, {"device": named(device), "by": enrolled_by}, moment)
    return device


def named(device: Device) -> str:
    """How the journal names a device."""
    return f"{device.name} ({device.public_id})" if device.name else device.public_id


def saw(device: Device) -> None:
    """The device spoke to us; written at most once a minute."""
    moment = now()
    if moment - device.last_seen_at >= SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(last_seen_at=moment)


def reported(device_id: int, *, product: str, version: str, report: Mapping[str, Any]) -> Device:
    """What the device says of its environment now; an empty report leaves the one before. Raises NoSuchDeviceError."""
    fields = {"product": product[:40], "version": version[:40], "reported_at": now()}
    if report:
        fields["report"] = plain_report(report)
    if not Device.objects.filter(pk=device_id, revoked_at__isnull=True).update(**fields):
        raise NoSuchDeviceError
    return Device.objects.get(pk=device_id)


def change(device_id: int, *, name: str | None = None, language: str | None = None) -> None:
    """Another name or language. Raises NoSuchDeviceError."""
    fields: dict[str, str] = {}
    if name is not None:
        fields["name"] = " ".join(name.split())[:120]
    if language in {"ru", "en"}:
        fields["language"] = str(language)
    if fields and not Device.objects.filter(pk=device_id, revoked_at__isnull=True).update(**fields):
        raise NoSuchDeviceError


@transaction.atomic
def revoke(public_id: str, actor: Actor) -> Device:
    """Cut a device off: its token is dead from now on and its pushes end. A second time changes nothing.

    Raises NoSuchDeviceError where there is none.
    """
    device = Device.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if device is None:
        raise NoSuchDeviceError
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = now(), actor.name[:120]
        device.save(update_fields=["revoked_at", "revoked_by"])
        PushSubscription.objects.filter(device=device).delete()
        record("device.revoked", ("device", device.pk), actor, {"device": named(device)}, device.revoked_at)
    return device


def repoint_devices(gone_id: int, keep_id: int) -> int:
    """Two user cards became one: devices and invitations follow; gives how many devices."""
    Device.objects.filter(holding_person_id=gone_id).update(holding_person_id=keep_id)
    Invitation.objects.filter(person_id=gone_id).update(person_id=keep_id)
    return Device.objects.filter(person_id=gone_id).update(person_id=keep_id)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation and its code, which is said once and stored as a hash."""

    invitation: Invitation
    code: str  # XXXX-XXXX-XXXX


@transaction.atomic
def invite(organisation_id: int, actor: Actor, *, person_id: int | None = None, email: str = "") -> Invited:
    """A one-time code that lets a device in for 14 days, as this person or as somebody new of the organisation."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    moment = now()
    invitation = Invitation.objects.create(
        code_hash=digest_of(code),
        organisation_id=organisation_id,
        person_id=person_id,
        email=email.strip()[:320],
        made_by=actor.name[:200],
        created_at=moment,
        expires_at=moment + INVITED_FOR,
    )
    who = email.strip() or "—"
    record("device.invited", ("organisation", organisation_id), actor, {"who": who, "person": person_id}, moment)
    return Invited(invitation, "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)))


def living_invitation(code: str, *, lock: bool = False) -> Invitation:
    """The invitation of a code as typed (case, spaces and hyphens don't matter).

    Raises UnknownInvitationError, and its kinds InvitationUsedError and InvitationExpiredError for who knew the code.
    """
    bare = "".join(character for character in code.upper() if character.isalnum())
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    found = rows.select_related("organisation", "person").filter(code_hash=digest_of(bare)).first()
    if found is None:
        raise UnknownInvitationError
    if found.used_at is not None:
        raise InvitationUsedError
    if found.expires_at <= now():
        raise InvitationExpiredError(timezone.localtime(found.expires_at).date())
    return found


def is_invitation(code: str) -> bool:
    """Whether this, as typed, was ever an invitation's code."""
    bare = "".join(character for character in code.upper() if character.isalnum())
    return Invitation.objects.filter(code_hash=digest_of(bare)).exists()


def use_invitation(invitation_id: int, at: datetime) -> None:
    """The invitation is used up. Raises UnknownInvitationError where somebody was faster."""
    rows = Invitation.objects.filter(pk=invitation_id, used_at__isnull=True, expires_at__gt=at)
    if not rows.update(used_at=at):
        raise UnknownInvitationError


def subscribe(device_id: int, *, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Where the device's pushes go from now on; the earlier place is forgotten."""
    row, _ = PushSubscription.objects.update_or_create(
        device_id=device_id,
        defaults={"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "created_at": now()},
    )
    return row


def unsubscribe(device_id: int) -> None:
    """No pushes any more."""
    PushSubscription.objects.filter(device_id=device_id).delete()
