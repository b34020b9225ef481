"""Finding people and organisations: by address, by number, by what a specialist types, page by page."""

import re
from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_

from django.db.models import Count, Prefetch, Q, QuerySet

from okibi.customers.errors import BadAddressError, BadPhoneError, NotFoundError
from okibi.customers.keys import address_key, name_key, organisation_key
from okibi.customers.models import EmailAddress, Organisation, Person, PhoneNumber
from okibi.customers.phones import phone_key
from okibi.customers.selectors.keyset import page_of
from okibi.kernel.pagination import Page
from okibi.kernel.statements import columns_of, load, run, width_of

PAGE = 50
MOST_LISTED = 200  # people shown on one organisation's page; the rest is found by searching
MOST_MEANT = 50  # cards that the last digits of a number may mean
SHORTEST_NUMBER = 4  # digits from which a query may mean a telephone or a taxpayer number
_BY_ADDRESS = f"""
    SELECT {columns_of(Person, "person")}, {columns_of(Organisation, "organisation")}
    FROM okibi_customers_emailaddress AS email
    JOIN okibi_customers_person AS person ON person.id = email.person_id
    LEFT JOIN okibi_customers_organisation AS organisation ON organisation.id = person.organisation_id
    WHERE email.key = %s
"""  # noqa: S608  names of columns, not input; asked for every mail
_ANSWERING = """
    SELECT address FROM okibi_customers_emailaddress
    WHERE person_id = %s AND verified_at IS NOT NULL AND bounced_at IS NULL ORDER BY verified_at DESC, id DESC LIMIT 1
"""
_MERGED_INTO = "SELECT id FROM okibi_customers_person WHERE merged_into_id = %s ORDER BY id"
_NUMBER = re.compile(r"[\d\s()+.\-–/]+")


def person_by_email(address: str) -> Person | None:
    """Whose address this is (any case, either form of the domain), or None. Leads to the card that was kept."""
    try:
        key = address_key(address)
    except BadAddressError:
        return None
    found = run(_BY_ADDRESS, [key])
    if not found:
        return None
    of_person = width_of(Person)
    person = load(Person, found[0][:of_person])
    if person.merged_into_id is not None:
        return kept(person)
    person.organisation = None if person.organisation_id is None else load(Organisation, found[0][of_person:])
    return person


def email_row(address: str) -> EmailAddress | None:
    """The row of an address with its marks (verified, mailing, bounced), or None."""
    try:
        return EmailAddress.objects.filter(key=address_key(address)).first()
    except BadAddressError:
        return None


def answering_address(person_id: int) -> str:
    """A confirmed address of the person that takes mail, the one confirmed last; "" where there is none."""
    found = run(_ANSWERING, [person_id])
    return str(found[0][0]) if found else ""


def people_by_phone(number: str) -> Sequence[Person]:
    """Everybody who has this number, E.164 or as written; a reception desk's number is several people's."""
    try:
        e164 = phone_key(number)
    except BadPhoneError:
        return []
    rows = Person.objects.filter(merged_into__isnull=True, phones__e164=e164)
    return list(rows.select_related("organisation").order_by("pk").distinct())


def ids_by_contact(query: str) -> Sequence[int]:
    """Cards with the whole e-mail address that was typed, or with a number that ends with the digits; at most 50."""
    if "@" in query:
        person = person_by_email(query.strip())
        return [person.pk] if person else []
    digits = _digits(query)
    if not digits:
        return []
    rows = PhoneNumber.objects.filter(e164__endswith=digits).values_list("person_id", flat=True)
    return list(rows.distinct().order_by("person_id")[:MOST_MEANT])


def kept(person: Person) -> Person:
    """The card that this one leads to after merges: itself where it was never merged away."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def card(person_id: int) -> Person:
    """A user card with organisation, addresses and numbers loaded; a merged one as it is. Raises NotFoundError."""
    person = _loaded(Person.objects.all()).filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    return person


def cards(ids: Collection[int]) -> Sequence[Person]:
    """User cards by id with organisation, addresses and numbers loaded, in no order."""
    return list(_loaded(Person.objects.all()).filter(pk__in=ids)) if ids else []


def card_ids(person_id: int) -> Sequence[int]:
    """The card's id and those of all cards that were merged into it, the kept one first."""
    return [person_id, *(pk for (pk,) in run(_MERGED_INTO, [person_id]))]


def organisation(organisation_id: int) -> Organisation:
    """Raises NotFoundError."""
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise NotFoundError
    return row


def organisation_by_inn(inn: str) -> Organisation | None:
    return Organisation.objects.filter(inn=inn).first() if inn else None


def organisations_named(name: str) -> Sequence[Organisation]:
    """Organisations of that name, whatever its quotes and the place of its legal form; at most a few."""
    key = organisation_key(name)
    return list(Organisation.objects.filter(name_key=key).order_by("pk")[:5]) if key else []


def organisation_label(row: Organisation) -> str:
    """An organisation as pickers write it: its name and what tells it from a namesake."""
    return f"{row.name} · {'ИНН ' + row.inn if row.inn else '№ ' + str(row.pk)}"


def organisations_said(text: str) -> Sequence[Organisation]:
    """Whom a picker's text means: a label of :func:`organisation_label`, a taxpayer number, or a name."""
    name, _, mark = text.rpartition(" · ")
    if name and mark.startswith("№ ") and mark[2:].isdecimal():
        return list(Organisation.objects.filter(pk=int(mark[2:][:15])))
    inn = (mark.removeprefix("ИНН ") if name else text).strip()
    if inn.isdecimal():
        return list(Organisation.objects.filter(inn=inn))
    return organisations_named(text)


def suggest_organisations(query: str, limit: int = 10) -> Sequence[Organisation]:
    """The first organisations that fit what is being typed."""
    return list(_organisations(query).order_by("name_key", "pk")[:limit]) if query.strip() else []


def suggest_people(query: str, limit: int = 10) -> Sequence[Person]:
    """The first people that fit what is being typed."""
    if not query.strip():
        return []
    return list(_people(query).select_related("organisation").order_by("name_key", "pk")[:limit])


def list_people(query: str = "", cursor: str | None = None, size: int = PAGE) -> Page[Person]:
    """Cards by name with organisation, addresses and numbers, those that were merged away left out."""
    return page_of(_loaded(_people(query)), "name_key", cursor, size)


def list_organisations(query: str = "", cursor: str | None = None, size: int = PAGE) -> Page[Organisation]:
    """Organisations by name, each with ``people_count`` and ``licence_count``."""
    page = page_of(_organisations(query), "name_key", cursor, size)
    ids = [row.pk for row in page.rows]
    counted = Organisation.objects.filter(pk__in=ids).annotate(
        n_people=Count("people", filter=Q(people__merged_into__isnull=True), distinct=True),
        n_licences=Count("licences", distinct=True),
    )
    counts = {row.pk: (row.n_people, row.n_licences) for row in counted}
    for row in page.rows:
        row.people_count, row.licence_count = counts[row.pk]  # type: ignore[attr-defined]
    return page


def people_of_organisation(organisation_id: int, limit: int = MOST_LISTED) -> Sequence[Person]:
    """The organisation's people by name."""
    rows = _loaded(Person.objects.all()).filter(organisation_id=organisation_id, merged_into__isnull=True)
    return list(rows.order_by("name_key", "pk")[:limit])


def export_people(query: str = "") -> QuerySet[Person]:
    """All cards that fit, for a file: read it with ``iterator``."""
    return (_loaded(_people(query))).order_by("name_key", "pk")


def export_organisations(query: str = "") -> QuerySet[Organisation]:
    """All organisations that fit, for a file: read it with ``iterator``."""
    return _organisations(query).order_by("name_key", "pk")


def _loaded(rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows.select_related("organisation", "merged_into").prefetch_related(
        Prefetch("emails", EmailAddress.objects.order_by("pk")), Prefetch("phones", PhoneNumber.objects.order_by("pk"))
    )


def _people(query: str) -> QuerySet[Person]:
    """Cards in use that fit: by words of the name, an address, a number's digits, or their organisation."""
    people = Person.objects.filter(merged_into__isnull=True)
    if not query.strip():
        return people
    parts: list[QuerySet[Person, int]] = [
        Person.objects.filter(organisation_id__in=_organisations(query).values("pk")).values_list("pk", flat=True)
    ]
    words = name_key(query).split()
    if words:
        parts.append(Person.objects.filter(_all_words(words)).values_list("pk", flat=True))
    text = query.strip().lower()
    if " " not in text and len(text) > 2:
        found = EmailAddress.objects.filter(key__contains=_domain_as_key(text))
        parts.append(found.values_list("person_id", flat=True))  # type: ignore[arg-type]
    digits = _digits(query)
    if digits:
        with_number = PhoneNumber.objects.filter(e164__contains=digits).values_list("person_id", flat=True)
        parts.append(with_number)  # type: ignore[arg-type]
    return people.filter(pk__in=parts[0].union(*parts[1:]))


def _organisations(query: str) -> QuerySet[Organisation]:
    """Organisations that fit: by words of the name or by digits of the taxpayer number."""
    rows = Organisation.objects.all()
    if not query.strip():
        return rows
    digits = "".join(char for char in query if char.isdigit())
    fits = _all_words(name_key(query).split())
    if _NUMBER.fullmatch(query.strip()) and len(digits) >= SHORTEST_NUMBER:
        fits |= Q(inn__contains=digits)
    return rows.filter(fits)


def _all_words(words: Sequence[str]) -> Q:
    return reduce(and_, (Q(name_key__contains=word) for word in words)) if words else Q(pk__in=[])


def _digits(query: str) -> str:
    """The digits of a query that reads like a telephone, without the trunk 8 of a whole Russian number."""
    if not _NUMBER.fullmatch(query.strip()):
        return ""
    digits = "".join(char for char in query if char.isdigit())
    if len(digits) == 11 and digits.startswith("8"):
        digits = digits[1:]
    return digits if len(digits) >= SHORTEST_NUMBER else ""


def _domain_as_key(text: str) -> str:
    """What is typed of an address, its national domain as it is stored: «анна@окиби.рф» finds its A-labels."""
    local, at, domain = text.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}" if domain and not domain.isascii() else text
    except UnicodeError:
        return text
