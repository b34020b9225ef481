"""The two clients. Each is a table of the operations; all they add is how to wait, to send and to listen."""

import asyncio
import copy
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from inspect import signature
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import httpx

from okibi_sdk.core.session import Patience, Session
from okibi_sdk.core.wire import Answer, Call, Emit, Flow, Lost, Next, Open, Wait, Work
from okibi_sdk.models import Event, Request
from okibi_sdk.operations import agreements as granting
from okibi_sdk.operations import downloads as fetching
from okibi_sdk.operations import enrolment as enrolling
from okibi_sdk.operations import events as listening
from okibi_sdk.operations import requests as asking
from okibi_sdk.operations import uploads as uploading
from okibi_sdk.words import language_of_user

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")

TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=10.0)  # seconds; a piece of a file is given longer by its size
SLOWEST = 8 * 1024  # bytes a second: a line under this is a broken one


def _agent() -> str:
    try:
        own = version("okibi-sdk")
    except PackageNotFoundError:  # packaged into one folder without its metadata
        own = "0"
    return f"okibi-sdk/{own} Python/{sys.version_info.major}.{sys.version_info.minor} {sys.platform}"


class Settings:
    """What both clients are made of."""

    def __init__(
        self,
        server: str,
        token: str = "",
        *,
        language: str | None = None,
        patience: Patience | None = None,
        agent: str = "",
    ) -> None:
        """``server``: its address, "https://help.example.org". ``agent``: the program's own name and version."""
        self.session = Session(
            server.rstrip("/"),
            token,
            language or language_of_user(),
            f"{agent} {_agent()}".strip(),
            patience or Patience(),
        )

    @property
    def token(self) -> str:
        return self.session.token

    @token.setter
    def token(self, token: str) -> None:
        self.session = replace(self.session, token=token)

    def patient(self, patience: Patience) -> Self:
        """The same client, on the same connections, with another patience."""
        other = copy.copy(self)
        other.session = replace(self.session, patience=patience)
        return other

    def _request(self, http: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
        seconds = call.timeout or max(30.0, len(call.body or b"") / SLOWEST)
        return http.build_request(
            call.method,
            call.path if "://" in call.path[:8] else self.session.server + call.path,
            params=list(call.query) or None,
            headers=dict(call.headers),
            content=call.body,
            timeout=httpx.Timeout(seconds, connect=10.0, pool=10.0),
        )


def _answer(response: httpx.Response, body: bytes = b"", stream: Any = None) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body, stream)


def _lost(error: Exception) -> Lost:
    return Lost(f"{type(error).__name__}: {error}")


FAULTS = (httpx.TransportError, httpx.DecodingError, httpx.StreamError)


class Operation(Generic[P, T]):
    """An operation as a method of both clients: its result, or a coroutine of it."""

    def __init__(self, operation: Callable[Concatenate[Session, P], Flow[T]]) -> None:
        self.operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, client: "Blocking", owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: "Awaiting", owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return _bound(self.operation, client, "run")


class Each(Generic[P, E]):
    """An operation as a method that gives an iterator, sync or async, of what it emits (``of`` says what)."""

    def __init__(self, operation: Callable[Concatenate[Session, P], Flow[None]], of: type[E]) -> None:
        self.operation = operation
        self.of = of
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, client: "Blocking", owner: type) -> Callable[P, Iterator[E]]: ...
    @overload
    def __get__(self, client: "Awaiting", owner: type) -> Callable[P, AsyncIterator[E]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return _bound(self.operation, client, "each")


def _bound(operation: Callable[..., Any], client: Any, how: str) -> Any:
    """The method; on the class itself (help, documentation) the bare operation."""
    if client is None:
        return operation

    @wraps(operation)
    def method(*args: Any, **kwargs: Any) -> Any:
        return getattr(client, how)(operation(client.session, *args, **kwargs))

    shown = signature(operation)
    method.__signature__ = shown.replace(parameters=list(shown.parameters.values())[1:])  # type: ignore[attr-defined]
    return method


class Operations(Settings):
    """What both clients can do; ``AsyncClient`` gives awaitables and async iterators of the same."""

    policy = Operation(asking.policy)
    verdict = Operation(asking.verdict)
    enrol = Operation(enrolling.enrol)
    confirm = Operation(enrolling.confirm)
    enrolment_state = Operation(enrolling.enrolment_state)
    device = Operation(enrolling.device)
    update_device = Operation(enrolling.update_device)
    push_environment = Operation(enrolling.push_environment)
    newer_version = Operation(enrolling.newer_version)
    agreements = Operation(granting.agreements)
    agreement = Operation(granting.agreement)
    answer_agreement = Operation(granting.answer_agreement)
    withdraw_agreement = Operation(granting.withdraw_agreement)
    push_key = Operation(enrolling.push_key)
    subscribe = Operation(enrolling.subscribe)
    unsubscribe = Operation(enrolling.unsubscribe)
    sign_out = Operation(enrolling.sign_out)
    place = Operation(asking.place)
    requests = Operation(asking.requests)
    all_requests = Each(asking.all_requests, Request)
    request = Operation(asking.request)
    messages = Operation(asking.messages)
    say = Operation(asking.say)
    read = Operation(asking.read)
    typing = Operation(asking.typing)
    withdraw = Operation(asking.withdraw)
    reopen = Operation(asking.reopen)
    works = Operation(asking.works)
    rate = Operation(asking.rate)
    similar = Operation(asking.similar)
    article = Operation(asking.article)
    upload = Operation(uploading.upload)
    cancel_upload = Operation(uploading.cancel_upload)
    download = Operation(fetching.download)
    fetch_update = Operation(fetching.fetch_update)
    events = Each(listening.events, Event)


class Blocking(Settings):
    """The hands of a client that blocks. May be shared by threads."""

    def __init__(self, server: str, token: str = "", *, http: httpx.Client | None = None, **settings: Any) -> None:
        super().__init__(server, token, **settings)
        self.http = http or httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        self.sleep: Callable[[float], None] = time.sleep

    def run(self, flow: Flow[T]) -> T:
        """Carry an operation out to its result."""
        open_: list[httpx.Response] = []
        reply: Any = None
        try:
            while True:
                reply = self._perform(flow.send(reply), open_)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        finally:
            _close(flow, open_)

    def each(self, flow: Flow[None]) -> Iterator[Any]:
        """Carry an operation out, handing on what it emits."""
        open_: list[httpx.Response] = []
        reply: Any = None
        try:
            while True:
                effect = flow.send(reply)
                reply = None
                if isinstance(effect, Emit):
                    yield effect.value
                else:
                    reply = self._perform(effect, open_)
        except StopIteration:
            return
        finally:
            _close(flow, open_)

    def _perform(self, effect: object, open_: list[httpx.Response]) -> Any:
        match effect:
            case Wait(seconds):
                self.sleep(seconds)
            case Work(do):
                return do()
            case Call():
                return self._exchange(effect)
            case Open(call):
                return self._open(call, open_)
            case Next(stream):
                try:
                    return next(stream, None)
                except FAULTS as error:
                    return _lost(error)
        return None

    def _exchange(self, call: Call) -> Answer | Lost:
        try:
            response = self.http.send(self._request(self.http, call))
        except FAULTS as error:
            return _lost(error)
        return _answer(response, response.content)

    def _open(self, call: Call, open_: list[httpx.Response]) -> Answer | Lost:
        while open_:
            open_.pop().close()
        try:
            response = self.http.send(self._request(self.http, call), stream=True)
            open_.append(response)
            body = b"" if response.status_code < 300 else response.read()
        except FAULTS as error:
            return _lost(error)
        return _answer(response, body, response.iter_bytes())

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _close(flow: Flow[Any], open_: list[httpx.Response]) -> None:
    flow.close()
    while open_:
        open_.pop().close()


class Client(Operations, Blocking):
    """Blocking. May be shared by threads."""


class Awaiting(Settings):
    """The hands of a client for asyncio."""

    def __init__(self, server: str, token: str = "", *, http: httpx.AsyncClient | None = None, **settings: Any) -> None:
        super().__init__(server, token, **settings)
        self.http = http or httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self.sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep

    async def run(self, flow: Flow[T]) -> T:
        """Carry an operation out to its result."""
        open_: list[httpx.Response] = []
        reply: Any = None
        try:
            while True:
                reply = await self._perform(flow.send(reply), open_)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        finally:
            await _aclose(flow, open_)

    async def each(self, flow: Flow[None]) -> AsyncIterator[Any]:
        """Carry an operation out, handing on what it emits."""
        open_: list[httpx.Response] = []
        reply: Any = None
        try:
            while True:
                try:
                    effect = flow.send(reply)
                except StopIteration:
                    return
                reply = None
                if isinstance(effect, Emit):
                    yield effect.value
                else:
                    reply = await self._perform(effect, open_)
        finally:
            await _aclose(flow, open_)

    async def _perform(self, effect: object, open_: list[httpx.Response]) -> Any:
        match effect:
            case Wait(seconds):
                await self.sleep(seconds)
            case Work(do):
                return await asyncio.to_thread(do)
            case Call():
                return await self._exchange(effect)
            case Open(call):
                return await self._open(call, open_)
            case Next(stream):
                try:
                    return await anext(stream, None)
                except FAULTS as error:
                    return _lost(error)
        return None

    async def _exchange(self, call: Call) -> Answer | Lost:
        try:
            response = await self.http.send(self._request(self.http, call))
        except FAULTS as error:
            return _lost(error)
        return _answer(response, response.content)

    async def _open(self, call: Call, open_: list[httpx.Response]) -> Answer | Lost:
        while open_:
            await open_.pop().aclose()
        try:
            response = await self.http.send(self._request(self.http, call), stream=True)
            open_.append(response)
            body = b"" if response.status_code < 300 else await response.aread()
        except FAULTS as error:
            return _lost(error)
        return _answer(response, body, response.aiter_bytes())

    async def close(self) -> None:
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def _aclose(flow: Flow[Any], open_: list[httpx.Response]) -> None:
    flow.close()
    while open_:
        await open_.pop().aclose()


class AsyncClient(Operations, Awaiting):
    """For asyncio: the same table; methods are awaited, iterators are ``async for``."""
