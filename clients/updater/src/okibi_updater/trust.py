"""What may be installed: python-tuf's own client decides, from the root that an administrator put here by hand.

The client gets a fetcher that goes on with a broken download. It changes nothing in the judging: length and hashes are
taken of the whole file.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    SlowRetrievalError,
)
from tuf.api.metadata import TargetFile  # type: ignore[attr-defined]
from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from okibi_sdk.words import Sentence
from okibi_updater import disk
from okibi_updater.problems import OfflineError, RefusedError

BREAKS = 5  # a line that broke so often without a byte between is left for the next poll
Progress = Callable[[int, int], None]
"""Bytes that are here, bytes of all."""


def no_progress(_here: int, _all: int) -> None:
    """Nobody watches."""


class Fetcher(FetcherInterface):
    """Bytes by HTTP. A target goes into ``part`` and is gone on with after a break, a kill or a restart."""

    def __init__(self, http: httpx.Client, token: str, targets: str) -> None:
        self.http, self.token, self.targets = http, token, targets
        self.part: Path | None = None
        self.progress: Progress = no_progress

    def _fetch(self, url: str) -> Iterator[bytes]:
        with self._opened(url, {}) as answer:
            return iter((answer.read(),))

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """A target into its part file, anything else as python-tuf does it."""
        if self.part is None or not url.startswith(self.targets):
            with super().download_file(url, max_length) as file:
                yield file
            return
        with self.part.open("a+b") as part:
            self._fill(url, part, max_length)
            part.seek(0)
            yield part

    def _fill(self, url: str, part: IO[bytes], length: int) -> None:
        breaks = 0
        part.seek(0, 2)
        while part.tell() < length:
            before = part.tell()
            try:
                self._go_on(url, part, length)
            except httpx.HTTPError as error:
                breaks = breaks + 1 if part.tell() == before else 0
                if breaks >= BREAKS:
                    raise SlowRetrievalError(f"{type(error).__name__}: {error}") from error
                time.sleep(0.1 * 2**breaks)
            else:
                if part.tell() == before:
                    break  # the server has no more: the length will not fit
        if part.tell() > length:
            raise DownloadLengthMismatchError(f"more than {length} bytes")

    def _go_on(self, url: str, part: IO[bytes], length: int) -> None:
        have = part.tell()
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Range": f"bytes={have}-"} if have else {})
        with self._opened(url, headers) as answer:
            if have and answer.status_code != httpx.codes.PARTIAL_CONTENT:
                part.truncate(0)
                part.seek(0)
            for piece in answer.iter_raw():
                part.write(piece)
                part.flush()
                self.progress(min(part.tell(), length), length)
                if part.tell() > length:
                    return

    @contextmanager
    def _opened(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        with self.http.stream("GET", url, headers={"Accept-Encoding": "identity"} | headers) as answer:
            if answer.status_code not in {200, 206}:  # a redirect leads to nowhere that was agreed on
                raise DownloadHTTPError(f"HTTP {answer.status_code}", answer.status_code)
            yield answer


class Trust:
    """The repository of one server, seen from the root that lies in ``home``."""

    def __init__(self, home: Path, root: bytes, server: str, http: httpx.Client, token: str) -> None:
        self.base = f"{server}/updates/tuf"
        self.fetcher = Fetcher(http, token, f"{self.base}/targets/")
        folder = home / "tuf"
        folder.mkdir(parents=True, exist_ok=True)
        with _judged():
            self.updater = Updater(
                str(folder),
                f"{self.base}/metadata/",
                None,
                f"{self.base}/targets/",
                self.fetcher,
                UpdaterConfig(),
                bootstrap=root,
            )

    def refresh(self) -> None:
        """The newest metadata. Raises RefusedError, OfflineError."""
        with _judged():
            self.updater.refresh()

    def find(self, target: str, product: str, version: str) -> TargetFile:
        """What TUF says of a target, which must be of this product and version. Raises RefusedError, OfflineError."""
        with _judged():
            found = self.updater.get_targetinfo(target)
        if found is None:
            raise RefusedError(
                Sentence(f"Подписанные данные не знают {target}.", f"Signed metadata doesn't know {target}.")
            )
        custom = found.custom or {}
        signed = str(custom.get("version", version))
        if not target.startswith(f"{product}/") or signed != version:
            raise RefusedError(
                Sentence(
                    f"{target} подписан как {signed}, а не {version}.",
                    f"{target} is signed as {signed}, not {version}.",
                )
            )
        return found

    def download(self, found: TargetFile, file: Path, progress: Progress = no_progress) -> None:
        """The file, whole and true, or an exception; what is there already is not fetched again."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        if self.updater.find_cached_target(found, str(file)):
            part.unlink(missing_ok=True)
            return
        self.fetcher.part, self.fetcher.progress = part, progress
        resumed = part.exists()
        try:
            with _judged(final=True):
                try:
                    self.updater.download_target(found, str(file))
                except LengthOrHashMismatchError:
                    part.unlink(missing_ok=True)
                    if not resumed:
                        raise
                    self.updater.download_target(found, str(file))  # what lay there may have been of something else
        finally:
            self.fetcher.part = None
        disk.flush(file)
        part.unlink(missing_ok=True)
        disk.flush(file.parent)


@contextmanager
def _judged(*, final: bool = False) -> Iterator[None]:
    """TUF's two families as ours: what is not true is refused, what can't be had now is tried again.

    ``final``: of a file, "not for you" and "not there" are an answer; of metadata they are a fault of the server.
    """
    try:
        yield
    except DownloadHTTPError as error:
        if final and error.status_code in {401, 403, 404, 410}:
            raise RefusedError(
                Sentence(
                    f"Сервер не даёт файл (HTTP {error.status_code}).",
                    f"The server doesn't give the file (HTTP {error.status_code}).",
                ),
                str(error),
            ) from error
        raise _offline(error) from error
    except (DownloadLengthMismatchError, RepositoryError) as error:
        if isinstance(error, ExpiredMetadataError):
            told = Sentence("Подписанные данные устарели.", "Signed metadata has expired.")
        else:
            told = Sentence("Подпись или содержимое не сходятся.", "Signature or content doesn't match.")
        raise RefusedError(told, f"{type(error).__name__}: {error}") from error
    except (DownloadError, httpx.HTTPError) as error:
        raise _offline(error) from error


def _offline(error: Exception) -> OfflineError:
    return OfflineError(Sentence("Загрузка прервалась.", "The download broke off."), f"{type(error).__name__}: {error}")
