"""What an upload reads from, and where it remembers how far it came."""

import hashlib
import json
import mimetypes
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Source(Protocol):
    """Bytes of known length that can be read from any offset, again and again."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def identity(self) -> str:
        """The same for the same content, also after a restart of the program."""

    def read(self, offset: int, length: int) -> bytes: ...


class Memory(Protocol):
    """Where the address of an unfinished upload outlives the program."""

    def get(self, identity: str) -> str | None: ...
    def put(self, identity: str, address: str) -> None: ...
    def drop(self, identity: str) -> None: ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file. Its identity is its place, size and time of change: a changed file is another upload."""

    path: Path
    called: str = ""
    kind: str = ""
    size: int = field(init=False)
    identity: str = field(init=False)

    def __post_init__(self) -> None:
        found = self.path.stat()
        object.__setattr__(self, "size", found.st_size)
        mark = f"{self.path.resolve()}\0{found.st_size}\0{found.st_mtime_ns}"
        object.__setattr__(self, "identity", hashlib.sha256(mark.encode("utf-8", "surrogateescape")).hexdigest())

    @property
    def name(self) -> str:
        return self.called or self.path.name

    @property
    def type(self) -> str:
        return self.kind or type_of(self.name)

    def read(self, offset: int, length: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(length)


@dataclass(frozen=True, slots=True)
class BytesSource:
    """Bytes in memory: a screenshot that was never a file."""

    content: bytes = field(repr=False)
    name: str
    kind: str = ""

    @property
    def type(self) -> str:
        return self.kind or type_of(self.name)

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def identity(self) -> str:
        return hashlib.sha256(self.name.encode() + b"\0" + self.content).hexdigest()

    def read(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]


def type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


class FileMemory:
    """Addresses of unfinished uploads in one small JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, identity: str) -> str | None:
        return self._all().get(identity)

    def put(self, identity: str, address: str) -> None:
        self._write({**self._all(), identity: address})

    def drop(self, identity: str) -> None:
        known = self._all()
        if known.pop(identity, None) is not None:
            self._write(known)

    def _all(self) -> dict[str, str]:
        try:
            found = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    def _write(self, known: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(self.path)
