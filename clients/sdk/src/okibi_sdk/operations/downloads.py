"""Files from the desk: attachments of a conversation, and the files of a newer version."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from okibi_sdk.core.session import AGAIN, Session
from okibi_sdk.core.wire import Answer, Call, Flow, Lost, Next, Open, Wait, Work
from okibi_sdk.models import UpdateFile
from okibi_sdk.operations.uploads import Progress
from okibi_sdk.problems import damaged, no_connection, problem_of, unexpected

READ = 1024 * 1024  # bytes at a time
Told = Callable[[Progress], None]
Piece = Callable[[int, str], Call]
"""The call for what is missing, by the bytes that are held and the ETag that they had."""


def download(session: Session, attachment: str, to: Path, *, progress: Told | None = None) -> Flow[Path]:
    """An attachment into the file ``to``. A line that breaks is taken up where it broke (Range); half a file is never
    left under that name.

    Raises:
        NotFoundError; NoConnectionError: call again.

    """

    def piece(held: int, mark: str) -> Call:
        path = f"/files/{quote(attachment, safe='')}"
        return session.call("GET", path, headers={**ANYTHING, **_rest(held, mark)})

    yield from _fetched(session, piece, _part_of(to), progress)
    yield Work(partial(_part_of(to).replace, to))
    return to


def fetch_update(session: Session, file: UpdateFile, to: Path, *, progress: Told | None = None) -> Flow[Path]:
    """A file of a newer version into the file ``to``, which is there only once its size and SHA-256 are the announced
    ones. The device's token is not shown to that address. A line that breaks is taken up where it broke.

    What installs by itself trusts The Update Framework's metadata instead; this is for a file that a person installs.

    Raises:
        DamagedError: other bytes than announced, none of which is kept; NotFoundError: the address has expired, ask
        ``newer_version`` anew; NoConnectionError: call again.

    """
    if urlsplit(file.url).scheme not in {"https", urlsplit(session.server).scheme}:
        raise unexpected(session.language, file.url[:200])
    headers = {**ANYTHING, "user-agent": session.agent, "accept-language": session.language}
    part = _part_of(to)

    def piece(held: int, mark: str) -> Call:
        return Call("GET", file.url, headers={**headers, **_rest(held, mark)})

    yield Work(partial(to.parent.mkdir, parents=True, exist_ok=True))
    held = yield from _fetched(session, piece, part, progress, most=file.size)
    found = yield Work(partial(_sha256, part))
    if held != file.size or found != file.sha256.lower():
        yield Work(partial(part.unlink, missing_ok=True))
        raise damaged(session.language, file.name)
    yield Work(partial(part.replace, to))
    return to


ANYTHING = {"accept": "*/*", "accept-encoding": "identity"}


def _part_of(to: Path) -> Path:
    return to.with_name(f"{to.name}.part")


def _rest(held: int, mark: str) -> dict[str, str]:
    return {"range": f"bytes={held}-", "if-range": mark} if held and mark else {}


def _fetched(session: Session, piece: Piece, part: Path, progress: Told | None, most: int = 0) -> Flow[int]:
    """Everything into ``part``; how many bytes. ``most``: more than these are not read, 0 for any number."""
    yield Work(partial(part.write_bytes, b""))
    failed, held, mark = 0, 0, ""
    while True:
        outcome: Answer | Lost = yield Open(piece(held, mark))
        if isinstance(outcome, Answer) and outcome.status in {200, 206}:
            mark = outcome.headers.get("etag", "")
            start = held if outcome.status == 206 else 0
            before, (held, broken) = held, (yield from _received(outcome, part, start, progress, most))
            if broken is None:
                return held
            failed = 0 if held > before else failed
        else:
            broken = outcome if isinstance(outcome, Lost) else Lost(f"HTTP {outcome.status}")
            if isinstance(outcome, Answer) and outcome.status not in AGAIN:
                raise problem_of(outcome, session.language, None)
        failed += 1
        if failed >= session.patience.tries:
            raise no_connection(session.language, broken.reason)
        yield Wait(session.patience.delay(failed, session.chance()))


def _received(
    answer: Answer, part: Path, start: int, progress: Told | None, most: int
) -> Flow[tuple[int, Lost | None]]:
    """How many bytes are held now, and how the line broke if it did."""
    said = answer.headers.get("content-length", "")
    total = start + int(said) if said.isdecimal() else most
    held = start
    while True:
        piece: bytes | Lost | None = yield Next(answer.stream)
        if isinstance(piece, Lost):
            return held, piece
        if piece is None:
            return held, Lost("short") if held < total else None
        yield Work(partial(_keep, part, held, piece))
        held += len(piece)
        if progress:
            progress(Progress(held, total or held))
        if most and held > most:
            return held, None


def _keep(part: Path, at: int, piece: bytes) -> None:
    with part.open("r+b") as file:
        file.seek(at)
        file.write(piece)
        file.truncate()


def _sha256(part: Path) -> str:
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while piece := file.read(READ):
            digest.update(piece)
    return digest.hexdigest()
