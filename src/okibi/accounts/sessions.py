"""Where a member of staff is signed in, and how that ends."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from okibi.accounts import errors
from okibi.accounts.models import Staff
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError

SEEN_EVERY = timedelta(minutes=5)  # how exactly "last seen" is known
SEEN_KEY = "okibi_seen"
_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which a person is signed in. Moments are UTC; ``seen_at`` is exact to five minutes."""

    id: int
    browser: str
    ip: str
    since: datetime
    seen_at: datetime
    is_current: bool


def sessions_of(staff: Staff, current_key: str | None = None) -> list[SignedIn]:
    """Every live session of a person, the latest seen first. ``current_key``: the session that asks."""
    live = [session for session in UserSession.objects.filter(user=staff) if not session.purge()]
    rows = [
        SignedIn(
            id=session.pk,
            browser=browser_name(session.user_agent),
            ip=str(session.ip),
            since=session.created_at,
            seen_at=session.last_seen_at,
            is_current=session.session_key == current_key,
        )
        for session in live
    ]
    return sorted(rows, key=lambda row: (row.is_current, row.seen_at), reverse=True)


@transaction.atomic
def end_session(staff: Staff, session_id: int, actor: Actor) -> None:
    """End one session of a person. Raises NotAllowedError where it isn't theirs or has ended."""
    session = UserSession.objects.filter(user=staff, pk=session_id).first()
    if session is None:
        raise NotAllowedError(errors.NO_SUCH_SESSION)
    session.end()
    record("staff.sessions_ended", ("staff", staff.pk), actor, {"name": staff.name, "count": 1})


@transaction.atomic
def end_all(staff: Staff, actor: Actor, keep_key: str | None = None) -> int:
    """End every session of a person, but the one with ``keep_key``; gives how many."""
    count = forget_all(staff, keep_key)
    if count:
        record("staff.sessions_ended", ("staff", staff.pk), actor, {"name": staff.name, "count": count})
    return count


def forget_all(staff: Staff, keep_key: str | None = None) -> int:
    """End sessions without a journal entry, for acts that have one of their own; gives how many."""
    ended = [row for row in UserSession.objects.filter(user=staff) if row.session_key != keep_key]
    for session in ended:
        session.end()
    return len(ended)


def note_seen(request: HttpRequest) -> None:
    """Remember that a session is in use, at most every five minutes."""
    moment = now()
    last = request.session.get(SEEN_KEY, 0.0)
    if moment.timestamp() - last < SEEN_EVERY.total_seconds():
        return
    request.session[SEEN_KEY] = moment.timestamp()
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=moment)


def browser_name(user_agent: str) -> str:
    """«Firefox, Linux» of a User-Agent header; the header's first word where neither is known."""
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (_BROWSERS, _SYSTEMS)]
    said = ", ".join(name for name in found if name)
    return said or re.split(r"[\s/]", user_agent.strip() or "—")[0][:40]
