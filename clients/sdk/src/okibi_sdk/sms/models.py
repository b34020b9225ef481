"""SMS as values. Moments are aware datetimes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SmsState(StrEnum):
    """Where an SMS stands. A state of a newer server stays a plain string."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # handed to the gateway; nobody knows whether it left; never sent again by itself
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"  # the number's owner wants none


@dataclass(frozen=True, slots=True)
class NewSms:
    """``to``: a mobile number in any notation. ``reference``: your own name of it: one SMS for ever."""

    to: str
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """``priority``: low, normal, high. ``at_once``: quiet hours do not hold it. ``time_zone``: of the recipient."""

    priority: str = "normal"
    not_before: datetime | None = None
    expires_at: datetime | None = None
    at_once: bool = False
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Sms:
    """An SMS as it stands. ``error``: the gateway's own words."""

    id: int
    to: str
    state: SmsState
    alphabet: str
    segments: int
    created_at: datetime
    not_before: datetime
    reference: str = ""
    expires_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    line: str = ""
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a line of a batch was not taken; ``code`` is stable, ``detail`` a sentence."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of a batch by its place: either of the two."""

    index: int
    sms: Sms | None = None
    problem: Refused | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Each line's own answer. ``day_limit``: segments that the key may send in a day; 0: any number."""

    accepted: int
    refused: int
    segments: int
    used_today: int
    day_limit: int
    items: tuple[BatchLine, ...]


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs. ``forced_by``: letters of the dearer alphabet; ``plain``: the cheaper wording, or ""."""

    alphabet: str
    segments: int
    left: int
    too_long: bool
    forced_by: tuple[str, ...] = ()
    plain: str = ""


@dataclass(frozen=True, slots=True)
class SmsLine:
    """A SIM channel as it stands. ``left_…``: segments, None for no limit."""

    line: str
    is_alive: bool
    has_network: bool
    used_today: int
    sent: int
    failed: int
    kind: str = ""
    model: str = ""
    operator: str = ""
    signal_dbm: int | None = None
    seen_at: datetime | None = None
    resting_until: datetime | None = None
    left_today: int | None = None
    left_month: int | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line, and what this key used today."""

    connected: bool
    used_today: int
    day_limit: int
    lines: tuple[SmsLine, ...]


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """``number``: E.164, or "" for a short code or a name; ``sender``: as it came."""

    id: int
    sender: str
    received_at: datetime
    number: str = ""
    text: str = ""
    line: str = ""
