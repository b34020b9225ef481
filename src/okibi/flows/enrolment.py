"""A device becomes known: by licence, trial or invitation, confirmed by a code sent to the person's e-mail.

The device holds the enrolment's secret and alone gets the token: by the answer to :func:`confirm`, or, where that
answer was lost, by asking :func:`state_of`. A link of the letter works only where the enrolment was begun: who began it
may be somebody else, and a click in a mailbox must never let a stranger's device in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.keys import address_key
from okibi.customers.models import Holding, Organisation, Person
from okibi.environments import enrolling, services
from okibi.environments.errors import (
    EmailNeededError,
    EnrolmentOverError,
    OneNumberError,
    OtherKindError,
    UnknownInvitationError,
    UnknownLicenceError,
    UnknownTrialError,
    WrongCodeError,
)
from okibi.environments.kinds import DeviceKind, EnrolledBy, EnrolmentState
from okibi.environments.models import Enrolment, Invitation
from okibi.environments.reports import plain_report
from okibi.flows import installation_report, letters
from okibi.flows.answers import desk_name
from okibi.flows.links import sign_in
from okibi.flows.user_cards import join_organisation
from okibi.flows.visitor import Visitor
from okibi.journal.services import Actor
from okibi.kernel.clock import now
from okibi.kernel.once_only import Answer, once
from okibi.kernel.signing import sign, unsign
from okibi.schemes.services import in_force

CONFIRM = "confirm-device"  # what a letter's link is signed for
CONFIRM_SECONDS = int(enrolling.CODE_LIVES.total_seconds())


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device says of itself and of who uses it. At most one of licence, trial, invitation is needed.

    ``report``: the environment in the API's shape (``okibi.environments.reports``).
    """

    kind: DeviceKind
    device_name: str = ""
    licence: str = ""  # number, as typed
    trial: str = ""
    invitation: str = ""  # code, as typed
    email: str = ""
    name: str = ""
    language: str = "ru"
    product: str = ""
    version: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """How an enrolment stands. ``token`` is there once it is confirmed, and only for who holds the secret."""

    enrolment_id: str
    secret: str
    by: EnrolledBy  # the kind of number that lets the device in
    state: EnrolmentState
    token: str | None
    expires_at: datetime  # UTC; the code (or, once confirmed, the asking for the token) is over then


@dataclass(frozen=True, slots=True)
class _Ground:
    """On what a device is let in, and who holds that right."""

    by: EnrolledBy
    number: str = ""
    holding: Holding | None = None
    invitation: Invitation | None = None

    @property
    def organisation(self) -> Organisation | None:
        if self.invitation:
            return self.invitation.organisation
        return self.holding.organisation if self.holding else None

    @property
    def holding_person(self) -> Person | None:
        return self.holding.person if self.holding else None


@transaction.atomic
def begin(wish: Wish, secret: str = "") -> Begun:
    """Begin an enrolment. With an e-mail: a six-digit code goes there. Without: confirmed at once, nobody proved.

    An invitation that was made for one person is a proof of its own. ``secret``: of a caller's key, else a new one.
    Raises UnknownLicenceError, UnknownTrialError, UnknownInvitationError (used and expired ones are kinds of it),
    OtherKindError, OneNumberError, EmailNeededError, BadAddressError (InputErrors with codes), TooManyError
    (``data["retry_after"]`` seconds).
    """
    ground = _ground(wish)
    invited = ground.invitation.person if ground.invitation else None
    email = "" if invited else wish.email.strip()
    if ground.invitation and not invited and not email:
        raise EmailNeededError
    email_key = address_key(email) if email else ""
    enrolling.check_limits(email_key, ground.number)
    device = {"kind": wish.kind, "name": wish.device_name, "product": wish.product, "version": wish.version}
    row, secret, code = enrolling.create(
        enrolled_by=ground.by,
        wish={**device, "report": plain_report(wish.report)},
        email=email,
        email_key=email_key,
        name=" ".join(wish.name.split()),
        language="en" if wish.language.lower().startswith("en") else "ru",
        licence_number=ground.number,
        invitation=ground.invitation,
        secret=secret,
    )
    if email:
        _send_code(row, code)
    else:
        _let_in(row, ground)
    return _begun(row, secret)


def confirm(enrolment_id: str, secret: str, code: str) -> Begun:
    """Confirm by the code. Not inside a transaction: a wrong guess must stay counted though this raises.

    Raises NotAllowedError (no such enrolment), WrongCodeError (``data["tries_left"]``), EnrolmentOverError (expired,
    or refused after five wrong codes), UnknownInvitationError (used up meanwhile).
    """
    with transaction.atomic(durable=True):
        row = enrolling.access(enrolment_id, secret, lock=True)
        standing = enrolling.standing(row, now())
        if standing is EnrolmentState.CONFIRMED:
            return _begun(row, secret)
        right = standing is EnrolmentState.AWAITING_CONFIRMATION and enrolling.is_right(row, code)
        if right:
            _let_in(row, _ground_of(row))
            return _begun(row, secret)
        tries_left = enrolling.TRIES - row.attempts
    if standing is not EnrolmentState.AWAITING_CONFIRMATION or tries_left <= 0:
        raise EnrolmentOverError
    raise WrongCodeError(tries_left)


def state_of(enrolment_id: str, secret: str) -> Begun:
    """How it stands; with the token once it was confirmed. Raises NotAllowedError."""
    return _begun(enrolling.access(enrolment_id, secret), secret)


def link_of(enrolment_id: str) -> str:
    """The signed part of an address that stands for the code, in the browser where the enrolment was begun."""
    return sign(CONFIRM, enrolment_id)


def confirm_by_link(signed: str, secret: str) -> Begun:
    """Confirm by a letter's link, opened where the enrolment was begun: ``secret`` is what that browser keeps.

    A second time changes nothing. Raises NotAllowedError (forged, too old, or begun elsewhere: there the code must be
    typed), EnrolmentOverError, UnknownInvitationError.
    """
    enrolment_id = str(unsign(CONFIRM, signed, CONFIRM_SECONDS))
    with transaction.atomic():
        row = enrolling.access(enrolment_id, secret, lock=True)
        standing = enrolling.standing(row, now())
        if standing is EnrolmentState.AWAITING_CONFIRMATION:
            _let_in(row, _ground_of(row))
        elif standing is not EnrolmentState.CONFIRMED:
            raise EnrolmentOverError
        return _begun(row, secret)


def sign_out(visitor: Visitor) -> None:
    """The device gives its token back."""
    person = customers.card(visitor.person_id) if visitor.person_id else None
    services.revoke(visitor.device, Actor("person", visitor.person_id, person.name if person else ""))


def revoke(device: str, actor: Actor) -> None:
    """Cut a device off by its public id; a second time changes nothing. Raises NotAllowedError for an unknown one."""
    services.revoke(device, actor)


def begin_once(wish: Wish, key: str, fingerprint: str) -> tuple[Begun, bool]:
    """:func:`begin`, once for a key of the caller's own; gives also whether it was begun before by the same call.

    The enrolment's secret is made of the key, so that a repeat gets the same one and no secret or token is kept for it.
    Raises KeyReusedError, and what :func:`begin` raises.
    """
    secret = enrolling.secret_of_key(key, fingerprint)
    kept = once("enrolment", key, fingerprint, lambda: Answer(201, begin(wish, secret).enrolment_id.encode()))
    return state_of(kept.body.decode(), secret), kept.again


def _ground(wish: Wish) -> _Ground:
    given = {
        EnrolledBy.INVITATION: wish.invitation.strip(),
        EnrolledBy.LICENCE: wish.licence.strip(),
        EnrolledBy.TRIAL: wish.trial.strip(),
    }
    kinds = [kind for kind, number in given.items() if number]
    if len(kinds) > 1:
        raise OneNumberError(kinds)
    if not kinds:
        return _Ground(EnrolledBy.EMAIL if wish.email.strip() else EnrolledBy.NONE)
    (kind,) = kinds
    try:
        return _known_ground(kind, given[kind])
    except (UnknownLicenceError, UnknownTrialError, UnknownInvitationError) as unknown:
        other = _kind_of(given[kind])
        if other is None or other is kind:
            raise
        raise OtherKindError(kind, other) from unknown


def _known_ground(kind: EnrolledBy, number: str) -> _Ground:
    if kind is EnrolledBy.INVITATION:
        return _Ground(kind, invitation=services.living_invitation(number))
    if kind is EnrolledBy.LICENCE:
        licence = customers.licence_by_number(number)
        if licence is None:
            raise UnknownLicenceError
        return _Ground(kind, licence.number, licence)
    trial = customers.trial_by_number(number)
    if trial is None:
        raise UnknownTrialError
    return _Ground(kind, trial.number, trial)


def _kind_of(number: str) -> EnrolledBy | None:
    """What a number really is, where somebody took one for another."""
    if customers.licence_by_number(number) is not None:
        return EnrolledBy.LICENCE
    if customers.trial_by_number(number) is not None:
        return EnrolledBy.TRIAL
    return EnrolledBy.INVITATION if services.is_invitation(number) else None


def _ground_of(row: Enrolment) -> _Ground:
    """The same once more, when it is confirmed: what it leaned on may be gone meanwhile."""
    by, number = EnrolledBy(row.enrolled_by), row.licence_number
    if by is EnrolledBy.LICENCE:
        return _Ground(by, number, customers.licence_by_number(number))
    if by is EnrolledBy.TRIAL:
        return _Ground(by, number, customers.trial_by_number(number))
    return _Ground(by, invitation=row.invitation)


def _let_in(row: Enrolment, ground: _Ground) -> None:
    """The device is made, with the person that was proved."""
    moment = now()
    if ground.invitation:
        services.use_invitation(ground.invitation.pk, moment)
    person = _person(row, ground, moment)
    wish = row.wish
    device = services.create_device(
        secret=enrolling.token_secret(row),
        kind=wish["kind"],
        enrolled_by=ground.by,
        name=wish["name"],
        user_name=row.name,
        person=person,
        organisation=ground.organisation,
        holding_person=ground.holding_person,
        licence_number=ground.number,
        language=row.language,
        product=wish["product"],
        version=wish["version"],
        report=wish["report"],
    )
    enrolling.confirmed(row, device, moment)
    installation_report.follow(device)


def _person(row: Enrolment, ground: _Ground, at: datetime) -> Person | None:
    """Whose device it is: the invited one, the card of the confirmed address, or a new card.

    A licence number puts nobody onto another's card; it makes a new card's organisation a claim, no more.
    """
    if ground.invitation and ground.invitation.person:
        return customers.kept(ground.invitation.person)
    if not row.email:
        return None
    person = customers.person_by_email(row.email)
    actor = Actor("person", person.pk if person else None, person.name if person else row.name or row.email)
    if person is None:
        person = cards.create_person(
            name=row.name or row.email,
            organisation_id=ground.organisation.pk if ground.organisation else None,
            organisation_claimed=ground.invitation is None,
            language=row.language,
            actor=actor,
        )
        cards.add_email(person.pk, row.email, actor=actor, verified_at=at)
        return person
    known = customers.email_row(row.email)
    if known is not None:
        cards.verify_email(known.pk, actor=actor, at=at)
    if ground.invitation and person.organisation_id == ground.invitation.organisation_id:
        cards.vouch(person.pk, actor=actor)
    elif ground.invitation and person.organisation_id is None:  # the desk alone moves who belongs elsewhere
        return join_organisation(person, ground.invitation.organisation_id, actor)
    return person


def _send_code(row: Enrolment, code: str) -> None:
    scheme = in_force(now()).scheme
    minutes = int(enrolling.CODE_LIVES.total_seconds() // 60)
    fields = {"code": code, "name": row.name, "device": row.wish["name"], "minutes": minutes}
    fields["vendor"] = desk_name(scheme).in_language(row.language)
    browser = row.wish["kind"] == DeviceKind.BROWSER
    if browser:  # the letter is read where the page is open: a button spares the typing
        fields["link"] = sign_in(link_of(row.public_id))
    letter = letters.write("portal_code" if browser else "enrolment_code", row.language, fields)
    outbox.put(
        kind="email",
        key=f"enrolment:{row.public_id}",
        to=Party(row.email, row.name),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        automatic=True,
        about=("enrolment", row.pk),
    )


def _begun(row: Enrolment, secret: str) -> Begun:
    moment = now()
    standing, token = enrolling.standing(row, moment), enrolling.token(row, moment)
    return Begun(row.public_id, secret, EnrolledBy(row.enrolled_by), standing, token, row.expires_at)
