"""Licences and trials: creating, changing, extending, revoking (scheme §1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import IntegrityError, connection, models, transaction

from okibi.customers.dates import today
from okibi.customers.errors import (
    BadDatesError,
    FieldError,
    MissingError,
    NotFoundError,
    NumberTakenError,
    RevokedError,
)
from okibi.customers.keys import squeeze
from okibi.customers.models import Holding, Licence, Organisation, Person, Trial
from okibi.customers.services.changes import apply_changes, needed, plain
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence

PERPETUAL = Sentence(ru="бессрочно", en="no end")
REASON = Sentence(ru="причина", en="reason")
HOLDER = Sentence(ru="у кого: организация или человек", en="holder: an organisation or a person")
PRODUCTS = Sentence(ru="программы", en="products")
PRODUCT = Sentence(ru="программа", en="product")
ENDS_BEFORE = Sentence(ru="Конец раньше начала.", en="It ends before it begins.")
NOT_LATER = Sentence(
    ru="Новая дата должна быть позже прежней: чтобы закончить раньше, отзовите.",
    en="The new date must be later than the present one: to end earlier, revoke.",
)
ALREADY_PERPETUAL = Sentence(ru="Она бессрочная, продлевать нечего.", en="It has no end: there is nothing to extend.")

H = TypeVar("H", Licence, Trial)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a licence or a trial: exactly one of an organisation and a natural person."""

    organisation_id: int | None = None
    person_id: int | None = None

    def __post_init__(self) -> None:
        if (self.organisation_id is None) == (self.person_id is None):
            raise MissingError("holder", HOLDER)


@transaction.atomic
def create_licence(
    *,
    holder: Holder,
    products: Sequence[str],
    valid_from: date,
    actor: Actor,
    valid_until: date | None = None,
    maintenance_until: date | None = None,
    modules: Sequence[str] = (),
    seats: int = 1,
    number: str = "",
    note: str = "",
) -> Licence:
    """A new licence; both dates belong to it, no end: perpetual, no number: the next of our own («Л-2026-00042»).

    Raises MissingError, BadDatesError, FieldError (seats), NumberTakenError, NotFoundError (holder).
    """
    licence = Licence(
        products=_codes(products),
        modules=_codes(modules),
        seats=_seats(seats),
        valid_until=valid_until,
        maintenance_until=maintenance_until,
    )
    if not licence.products:
        raise MissingError("products", PRODUCTS)
    _check_span(valid_from, valid_until)
    return _create(licence, "licence", "Л", holder=holder, number=number, begins=valid_from, note=note, actor=actor)


@transaction.atomic
def create_trial(
    *,
    holder: Holder,
    product: str,
    valid_from: date,
    valid_until: date,
    actor: Actor,
    source: str = Trial.Source.SITE,
    number: str = "",
    note: str = "",
) -> Trial:
    """A new trial, got from the site or in another way; both dates belong to it. Raises as :func:`create_licence`."""
    if source not in Trial.Source.values:
        raise FieldError("source", Sentence(ru="Откуда пробная версия, неизвестно.", en="Unknown source of the trial."))
    trial = Trial(product=needed("product", product, PRODUCT), source=source, valid_until=valid_until)
    _check_span(valid_from, valid_until)
    return _create(trial, "trial", "П", holder=holder, number=number, begins=valid_from, note=note, actor=actor)


def _create(row: H, kind: str, letter: str, *, holder: Holder, number: str, begins: date, note: str, actor: Actor) -> H:
    check_holder(holder)
    row.organisation_id, row.person_id = holder.organisation_id, holder.person_id
    row.valid_from, row.note = begins, note.strip()
    row.number = squeeze(number) or next_number(type(row), letter, begins.year)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NumberTakenError(row.number) from None
    data = {"number": row.number, "until": plain(row.valid_until), **holding_subject(row)}
    record(f"{kind}.created", (kind, row.pk), actor, data)
    return row


def next_number(model: type[models.Model], letter: str, year: int) -> str:
    """The next free number of our own series: letter, year, five digits. Call inside the creating transaction."""
    prefix = f"{letter}-{year}-"
    with connection.cursor() as cursor:  # two that are made at once must not take the same number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"okibi.holding.{prefix}"])
    last = (
        model._default_manager.filter(number__regex=rf"^{prefix}\d{{5}}$")  # noqa: SLF001  Django's own name
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(str(last)[-5:]) + 1 if last else 1:05d}"


@transaction.atomic
def change_licence(
    licence_id: int,
    *,
    products: Sequence[str],
    modules: Sequence[str],
    seats: int,
    maintenance_until: date | None,
    note: str,
    actor: Actor,
) -> Licence:
    """Change what a licence covers, not how long. Raises NotFoundError, RevokedError, MissingError, FieldError."""
    licence = _locked(Licence, licence_id)
    if not _codes(products):
        raise MissingError("products", PRODUCTS)
    changed = apply_changes(
        licence,
        {
            "products": _codes(products),
            "modules": _codes(modules),
            "seats": _seats(seats),
            "maintenance_until": maintenance_until,
            "note": note.strip(),
        },
    )
    if changed:
        record("licence.changed", ("licence", licence.pk), actor, {"number": licence.number, "changes": changed})
    return licence


@transaction.atomic
def extend_licence(licence_id: int, *, until: date | None, actor: Actor) -> Licence:
    """Let a licence last until a later day, that day included; None makes it perpetual.

    Raises NotFoundError, RevokedError, BadDatesError.
    """
    licence = _locked(Licence, licence_id)
    if licence.valid_until is None:
        raise BadDatesError("until", ALREADY_PERPETUAL)
    return _extend(licence, "licence", until, actor)


@transaction.atomic
def extend_trial(trial_id: int, *, until: date, actor: Actor) -> Trial:
    """Let a trial last until a later day, that day included. Raises as :func:`extend_licence`."""
    return _extend(_locked(Trial, trial_id), "trial", until, actor)


def _extend(row: H, kind: str, until: date | None, actor: Actor) -> H:
    was: date | None = row.valid_until
    if until is not None and was is not None and until <= was:
        raise BadDatesError("until", NOT_LATER)
    row.valid_until = until  # type: ignore[assignment]  # a trial's flow never passes None
    row.save(update_fields=["valid_until"])
    said = until.strftime("%d.%m.%Y") if until else PERPETUAL.as_dict()
    data = {"number": row.number, "until": said, "was": plain(was), "is": plain(until), **holding_subject(row)}
    record(f"{kind}.extended", (kind, row.pk), actor, data)
    return row


@transaction.atomic
def revoke_licence(licence_id: int, *, reason: str, actor: Actor, on: date | None = None) -> Licence:
    """End a licence from a day on (today unless said), that day not included. The reason is demanded.

    Raises NotFoundError, RevokedError, MissingError.
    """
    return _revoke(_locked(Licence, licence_id), "licence", reason, on, actor)


@transaction.atomic
def revoke_trial(trial_id: int, *, reason: str, actor: Actor, on: date | None = None) -> Trial:
    """End a trial from a day on; as :func:`revoke_licence`."""
    return _revoke(_locked(Trial, trial_id), "trial", reason, on, actor)


def _revoke(row: H, kind: str, reason: str, on: date | None, actor: Actor) -> H:
    row.revoke_reason = needed("reason", reason, REASON)[:300]
    row.revoked_on = on or today()
    row.save(update_fields=["revoke_reason", "revoked_on"])
    data = {"number": row.number, "reason": row.revoke_reason, "on": plain(row.revoked_on), **holding_subject(row)}
    record(f"{kind}.revoked", (kind, row.pk), actor, data)
    return row


def holding_subject(row: Holding) -> dict[str, int | None]:
    """The holder's ids as the journal keeps them."""
    return {"organisation_id": row.organisation_id, "person_id": row.person_id}


def check_holder(holder: Holder) -> None:
    """Raises NotFoundError where the holder is not there or was merged away."""
    found = False
    if holder.organisation_id is not None:
        found = Organisation.objects.filter(pk=holder.organisation_id).exists()
    elif holder.person_id is not None:
        found = Person.objects.filter(pk=holder.person_id, merged_into__isnull=True).exists()
    if not found:
        raise NotFoundError


def _locked(model: type[H], pk: int) -> H:
    row = model._default_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001  Django's own name
    if row is None:
        raise NotFoundError
    if row.revoked_on is not None:
        raise RevokedError(row.number, row.revoked_on)
    return row


def _check_span(begins: date, ends: date | None) -> None:
    if ends is not None and ends < begins:
        raise BadDatesError("valid_until", ENDS_BEFORE)


def _codes(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(value.strip().lower() for value in values if value.strip()))


def _seats(seats: int) -> int:
    if not 1 <= seats <= 1_000_000:
        raise FieldError("seats", Sentence(ru="Мест должно быть от 1 до 1 000 000.", en="Seats: from 1 to 1,000,000."))
    return seats
