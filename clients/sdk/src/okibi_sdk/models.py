"""What the API gives and takes, as values. Moments are aware datetimes with the offset that the server wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``next``: the cursor of the following page, or empty on the last one."""

    items: tuple[T, ...]
    next: str = ""


# ---------------------------------------------------------------- the verdict


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One question and its answer. ``status``: met, unmet, unknown; ``text``, ``detail``: for the user."""

    about: str
    status: str
    text: str = ""
    ground: str = ""
    detail: str = ""
    evidence: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of how a moment was counted; ``rule``: the scheme's section or the article of the law."""

    text: str
    at: datetime | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What support would say of a request, before it is placed. ``covered`` is ``None`` where it is not known yet."""

    lines: tuple[VerdictLine, ...] = ()
    covered: bool | None = None
    kind: str = ""
    aim_at: datetime | None = None
    due_at: datetime | None = None
    steps: tuple[Step, ...] = ()


# ---------------------------------------------------------------- enrolment and the device


@dataclass(frozen=True, slots=True)
class Wish:
    """How to enrol: one of a licence number, a trial's number or an invitation's code; or nothing of these.

    ``kind``: desktop, mobile, browser, server or other. ``environment``: ``EnvironmentReport.as_json()``.
    """

    licence: str = ""
    trial: str = ""
    invitation: str = ""
    email: str = ""
    name: str = ""
    kind: str = "desktop"
    device: str = ""
    product: str = ""
    version: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """``state``: awaiting_confirmation, confirmed, expired or refused. ``token`` stands when confirmed.

    ``by``: the kind of number that lets the device in: licence, trial, invitation, email or none.
    """

    id: str
    state: str
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    by: str = ""

    @property
    def confirmed(self) -> bool:
        return self.state == "confirmed"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by id and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Device:
    """An installation as the server knows it."""

    id: str
    name: str = ""
    kind: str = ""
    language: str = ""
    product: str = ""
    version: str = ""
    person: Named | None = None
    organisation: Named | None = None
    enrolled_by: str = ""
    licence: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    reported_at: datetime | None = None
    created_at: datetime | None = None
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """A file of a version. ``url`` opens it for a week, without a token; ``size`` in bytes."""

    name: str
    url: str
    sha256: str
    size: int = 0
    platform: str = ""
    architecture: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """A version for this installation. ``notes``: Markdown; ``page``: where a person reads on and fetches it."""

    version: str
    forced: bool = False
    notes: str = ""
    page: str = ""
    files: tuple[UpdateFile, ...] = ()
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """What the desk offers; ``update`` is None where there is nothing newer for this installation."""

    product: str = ""
    running: str = ""
    update: NewerVersion | None = None


@dataclass(frozen=True, slots=True)
class AgreementHost:
    """A computer of an agreement. ``way``: poll, wake, ssh or winrm; ``reach`` says it in words."""

    name: str
    way: str = ""
    device: str | None = None
    address: str = ""
    port: int | None = None
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Access for automatic updates: what is granted, by whom, for which hours. ``can``: confirm, decline, withdraw."""

    id: int
    state: str
    request: str | None = None
    organisation: str = ""
    products: tuple[str, ...] = ()
    hosts: tuple[AgreementHost, ...] = ()
    windows: Mapping[str, Any] = field(default_factory=dict)
    zone: str = ""
    hours: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    note: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    can: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class Draft:
    """A request to be placed. ``kind``: incident, suggestion, question, update, mailing; empty: the desk decides.

    ``written_at``: when it was written, where that was without a connection.
    """

    text: str
    kind: str = ""
    subject: str = ""
    product: str = ""
    version: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    written_at: datetime | None = None

    def as_json(self, uploads: tuple[str, ...] = ()) -> dict[str, Any]:
        body: dict[str, Any] = {"text": self.text}
        for name in ("kind", "subject", "product", "version"):
            if getattr(self, name):
                body[name] = getattr(self, name)
        if self.environment:
            body["environment"] = dict(self.environment)
        if self.written_at:
            body["written_at"] = self.written_at.isoformat(timespec="seconds")
        if uploads:
            body["uploads"] = list(uploads)
        return body


def draft_of(body: Mapping[str, Any]) -> Draft:
    """The draft that ``as_json`` wrote."""
    written = body.get("written_at")
    return Draft(**{**body, "written_at": datetime.fromisoformat(written) if written else None})


@dataclass(frozen=True, slots=True)
class Rating:
    """1 (bad) to 5 (good)."""

    score: int
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it stands on a request."""

    lines: tuple[VerdictLine, ...] = ()
    covered: bool | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reasoned refusal: the ground's sentence, the reasons, and what can be done."""

    ground: str = ""
    text: str = ""
    reasons: str = ""
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request ("заявка") as its requester sees it. ``aim_at``, ``due_at``: the promise, if any. ``can``: what is
    possible now (say, withdraw, reopen, works, rate). ``own`` is false for a colleague's, whose name is ``requester``.
    """

    number: str
    state: str
    subject: str = ""
    kind: str = ""
    placed_at: datetime | None = None
    aim_at: datetime | None = None
    due_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    verdict: Judged | None = None
    product: str = ""
    version: str = ""
    unread: int = 0
    last_message_at: datetime | None = None
    planned_version: str = ""
    refusal: Refusal | None = None
    rating: Rating | None = None
    linked_to: str = ""
    can: tuple[str, ...] = ()
    own: bool = True
    requester: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """``type``: media type as the server found it; ``size``: bytes."""

    id: str
    name: str
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """``author``: me, desk, colleague or system. ``id`` grows: what came later is greater."""

    id: int
    author: str
    at: datetime
    author_name: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    read_by_desk_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Where words went: the request, or the one that was opened because it had ended long ago."""

    number: str
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved request (``number``) or a help article (``slug``) that may spare asking."""

    kind: str
    title: str
    excerpt: str = ""
    number: str = ""
    slug: str = ""
    solved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A help article in the user's language: sanitised ``html``, the same as plain ``text``; ``url``: its page."""

    slug: str
    title: str
    html: str = ""
    text: str = ""
    language: str = ""
    url: str = ""
    id: int = 0
    products: tuple[str, ...] = ()
    published_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened. ``id``: empty for what isn't kept (typing).

    ``code``: request.placed, request.message, request.state, request.read, request.typing.
    """

    code: str
    id: str = ""
    number: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the desk promises; ``document``: everything as the server gave it."""

    vendor: str
    working_now: bool | None
    next_opening: datetime | None
    document: Mapping[str, Any]
