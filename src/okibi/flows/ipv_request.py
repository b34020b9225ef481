"""A request from inside an application: what it would be promised, and placing it, once for each key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from okibi.channels.ipv.adapter import StoredFile
from okibi.flows.visitor import Visitor
from okibi.policy.terms import Step
from okibi.policy.verdict import Status, Verdict
from okibi.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked. ``kind`` "" lets the desk's rules propose a class; ``subject`` "" is made of the text.

    ``report``: the environment in the API's shape. ``files``: whole uploads, their bytes kept by
    ``okibi.kernel.blobs``. ``written_at``: when it was composed, where that was without a connection.
    """

    text: str
    kind: str = ""
    subject: str = ""
    product: str = ""
    version: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[StoredFile, ...] = ()
    language: str = ""  # "" : the device's
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be said. Without cover there are no moments and no steps."""

    verdict: Verdict
    covered: Status  # the line "entitlement": met, unmet, unknown
    kind: str
    aim_at: datetime | None
    due_at: datetime | None
    steps: tuple[Step, ...]


def preview(visitor: Visitor | None, draft: Draft) -> Preview:
    """The verdict and the term that a request would get at this moment; nothing is stored. Any draft will do."""
    raise NotImplementedError


def place(visitor: Visitor, key: str, draft: Draft) -> Ticket:
    """Place a request; the same ``key`` from the same device gives the ticket of the first time.

    Raises InputError for no words, UnknownKindError, NotTakenInYetError (kept, but not taken in: ask again).
    """
    raise NotImplementedError
