"""The organisations and people that a file speaks of: those in the database, and those that earlier lines would make.

Everything is loaded by a few queries over the keys of the whole file, so that a line costs no query.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from okibi.customers.keys import organisation_key, person_match_key
from okibi.customers.models import EmailAddress, Organisation, Person, PhoneNumber
from okibi.kernel.sentence import Sentence

T = TypeVar("T")
_BATCH = 5_000  # keys of one query

SEVERAL = Sentence(
    ru="таких организаций несколько; укажите ИНН", en="there are several of this name; give the taxpayer number"
)


@dataclass(slots=True, eq=False)
class OrganisationSlot:
    """An organisation, there already or to be made; ``changes`` are fields to be written."""

    row: Organisation
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class PersonSlot:
    """A user card, there already or to be made, with its addresses and numbers by key."""

    row: Person
    organisation: OrganisationSlot | None
    emails: dict[str, EmailAddress] = field(default_factory=dict)
    phones: set[tuple[str, str]] = field(default_factory=set)
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.row.pk is None


def batches(values: Collection[T]) -> Iterator[list[T]]:
    """The values in lists that one query can carry."""
    listed = list(values)
    for start in range(0, len(listed), _BATCH):
        yield listed[start : start + _BATCH]


class Organisations:
    """Organisations by taxpayer number and by name."""

    def __init__(self, inns: Collection[str], names: Collection[str]) -> None:
        self.by_id: dict[int, OrganisationSlot] = {}
        self.by_inn: dict[str, OrganisationSlot] = {}
        self.by_name: dict[str, list[OrganisationSlot]] = defaultdict(list)
        self.created: list[OrganisationSlot] = []
        for part in batches(inns):
            self._take(Organisation.objects.filter(inn__in=part))
        for part in batches({organisation_key(name) for name in names if name}):
            self._take(Organisation.objects.filter(name_key__in=part))

    def load(self, ids: Collection[int]) -> None:
        """Know these too."""
        for part in batches(set(ids) - self.by_id.keys()):
            self._take(Organisation.objects.filter(pk__in=part))

    def _take(self, rows: Any) -> None:
        for row in rows:
            if row.pk in self.by_id:
                continue
            self.by_id[row.pk] = OrganisationSlot(row)
            self._index(self.by_id[row.pk])

    def _index(self, slot: OrganisationSlot) -> None:
        if slot.row.inn:
            self.by_inn[slot.row.inn] = slot
        self.by_name[organisation_key(slot.row.name)].append(slot)

    def find(self, name: str, inn: str) -> OrganisationSlot | Sentence | None:
        """The organisation of a line, why it can't be told, or None where it is new."""
        if inn and inn in self.by_inn:
            return self.by_inn[inn]
        named = self.by_name.get(organisation_key(name), []) if name else []
        if inn:  # the same name with another number is another organisation; one without a number gets this one
            named = [slot for slot in named if not slot.row.inn]
        if len(named) > 1:
            return SEVERAL
        return named[0] if named else None

    def make(self, name: str, inn: str) -> OrganisationSlot:
        slot = OrganisationSlot(Organisation(name=name, inn=inn).derive())
        self.created.append(slot)
        self._index(slot)
        return slot

    def give_inn(self, slot: OrganisationSlot, inn: str) -> None:
        slot.row.inn = inn
        self.by_inn[inn] = slot
        if slot.row.pk is not None:
            slot.changes["inn"] = inn


class People:
    """User cards by address, and by name within an organisation."""

    def __init__(self, organisations: Organisations, addresses: Collection[str], names: Collection[str]) -> None:
        self.organisations = organisations
        self.by_email: dict[str, PersonSlot] = {}
        self.by_name: dict[tuple[OrganisationSlot | None, str], list[PersonSlot]] = defaultdict(list)
        self.created: list[PersonSlot] = []
        self.slots: dict[int, PersonSlot] = {}
        self._load(addresses, names)

    def _load(self, addresses: Collection[str], names: Collection[str]) -> None:
        rows: dict[int, Person] = {}
        owners: set[int] = set()
        for part in batches(addresses):
            owners.update(EmailAddress.objects.filter(key__in=part).values_list("person_id", flat=True))
        for ids in batches(owners):
            rows.update(Person.objects.in_bulk(ids))
        for part in batches({person_match_key(name) for name in names if name}):
            rows.update({row.pk: row for row in Person.objects.filter(match_key__in=part, merged_into__isnull=True)})
        self.organisations.load({row.organisation_id for row in rows.values() if row.organisation_id is not None})
        for row in sorted(rows.values(), key=lambda person: person.pk):
            organisation = self.organisations.by_id.get(row.organisation_id or 0)
            self.slots[row.pk] = PersonSlot(row, organisation)
            self.by_name[organisation, row.match_key].append(self.slots[row.pk])
        for ids in batches(rows):
            for email in EmailAddress.objects.filter(person_id__in=ids):
                self.slots[email.person_id].emails[email.key] = email
                self.by_email[email.key] = self.slots[email.person_id]
            for phone in PhoneNumber.objects.filter(person_id__in=ids):
                self.slots[phone.person_id].phones.add((phone.e164, phone.extension))

    def make(self, row: Person, organisation: OrganisationSlot | None) -> PersonSlot:
        slot = PersonSlot(row.derive(), organisation)
        self.created.append(slot)
        self.by_name[organisation, row.match_key].append(slot)
        return slot

    def move(self, slot: PersonSlot, organisation: OrganisationSlot) -> None:
        """The person now belongs to this organisation."""
        self.by_name[slot.organisation, slot.row.match_key].remove(slot)
        self.by_name[organisation, slot.row.match_key].append(slot)
        slot.organisation = organisation

    def rename(self, slot: PersonSlot, name: str) -> None:
        self.by_name[slot.organisation, slot.row.match_key].remove(slot)
        slot.row.name = name
        slot.row.derive()
        self.by_name[slot.organisation, slot.row.match_key].append(slot)
