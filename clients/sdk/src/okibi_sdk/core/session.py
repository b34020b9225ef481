"""Who asks, of which server, how patiently; and the one place where calls are made up and repeated."""

import email.utils
import json
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from okibi_sdk.core.wire import Answer, Call, Flow, Lost, Wait
from okibi_sdk.problems import no_connection, problem_of, unexpected

PREFIX = "/api/v1"
AGAIN = frozenset({425, 429, 500, 502, 503, 504})
"""Answers after which the same call is made again: every call of this library may be repeated without harm."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a call is tried. Seconds.

    Waits grow from ``first`` by doubling up to ``longest``, each shortened at random by up to a half, so that a
    thousand devices don't come back at one moment. A ``Retry-After`` is obeyed; one beyond ``patience`` is too long.
    """

    tries: int = 5
    first: float = 0.5
    longest: float = 20.0
    patience: float = 60.0

    def delay(self, failed: int, chance: float) -> float:
        """The wait after so many failures (1 and more); ``chance`` in [0, 1)."""
        return float(min(self.longest, self.first * 2 ** min(failed - 1, 30)) * (1 - chance / 2))


ONCE = Patience(tries=1)


@dataclass(frozen=True, slots=True)
class Session:
    """``server``: "https://help.example.org" (a path is kept). ``token``: the device's, or empty."""

    server: str
    token: str = field(default="", repr=False)
    language: str = "ru"
    agent: str = "okibi-sdk"
    patience: Patience = Patience()
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        data: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        authorization: str | None = None,
    ) -> Call:
        """A call with everything that belongs to it. Every write carries an Idempotency-Key."""
        sent = {"accept": "application/json", "accept-language": self.language, "user-agent": self.agent}
        if authorization or self.token:
            sent["authorization"] = authorization or f"Bearer {self.token}"
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            sent["idempotency-key"] = key or uuid.uuid4().hex
        if data is not None:
            body = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
            sent["content-type"] = "application/json"
        sent.update(headers or {})
        asked = tuple((name, str(value)) for name, value in (query or {}).items() if value not in {None, ""})
        return Call(method, PREFIX + path, asked, sent, body)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """``Retry-After`` in seconds (RFC 9110 §10.2.3: a number or a date), or nothing where it isn't understood."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def ask(
    session: Session, call: Call, *, allow: frozenset[int] = frozenset(), again: frozenset[int] = AGAIN
) -> Flow[Answer]:
    """The call's answer, tried as patiently as the session says.

    Answers under 400 and those of ``allow`` are handed back. The rest is raised as ``ProblemError``; a connection that
    stays away as ``NoConnectionError``. A repeated write carries the same Idempotency-Key, so it's never made twice.
    """
    for failed in range(1, session.patience.tries + 1):
        outcome: Answer | Lost = yield call
        last = failed == session.patience.tries
        if isinstance(outcome, Lost):
            if last:
                raise no_connection(session.language, outcome.reason)
            yield Wait(session.patience.delay(failed, session.chance()))
            continue
        if outcome.status < 400 or outcome.status in allow:
            return outcome
        named = retry_after(outcome, session.now())
        problem = problem_of(outcome, session.language, named)
        running = outcome.status == 409 and named is not None  # the first try of this key is still being carried out
        if (outcome.status not in again and not running) or last or (named or 0) > session.patience.patience:
            raise problem
        yield Wait(session.patience.delay(failed, session.chance()) if named is None else named)
    raise AssertionError  # pragma: no cover - a patience of no tries


def ask_json(session: Session, call: Call, *, allow: frozenset[int] = frozenset()) -> Flow[Any]:
    """The JSON of the answer; ``None`` for an empty one (204)."""
    answer = yield from ask(session, call, allow=allow)
    return json_of(session, answer)


def json_of(session: Session, answer: Answer) -> Any:
    if not answer.body:
        return None
    try:
        return json.loads(answer.body)
    except ValueError:
        raise unexpected(session.language, answer.headers.get("content-type", "?")) from None


def path_of(location: str) -> str:
    """The path below the API of a ``Location``, whatever host it names: the token goes to no other server."""
    path = urlsplit(location).path
    return path[path.index(PREFIX) + len(PREFIX) :] if PREFIX in path else path
