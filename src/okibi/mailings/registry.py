"""The registry of the mobile version mailing (scheme.md §3), read: the flag beside each address of the user cards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from okibi.customers import selectors as customers
from okibi.customers.errors import BadAddressError
from okibi.customers.keys import address_key
from okibi.customers.models import EmailAddress
from okibi.customers.selectors.keyset import page_of
from okibi.environments.models import Device
from okibi.journal.models import Entry
from okibi.kernel.pagination import Page
from okibi.kernel.words import forms

PAGE = 50
FLAGGED = "address.mailing"  # the journal's code of the flag


class Standing(StrEnum):
    """How an address stands to the registry."""

    IN = "in"
    BOUNCED = "bounced"  # in it, and takes no mail
    UNPROVED = "unproved"  # in it, and nobody proved that it is theirs
    OUT = "out"  # not in it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the registry is to be seen. ``version`` is as devices report it."""

    query: str = ""
    organisation_id: int | None = None
    version: str = ""
    standing: Standing = Standing.IN


@dataclass(frozen=True, slots=True)
class Entered:
    """Who set the flag, and when."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Row:
    """One address with what the registry shows of it. ``versions`` run on its person's devices."""

    email: EmailAddress
    versions: Sequence[str]
    entered: Entered | None


def find(wanted: Wanted, products: Collection[str]) -> QuerySet[EmailAddress]:
    """The addresses that fit, people and organisations loaded, in no order."""
    rows = EmailAddress.objects.filter(person__merged_into__isnull=True).select_related("person__organisation")
    rows = rows.filter(mobile_mailing=wanted.standing is not Standing.OUT)
    if wanted.standing is Standing.BOUNCED:
        rows = rows.filter(bounced_at__isnull=False)
    elif wanted.standing is Standing.UNPROVED:
        rows = rows.filter(verified_at__isnull=True)
    if wanted.organisation_id is not None:
        rows = rows.filter(person__organisation_id=wanted.organisation_id)
    if wanted.version:
        devices = Device.objects.filter(product__in=products, version=wanted.version, revoked_at__isnull=True)
        rows = rows.filter(person_id__in=devices.values("person_id"))
    if "@" in wanted.query:
        return rows.filter(key__contains=_as_key(wanted.query))
    if wanted.query.strip():
        as_typed = customers.export_people(wanted.query).order_by().values("pk")
        in_any_form = customers.export_people(_stems(wanted.query)).order_by().values("pk")
        rows = rows.filter(Q(person_id__in=as_typed) | Q(person_id__in=in_any_form))
    return rows


def _stems(query: str) -> str:
    """The words without their endings: «Вольскую» finds Вольская, «Рябины» finds «Рябина»."""
    words = query.lower().split()
    return " ".join(
        max((form for form in forms(word) if form in word and form != word), key=len, default=word) for word in words
    )


def _as_key(text: str) -> str:
    try:
        return address_key(text)
    except BadAddressError:  # a part of one is typed
        return text.strip().lower()


def page(wanted: Wanted, products: Collection[str], cursor: str | None = None, size: int = PAGE) -> Page[Row]:
    """A page of the registry by name: three queries. Raises InputError for a cursor that is none of ours."""
    found = page_of(find(wanted, products), "person__name_key", cursor, size, lambda email: email.person.name_key)
    return Page(dressed(found.rows, products), found.next_cursor)


def dressed(emails: Sequence[EmailAddress], products: Collection[str]) -> list[Row]:
    """Addresses with the versions in use and who entered them; two queries."""
    people = {email.person_id for email in emails}
    versions = versions_of(people, products)
    entered = _entered(people)
    return [Row(each, versions.get(each.person_id, []), entered.get((each.person_id, each.address))) for each in emails]


def versions_of(person_ids: Collection[int], products: Collection[str]) -> dict[int, list[str]]:
    """What runs on the devices of each person, as reported."""
    devices = Device.objects.filter(person_id__in=person_ids, product__in=products, revoked_at__isnull=True)
    found: dict[int, list[str]] = {}
    for person_id, version in devices.exclude(version="").order_by("-version").values_list("person_id", "version"):
        known = found.setdefault(int(person_id or 0), [])
        if version not in known:
            known.append(version)
    return found


def _entered(person_ids: Collection[int]) -> dict[tuple[int, str], Entered]:
    entries = Entry.objects.filter(subject_kind="person", subject_id__in=person_ids, code=FLAGGED).order_by("id")
    return {
        (entry.subject_id, str(entry.data.get("address", ""))): Entered(entry.at, entry.actor_name)
        for entry in entries
        if entry.data.get("on")
    }


def versions_in_use(products: Collection[str]) -> list[str]:
    """Every version that a device of a known person reports, the highest last."""
    rows = Device.objects.filter(product__in=products, revoked_at__isnull=True, person__isnull=False)
    return sorted(rows.exclude(version="").values_list("version", flat=True).distinct())


def to_mend(most: int) -> int:
    """How many addresses of the registry take no mail, counted up to ``most``: each waits for somebody to mend it."""
    rows = EmailAddress.objects.filter(mobile_mailing=True, bounced_at__isnull=False, person__merged_into__isnull=True)
    return rows[:most].count()


def counts() -> dict[Standing, int]:
    """How many addresses are in the registry, take no mail, are unproved."""
    rows = EmailAddress.objects.filter(mobile_mailing=True, person__merged_into__isnull=True)
    marks = list(rows.values_list("bounced_at", "verified_at"))
    return {
        Standing.IN: len(marks),
        Standing.BOUNCED: sum(bounced is not None for bounced, _ in marks),
        Standing.UNPROVED: sum(verified is None for _, verified in marks),
    }
