"""The limited process: ``python -m okibi.releases.reading.child FILE`` prints the facts of one file as JSON.

Whatever the file does here (endless loops, bombs, crashes of a library) ends with this process and nothing else.
"""

import json
import logging
import resource
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from okibi.releases.reading.apk import MANIFEST, read_apk
from okibi.releases.reading.confined import confine
from okibi.releases.reading.msi import read_msi
from okibi.releases.reading.portable import read_portable
from okibi.releases.reading.zipped import read_tar, read_zip

CPU = 30  # seconds
MEMORY = 1024**3  # bytes beside what the file itself takes
MOST_MEMORY = 4 * 1024**3
_TARS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
Reader = Callable[[Path], Mapping[str, Any]]


def reader_of(path: Path) -> tuple[str, Reader] | None:
    """What a file is, told by its bytes and never by its name."""
    with path.open("rb") as file:
        head = file.read(512)
    if head[:2] == b"MZ":
        return "exe", read_portable
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "msi", read_msi
    if head[:2] == b"PK":
        return ("apk", read_apk) if _has_manifest(path) else ("archive", read_zip)
    if head.startswith(_TARS) or head[257:262] == b"ustar":
        return "archive", read_tar
    return None


def facts_of(path: Path) -> Mapping[str, Any]:
    """The facts, or a fault of :mod:`.words` instead of them; nothing that a file does raises."""
    kind = "archive"
    try:
        found = reader_of(path)
        if found is None:
            return {"kind": kind, "faults": ["unknown"]}
        kind, reader = found
        return reader(path)
    except (MemoryError, RecursionError):
        return {"kind": kind, "faults": ["too_much"]}
    except Exception:  # noqa: BLE001  other people's readers: what they raise is not told anywhere
        return {"kind": kind, "faults": ["unreadable"]}


def limit(size: int) -> None:
    """Bind this process for good: no more memory, time or files than reading takes, and nothing written."""
    memory = min(MEMORY + 4 * size, MOST_MEMORY)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(argv: list[str]) -> int:
    """Read one file; 0 always, unless the limits end the process."""
    logging.disable(logging.CRITICAL)
    path = Path(argv[0])
    limit(path.stat().st_size)
    confine(path)
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is not the answer
    out.write(json.dumps(facts_of(path), default=str))
    out.flush()
    return 0


def _has_manifest(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, tarfile.TarError, NotImplementedError):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
