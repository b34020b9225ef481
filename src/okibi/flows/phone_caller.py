"""Who calls: a number in any notation, and all that a specialist wants to know before the first word is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from okibi.customers.models import Person
from okibi.customers.selectors import people_by_phone
from okibi.environments.models import Device
from okibi.environments.selectors import of_people
from okibi.flows.judgement import entitlement_line
from okibi.kernel.clock import now
from okibi.policy.phone_numbers import PhoneNumberError, display, parse_phone
from okibi.policy.verdict import Line
from okibi.schemes.services import in_force
from okibi.tickets.callers import open_requests
from okibi.tickets.rows import TicketRow

MOST_PEOPLE = 5  # of one number: a reception desk has many


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be speaking: their card, whether support covers them, what is open, on what they work."""

    person: Person
    line: Line
    requests: Sequence[TicketRow] = ()
    devices: Sequence[Device] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a number. ``e164`` is "" where the text is no number (yet); ``requests``: of nobody's card."""

    e164: str
    display: str
    people: Sequence[Candidate] = ()
    requests: Sequence[TicketRow] = field(default_factory=tuple)

    @property
    def only(self) -> Candidate | None:
        """The one person whose number it is; None for nobody and for several."""
        return self.people[0] if len(self.people) == 1 else None


def e164_of(number: str) -> str:
    """A number in any notation as E.164, "" where it is none."""
    try:
        return parse_phone(number).e164
    except PhoneNumberError:
        return ""


def who_calls(number: str, product: str = "") -> Caller:
    """Everybody who has this number, with verdict, open requests and devices; eight queries for one person."""
    e164 = e164_of(number)
    if not e164:
        return Caller("", number.strip())
    people = people_by_phone(e164)[:MOST_PEOPLE]
    found = open_requests([person.pk for person in people], [e164])
    others = tuple(row for requester, row in found if requester is None)
    return Caller(e164, display(e164), candidates(people, product, _by_person(found)), others)


def candidates(
    people: Sequence[Person], product: str = "", requests: Mapping[int, Sequence[TicketRow]] | None = None
) -> list[Candidate]:
    """These people as a specialist wants to see them; their open requests are read where they are not given."""
    if not people:
        return []
    moment = now()
    scheme = in_force(moment).scheme
    ids = [person.pk for person in people]
    open_ones = _by_person(open_requests(ids, [])) if requests is None else requests
    devices: dict[int, list[Device]] = {}
    for device in of_people(ids):
        if device.revoked_at is None and device.person_id is not None:
            devices.setdefault(device.person_id, []).append(device)
    return [
        Candidate(
            person,
            entitlement_line(person, product, scheme, moment)[0],
            open_ones.get(person.pk, ()),
            devices.get(person.pk, ()),
        )
        for person in people
    ]


def _by_person(found: Sequence[tuple[int | None, TicketRow]]) -> dict[int, list[TicketRow]]:
    kept: dict[int, list[TicketRow]] = {}
    for requester, row in found:
        if requester is not None:
            kept.setdefault(requester, []).append(row)
    return kept
