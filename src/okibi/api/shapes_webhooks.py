"""Webhooks as they are shown to the systems that manage them."""

from datetime import datetime
from typing import Literal

from ninja import Schema


class Webhook(Schema):
    """An address that hears of acts. ``codes``: of the journal, none for all. ``stopped_why``: where the product itself
    switched it off. ``waiting``, ``failed``: calls.
    """

    id: int
    url: str
    codes: list[str]
    note: str
    active: bool
    stopped_why: str
    waiting: int
    failed: int
    told_at: datetime | None
    created_at: datetime


class NewWebhook(Webhook):
    """``secret`` signs its calls (Standard Webhooks) and is shown this once."""

    secret: str


class WebhookSecret(Schema):
    """From the next call on."""

    secret: str


class WebhookCall(Schema):
    """One act told to one address. ``event_id``: as in ``webhook-id``, by which receivers tell repeats. ``answer``: its
    beginning, or why there was none; ``milliseconds``: the last attempt took.
    """

    id: int
    event_id: str
    code: str
    state: Literal["queued", "sending", "delivered", "failed"]
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    status: int | None
    answer: str
    milliseconds: int | None
