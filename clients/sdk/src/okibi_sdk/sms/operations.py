"""Every operation of SMS, each written once, without I/O."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from okibi_sdk.core.session import Session, ask_json
from okibi_sdk.core.wire import Emit, Flow
from okibi_sdk.models import Page
from okibi_sdk.operations.shape import many, shaped
from okibi_sdk.sms.models import Batch, How, IncomingSms, Lines, NewSms, Segments, Sms

MOST = 1000
"""Lines of one batch."""


def send(session: Session, sms: NewSms, how: How | None = None, *, key: str | None = None) -> Flow[Sms]:
    """Put one SMS into the queue. A lost answer is asked for again with the same key: it is never sent twice.

    Raises:
        InvalidError: ``sms.number``, ``sms.text``, ``sms.time_zone``; TooManyError: ``sms.day_limit``;
        ConflictError: ``sms.reference_used``.

    """
    call = session.call("POST", "/sms", data={**_how(how), **_one(sms)}, key=key)
    return shaped(session, Sms, (yield from ask_json(session, call)))


def send_batch(
    session: Session, messages: Sequence[NewSms], how: How | None = None, *, text: str = "", key: str | None = None
) -> Flow[Batch]:
    """Put up to a thousand SMS into the queue; each line has its own answer. ``text``: for those without one."""
    body = {**_how(how), "text": text, "messages": [_one(each) for each in messages]}
    call = session.call("POST", "/sms/batches", data=body, key=key)
    return shaped(session, Batch, (yield from ask_json(session, call)))


def get(session: Session, sms_id: int) -> Flow[Sms]:
    """One SMS of this key. Raises NotFoundError."""
    return shaped(session, Sms, (yield from ask_json(session, session.call("GET", f"/sms/{sms_id:d}"))))


def find(
    session: Session, *, state: str = "", to: str = "", reference: str = "", since: datetime | None = None,
    limit: int = 50, cursor: str = "",
) -> Flow[Page[Sms]]:  # fmt: skip
    """A page of this key's SMS, the newest first."""
    asked = {"state": state, "to": to, "reference": reference, "since": _moment(since), "limit": limit,
             "cursor": cursor}  # fmt: skip
    return many(session, Sms, (yield from ask_json(session, session.call("GET", "/sms", query=asked))))


def find_all(
    session: Session, *, state: str = "", to: str = "", reference: str = "", since: datetime | None = None
) -> Flow[None]:
    """Emits every SMS, page by page."""
    cursor = ""
    while True:
        page = yield from find(session, state=state, to=to, reference=reference, since=since, limit=100, cursor=cursor)
        for each in page.items:
            yield Emit(each)
        if not page.next:
            return
        cursor = page.next


def cancel(session: Session, sms_id: int) -> Flow[Sms]:
    """Take one out of the queue. Raises ConflictError (``sms.not_queued``) where a line has it already."""
    return shaped(session, Sms, (yield from ask_json(session, session.call("POST", f"/sms/{sms_id:d}/cancel"))))


def segments(session: Session, text: str) -> Flow[Segments]:
    """What a text costs; nothing is sent."""
    call = session.call("POST", "/sms/segments", data={"text": text})
    return shaped(session, Segments, (yield from ask_json(session, call)))


def lines(session: Session) -> Flow[Lines]:
    """How the gateways' lines stand."""
    return shaped(session, Lines, (yield from ask_json(session, session.call("GET", "/sms/lines"))))


def incoming(
    session: Session, *, since: datetime | None = None, limit: int = 50, cursor: str = ""
) -> Flow[Page[IncomingSms]]:
    """A page of SMS that came in, the newest first."""
    asked = {"since": _moment(since), "limit": limit, "cursor": cursor}
    return many(session, IncomingSms, (yield from ask_json(session, session.call("GET", "/sms/incoming", query=asked))))


def get_incoming(session: Session, sms_id: int) -> Flow[IncomingSms]:
    """One that came in: the webhook ``sms.received`` names it."""
    call = session.call("GET", f"/sms/incoming/{sms_id:d}")
    return shaped(session, IncomingSms, (yield from ask_json(session, call)))


def _one(sms: NewSms) -> dict[str, Any]:
    return {name: value for name, value in asdict(sms).items() if value or name == "to"}


def _how(how: How | None) -> dict[str, Any]:
    told = asdict(how) if how else {}
    return {name: _moment(value) if isinstance(value, datetime) else value for name, value in told.items() if value}


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
