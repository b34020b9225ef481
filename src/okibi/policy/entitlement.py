"""Who is covered: licences and trials at a moment, for a product (scheme.md §1).

A right runs from the first midnight of ``valid_from`` to the midnight that ends ``valid_until``, in the policy's zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from okibi.kernel.sentence import Sentence
from okibi.policy.entitlement_words import NO_LICENCE, OTHER_PRODUCT, SMS_WORDS, UNKNOWN_PERSON, Ground, covered, missed
from okibi.policy.verdict import Line, Status

_DAY = timedelta(days=1)


class HolderKind(StrEnum):
    """Who may hold a right: scheme.md §1 names both."""

    ORGANISATION = "organisation"
    PERSON = "person"


class TrialSource(StrEnum):
    """Where a trial was got: "from the site or in any other way"."""

    SITE = "site"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Licence:
    """A non-exclusive right. ``valid_until`` is its last day, nothing for a perpetual one.

    From ``revoked_on`` on it covers nothing. ``seats`` is nothing where they are not counted. ``maintenance_until`` is
    about new versions and does not bound support.
    """

    number: str
    holder_kind: HolderKind
    holder: str
    products: frozenset[str]
    modules: frozenset[str] = frozenset()
    seats: int | None = None
    valid_from: date = date.min
    valid_until: date | None = None
    revoked_on: date | None = None
    maintenance_until: date | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A time-limited trial of one product; ``valid_until`` is its last day."""

    number: str
    product: str
    source: TrialSource
    valid_from: date
    valid_until: date
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Right:
    """What licences and trials have in common for judging."""

    held: Licence | Trial
    first: date
    last: date | None
    revoked_on: date | None

    @property
    def is_trial(self) -> bool:
        return isinstance(self.held, Trial)

    @property
    def products(self) -> frozenset[str]:
        return frozenset({self.held.product}) if isinstance(self.held, Trial) else self.held.products

    @property
    def modules(self) -> frozenset[str] | None:
        """The modules included; nothing for a trial, which is of the whole product."""
        return None if isinstance(self.held, Trial) else self.held.modules

    @property
    def last_day(self) -> date | None:
        """The last day that it covers, revocation included; nothing for ever. May lie before the first."""
        if self.revoked_on is None:
            return self.last
        before = self.revoked_on - _DAY
        return before if self.last is None else min(before, self.last)

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last_day is None or day <= self.last_day)

    def miss(self, day: date) -> tuple[Ground, date]:
        """Why it does not cover a day, and the date that matters."""
        if day < self.first and (self.last_day is None or self.first <= self.last_day):
            return (Ground.TRIAL_NOT_BEGUN if self.is_trial else Ground.LICENCE_NOT_BEGUN), self.first
        if self.revoked_on is not None and (self.last is None or self.revoked_on <= self.last):
            return (Ground.TRIAL_REVOKED if self.is_trial else Ground.LICENCE_REVOKED), self.revoked_on
        return (Ground.TRIAL_EXPIRED if self.is_trial else Ground.LICENCE_EXPIRED), self.last or day


def _rights(licences: Iterable[Licence], trials: Iterable[Trial]) -> list[_Right]:
    rights = [_Right(held, held.valid_from, held.valid_until, held.revoked_on) for held in licences]
    return rights + [_Right(held, held.valid_from, held.valid_until, held.revoked_on) for held in trials]


def _fits(right: _Right, product: str | None, module: str | None) -> bool:
    if product is not None and product not in right.products:
        return False
    return module is None or right.modules is None or module in right.modules


def _best(rights: Sequence[_Right]) -> _Right:
    """Perpetual before term, the latest end first, a licence before a trial, then the lower number: never by chance."""
    return min(
        rights,
        key=lambda right: (
            -(right.last_day or date.max).toordinal(),
            right.is_trial,
            right.held.number,
        ),
    )


def judge(
    now: datetime,
    zone: tzinfo,
    product: str | None,
    licences: Sequence[Licence],
    trials: Sequence[Trial],
    *,
    seats_in_use: int | None = None,
    module: str | None = None,
    known: bool = True,
) -> Line:
    """Whether the requester is covered at ``now`` (aware), by what and until when; or on which ground not.

    ``product`` nothing: any product will do. ``module`` asks for an additional module too. ``known`` false: nobody
    knows yet who is asking, so the line is unknown. More seats in use than licensed is said, but does not end support.
    """
    if not known and not licences and not trials:
        return Line("entitlement", Status.UNKNOWN, Ground.UNKNOWN_PERSON.value, *UNKNOWN_PERSON)
    day = now.astimezone(zone).date()
    rights = _rights(licences, trials)
    running = [right for right in rights if right.covers(day)]
    fitting = [right for right in running if _fits(right, product, module)]
    if fitting:
        return _covered(_best(fitting), seats_in_use)
    return _not_covered(day, rights, running, product, module)


def _covered(right: _Right, seats_in_use: int | None) -> Line:
    held, last = right.held, right.last_day
    seats = held.seats if isinstance(held, Licence) else None
    evidence: dict[str, object] = {"number": held.number, "until": last.isoformat() if last else None}
    evidence["from"] = right.first.isoformat()
    if isinstance(held, Licence):
        evidence |= {"holder_kind": held.holder_kind.value, "seats": seats, "seats_in_use": seats_in_use}
        if held.maintenance_until:
            evidence["maintenance_until"] = held.maintenance_until.isoformat()
    else:
        evidence["source"] = held.source.value
    ground = Ground.TRIAL if right.is_trial else Ground.LICENCE
    over = seats_in_use is not None and seats is not None and seats_in_use > seats
    sentence, detail = covered(ground, held.number, last, (seats, seats_in_use) if over else None)
    return Line("entitlement", Status.MET, ground.value, sentence, detail, evidence)


def _not_covered(
    day: date, rights: Sequence[_Right], running: Sequence[_Right], product: str | None, module: str | None
) -> Line:
    """The nearest miss: a missing module, then the nearest date of a right to this product, then another product."""
    without_module = [right for right in running if _fits(right, product, None)]
    if without_module:
        right = _best(without_module)
        return _missed(Ground.MODULE_MISSING, right, None, module)
    dated = [(*right.miss(day), right) for right in rights if _fits(right, product, module) and not right.covers(day)]
    if dated:
        ground, when, right = min(
            dated, key=lambda miss: (abs((miss[1] - day).days), miss[2].is_trial, miss[2].held.number)
        )
        return _missed(ground, right, when, None)
    if running:
        evidence = {"product": product, "numbers": sorted(right.held.number for right in running)}
        return Line("entitlement", Status.UNMET, Ground.OTHER_PRODUCT.value, *OTHER_PRODUCT, evidence)
    return Line("entitlement", Status.UNMET, Ground.NO_LICENCE.value, *NO_LICENCE)


def _missed(ground: Ground, right: _Right, when: date | None, module: str | None) -> Line:
    evidence = {"number": right.held.number, "date": when.isoformat() if when else None}
    if module:
        evidence["module"] = module
    sentence, detail = missed(ground, right.held.number, when, module or "")
    return Line("entitlement", Status.UNMET, ground.value, sentence, detail, evidence)


def next_change(
    now: datetime,
    zone: tzinfo,
    licences: Sequence[Licence],
    trials: Sequence[Trial],
    *,
    product: str | None = None,
    module: str | None = None,
) -> datetime | None:
    """The next moment after ``now`` at which coverage begins or ends, in ``zone``; nothing where it never changes."""
    rights = [right for right in _rights(licences, trials) if _fits(right, product, module)]
    today = now.astimezone(zone).date()
    covered_now = any(right.covers(today) for right in rights)
    bounds = {right.first for right in rights}
    bounds |= {right.last_day + _DAY for right in rights if right.last_day and right.last_day < date.max}
    for day in sorted(bound for bound in bounds if bound > today):
        if any(right.covers(day) for right in rights) != covered_now:
            return datetime.combine(day, time(0), tzinfo=zone)
    return None


def judge_sms_module(
    gateway_seen_at: datetime | None, connected: bool | None, *, model: str = "", told_by: str = ""
) -> Line:
    """Whether the SMS module is covered: only while a GSM gateway that works with it is connected (scheme.md §2).

    ``connected`` nothing: nobody has told yet. ``gateway_seen_at`` is when the gateway last spoke, ``model`` which it
    is, ``told_by`` who says so ("desk": its own lines; "device": what the customer's server reports), as evidence.
    """
    status, ground = {
        True: (Status.MET, Ground.GATEWAY_CONNECTED),
        False: (Status.UNMET, Ground.GATEWAY_AWAY),
        None: (Status.UNKNOWN, Ground.GATEWAY_UNKNOWN),
    }[connected]
    sentence: Sentence
    sentence, detail = SMS_WORDS[ground]
    seen = gateway_seen_at.isoformat() if gateway_seen_at else None
    evidence = {"gateway_seen_at": seen, "model": model, "told_by": told_by}
    return Line("sms_module", status, ground.value, sentence, detail, evidence)
