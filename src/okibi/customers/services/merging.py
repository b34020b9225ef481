"""Two cards of one person become one; two cards that only look alike are told apart."""

from dataclasses import dataclass

from django.db import transaction

from okibi.customers.errors import MergedCardError, NotFoundError, SameCardError
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.models import DistinctPeople, EmailAddress, Licence, Person, PhoneNumber, Trial
from okibi.customers.services.changes import apply_changes
from okibi.journal.services import Actor, record


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge did: ``gone_ids`` are all the cards that now lead to ``keep_id`` because of it."""

    keep_id: int
    gone_ids: tuple[int, ...]


@transaction.atomic
def merge(keep_id: int, gone_id: int, *, actor: Actor) -> Merge:
    """Move addresses, numbers, licences and trials of the card ``gone`` to ``keep`` and let ``gone`` lead there.

    Fields that ``keep`` left empty are filled from ``gone``; its note is kept below. Tickets are another room's:
    doors call ``flows.merge_people.merge_people``. Raises NotFoundError, SameCardError, MergedCardError.
    """
    keep, gone = _both(keep_id, gone_id)
    moved = {
        "emails": list(gone.emails.values_list("address", flat=True)),
        "phones": list(gone.phones.values_list("e164", flat=True)),
        "licences": list(gone.licences.values_list("number", flat=True)),
        "trials": list(gone.trials.values_list("number", flat=True)),
    }
    EmailAddress.objects.filter(person=gone).update(person=keep)
    Licence.objects.filter(person=gone).update(person=keep)
    Trial.objects.filter(person=gone).update(person=keep)
    MessengerIdentity.objects.filter(person=gone).update(person=keep)
    _move_phones(keep, gone)
    apply_changes(keep, _filled(keep, gone))
    earlier = list(Person.objects.filter(merged_into=gone).values_list("pk", flat=True))
    Person.objects.filter(pk__in=[*earlier, gone.pk]).update(merged_into=keep)
    _keep_distinctions(keep.pk, gone.pk)
    record("person.merged", ("person", keep.pk), actor, {"name": gone.name, "gone_id": gone.pk, "moved": moved})
    record("person.merged_away", ("person", gone.pk), actor, {"name": keep.name, "keep_id": keep.pk})
    return Merge(keep_id=keep.pk, gone_ids=(gone.pk, *earlier))


def _both(keep_id: int, gone_id: int) -> tuple[Person, Person]:
    if keep_id == gone_id:
        raise SameCardError
    rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=[keep_id, gone_id]).order_by("pk")}
    if len(rows) != 2:
        raise NotFoundError
    for row in rows.values():
        if row.merged_into_id is not None:
            raise MergedCardError(row.name, row.merged_into_id)
    return rows[keep_id], rows[gone_id]


def _move_phones(keep: Person, gone: Person) -> None:
    own = {(phone.e164, phone.extension): phone for phone in keep.phones.all()}
    for phone in gone.phones.all():
        twin = own.get((phone.e164, phone.extension))
        if twin is None:
            PhoneNumber.objects.filter(pk=phone.pk).update(person=keep)
            continue
        if twin.verified_at is None and phone.verified_at is not None:
            PhoneNumber.objects.filter(pk=twin.pk).update(verified_at=phone.verified_at)
        if phone.sms_wish_at is not None and (twin.sms_wish_at is None or twin.sms_wish_at < phone.sms_wish_at):
            newest = {"sms_wish": phone.sms_wish, "sms_wish_at": phone.sms_wish_at, "sms_wish_by": phone.sms_wish_by}
            PhoneNumber.objects.filter(pk=twin.pk).update(**newest)
        phone.delete()


def _filled(keep: Person, gone: Person) -> dict[str, object]:
    notes = [note for note in (keep.note, gone.note) if note]
    return {
        "organisation_id": keep.organisation_id if keep.organisation_id is not None else gone.organisation_id,
        "position": keep.position or gone.position,
        "note": "\n\n".join(dict.fromkeys(notes)),
    }


def _keep_distinctions(keep_id: int, gone_id: int) -> None:
    """What the gone card was told apart from, the kept one is told apart from too."""
    others = {
        second if first == gone_id else first
        for first, second in DistinctPeople.objects.filter(first=gone_id).values_list("first_id", "second_id")
    } | set(DistinctPeople.objects.filter(second=gone_id).values_list("first_id", flat=True))
    DistinctPeople.objects.bulk_create(
        [_pair(keep_id, other) for other in sorted(others - {keep_id})], ignore_conflicts=True
    )


@transaction.atomic
def tell_apart(one_id: int, other_id: int, *, actor: Actor) -> None:
    """Say that two alike cards are two people: the pair is not proposed any more. Raises as :func:`merge`."""
    one, other = _both(one_id, other_id)
    pair = _pair(one.pk, other.pk)
    if DistinctPeople.objects.filter(first=pair.first_id, second=pair.second_id).exists():
        return
    pair.save()
    record("person.told_apart", ("person", one.pk), actor, {"name": other.name, "other_id": other.pk})
    record("person.told_apart", ("person", other.pk), actor, {"name": one.name, "other_id": one.pk})


def _pair(one_id: int, other_id: int) -> DistinctPeople:
    return DistinctPeople(first_id=min(one_id, other_id), second_id=max(one_id, other_id))
