"""Files to the desk by tus 1.0 (tus.io/protocols/resumable-upload): what arrived, stays."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from okibi_sdk.core.session import AGAIN, Session, ask, path_of, retry_after
from okibi_sdk.core.wire import Answer, Flow, Lost, Wait, Work
from okibi_sdk.problems import no_connection, problem_of, unexpected
from okibi_sdk.sources import Memory, Source

TUS = {"tus-resumable": "1.0.0"}
SMALLEST, LARGEST = 64 * 1024, 4 * 1024 * 1024  # bytes of one PATCH
MISMATCH = 460  # tus checksum extension: the piece was damaged on its way and thrown away
GONE = frozenset({403, 404, 410})


@dataclass(frozen=True, slots=True)
class Progress:
    """``sent`` of ``total`` bytes have arrived and are safe."""

    sent: int
    total: int


Tell = Callable[[Progress], None]


def upload(
    session: Session,
    source: Source,
    *,
    progress: Tell | None = None,
    memory: Memory | None = None,
    key: str | None = None,
) -> Flow[str]:
    """Bring a file there, whole; the result is the id for ``place`` and ``say``.

    Tried as long as the session's patience says *without any progress*: each piece that arrives begins a new count.
    With a ``memory`` the next start of the program goes on where this one stopped.

    Raises:
        InvalidError: too large, or of a type that the desk doesn't take; NoConnectionError: call again, it goes on.

    """
    address = memory.get(source.identity) if memory else None
    offset = None
    if address:
        offset = yield from _arrived(session, address)
    if address is None or offset is None:
        address = yield from _create(session, source, key)
        offset = 0
        if memory:
            yield Work(partial(memory.put, source.identity, address))
    yield from _carry(session, source, address, offset, progress)
    if memory:
        yield Work(partial(memory.drop, source.identity))
    return address.rstrip("/").rsplit("/", 1)[-1]


def cancel_upload(session: Session, upload_id: str) -> Flow[None]:
    """What arrived is thrown away (tus termination)."""
    yield from ask(session, session.call("DELETE", f"/uploads/{upload_id}", headers=TUS), allow=GONE)


def _create(session: Session, source: Source, key: str | None) -> Flow[str]:
    words = {"filename": source.name, "filetype": source.type}
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in words.items())
    headers = {**TUS, "upload-length": str(source.size), "upload-metadata": metadata}
    answer = yield from ask(session, session.call("POST", "/uploads", headers=headers, key=key))
    location = answer.headers.get("location", "")
    if not location:
        raise unexpected(session.language, "POST /uploads: no Location")
    return path_of(location)


def _arrived(session: Session, address: str) -> Flow[int | None]:
    """How many bytes the server has, or ``None`` where the upload is gone (ran out, or another device's)."""
    answer = yield from ask(session, session.call("HEAD", address, headers=TUS), allow=GONE)
    if answer.status in GONE:
        return None
    return _offset(session, answer)


def _offset(session: Session, answer: Answer) -> int:
    said = answer.headers.get("upload-offset", "")
    if not said.isdecimal():
        raise unexpected(session.language, "no Upload-Offset")
    return int(said)


def _carry(session: Session, source: Source, address: str, offset: int, progress: Tell | None) -> Flow[None]:
    piece, failed = SMALLEST * 4, 0
    if progress:
        progress(Progress(offset, source.size))
    while offset < source.size:
        outcome = yield from _patch(session, source, address, offset, piece)
        if isinstance(outcome, Answer) and outcome.status < 300:
            arrived = _offset(session, outcome)
            piece = min(LARGEST, piece * 2)
        else:
            piece = max(SMALLEST, piece // 4)
            found = yield from _after_fault(session, address, outcome, failed)
            if found is None:
                raise problem_of(Answer(410, {}), session.language, None)
            arrived = found
        failed = 0 if arrived > offset else failed + 1
        offset = arrived
        if progress:
            progress(Progress(offset, source.size))


def _patch(session: Session, source: Source, address: str, offset: int, piece: int) -> Flow[Answer | Lost]:
    content: bytes = yield Work(partial(source.read, offset, min(piece, source.size - offset)))
    if not content:
        raise unexpected(session.language, f"{source.name}: {offset} < {source.size}")
    sum_ = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        **TUS,
        "upload-offset": str(offset),
        "upload-checksum": f"sha256 {sum_}",
        "content-type": "application/offset+octet-stream",
    }
    outcome: Answer | Lost = yield session.call("PATCH", address, body=content, headers=headers)
    return outcome


def _after_fault(session: Session, address: str, outcome: Answer | Lost, failed: int) -> Flow[int | None]:
    """Wait as is due, and ask what has arrived. Raises what can't be mended by asking again."""
    named = None
    if isinstance(outcome, Answer):
        if outcome.status in GONE:
            return None
        named = retry_after(outcome, session.now())
        problem = problem_of(outcome, session.language, named)
        if outcome.status not in AGAIN | {409, 423, MISMATCH} or (named or 0) > session.patience.patience:
            raise problem
    else:
        problem = no_connection(session.language, outcome.reason)
    if failed + 1 >= session.patience.tries:
        raise problem
    yield Wait(session.patience.delay(failed + 1, session.chance()) if named is None else named)
    return (yield from _arrived(session, address))
