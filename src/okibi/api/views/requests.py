"""Placing requests and following them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from okibi.api import shapes, shown
from okibi.api.auth import CREATOR, DEVICE, visitor
from okibi.api.given import MessageGiven, Name, RatingGiven, ReadGiven, RequestGiven, WordsGiven
from okibi.api.paging import MessagesAsked, RequestsAsked, page
from okibi.api.problems import language_of, of_error
from okibi.api.repeats import answer, repeatable
from okibi.api.uploaded import taken
from okibi.flows import ipv_conversation as conversation
from okibi.flows import ipv_request
from okibi.flows.ipv_conversation import RequestView, Said
from okibi.flows.ipv_request import NotTakenInYetError
from okibi.kernel.once_only import Answer

router = Router(tags=["requests"], auth=DEVICE)


@router.get("/requests", response=shapes.Page[shapes.Request], operation_id="listRequests")
def listed(request: HttpRequest, asked: Query[RequestsAsked]) -> dict[str, Any]:
    """The visitor's requests, newest first; ``of=organisation``: the organisation's, for its administrator (404 for
    everybody else). ``q``: words to look for, in any of their forms.
    """
    language = language_of(request)
    listing = conversation.of_organisation if asked.of == "organisation" else conversation.requests
    found = listing(visitor(request), cursor=asked.cursor or None, limit=asked.limit, state=asked.state, query=asked.q)
    return page(found, lambda view: shown.request(view, language))


@router.post("/requests", response={201: shapes.Request}, auth=CREATOR, operation_id="placeRequest")
@repeatable(needed=True)
def place(request: HttpRequest, given: RequestGiven) -> Answer:
    """Place a request. The answer holds its number, the verdict line by line, the term and how it was counted."""
    me, language = visitor(request), language_of(request)
    draft = ipv_request.Draft(
        text=given.text,
        kind=given.kind,
        subject=given.subject,
        product=given.product,
        version=given.version,
        report=given.environment,
        files=taken(request, given.uploads),
        language=language,
        written_at=given.written_at,
    )
    try:
        view = conversation.place(me, request.headers["Idempotency-Key"], draft)
    except NotTakenInYetError as error:
        return _later(of_error(request, error))
    location = {"Location": f"/api/v1/requests/{view.number}"}
    return answer(201, shown.request(view, language), location)


def _later(response: HttpResponse) -> Answer:
    kept = {name: response.headers[name] for name in ("Content-Type", "Retry-After") if name in response.headers}
    return Answer(response.status_code, response.content, kept)


@router.get("/requests/{number}", response=shapes.Request, operation_id="getRequest")
def one(request: HttpRequest, number: Name) -> dict[str, Any]:
    """One request with the steps of its term: an own one, or to an administrator one of the organisation's."""
    return shown.request(conversation.request(visitor(request), number), language_of(request))


# ---------------------------------------------------------------- the conversation


@router.get("/requests/{number}/messages", response=shapes.Page[shapes.Message], operation_id="listMessages")
def messages(request: HttpRequest, number: Name, asked: Query[MessagesAsked]) -> dict[str, Any]:
    """What was said, oldest first, after a message; notes of the staff are never among it."""
    start = int(asked.cursor) if asked.cursor else asked.after
    found = list(conversation.messages(visitor(request), number, start, asked.limit + 1))
    more = len(found) > asked.limit
    found = found[: asked.limit]
    return {
        "items": [shown.message(each, language_of(request)) for each in found],
        "next": str(found[-1].id) if more else None,
    }


@router.post("/requests/{number}/messages", response={201: shapes.Said}, auth=CREATOR, operation_id="say")
@repeatable(needed=True)
def say(request: HttpRequest, number: Name, given: MessageGiven) -> Answer:
    """Add words or files. Where the request ended long ago, they open another one: ``number`` says which."""
    me = visitor(request)
    files = taken(request, given.uploads)
    try:
        said = conversation.say(me, number, request.headers["Idempotency-Key"], given.text, files)
    except NotTakenInYetError as error:
        return _later(of_error(request, error))
    return answer(201, _said(request, said))


def _said(request: HttpRequest, said: Said) -> dict[str, Any]:
    found = conversation.messages(visitor(request), said.number, max(0, said.message_id - 1), 1)
    return {**shown.message(found[0], language_of(request)), "number": said.number}


@router.post("/requests/{number}/read", response={204: None}, operation_id="markRead")
def read(request: HttpRequest, number: Name, given: ReadGiven) -> Status[None]:
    """Everything up to this message was seen."""
    conversation.read(visitor(request), number, given.up_to)
    return Status(204, None)


@router.post("/requests/{number}/typing", response={204: None}, operation_id="typing")
def typing(request: HttpRequest, number: Name) -> Status[None]:
    """The requester is writing; say it every few seconds at most. Nothing is kept."""
    conversation.typing(visitor(request), number)
    return Status(204, None)


# ---------------------------------------------------------------- what a requester may do with it


def _after(request: HttpRequest, view: RequestView) -> Answer:
    return answer(200, shown.request(view, language_of(request)))


@router.post("/requests/{number}/withdraw", response=shapes.Request, operation_id="withdraw")
@repeatable(needed=False)
def withdraw(request: HttpRequest, number: Name, given: WordsGiven) -> Answer:
    """It is not needed any more; ``text`` is said before, where there is something to say."""
    me = visitor(request)
    if given.text.strip() and "withdraw" in conversation.request(me, number).can:
        conversation.say(me, number, f"withdraw:{request.headers.get('Idempotency-Key') or number}", given.text)
    return _after(request, conversation.withdraw(me, number))


@router.post("/requests/{number}/reopen", response=shapes.Request, auth=CREATOR, operation_id="reopen")
@repeatable(needed=True)
def reopen(request: HttpRequest, number: Name, given: WordsGiven) -> Answer:
    """It is not solved after all. After the scheme's days a linked request is opened: the answer is that one."""
    me = visitor(request)
    try:
        said = conversation.reopen(me, number, request.headers["Idempotency-Key"], given.text)
    except NotTakenInYetError as error:
        return _later(of_error(request, error))
    return _after(request, conversation.request(me, said.number))


@router.post("/requests/{number}/works", response=shapes.Request, operation_id="works")
@repeatable(needed=False)
def works(request: HttpRequest, number: Name) -> Answer:
    """It works now: the request closes."""
    return _after(request, conversation.works(visitor(request), number))


@router.post("/requests/{number}/rating", response=shapes.Request, operation_id="rate")
@repeatable(needed=False)
def rate(request: HttpRequest, number: Name, given: RatingGiven) -> Answer:
    """Rate the answer; a second time replaces the first."""
    return _after(request, conversation.rate(visitor(request), number, given.score, given.text))
