"""What the API answers, as shapes. Moments carry the offset of the desk's zone."""

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")
State = Literal["new", "open", "waiting", "planned", "solved", "refused", "closed", "uncovered"]


class Problem(Schema):
    """RFC 9457. ``code`` is stable; ``title`` and ``detail`` are in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] = Field(default_factory=list)


class Page(Schema, Generic[T]):
    """Some of many; ``next`` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None


class VerdictLine(Schema):
    """One thing that was judged. ``about``: entitlement, os, runtime …; ``detail``: what else to know or to do."""

    about: str
    status: Literal["met", "unmet", "unknown"]
    ground: str
    text: str
    detail: str
    evidence: dict[str, Any]


class Step(Schema):
    """One step of how the term was counted; ``rule``: the article of the law, or the calendar's fact."""

    at: datetime
    rule: str
    text: str


class Judged(Schema):
    """A verdict as it stands on a request. ``covered``: null where it is not known."""

    covered: bool | None
    lines: list[VerdictLine]


class Verdict(Judged):
    """What a request would be told. Without cover there are no moments."""

    kind: str
    aim_at: datetime | None
    due_at: datetime | None
    steps: list[Step]


class Enrolment(Schema):
    """``token`` is there once it is confirmed; it is not shown again an hour later. ``by``: the kind of number that
    lets the device in.
    """

    id: str
    by: Literal["licence", "trial", "invitation", "email", "none"]
    secret: str
    state: Literal["awaiting_confirmation", "confirmed", "expired", "refused"]
    token: str | None
    expires_at: datetime


class Named(Schema):
    """Somebody by id and name."""

    id: int
    name: str


class Device(Schema):
    """An installation as the desk knows it."""

    id: str
    kind: str
    name: str
    language: str
    enrolled_by: str
    licence: str
    product: str
    version: str
    person: Named | None
    organisation: Named | None
    environment: dict[str, Any]
    reported_at: datetime | None
    created_at: datetime
    last_seen_at: datetime


class PushKey(Schema):
    """The server's public key for Web Push (VAPID, RFC 8292), base64url."""

    key: str


class Refusal(Schema):
    """A reasoned refusal."""

    ground: str
    text: str
    reasons: str
    way_out: str


class Rating(Schema):
    score: int
    text: str
    at: datetime


class Request(Schema):
    """A request as its requester may see it. ``can``: what is possible now. ``own``: false for a colleague's, which the
    organisation's administrator may only read; ``requester``: then who placed it, else "".
    """

    number: str
    subject: str
    kind: str
    state: State
    placed_at: datetime
    aim_at: datetime | None
    due_at: datetime | None
    steps: list[Step]
    verdict: Judged
    product: str
    version: str
    unread: int
    last_message_at: datetime
    planned_version: str
    refusal: Refusal | None
    rating: Rating | None
    linked_to: str
    requester: str
    own: bool
    can: list[str]


class File(Schema):
    """An attachment: GET /files/{id}."""

    id: int
    name: str
    type: str
    size: int


class Message(Schema):
    """``author``: me, colleague, desk, system. ``html`` is sanitised, "" where there is only text."""

    id: int
    author: Literal["me", "colleague", "desk", "system"]
    author_name: str
    at: datetime
    text: str
    html: str
    attachments: list[File]
    read_by_desk_at: datetime | None


class Said(Message):
    """``number``: the request that took the words: another one where the first had ended long ago."""

    number: str


class Similar(Schema):
    """A solved request (``number``) or a help article (``slug``)."""

    kind: Literal["request", "article"]
    title: str
    excerpt: str
    number: str
    slug: str
    solved_at: datetime | None


class Article(Schema):
    """A help article in the caller's language, where it is written in it. ``html`` is sanitised; ``url``: its page."""

    id: int
    slug: str
    title: str
    html: str
    text: str
    language: Literal["ru", "en"]
    products: list[str]
    published_at: datetime
    changed_at: datetime
    url: str


class Found(Schema):
    items: list[Similar]


class EventsTicket(Schema):
    """Good once, for a minute: GET /events?ticket=…"""

    ticket: str
    expires_at: datetime


class Product(Schema):
    code: str
    name: str
    kind: str
    place: str
    module_of: str | None
    condition: str


class RequestClass(Schema):
    """A class of request with its average reaction term."""

    code: str
    name: str
    aim: str
    due: str
    promised: bool


class PolicyChannel(Schema):
    code: str
    name: str
    about: str
    preferred: bool
    open: str


class Environment(Schema):
    """What is covered where: lines to show."""

    place: str
    lines: list[str]


class Vendor(Schema):
    name: str
    site: str
    support_address: str


class Policy(Schema):
    """The scheme in force. ``version``: changes with its text."""

    version: str
    vendor: Vendor
    products: list[Product]
    classes: list[RequestClass]
    channels: list[PolicyChannel]
    environments: list[Environment]
    working_now: bool
    next_opening: datetime | None
    most_upload: int


# ---------------------------------------------------------------- the vendor's own systems


class Ticket(Schema):
    """A request as the vendor's systems see it."""

    number: str
    subject: str
    kind: str
    state: State
    channel: str
    placed_at: datetime
    aim_at: datetime | None
    due_at: datetime | None
    reacted_at: datetime | None
    ended_at: datetime | None
    last_message_at: datetime
    requester: Named | None
    requester_name: str
    requester_address: str
    organisation: Named | None
    assignee: str
    product: str
    version: str
    planned_version: str


class Placed(Schema):
    """``number`` is null while the request is still being taken in."""

    number: str | None
    link: str


class Artefact(Schema):
    """A file of a version with what was read in it; ``problems`` keep it from being published."""

    id: int
    name: str
    platform: Literal["windows", "android", "linux"]
    architecture: Literal["any", "x86", "x64", "arm64"]
    kind: Literal["exe", "msi", "apk", "nupkg", "archive"]
    size: int
    sha256: str
    facts: dict[str, Any]
    problems: list[dict[str, str]]


class Release(Schema):
    """A version of a product."""

    product: str
    version: str
    channel: Literal["stable", "beta"]
    state: Literal["draft", "checked", "published", "halted", "withdrawn"]
    notes_ru: str
    notes_en: str
    ring: Literal["internal", "pilot", "everybody"]
    percent: int
    floor: bool
    forced_below: str
    published_at: datetime | None
    reason: str
    artefacts: list[Artefact]


class Organisation(Schema):
    id: int
    name: str
    inn: str
    note: str


class Email(Schema):
    address: str
    verified: bool
    mobile_mailing: bool


class Person(Schema):
    id: int
    name: str
    organisation: Named | None
    position: str
    language: str
    emails: list[Email]
    phones: list[str]
    note: str


class Licence(Schema):
    """``standing``: in_force, ending (within 30 days), ended, revoked, coming."""

    id: int
    number: str
    organisation: Named | None
    person: Named | None
    products: list[str]
    modules: list[str]
    seats: int | None
    valid_from: date
    valid_until: date | None
    maintenance_until: date | None
    revoked_on: date | None
    revoke_reason: str
    standing: str
    note: str
