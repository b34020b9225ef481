"""What systems are told of SMS, as shapes."""

from datetime import datetime
from typing import Literal

from ninja import Schema

SmsState = Literal["queued", "sending", "sent", "delivered", "failed", "uncertain", "expired", "cancelled", "blocked"]


class Sms(Schema):
    """``uncertain``: handed to the gateway, and nobody knows whether it left; it is never sent again by itself.
    ``not_before``: quiet hours may have moved it. ``error``: the gateway's own words.
    """

    id: int
    reference: str
    to: str
    state: SmsState
    alphabet: Literal["gsm7", "ucs2"]
    segments: int
    created_at: datetime
    not_before: datetime
    expires_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    line: str
    attempts: int
    error: str


class SmsRefused(Schema):
    """Why a line of a batch was not taken; ``code`` as of a problem."""

    code: str
    detail: str


class SmsOfBatch(Schema):
    """One line of the batch, by its place (from 0): either the SMS or the problem."""

    index: int
    sms: Sms | None
    problem: SmsRefused | None


class SmsBatch(Schema):
    """Each line's own answer, in the batch's order. ``day_limit`` 0: the key has none."""

    accepted: int
    refused: int
    segments: int
    used_today: int
    day_limit: int
    items: list[SmsOfBatch]


class SmsSegments(Schema):
    """``left``: letters that the last segment still takes; ``forced_by``: letters that need the dearer alphabet;
    ``plain``: the same text in plain letters where that saves segments, else "".
    """

    alphabet: Literal["gsm7", "ucs2"]
    segments: int
    left: int
    forced_by: list[str]
    plain: str
    too_long: bool


class SmsLine(Schema):
    """A SIM channel as it stands. ``left_…``: segments of its SIM's limits, null for no limit; ``signal_dbm``: null for
    unknown; ``sent``, ``failed``: within 24 hours.
    """

    line: str
    kind: str
    model: str
    is_alive: bool
    has_network: bool
    operator: str
    signal_dbm: int | None
    seen_at: datetime | None
    resting_until: datetime | None
    used_today: int
    left_today: int | None
    left_month: int | None
    sent: int
    failed: int
    last_error: str


class SmsLines(Schema):
    """Every line of the file, and what this key used today."""

    connected: bool
    used_today: int
    day_limit: int
    lines: list[SmsLine]


class SmsIn(Schema):
    """An SMS that came in. ``number``: E.164, "" for a short code or a name; ``sender``: as it came."""

    id: int
    sender: str
    number: str
    text: str
    line: str
    received_at: datetime
