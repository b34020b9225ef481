"""Importing licences and trials: known by number, a trial also by holder, product and start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from okibi.customers.importing.columns import Kind
from okibi.customers.importing.directory import Organisations, OrganisationSlot, People, PersonSlot, batches
from okibi.customers.importing.journalling import Acts
from okibi.customers.importing.people import mark_changed, read_organisation, settle_organisation, write_organisations
from okibi.customers.importing.plan import Line, Outcome, Plan
from okibi.customers.importing.tables import Table
from okibi.customers.importing.values import MISSING, Reader
from okibi.customers.keys import address_key, organisation_key
from okibi.customers.models import Licence, Organisation, Trial
from okibi.customers.services.changes import plain
from okibi.customers.services.holdings import ENDS_BEFORE, holding_subject, next_number
from okibi.journal.services import Actor
from okibi.kernel.sentence import Sentence as S  # noqa: N817  many short sentences read best so

H = TypeVar("H", Licence, Trial)

NO_HOLDER = S(ru="нужна организация или адрес человека", en="an organisation or a person's address is needed")
TWO_HOLDERS = S(ru="укажите или организацию, или человека, не обоих", en="name an organisation or a person, not both")
NO_SUCH_PERSON = S(
    ru="карточки с таким адресом нет; сначала загрузите людей", en="no card has this address; import people first"
)
OTHER_HOLDER = S(ru="этот номер уже у другого держателя", en="this number belongs to another holder")
REVOKED = S(ru="она отозвана; отозванную не меняют", en="it was revoked; what is revoked is not changed")
TWICE = S(ru="такая строка уже была в файле выше", en="such a line stands in the file already, above")
BAD_SOURCE = S(ru="нужно «сайт» или «другое»", en="write “site” or “other”")
SOURCES = {"": "site", "сайт": "site", "site": "site", "другое": "other", "другой": "other", "other": "other"}
PERPETUAL = S(ru="бессрочно", en="no end")


@dataclass(slots=True)
class RightRow:
    """What a line says, checked by itself; ``fields`` are those of the row in the database."""

    reader: Reader
    number: str
    organisation: str
    inn: str
    address: str  # key of the holder's address
    fields: dict[str, Any]


Holder = tuple[str, Any]  # kind and slot
TrialKey = tuple[str, Any, str, date]


class RightsImport(Generic[H]):
    """Plans lines of licences or trials, then writes what was planned."""

    kind: Kind
    model: type[H]
    subject: str

    def __init__(self, table: Table, products: Mapping[str, str], modules: Mapping[str, str]) -> None:
        rows = [self._read(Reader(cells), products, modules) for cells in table.lines]
        inns = {row.inn for row in rows if row.inn}
        self.organisations = Organisations(inns, {row.organisation for row in rows})
        self.people = People(self.organisations, {row.address for row in rows if row.address}, ())
        self.known: dict[str, H] = {}
        for part in batches({row.number for row in rows if row.number}):
            self.known.update({row.number: row for row in self.model._default_manager.filter(number__in=part)})  # noqa: SLF001
        self.seen: set[Any] = set()
        self.acts = Acts()
        self.created: list[tuple[H, Holder]] = []
        self.changed: list[H] = []
        self.plan = Plan(self.kind, [self._line(row) for row in rows], table.ignored)

    def _read(self, reader: Reader, products: Mapping[str, str], modules: Mapping[str, str]) -> RightRow:
        organisation, inn = read_organisation(reader)
        written = reader.text("email", 320)
        address = reader.checked("email", written, address_key) or "" if written else ""
        if written and (organisation or inn):
            reader.refuse("email", TWO_HOLDERS)
        elif not written and not organisation and not inn:
            reader.refuse("organisation", NO_HOLDER)
        begins = reader.day("valid_from", needed=True)
        fields = {"valid_from": begins, **self._fields(reader, products, modules), "note": reader.text("note", 4000)}
        if begins and fields["valid_until"] and fields["valid_until"] < begins:
            reader.refuse("valid_until", ENDS_BEFORE)
        number = reader.text("number", 40, needed=self.kind is Kind.LICENCES)
        return RightRow(reader, number, organisation, inn, address, fields)

    def _fields(self, reader: Reader, products: Mapping[str, str], modules: Mapping[str, str]) -> dict[str, Any]:
        raise NotImplementedError

    def _existing(self, row: RightRow, holder: Holder | None) -> H | None:  # noqa: ARG002  trials need the holder
        return self.known.get(row.number) if row.number else None

    def _identity(self, row: RightRow, holder: Holder | None) -> Any:
        """What must stand in a file only once: the number, or what a trial is known by without one."""
        if row.number:
            return row.number
        if holder is not None and holder[0] == "person":
            return (row.address, row.fields.get("product"), row.fields["valid_from"])
        known = holder[1].row if holder else Organisation(name=row.organisation, inn=row.inn)
        return (organisation_key(known.name), known.inn, row.fields.get("product"), row.fields["valid_from"])

    def _line(self, row: RightRow) -> Line:
        line = Line(row.reader.cells.line, row.number or row.organisation or row.reader.cells.first)
        found = self._holder(row)
        existing = None if row.reader.problems else self._existing(row, found)
        if existing is not None:
            self._check_existing(row, existing, found)
        identity = self._identity(row, found)
        if identity in self.seen:
            row.reader.refuse("number" if row.number else None, TWICE)
        if row.reader.problems:
            line.outcome, line.problems = Outcome.BAD, row.reader.problems
            return line
        self.seen.add(identity)
        if existing is None:
            self._create(row, found, line)
        else:
            self._change(row, existing, line)
        return line

    def _holder(self, row: RightRow) -> Holder | None:
        """Who holds it: a slot of an organisation or a card, or None for an organisation to be made."""
        if row.address:
            person = self.people.by_email.get(row.address)
            if person is None:
                row.reader.refuse("email", NO_SUCH_PERSON)
                return None
            return ("person", person)
        found = self.organisations.find(row.organisation, row.inn)
        if isinstance(found, S):
            row.reader.refuse("organisation", found)
            return None
        if found is None and row.inn and not row.organisation:
            row.reader.refuse("organisation", MISSING)
        return ("organisation", found) if found else None

    def _check_existing(self, row: RightRow, existing: H, holder: Holder | None) -> None:
        own = (
            ("person", existing.person_id)
            if existing.person_id is not None
            else ("organisation", existing.organisation_id)
        )
        if holder is None or (holder[0], holder[1].row.pk) != own:
            row.reader.refuse("number", OTHER_HOLDER)
        elif existing.revoked_on is not None and self._differing(row, existing):
            row.reader.refuse("number", REVOKED)

    def _differing(self, row: RightRow, existing: H) -> dict[str, list[Any]]:
        """Fields that the line changes; columns that the file lacks and an empty note leave what there is."""
        return {
            name: [getattr(existing, name), value]
            for name, value in row.fields.items()
            if name in row.reader.cells.cells
            and getattr(existing, name) != value
            and not (name == "note" and not value)
        }

    def _create(self, row: RightRow, holder: Holder | None, line: Line) -> None:
        if holder is None or holder[0] == "organisation":
            found: OrganisationSlot | None = holder[1] if holder else None
            settled = settle_organisation(
                self.organisations, self.acts, line, found, name=row.organisation, inn=row.inn
            )
            holder = ("organisation", settled)
        made = self.model(number=row.number, **row.fields)
        self.created.append((made, holder))
        line.outcome = Outcome.CREATED
        until = row.fields["valid_until"]
        line.acts.append(
            S(
                ru=f"{self.words.ru}, {'по ' + until.strftime('%d.%m.%Y') if until else PERPETUAL.ru}",
                en=f"{self.words.en}, {'until ' + until.isoformat() if until else PERPETUAL.en}",
            )
        )

    words: S

    def _change(self, row: RightRow, existing: H, line: Line) -> None:
        changes = {name: [plain(was), plain(value)] for name, (was, value) in self._differing(row, existing).items()}
        if not changes:
            return
        for name, (was, value) in changes.items():
            setattr(existing, name, row.fields[name])
            title = self.plan_title(name)
            line.acts.append(
                S(
                    ru=f"{title.ru}: {_said(was).ru} → {_said(value).ru}",
                    en=f"{title.en}: {_said(was).en} → {_said(value).en}",
                )
            )
        self.changed.append(existing)
        mark_changed(line)
        self.acts.add(
            f"{self.subject}.changed",
            self.subject,
            existing,
            {"number": existing.number, "changes": changes, "by": "import"},
        )

    def plan_title(self, name: str) -> S:
        return Plan(self.kind, (), ()).column_title(name)

    def apply(self, actor: Actor, at: datetime) -> None:
        """Write what was planned; call it in a transaction."""
        write_organisations(self.organisations)
        for row, (kind, slot) in self.created:
            setattr(row, kind, slot.row)
            if not row.number:
                row.number = next_number(self.model, "П", row.valid_from.year)
                row.save()
        numbered = [row for row, _ in self.created if row._state.adding]  # noqa: SLF001  Django's own name
        self.model._default_manager.bulk_create(numbered, batch_size=2_000)  # noqa: SLF001  Django's own name
        for row in self.changed:
            row.save()
        for row, _ in self.created:
            data = {"number": row.number, "until": plain(row.valid_until), "by": "import", **holding_subject(row)}
            self.acts.add(f"{self.subject}.created", self.subject, row, data)
        self.acts.write(actor, at)

    def holders(self) -> tuple[Sequence[int], Sequence[int]]:
        """Ids of organisations and of people whose requests may be covered now."""
        rows = [row for row, _ in self.created] + self.changed
        organisations = {row.organisation_id for row in rows if row.organisation_id is not None}
        people = {row.person_id for row in rows if row.person_id is not None}
        return sorted(organisations), sorted(people)


class LicencesImport(RightsImport[Licence]):
    kind = Kind.LICENCES
    model = Licence
    subject = "licence"
    words = S(ru="новая лицензия", en="new licence")

    def _fields(self, reader: Reader, products: Mapping[str, str], modules: Mapping[str, str]) -> dict[str, Any]:
        return {
            "products": reader.codes("products", products, needed=True),
            "modules": reader.codes("modules", modules),
            "seats": reader.count("seats", 1),
            "valid_until": reader.day("valid_until"),
            "maintenance_until": reader.day("maintenance_until"),
        }


class TrialsImport(RightsImport[Trial]):
    kind = Kind.TRIALS
    model = Trial
    subject = "trial"
    words = S(ru="новая пробная версия", en="new trial")

    def __init__(self, table: Table, products: Mapping[str, str], modules: Mapping[str, str]) -> None:
        self.by_holder: dict[TrialKey, Trial] | None = None
        super().__init__(table, products, modules)

    def _fields(self, reader: Reader, products: Mapping[str, str], modules: Mapping[str, str]) -> dict[str, Any]:
        del modules  # a trial is of the whole product
        codes = reader.codes("product", products, needed=True)
        source = SOURCES.get(reader.cells["source"].strip().casefold())
        if source is None:
            reader.refuse("source", BAD_SOURCE)
        return {
            "product": codes[0] if codes else "",
            "source": source or "site",
            "valid_until": reader.day("valid_until", needed=True),
        }

    def _existing(self, row: RightRow, holder: Holder | None) -> Trial | None:
        if row.number or holder is None:
            return super()._existing(row, holder)
        if self.by_holder is None:
            self.by_holder = self._load_by_holder()
        slot: OrganisationSlot | PersonSlot = holder[1]
        if slot.row.pk is None:
            return None
        return self.by_holder.get((holder[0], slot.row.pk, row.fields["product"], row.fields["valid_from"]))

    def _load_by_holder(self) -> dict[TrialKey, Trial]:
        found: dict[TrialKey, Trial] = {}
        for part in batches(self.organisations.by_id):
            for row in Trial.objects.filter(organisation_id__in=part).order_by("-pk"):
                found["organisation", row.organisation_id, row.product, row.valid_from] = row
        for part in batches(self.people.slots):
            for row in Trial.objects.filter(person_id__in=part).order_by("-pk"):
                found["person", row.person_id, row.product, row.valid_from] = row
        return found


def _said(value: Any) -> S:
    if value is None:
        return PERPETUAL
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return S(ru=text or "—", en=text or "—")
