"""The vendor's scheme of support as values: every fact of scheme.md, typed, and nothing else.

Made by ``okibi.policy.scheme.load``; never changed. Sentences carry both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from okibi.kernel.sentence import Sentence
from okibi.policy.platforms import Place, Requirement
from okibi.policy.russian_calendar import RussianYears
from okibi.policy.term_values import Hours as HoursTerm
from okibi.policy.term_values import Term
from okibi.policy.worktime import ONE_DAY, WEEKEND, WORKING, DayKind, DayPlan, Hours, WorkCalendar, Years


class Role(StrEnum):
    """What a contact person is (scheme.md §6)."""

    LEADING = "leading"
    SPECIALIST = "specialist"


ROLE_WORDS: Mapping[Role, Sentence] = {
    Role.LEADING: Sentence(
        "ведущий специалист по внедрению и поддержке", "leading specialist of implementation and support"
    ),
    Role.SPECIALIST: Sentence("специалист по внедрению и поддержке", "specialist of implementation and support"),
}


class CalendarKind(StrEnum):
    """Where the days of the working calendar come from."""

    RUSSIA = "russia"  # the official production calendar
    WEEK = "week"  # the same hours every week, with single closed days


class Opening(StrEnum):
    """When a channel is answered."""

    ALWAYS = "always"  # takes requests at any hour
    WORKING_TIME = "working_time"  # only while the desk is open


class Address(StrEnum):
    """Where a request on a channel is sent."""

    INSIDE = "inside"  # within the application itself
    CONTACT_NUMBERS = "contact_numbers"
    SUPPORT_ADDRESS = "support_address"


@dataclass(frozen=True, slots=True)
class Contact:
    """A specialist whose number takes calls and WhatsApp messages. ``phone`` as published, ``name`` as written."""

    phone: str
    role: Role
    name: str

    @property
    def role_words(self) -> Sentence:
        return ROLE_WORDS[self.role]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who supports: the software's name, its site (``site_ascii``: the same by RFC 3492), the contacts."""

    name: Sentence
    site: str
    site_ascii: str
    support_address: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A part of the software. A module belongs to another product and may be covered on a condition only."""

    code: str
    name: Sentence
    kind: Sentence
    place: Place
    module_of: str | None = None
    condition: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the desk of a plain weekly calendar stays closed."""

    date: date
    reason: Sentence


@dataclass(frozen=True, slots=True)
class WeekYears:
    """The same hours every week (Monday first), without the closed days."""

    week: tuple[Hours, ...]
    closed: tuple[ClosedDay, ...] = ()

    def __call__(self, year: int) -> Mapping[date, DayPlan]:
        reasons = {day.date: day.reason for day in self.closed}
        plans, when = {}, date(year, 1, 1)
        while when.year == year:
            hours = self.week[when.weekday()]
            if when in reasons:
                plans[when] = DayPlan(when, (), DayKind.HOLIDAY, reasons[when])
            elif hours:
                plans[when] = DayPlan(when, hours, DayKind.WORKING, WORKING)
            else:
                plans[when] = DayPlan(when, (), DayKind.WEEKEND, WEEKEND)
            when += ONE_DAY
        return plans


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When the desk works (scheme.md §4). ``week`` has seven days of hours, Monday first."""

    zone: ZoneInfo
    calendar: CalendarKind
    week: tuple[Hours, ...]
    shorten_by_minutes: int = 0
    closed: tuple[ClosedDay, ...] = ()

    @property
    def years(self) -> Years:
        """The computed days, before any correction."""
        if self.calendar is CalendarKind.RUSSIA:
            return RussianYears(self.week[0], self.shorten_by_minutes)
        return WeekYears(self.week, self.closed)


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """Who is covered (scheme.md §1), and what everybody else is told."""

    support: Sentence
    holders: tuple[str, ...]  # organisation, person
    grounds: tuple[str, ...]  # licence, trial
    trial_sources: tuple[str, ...]  # site, other
    licence: Sentence
    trial: Sentence
    uncovered: Sentence


@dataclass(frozen=True, slots=True)
class DesktopWays:
    """How a desktop version changes (scheme.md §3)."""

    ways: tuple[str, ...]  # by_hand, automatic
    by_hand: Sentence | None = None
    automatic: Sentence | None = None
    automatic_needs: tuple[str, ...] = ()  # request_placed, port_access
    port_access_to: tuple[str, ...] = ()  # workstation, server


@dataclass(frozen=True, slots=True)
class MobileWays:
    """How a mobile version changes, and how an address enters the registry of its mailing (scheme.md §3)."""

    ways: tuple[str, ...]  # email
    email: Sentence
    registry: Sentence
    registry_ways: tuple[str, ...]  # user_card_flag, request
    user_card: Sentence
    flag: Sentence
    user_card_flag: Sentence
    request: Sentence


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to place a request (scheme.md §4)."""

    code: str  # ipv, phone, whatsapp, email
    name: Sentence
    about: Sentence
    preferred: bool
    open: Opening
    address: Address
    products: tuple[str, ...] = ()
    email_after: timedelta | None = None  # an answer that nobody read in the application goes by e-mail too after this


@dataclass(frozen=True, slots=True)
class RequestClass:
    """A class of request with its reaction terms, from ``aim`` to ``due`` (scheme.md §5).

    ``promised`` is false where the scheme names no terms and the desk only holds itself to them.
    """

    code: str
    title: Sentence
    aim: Term
    due: Term
    promised: bool


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """How a request is refused (scheme.md §5): with reasons, in the form it was placed in ({channel: channel})."""

    of: tuple[str, ...]
    reasoned: bool
    same_form: bool
    forms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeskHabits:
    """What the desk decided for itself; not a part of the published scheme."""

    reopen_days: int
    warn_before: HoursTerm  # of working time, before the due moment
    receipts_per_hour: int  # to one address


class SmsEvent(StrEnum):
    """What a requester can be told by SMS, beside the answer in the form of the request."""

    RECEIPT = "receipt"  # the number and the term
    ANSWER = "answer"  # that there is one, not what it says
    SOLVED = "solved"
    VERSION_OUT = "version_out"  # the version that the request waits for


SMS_EVENT_WORDS: Mapping[SmsEvent, Sentence] = {
    SmsEvent.RECEIPT: Sentence("номер и срок", "number and term"),
    SmsEvent.ANSWER: Sentence("есть ответ", "there is an answer"),
    SmsEvent.SOLVED: Sentence("решена", "solved"),
    SmsEvent.VERSION_OUT: Sentence("вышла версия", "the version is out"),
}


class UnlessAsked(StrEnum):
    """Who is told by SMS without having said anything about it."""

    OFF = "off"  # nobody
    VERIFIED = "verified"  # the verified numbers of their card


UNLESS_ASKED_WORDS: Mapping[UnlessAsked, Sentence] = {
    UnlessAsked.OFF: Sentence("только тем, кто попросил", "only who asked for it"),
    UnlessAsked.VERIFIED: Sentence(
        "на подтверждённые номера, если не отказались", "verified numbers whose owner did not say no"
    ),
}


@dataclass(frozen=True, slots=True)
class SmsNotices:
    """What the desk tells requesters by SMS (policy.sms_notices); its own habit, not a part of the published scheme."""

    events: tuple[SmsEvent, ...] = ()
    unless_asked: UnlessAsked = UnlessAsked.OFF
    most_a_day: int = 0  # to one number
    most_a_day_unproved: int = 0  # to a number that nobody proved


@dataclass(frozen=True, slots=True)
class Scheme:
    """The whole policy file, for what came on ``valid_from`` or later; ``content_hash``: SHA-256 of its text."""

    valid_from: date
    vendor: Vendor
    products: tuple[Product, ...]
    working_time: WorkingTime
    coverage: CoverageRule
    environments: Mapping[Place, Requirement]
    desktop_versions: DesktopWays
    mobile_versions: MobileWays
    channels: tuple[Channel, ...]
    reaction_kind: str
    classes: Mapping[str, RequestClass]
    refusal: RefusalRule
    desk: DeskHabits
    sms_notices: SmsNotices = SmsNotices()
    content_hash: str = ""
    text: str = field(default="", repr=False)

    @property
    def zone(self) -> ZoneInfo:
        return self.working_time.zone

    @property
    def calendar(self) -> WorkCalendar:
        """The working calendar as computed; lay corrections over it by ``WorkCalendar.with_days``."""
        return work_calendar(self.working_time)

    @property
    def calendar_hours(self) -> tuple[Hours, ...]:
        """The desk's usual hours by weekday, Monday first; those of a Russian calendar hold on every working day."""
        return self.working_time.week

    @property
    def preferred_channel(self) -> Channel:
        return next(channel for channel in self.channels if channel.preferred)

    @property
    def leading_contacts(self) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.vendor.contacts if contact.role is Role.LEADING)

    def channel(self, code: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.code == code), None)

    def product(self, code: str) -> Product | None:
        return next((product for product in self.products if product.code == code), None)

    def warning_at(self, due_at: datetime, calendar: WorkCalendar) -> datetime:
        """When the leading specialist is told that a due moment comes near."""
        return calendar.add(due_at, -timedelta(hours=self.desk.warn_before.count))


@lru_cache(maxsize=64)
def work_calendar(working_time: WorkingTime) -> WorkCalendar:
    """The calendar of some working time; one value per working time, so that its years are worked out once."""
    return WorkCalendar(working_time.zone, working_time.years)


def frozen(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """A mapping that nobody can change."""
    return MappingProxyType(dict(mapping))


WEEKDAY_KEYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLASS_CODES = ("incident", "suggestion", "question", "update", "mailing")
CHANNEL_CODES = ("ipv", "phone", "whatsapp", "email")
