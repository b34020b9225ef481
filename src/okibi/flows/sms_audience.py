"""Whom an SMS campaign is for: people of user cards by a filter, lines of a file, addresses of the registry.

A file is read twice: once to be looked at, with every bad line's number and reason, and then exactly the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from okibi.customers.importing.columns import Column
from okibi.customers.importing.tables import Cells, read_columns
from okibi.customers.keys import squeeze
from okibi.customers.models import Licence, Organisation, Person, PhoneNumber
from okibi.customers.selectors import organisations_said
from okibi.journal.services import Actor
from okibi.kernel import blobs, signing
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.models import Blob
from okibi.kernel.sentence import Sentence as S  # noqa: N817  a table of sentences reads best so
from okibi.policy.phone_numbers import PhoneNumberError, parse_phone
from okibi.schemes.services import in_force
from okibi.sms import campaigns
from okibi.sms.campaign_kinds import WHY_TITLES, Why
from okibi.sms.campaigns import CampaignError, Wanted
from okibi.sms.errors import said
from okibi.sms.models import Campaign, Consent

PURPOSE = "sms.recipients"
LOOK_AT_IT = 24 * 3600  # seconds for which a look at a file may be taken
DEMO_NUMBER = "+7 900 000-00-17"
BAD_LANGUAGE = S("нужно ru или en", "ru or en is needed")
NO_NUMBER = S("нет номера телефона", "no telephone number")
NO_SUCH_FILE = S("Файл уже удалён: загрузите его снова.", "The file is gone: upload it again.")
UNKNOWN_ORGANISATION = S("Организация не найдена: {0}.", "There is no such organisation: {0}.")
FROM_CARDS, FROM_REGISTRY = S("карточки", "user cards"), S("реестр рассылки", "the mailing's registry")


def _column(name: str, title: S, about: S, example: str, *also: str, required: bool = False) -> Column:
    return Column(name, title, about, example, required, also)


COLUMNS: tuple[Column, ...] = (
    _column("phone", S("Телефон", "Telephone"), S("мобильный номер", "a mobile number"), DEMO_NUMBER, "Мобильный",
            "Номер телефона", "Phone", "Mobile", required=True),
    _column("name", S("Имя", "Name"), S("для {name}", "for {name}"), "Анна", "ФИО", "Full name"),
    _column("organisation", S("Организация", "Organisation"), S("для {organisation}", "for {organisation}"),
            "ООО «Рябина»", "Компания", "Company", "Organization"),
    _column("language", S("Язык", "Language"), S("ru или en; пусто — ru", "ru or en; empty: ru"), "ru"),
    _column("number", S("Номер", "Number"), S("для {number}", "for {number}"), "26-001042", "Номер документа", "№"),
    _column("date", S("Дата", "Date"), S("для {date}", "for {date}"), "1 декабря", "Day"),
    _column("sum", S("Сумма", "Sum"), S("для {sum}", "for {sum}"), "1 500 ₽", "Amount"),
    _column("code", S("Код", "Code"), S("для {code}", "for {code}"), "A-17", "Промокод"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """Which user cards. ``organisation``: as a picker writes it; ``product``: who holds a licence of it in force."""

    organisation: str = ""
    product: str = ""
    language: str = ""
    with_consent: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a file that can't be taken."""

    number: int
    column: S
    value: str
    why: S


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was read and kept: its good lines, the bad ones, headers that mean nothing to us, and its token."""

    file_name: str
    token: str
    good: Sequence[Wanted]
    bad: Sequence[BadLine]
    ignored: tuple[str, ...]


# ---------------------------------------------------------------- user cards


def from_cards(campaign_id: int, wanted: Filter, actor: Actor) -> Campaign:
    """Make the people of these cards the recipients of a draft. Raises CampaignError, ConflictError."""
    people = Person.objects.filter(merged_into__isnull=True)
    words = [FROM_CARDS.ru]
    if wanted.organisation.strip():
        organisation = _organisation(wanted.organisation)
        people, words = people.filter(organisation=organisation), [*words, organisation.name]
    if wanted.language in {"ru", "en"}:
        people, words = people.filter(language=wanted.language), [*words, wanted.language]
    if wanted.product:
        people, words = people.filter(_holds(wanted.product)), [*words, wanted.product]
    found = _with_numbers(people, wanted.product)
    if wanted.with_consent:
        found, words = _who_agreed(found), [*words, "с согласием"]
    return campaigns.put_recipients(campaign_id, found, ", ".join(words), actor)


def from_registry(campaign_id: int, actor: Actor) -> Campaign:
    """Make the people of the mobile mailing's registry a draft's recipients. Raises CampaignError, ConflictError."""
    people = Person.objects.filter(merged_into__isnull=True, emails__mobile_mailing=True).distinct()
    return campaigns.put_recipients(campaign_id, _with_numbers(people, ""), FROM_REGISTRY.ru, actor)


def _organisation(text: str) -> Organisation:
    found = organisations_said(text)
    if not found:
        raise CampaignError("organisation", said(UNKNOWN_ORGANISATION, text[:100]))
    return found[0]


def _today() -> date:
    moment = now()
    return moment.astimezone(in_force(moment).scheme.zone).date()


def _in_force(product: str) -> QuerySet[Licence]:
    day = _today()
    rows = Licence.objects.filter(valid_from__lte=day).filter(Q(valid_until=None) | Q(valid_until__gte=day))
    rows = rows.filter(Q(revoked_on=None) | Q(revoked_on__gt=day))
    return rows.filter(products__contains=[product]) if product else rows


def _holds(product: str) -> Q:
    rows = _in_force(product)
    by_organisation = rows.filter(organisation__isnull=False).values("organisation_id")
    return Q(organisation_id__in=by_organisation) | Q(pk__in=rows.filter(person__isnull=False).values("person_id"))


def _with_numbers(people: QuerySet[Person], product: str) -> list[Wanted]:
    """Each person once, by the number that takes SMS, confirmed ones first; those without any number are left away."""
    cards = {row.pk: row for row in people.select_related("organisation")}
    numbers: dict[int, list[PhoneNumber]] = {}
    for phone in PhoneNumber.objects.filter(person_id__in=cards.keys()).order_by("verified_at", "pk"):
        numbers.setdefault(phone.person_id, []).append(phone)
    licences = _numbers_of_licences(product)
    return [
        Wanted(
            number=_best(numbers[pk]),
            name=row.name,
            organisation=row.organisation.name if row.organisation else "",
            language=row.language,
            values={"number": licences.get((None, pk)) or licences.get((row.organisation_id, None), "")},
            person=pk,
        )
        for pk, row in sorted(cards.items(), key=lambda item: (item[1].name_key, item[0]))
        if pk in numbers
    ]


def _best(phones: Iterable[PhoneNumber]) -> str:
    listed = list(phones)
    return next((each.e164 for each in listed if _takes_sms(each.e164)), listed[0].e164)


def _takes_sms(e164: str) -> bool:
    try:
        return parse_phone(e164).takes_sms
    except PhoneNumberError:
        return False


def _numbers_of_licences(product: str) -> dict[tuple[int | None, int | None], str]:
    """The number of a holder's licence in force, the newest: (organisation, None) or (None, person)."""
    rows = _in_force(product).order_by("valid_from", "pk").values_list("organisation_id", "person_id", "number")
    return {(organisation, person): number for organisation, person, number in rows}


def _who_agreed(wanted: Sequence[Wanted]) -> list[Wanted]:
    numbers = {each.number for each in wanted}
    rows = Consent.objects.filter(number__in=numbers).order_by("number", "-id").distinct("number")
    agreed = {number for number, kind in rows.values_list("number", "kind") if kind == Consent.Kind.IN}
    return [each for each in wanted if each.number in agreed]


# ---------------------------------------------------------------- a file


def look(content: bytes, file_name: str) -> Looked:
    """Read a file and keep it for a day; nothing else is written. Raises ImportFileError."""
    good, bad, ignored = _read(content)
    blob = blobs.put(content)
    token = signing.sign(PURPOSE, {"sha256": blob.sha256, "name": file_name[:200]})
    return Looked(file_name[:200], token, good, bad, ignored)


def look_again(token: str) -> Looked:
    """The kept file as it was. Raises NotAllowedError (forged, too old or gone)."""
    kept = signing.unsign(PURPOSE, token, max_age=LOOK_AT_IT)
    blob = Blob.objects.filter(pk=kept["sha256"]).first()
    if blob is None:
        raise NotAllowedError(NO_SUCH_FILE)
    good, bad, ignored = _read(blobs.read(blob))
    return Looked(kept["name"], token, good, bad, ignored)


def from_file(campaign_id: int, token: str, actor: Actor) -> Campaign:
    """Make the good lines of the file that was looked at the recipients. Raises as ``look_again``, CampaignError."""
    looked = look_again(token)
    return campaigns.put_recipients(campaign_id, looked.good, looked.file_name, actor)


def _read(content: bytes) -> tuple[list[Wanted], list[BadLine], tuple[str, ...]]:
    table = read_columns(COLUMNS, content)
    good, bad = [], []
    for cells in table.lines:
        faults = _faults(cells)
        bad += faults
        if not faults:
            good.append(_wanted(cells))
    return good, bad, table.ignored


def _faults(cells: Cells) -> list[BadLine]:
    titles = {column.name: column.title for column in COLUMNS}
    found = [BadLine(cells.line, titles[name], "", why) for name, why in cells.broken.items()]
    if "phone" not in cells.broken:
        why = _why_not(cells["phone"])
        found += [BadLine(cells.line, titles["phone"], cells["phone"][:60], why)] if why else []
    if cells["language"].strip().lower() not in {"", "ru", "en"}:
        found.append(BadLine(cells.line, titles["language"], cells["language"][:60], BAD_LANGUAGE))
    return found


def _why_not(written: str) -> S | None:
    if not written.strip():
        return NO_NUMBER
    why: Why | None = campaigns.number_of(written)[1]
    return WHY_TITLES[why] if why else None


def _wanted(cells: Cells) -> Wanted:
    return Wanted(
        number=cells["phone"],
        name=squeeze(cells["name"]),
        organisation=squeeze(cells["organisation"]),
        language=cells["language"].strip().lower() or "ru",
        values={name: squeeze(cells[name]) for name in ("number", "date", "sum", "code") if cells[name].strip()},
        line=cells.line,
    )
