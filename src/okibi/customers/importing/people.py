"""Importing organisations and people: a person is known by an address, else by the name within the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from okibi.customers.errors import FieldError
from okibi.customers.importing.columns import Kind
from okibi.customers.importing.directory import Organisations, OrganisationSlot, People, PersonSlot
from okibi.customers.importing.journalling import Acts
from okibi.customers.importing.plan import Line, Outcome, Plan
from okibi.customers.importing.tables import Table
from okibi.customers.importing.values import MISSING, Reader
from okibi.customers.keys import address_key, clean_address, clean_inn, inn_agrees, person_match_key
from okibi.customers.models import EmailAddress, Organisation, Person, PhoneNumber
from okibi.customers.phones import phone_and_extension
from okibi.customers.services.contacts import MAILING_OFF, MAILING_ON
from okibi.customers.services.people import LANGUAGES
from okibi.journal.services import Actor
from okibi.kernel.sentence import Sentence as S  # noqa: N817  many short sentences read best so

NOTHING = S(ru="нужна организация или имя", en="an organisation or a name is needed")
NO_NAME_FOR_CONTACTS = S(ru="есть адрес или телефон, но нет имени", en="there is an address or a number, but no name")
TWO_CARDS = S(
    ru="адреса из этой строки стоят в разных карточках; сначала объедините их",
    en="addresses of this line stand in different cards; merge them first",
)
SEVERAL_PEOPLE = S(
    ru="таких людей в организации несколько; укажите адрес почты из карточки",
    en="several people of this name in the organisation; give an e-mail address of the card",
)
BAD_LANGUAGE = S(ru="нужно ru или en", en="write ru or en")
INN_DOUBTFUL = S(
    ru="ИНН: контрольные цифры не сходятся, проверьте", en="INN: its check digits do not agree; please check"
)
WRITTEN = S(ru="название", en="name")


@dataclass(slots=True)
class PersonRow:
    """What a line says, checked by itself."""

    reader: Reader
    organisation: str = ""
    inn: str = ""
    name: str = ""
    position: str = ""
    language: str = ""
    note: str = ""
    mailing: bool | None = None
    emails: dict[str, str] = field(default_factory=dict)  # key: as written
    phones: list[tuple[str, str]] = field(default_factory=list)  # E.164, extension


def read_organisation(reader: Reader) -> tuple[str, str]:
    """The organisation's name and taxpayer number of a line."""
    name = reader.text("organisation", 200)
    inn = reader.checked("inn", reader.cells["inn"], clean_inn) or ""
    return name, inn


def read_row(reader: Reader) -> PersonRow:
    """Check each cell of a line by itself."""
    row = PersonRow(reader)
    row.organisation, row.inn = read_organisation(reader)
    row.name = reader.text("name", 200)
    row.position = reader.text("position", 120)
    row.note = reader.text("note", 4000)
    row.mailing = reader.flag("mailing")
    row.language = reader.text("language", 10).lower()
    if row.language and row.language not in LANGUAGES:
        reader.refuse("language", BAD_LANGUAGE)
    for address in reader.addresses("emails"):
        try:
            row.emails[address_key(address)] = clean_address(address)
        except FieldError as error:
            reader.refuse("emails", error.sentence)
    for number in reader.texts("phones"):
        phone = reader.checked("phones", number, phone_and_extension)
        if phone and phone not in row.phones:
            row.phones.append(phone)
    if not row.name and (reader.cells["emails"] or reader.cells["phones"]):
        reader.refuse("name", NO_NAME_FOR_CONTACTS)
    elif not row.name and not row.organisation and not row.inn:
        reader.refuse(None, NOTHING)
    return row


class PeopleImport:
    """Plans lines of organisations and people, then writes what was planned."""

    def __init__(self, table: Table) -> None:
        rows = [read_row(Reader(cells)) for cells in table.lines]
        inns = {row.inn for row in rows if row.inn}
        self.organisations = Organisations(inns, {row.organisation for row in rows})
        self.people = People(
            self.organisations, {key for row in rows for key in row.emails}, {row.name for row in rows}
        )
        self.acts = Acts()
        self.new_emails: list[EmailAddress] = []
        self.new_phones: list[PhoneNumber] = []
        self.flagged: dict[int, EmailAddress] = {}
        self.plan = Plan(Kind.PEOPLE, [self._line(row) for row in rows], table.ignored)

    def _line(self, row: PersonRow) -> Line:
        line = Line(row.reader.cells.line, row.name or row.organisation or row.reader.cells.first)
        found = self.organisations.find(row.organisation, row.inn)
        slot = self._person(row, found) if row.name else None
        if isinstance(found, S):
            row.reader.refuse("organisation", found)
        elif found is None and row.inn and not row.organisation:
            row.reader.refuse("organisation", MISSING)
        if isinstance(slot, S):
            row.reader.refuse("emails" if slot is TWO_CARDS else "name", slot)
        if row.reader.problems or isinstance(found, S) or isinstance(slot, S):
            line.outcome, line.problems = Outcome.BAD, row.reader.problems
            return line
        if row.inn and not inn_agrees(row.inn):
            line.notices.append(INN_DOUBTFUL)
        organisation = settle_organisation(
            self.organisations, self.acts, line, found, name=row.organisation, inn=row.inn
        )
        if row.name:
            self._settle_person(row, slot, organisation, line)
        return line

    def _person(self, row: PersonRow, found: OrganisationSlot | S | None) -> PersonSlot | S | None:
        """The card of a line, why it can't be told, or None where it is new."""
        owners = {self.people.by_email[key] for key in row.emails if key in self.people.by_email}
        if len(owners) > 1:
            return TWO_CARDS
        if owners:
            return owners.pop()
        if isinstance(found, S):
            return None
        named_organisation = bool(row.organisation or row.inn)
        if found is None and named_organisation:
            return None
        named = self.people.by_name.get((found, person_match_key(row.name)), [])
        if found is None:  # without an organisation a name alone proves little
            shared = [slot for slot in named if slot.phones & set(row.phones)]
            named = shared or ([] if row.emails or row.phones else named)
        if len(named) > 1:
            return SEVERAL_PEOPLE
        return named[0] if named else None

    def _settle_person(
        self, row: PersonRow, slot: PersonSlot | None, organisation: OrganisationSlot | None, line: Line
    ) -> None:
        if slot is None:
            person = Person(name=row.name, position=row.position, language=row.language or "ru", note=row.note)
            slot = self.people.make(person, organisation)
            line.outcome = Outcome.CREATED
            line.acts.append(S(ru=f"новый человек «{row.name}»", en=f"new person {row.name}"))
            self.acts.add("person.created", "person", person, partial(_created, slot))
        else:
            self._change_person(row, slot, organisation, line)
        self._settle_contacts(row, slot, line)

    def _change_person(
        self, row: PersonRow, slot: PersonSlot, organisation: OrganisationSlot | None, line: Line
    ) -> None:
        changed: dict[str, list[Any]] = {}
        for name in ("name", "position", "language", "note"):
            value, was = getattr(row, name), getattr(slot.row, name)
            if not value or value == was:
                continue
            changed[name] = [was, value]
            if name == "name":
                self.people.rename(slot, value)
            else:
                setattr(slot.row, name, value)
        if organisation is not None and organisation is not slot.organisation:
            changed["organisation"] = [slot.organisation.row.name if slot.organisation else "", organisation.row.name]
            self.people.move(slot, organisation)
        if not changed:
            return
        slot.changes.update(changed)
        for name, (was, value) in changed.items():
            line.acts.append(
                S(ru=f"{FIELDS[name].ru}: «{was}» → «{value}»", en=f"{FIELDS[name].en}: “{was}” → “{value}”")
            )
        mark_changed(line)
        self.acts.add("person.changed", "person", slot.row, {"changes": changed, "by": "import"})

    def _settle_contacts(self, row: PersonRow, slot: PersonSlot, line: Line) -> None:
        for key, written in row.emails.items():
            email = slot.emails.get(key)
            if email is None:
                email = EmailAddress(person=slot.row, address=written, key=key).derive()
                slot.emails[key] = email
                self.people.by_email[key] = slot
                self.new_emails.append(email)
                line.acts.append(S(ru=f"адрес {written}", en=f"address {written}"))
                if not slot.is_new:  # of a new card, the act of its making tells its addresses and numbers
                    self.acts.add("address.added", "person", slot.row, {"address": written})
                mark_changed(line)
            if row.mailing is not None and email.mobile_mailing != row.mailing:
                self._flag(row.mailing, email, slot, line)
        for phone in row.phones:
            if phone not in slot.phones:
                slot.phones.add(phone)
                self.new_phones.append(PhoneNumber(person=slot.row, e164=phone[0], extension=phone[1]))
                line.acts.append(S(ru=f"телефон {phone[0]}", en=f"number {phone[0]}"))
                if not slot.is_new:
                    self.acts.add("phone.added", "person", slot.row, {"number": phone[0], "extension": phone[1]})
                mark_changed(line)

    def _flag(self, on: bool, email: EmailAddress, slot: PersonSlot, line: Line) -> None:
        email.mobile_mailing = on
        if email.pk is not None:
            self.flagged[email.pk] = email
        state = MAILING_ON if on else MAILING_OFF
        said = S(ru=f"рассылка на {email.address} {state.ru}", en=f"mailing to {email.address} {state.en}")
        line.acts.append(said)
        data = {"address": email.address, "state": state.as_dict(), "on": on}
        self.acts.add("address.mailing", "person", slot.row, data)
        mark_changed(line)

    def apply(self, actor: Actor, at: datetime) -> None:
        """Write what was planned; call it in a transaction."""
        write_organisations(self.organisations)
        for slot in [*self.people.created, *self.people.slots.values()]:
            slot.row.organisation = slot.organisation.row if slot.organisation else slot.row.organisation
        Person.objects.bulk_create([slot.row for slot in self.people.created], batch_size=2_000)
        changed = [slot.row for slot in self.people.slots.values() if slot.changes]
        fields = ["name", "name_key", "match_key", "position", "language", "note", "organisation"]
        Person.objects.bulk_update(changed, fields, batch_size=500)
        for email in self.new_emails:
            email.person = email.person  # its id exists only now
        for phone in self.new_phones:
            phone.person = phone.person
        EmailAddress.objects.bulk_create(self.new_emails, batch_size=2_000)
        EmailAddress.objects.bulk_update(self.flagged.values(), ["mobile_mailing"], batch_size=500)
        PhoneNumber.objects.bulk_create(self.new_phones, batch_size=2_000)
        self.acts.write(actor, at)

    def holders(self) -> tuple[Sequence[int], Sequence[int]]:
        """Ids of organisations and of people whose requests may be covered now: who joined an organisation."""
        moved = [slot.row.pk for slot in self.people.slots.values() if "organisation" in slot.changes]
        return [], moved


def _created(slot: PersonSlot) -> dict[str, Any]:
    phones = [" ".join(filter(None, phone)) for phone in sorted(slot.phones)]
    emails = [email.address for email in slot.emails.values()]
    return {"name": slot.row.name, "emails": emails, "phones": phones, "by": "import"}


FIELDS = {
    "name": S(ru="имя", en="name"),
    "position": S(ru="должность", en="position"),
    "language": S(ru="язык", en="language"),
    "note": S(ru="примечание", en="note"),
    "organisation": S(ru="организация", en="organisation"),
}


def mark_changed(line: Line) -> None:
    """A line that changes something; one that creates stays so."""
    if line.outcome is Outcome.SAME:
        line.outcome = Outcome.CHANGED


def settle_organisation(
    known: Organisations, acts: Acts, line: Line, found: OrganisationSlot | None, *, name: str, inn: str
) -> OrganisationSlot | None:
    """The organisation that a checked line names: as it is, with its new number, or made."""
    if found is None:
        if not name:
            return None
        made = known.make(name, inn)
        line.outcome = Outcome.CREATED
        line.acts.append(S(ru=f"новая организация «{name}»", en=f"new organisation {name}"))
        acts.add("organisation.created", "organisation", made.row, {"name": name, "inn": inn, "by": "import"})
        return made
    if inn and not found.row.inn:
        known.give_inn(found, inn)
        line.acts.append(S(ru=f"ИНН {inn}", en=f"taxpayer number {inn}"))
        mark_changed(line)
        acts.add("organisation.changed", "organisation", found.row, {"changes": {"inn": ["", inn]}, "by": "import"})
    return found


def write_organisations(known: Organisations) -> None:
    """Write what :func:`settle_organisation` planned."""
    Organisation.objects.bulk_create([slot.row for slot in known.created], batch_size=2_000)
    changed = [slot.row for slot in known.by_id.values() if slot.changes]
    Organisation.objects.bulk_update(changed, ["inn"], batch_size=500)
