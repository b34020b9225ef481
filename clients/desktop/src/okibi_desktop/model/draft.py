"""A request while it is being written."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from okibi_desktop.model.link import Prefill
from okibi_sdk import BytesSource, Draft, EnvironmentReport, FileSource
from okibi_sdk.sources import Source

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
MOST = 1024 * 1024 * 1024  # bytes of one file, where the server does not say less
_ids = itertools.count(1)


class TooLargeError(Exception):
    """``args``: name, size, limit."""


@dataclass(frozen=True)
class Attached:
    """A file that goes with the request. ``picture``: what the editor opens again, where it was a screenshot."""

    source: Source
    picture: object | None = None
    id: int = field(default_factory=lambda: next(_ids))

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def size(self) -> int:
        return self.source.size

    @property
    def is_picture(self) -> bool:
        return self.source.type in PICTURES

    def content(self) -> bytes:
        """All of it: for a thumbnail. Raises OSError."""
        return self.source.read(0, self.source.size)


class Writing:
    """The form's contents; tells ``changed`` after each change."""

    def __init__(self, report: EnvironmentReport, prefill: Prefill, *, limit: int = MOST) -> None:
        self.kind = prefill.kind or "incident"
        self.text = prefill.text
        self.error = prefill.error
        self.product = prefill.product
        self.version = prefill.version
        self.report = report
        self.limit = limit
        self.attached: tuple[Attached, ...] = ()
        self.changed: Callable[[], None] = lambda: None

    # ------------------------------------------------------------ files

    def add_file(self, path: Path, picture: object | None = None) -> Attached:
        """Raises OSError, IsADirectoryError, TooLargeError."""
        if path.is_dir():
            raise IsADirectoryError(path)
        return self._add(Attached(FileSource(path), picture))

    def add_bytes(self, content: bytes, name: str, picture: object | None = None) -> Attached:
        """Raises TooLargeError."""
        return self._add(Attached(BytesSource(content, name), picture))

    def _add(self, attached: Attached) -> Attached:
        if attached.size > self.limit:
            raise TooLargeError(attached.name, attached.size, self.limit)
        self.attached = (*self.attached, attached)
        self.changed()
        return attached

    def replace(self, old: int, content: bytes, picture: object) -> None:
        """A picture was marked, or marked again: what is sent is a PNG of it, whatever it was."""
        self.attached = tuple(
            Attached(BytesSource(content, f"{Path(each.name).stem}.png"), picture, each.id) if each.id == old else each
            for each in self.attached
        )
        self.changed()

    def remove(self, attached: int) -> None:
        self.attached = tuple(each for each in self.attached if each.id != attached)
        self.changed()

    def next_name(self, pattern: str) -> str:
        """``pattern``: "Снимок {number}.png"; the first number that no attachment has."""
        taken = {each.name for each in self.attached}
        return next(name for number in itertools.count(1) if (name := pattern.format(number=number)) not in taken)

    # ------------------------------------------------------------ the environment

    def tell(self, key: str, on: bool) -> None:
        """Switch one line of the report."""
        self.report = self.report.with_(key) if on else self.report.without(key)
        self.changed()

    def name_in_words(self) -> None:
        """A program that the desk doesn't know would have the request refused: its name goes as words."""
        program = f"{self.product} {self.version}".strip()
        self.error = "\n".join(filter(None, (program, self.error)))
        self.product = ""

    # ------------------------------------------------------------ what is sent

    @property
    def empty(self) -> bool:
        return not self.text.strip() and not self.attached

    @property
    def sendable(self) -> bool:
        return len(self.text.strip()) >= 2

    def draft(self) -> Draft:
        """As the API takes it; the program's error text stands below the user's words."""
        text = self.text.strip()
        if self.error:
            text = f"{text}\n\n{self.error}" if text else self.error
        return Draft(
            text,
            kind=self.kind,
            product=self.product,
            version=self.version,
            environment=self.report.as_json(),
        )

    def sources(self) -> list[Source]:
        return [each.source for each in self.attached]
