"""Requests ("заявки"): placing, following, answering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from okibi_sdk.core.session import Session, ask, ask_json
from okibi_sdk.core.wire import Emit, Flow
from okibi_sdk.models import Article, Draft, Message, Page, Policy, Request, Said, Similar, Verdict
from okibi_sdk.operations.shape import every, many, shaped
from okibi_sdk.problems import unexpected


@dataclass(frozen=True, slots=True)
class _PolicyShape:
    vendor: Any = ""
    working_now: bool | None = None
    next_opening: datetime | None = None


def _at(number: str, *rest: str) -> str:
    return "/".join(["/requests", quote(number, safe=""), *rest])


def policy(session: Session) -> Flow[Policy]:
    """What the desk promises to whom, and whether it is open now. Needs no token."""
    document = yield from ask_json(session, session.call("GET", "/policy"))
    known = shaped(session, _PolicyShape, document)
    vendor = known.vendor.get("name") if isinstance(known.vendor, Mapping) else known.vendor
    return Policy(str(vendor or ""), known.working_now, known.next_opening, document)


def verdict(session: Session, draft: Draft) -> Flow[Verdict]:
    """What support would say of this request; nothing is stored. Works without a token too."""
    body = draft.as_json()
    return shaped(session, Verdict, (yield from ask_json(session, session.call("POST", "/verdicts", data=body))))


def place(session: Session, draft: Draft, *, uploads: Sequence[str] = (), key: str | None = None) -> Flow[Request]:
    """Place a request; ``uploads``: what ``upload`` returned. ``key``: the same one again never makes a second request.

    Raises:
        InvalidError: ``errors`` names the fields; NotSignedInError; TooManyError; NoConnectionError: it may have
        arrived, repeat with the same ``key`` (the ``Outbox`` does it by itself).

    """
    call = session.call("POST", "/requests", data=draft.as_json(tuple(uploads)), key=key)
    return shaped(session, Request, (yield from ask_json(session, call)))


def requests(
    session: Session, *, state: str = "", query: str = "", limit: int = 0, cursor: str = "", of: str = "me"
) -> Flow[Page[Request]]:
    """One page of the requests that this device may see, the latest first. ``query``: words to look for.

    ``of="organisation"``: all of the organisation that the user administers; NotFoundError for everybody else.
    """
    asked = {"state": state, "q": query, "cursor": cursor, "limit": limit or None, "of": "" if of == "me" else of}
    return many(session, Request, (yield from ask_json(session, session.call("GET", "/requests", query=asked))))


def all_requests(session: Session, *, state: str = "", query: str = "", of: str = "me") -> Flow[None]:
    """Every one of them, fetched as the iteration goes."""
    cursor = ""
    while True:
        page: Page[Request] = yield from requests(session, state=state, query=query, limit=100, cursor=cursor, of=of)
        for each in page.items:
            yield Emit(each)
        cursor = page.next
        if not cursor:
            return


def request(session: Session, number: str) -> Flow[Request]:
    """Raises NotFoundError where there is none, or it is somebody else's."""
    return shaped(session, Request, (yield from ask_json(session, session.call("GET", _at(number)))))


def messages(session: Session, number: str, *, after: int = 0) -> Flow[tuple[Message, ...]]:
    """The conversation, oldest first; only what came after the message of that id."""
    found = yield from every(session, Message, _at(number, "messages"), {"after": after or None})
    return tuple(each for each in found if each.id > after)


def say(session: Session, number: str, text: str, *, uploads: Sequence[str] = (), key: str | None = None) -> Flow[Said]:
    """A message of the requester; the answer says which request it went to (a long ended one goes on in a new one)."""
    body: dict[str, Any] = {"text": text}
    if uploads:
        body["uploads"] = list(uploads)
    call = session.call("POST", _at(number, "messages"), data=body, key=key)
    return _said(session, number, (yield from ask_json(session, call)))


def _said(session: Session, number: str, document: Any) -> Said:
    if not isinstance(document, Mapping):
        raise unexpected(session.language, "no message")
    written = document.get("message_id") or document.get("id") or 0
    return Said(str(document.get("number") or number), int(written))


def read(session: Session, number: str, up_to: int) -> Flow[None]:
    """Everything up to this message's id was seen by the user."""
    yield from ask(session, session.call("POST", _at(number, "read"), data={"up_to": up_to}))


def typing(session: Session, number: str) -> Flow[None]:
    """The user is writing; tell it at most once in some seconds. Nothing is stored."""
    yield from ask(session, session.call("POST", _at(number, "typing"), data={}))


def withdraw(session: Session, number: str, text: str = "", *, key: str | None = None) -> Flow[Request]:
    """The request isn't needed any more. Raises ConflictError where it is over already."""
    return (yield from _act(session, number, "withdraw", {"text": text} if text else {}, key))


def reopen(session: Session, number: str, text: str = "", *, key: str | None = None) -> Flow[Request]:
    """It isn't solved after all. Raises ConflictError where the days for it have passed."""
    return (yield from _act(session, number, "reopen", {"text": text}, key))


def works(session: Session, number: str, *, key: str | None = None) -> Flow[Request]:
    """It works now: the requester closes the request."""
    return (yield from _act(session, number, "works", {}, key))


def rate(session: Session, number: str, score: int, text: str = "", *, key: str | None = None) -> Flow[Request]:
    """How good the answer was: 1 to 5, and why."""
    return (yield from _act(session, number, "rating", {"score": score, "text": text}, key))


def _act(session: Session, number: str, act: str, body: Mapping[str, Any], key: str | None) -> Flow[Request]:
    document = yield from ask_json(session, session.call("POST", _at(number, act), data=body, key=key))
    if isinstance(document, Mapping) and "number" in document:
        return shaped(session, Request, document)
    return (yield from request(session, number))


def similar(session: Session, text: str, *, product: str = "") -> Flow[tuple[Similar, ...]]:
    """While the user types: what was solved before, and help articles."""
    asked = {"q": text[:500], "product": product}
    page = many(session, Similar, (yield from ask_json(session, session.call("GET", "/similar", query=asked))))
    return page.items


def article(session: Session, slug: str) -> Flow[Article]:
    """A help article that ``similar`` found, by its slug or id. Needs no token. Raises NotFoundError."""
    call = session.call("GET", f"/articles/{quote(slug, safe='')}")
    return shaped(session, Article, (yield from ask_json(session, call)))
