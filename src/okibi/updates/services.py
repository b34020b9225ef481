"""Agreements: proposed by the desk, answered by the customer, withdrawn by either side, expired by themselves.

Every act is on record beside the agreement and, where one stands behind it, on its request.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.customers.models import Organisation, Person
from okibi.customers.selectors import kept
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import OPEN, AgreementEvent, AgreementState, next_state
from okibi.updates import runs, vault
from okibi.updates.kinds import ANSWERED_TITLES, Answered
from okibi.updates.models import Agreement, Host
from okibi.updates.terms import Terms

SUBJECT = "agreement"  # how the journal names them
TOKEN_BYTES = 24
GONE = Sentence("Такого доступа нет.", "There is no such agreement.")
NOT_YOURS = Sentence(
    "Отвечает тот, кто просил об обновлении, или администратор организации.",
    "It is answered by whoever asked for the update, or an administrator of the organisation.",
)
NO_NOTE = Sentence(
    "Запишите, кто и как это сказал: без этого слово клиента не принимается.",
    "Write down who said it and how: without that the customer's word does not count.",
)
REPLACED = Sentence("предложены другие условия", "other terms were proposed")
CALLED_OFF = Sentence("Клиент или поддержка отозвали доступ.", "The customer or the desk withdrew the access.")
OVER = Sentence("Срок доступа истёк.", "The access has expired.")


class NotYoursError(NotAllowedError):
    """Who may see it, but not answer it."""

    code = "agreement_not_yours"


@dataclass(frozen=True, slots=True)
class Whose:
    """For whom it is: an organisation with who asked, or a natural person alone."""

    person: Person
    organisation: Organisation | None
    ticket_id: int | None = None
    language: str = "ru"


@dataclass(frozen=True, slots=True)
class Word:
    """A customer's yes or no: whose it is, and by what way it came. ``note``: who said it and how (the desk's way)."""

    way: Answered
    actor: Actor
    person: Person | None = None
    name: str = ""
    note: str = ""


def digest_of(token: str) -> str:
    """SHA-256 of a link's token, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def propose(whose: Whose, terms: Terms, staff: Staff) -> Agreement:
    """A new agreement that waits for the customer's word. One that waits on the same request is taken back."""
    actor, moment = Actor("staff", staff.pk, staff.name), now()
    if whose.ticket_id is not None:
        waiting = Agreement.objects.filter(ticket_id=whose.ticket_id, state=AgreementState.PROPOSED.value)
        for agreement_id in waiting.order_by("pk").values_list("pk", flat=True):
            withdraw(agreement_id, actor, REPLACED.in_language(whose.language))
    agreement = Agreement.objects.create(
        ticket_id=whose.ticket_id,
        organisation=whose.organisation,
        person=whose.person,
        products=list(terms.products),
        windows=terms.windows.as_json(),
        zone=terms.windows.zone.key,
        valid_from=terms.since,
        valid_until=terms.until,
        note=terms.note,
        language=whose.language,
        asked_by=staff,
        asked_at=moment,
    )
    Host.objects.bulk_create(
        Host(
            agreement=agreement,
            device_id=host.device_id,
            name=host.name,
            way=host.way.value,
            address=host.address,
            port=host.port,
        )
        for host in terms.hosts
    )
    _record("agreement.proposed", agreement, actor, moment, hosts=len(terms.hosts))
    return agreement


def new_link(agreement: Agreement) -> str:
    """A personal link's token; those of earlier letters lead nowhere from now on. Only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Agreement.objects.filter(pk=agreement.pk).update(link_hash=digest_of(token))
    return token


def may_answer(agreement: Agreement, person: Person | None) -> bool:
    """Whether a person's word counts: who asked for it, or an administrator of its organisation.

    Whoever joined an organisation by a licence number alone speaks for nobody but themselves.
    """
    if person is None:
        return False
    person = kept(person)
    asked = agreement.person is not None and kept(agreement.person).pk == person.pk
    if agreement.organisation_id is None:
        return asked
    theirs = person.organisation_id == agreement.organisation_id and not person.organisation_claimed
    return theirs and (asked or person.organisation_admin)


@transaction.atomic
def confirm(agreement_id: int, word: Word) -> Agreement:
    """The customer grants it. Raises NotYoursError, InputError (no note), AgreementStateError."""
    agreement = _answered(agreement_id, AgreementEvent.CONFIRM, word)
    agreement.confirmed_at = agreement.answered_at
    agreement.save()
    _record("agreement.confirmed", agreement, word.actor, agreement.answered_at, **_said(agreement))
    return agreement


@transaction.atomic
def decline(agreement_id: int, word: Word) -> Agreement:
    """The customer does not grant it. Raises NotYoursError, InputError (no note), AgreementStateError."""
    agreement = _answered(agreement_id, AgreementEvent.DECLINE, word)
    agreement.save()
    _record("agreement.declined", agreement, word.actor, agreement.answered_at, **_said(agreement))
    return agreement


def _answered(agreement_id: int, event: AgreementEvent, word: Word) -> Agreement:
    agreement, moment = locked(agreement_id), now()
    expired(agreement, moment)
    agreement.state = next_state(AgreementState(agreement.state), event).value
    if word.way is Answered.DESK:
        if not word.note.strip():
            raise InputError(NO_NOTE, field="note")
    elif not may_answer(agreement, word.person):
        raise NotYoursError(NOT_YOURS)
    agreement.granted_by = kept(word.person) if word.person else None
    agreement.granted_name = (word.person.name if word.person else word.name or word.note)[:200]
    agreement.answered_by, agreement.answered_note = word.way.value, word.note.strip()[:500]
    agreement.answered_at = moment
    return agreement


def _said(agreement: Agreement) -> dict[str, Any]:
    title = ANSWERED_TITLES[Answered(agreement.answered_by)]
    note = f": {agreement.answered_note}" if agreement.answered_note else ""
    return {"name": agreement.granted_name, "way": Sentence(title.ru + note, title.en + note).as_dict()}


@transaction.atomic
def withdraw(agreement_id: int, actor: Actor, reason: str = "") -> Agreement:
    """End it at once, for either side: what has not begun to install never will. Raises AgreementStateError."""
    agreement, moment = locked(agreement_id), now()
    agreement.state = next_state(AgreementState(agreement.state), AgreementEvent.WITHDRAW).value
    agreement.withdrawn_at, agreement.withdrawn_by = moment, actor.name[:200]
    agreement.withdrawn_reason = reason.strip()[:500]
    agreement.save()
    stopped = runs.revoke([agreement.pk], CALLED_OFF, actor)
    vault.wipe([agreement.pk])
    within = agreement.withdrawn_reason.removesuffix(".")  # it stands in a sentence
    words = f": {within}" if within else ""
    _record("agreement.withdrawn", agreement, actor, moment, why=words, stopped=stopped)
    return agreement


def due_to_expire(at: datetime, limit: int = 200) -> list[int]:
    """Agreements whose last day has passed, the oldest first."""
    rows = Agreement.objects.filter(state__in=[state.value for state in OPEN], valid_until__lte=at)
    return list(rows.order_by("valid_until", "pk").values_list("pk", flat=True)[:limit])


def expired(agreement: Agreement, at: datetime) -> bool:
    """End a locked agreement whose time is over; gives whether it did."""
    if AgreementState(agreement.state) not in OPEN or at < agreement.valid_until:
        return False
    agreement.state = next_state(AgreementState(agreement.state), AgreementEvent.EXPIRE).value
    agreement.save(update_fields=["state"])
    stopped = runs.revoke([agreement.pk], OVER, SYSTEM)
    vault.wipe([agreement.pk])
    _record("agreement.expired", agreement, SYSTEM, at, stopped=stopped)
    return True


def locked(agreement_id: int) -> Agreement:
    """Held by this transaction until its end. Raises NotAllowedError."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("organisation", "person", "ticket")
    found = rows.filter(pk=agreement_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def repoint_person(gone_id: int, keep_id: int) -> int:
    """Agreements of a card that was merged away are those of the kept one; gives how many."""
    Agreement.objects.filter(granted_by_id=gone_id).update(granted_by_id=keep_id)
    return Agreement.objects.filter(person_id=gone_id).update(person_id=keep_id)


def _record(code: str, agreement: Agreement, actor: Actor, at: datetime | None = None, **data: Any) -> None:
    """Beside the agreement and on its request."""
    said = {"id": agreement.pk, **data}
    record(code, (SUBJECT, agreement.pk), actor, said, at)
    if agreement.ticket_id is not None:
        record(code, ("ticket", agreement.ticket_id), actor, said, at)
