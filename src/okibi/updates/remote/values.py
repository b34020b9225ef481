"""What a session at a host is made of, and what is seen there. Plain values; moments are the host's business."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from okibi.kernel.sentence import Sentence
from okibi.updates.recipe import Recipe
from okibi.updates.waking import Tried

OUTPUT = 64 * 1024  # bytes of a command's output that are read; the rest is let go


@dataclass(frozen=True, slots=True)
class Where:
    """An address and port; ``inside``: this machine's own addresses too. ``limit``: seconds to be let in."""

    address: str
    port: int
    inside: bool = False
    limit: float = 20.0


@dataclass(frozen=True, slots=True)
class Login:
    """``key``: a private key (OpenSSH or PEM, without a passphrase) in place of the password. Never printed."""

    name: str
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was tried on the way, and how it went."""

    ok: bool
    sentence: Sentence

    def as_json(self) -> dict[str, object]:
        return {"ok": self.ok, **self.sentence.as_dict()}


class ReachError(Exception):
    """The way there ends before a session. ``shown``: the key or certificate that the host showed."""

    def __init__(self, tried: Tried, shown: str = "") -> None:
        super().__init__(tried.sentence.en)
        self.tried = tried
        self.shown = shown


class LostError(Exception):
    """The session broke off, or a command did not answer in its time: try again later."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command's exit code and its output, cut to :data:`OUTPUT`."""

    code: int
    output: str


class Shell(Protocol):
    """A session. ``run`` gives a script to the host's shell; ``pour`` appends bytes to the file of a run."""

    shown: str

    def run(self, script: str, limit: float) -> Ended:
        """Raises LostError."""
        ...

    def pour(self, pieces: Iterable[bytes], place: str) -> None:
        """Raises LostError. ``place``: a path as the dialect writes it."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a host says of itself: its environment, what it lacks, the version that the recipe asks for."""

    system: dict[str, str]
    lacks: tuple[str, ...]
    version: str
    free_mb: int | None = None
    denied: str = ""  # a folder that the account may not write to, though the recipe needs it
    mounted: str = ""  # the program's folder, where it is a mount point: it can't be swapped by renaming


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a run stands at the host. ``result``: its words once it ended; ``have``: bytes of the file so far."""

    there: bool = False
    begun: bool = False
    restoring: bool = False
    alive: bool = False
    have: int = 0
    steps: tuple[str, ...] = ()
    result: tuple[str, ...] = ()
    tail: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One version for one host. ``name``: its folder at the host; ``file``: the package's own name."""

    name: str
    recipe: Recipe
    file: str
    sha256: str
    size: int
    version: str
    old: str


class Dialect(Protocol):
    """How a system is spoken to."""

    def facts(self, shell: Shell, recipe: Recipe | None) -> Facts: ...
    def look(self, shell: Shell, task: Task) -> Seen: ...
    def make_room(self, shell: Shell, task: Task) -> None: ...
    def pour(self, shell: Shell, task: Task, pieces: Iterable[bytes]) -> None: ...
    def digest(self, shell: Shell, task: Task) -> str: ...
    def drop_file(self, shell: Shell, task: Task) -> None: ...
    def begin(self, shell: Shell, task: Task, *, restore: bool = False) -> None: ...
    def clean(self, shell: Shell, task: Task) -> None: ...
