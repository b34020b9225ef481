"""The archive as a file: a plain tar of its members, ``manifest.json`` at its end with the SHA-256 of every one.

The sums are taken while the members are written, so that they fit whatever changes on the disk meanwhile.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from okibi.kernel.errors import InputError, OutsideError
from okibi.kernel.sentence import Sentence

FORMAT = "okibi-backup-1"
FAMILY = "okibi-backup-"
DUMP = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


@dataclass(slots=True)
class Manifest:
    """What an archive holds. ``rows``: table → number; ``sums``: member → SHA-256; ``migrations``: "app.name"."""

    format: str
    made_at: str  # ISO 8601, UTC
    server: int  # major version of PostgreSQL
    product: str = ""
    migrations: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)


class _Summed:
    """A file read once, to its length at the start, and summed on the way."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size
        self.digest = hashlib.sha256()

    def read(self, count: int) -> bytes:
        """The next piece; raises OSError where the file became shorter."""
        piece = self._file.read(min(count, self._left))
        self._left -= len(piece)
        self.digest.update(piece)
        return piece


def write(target: Path, manifest: Manifest, members: Mapping[str, Path]) -> None:
    """Write and sync a new file, mode 0600; fills ``manifest.sums``. A member that went away meanwhile is left out.

    Raises OSError (no space …).
    """
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, path in members.items():
                try:
                    member = path.open("rb")
                except FileNotFoundError:
                    continue  # forgotten since it was listed: the database of that moment may name it, see the checks
                with member:
                    head = archive.gettarinfo(arcname=name, fileobj=member)
                    summed = _Summed(member, head.size)
                    archive.addfile(head, summed)  # type: ignore[arg-type]  # only read() is called
                    manifest.sums[name] = summed.digest.hexdigest()
            text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(text), 0o600
            archive.addfile(head, io.BytesIO(text))
        file.flush()
        os.fsync(file.fileno())


def unpack(source: Path, folder: Path, server: int) -> Manifest:
    """Unpack into an empty folder and check every sum; nothing can land outside the folder.

    ``server``: the major version of PostgreSQL that will take the dump. Raises InputError, OutsideError (no space,
    an older server).
    """
    if not source.is_file():
        raise InputError(Sentence(ru=f"файла {source} нет", en=f"there is no file {source}"))
    try:
        with tarfile.open(source, "r:") as archive:
            _lay(archive, folder)
    except tarfile.TarError as error:
        raise bad(source, f"не читается ({error})", f"it can't be read ({error})") from error
    manifest = _manifest(source, folder / MANIFEST)
    if manifest.server > server:
        raise OutsideError(
            Sentence(
                ru=f"архив сделан PostgreSQL {manifest.server}, а здесь {server}: нужна не старее",
                en=f"the archive was made by PostgreSQL {manifest.server}, here is {server}: one not older is needed",
            )
        )
    for name, digest in manifest.sums.items():
        if not (folder / name).is_file() or sum_of(folder / name) != digest:
            raise bad(source, name, name)
    return manifest


def _lay(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of an archive into a folder; anything else in it, or a name that leads elsewhere, is not ours.

    By hand: extractall() can be told to look at names only from Python 3.11.4 on. Raises tarfile.TarError.
    """
    for member in archive:
        name = PurePosixPath(member.name)
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or name.is_absolute() or ".." in name.parts:
            raise tarfile.TarError(member.name)
        place = folder / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = member.mode & 0o755 | 0o600
        with content, open(place, "xb", opener=lambda path, flags, mode=mode: os.open(path, flags, mode)) as file:  # type: ignore[misc]
            shutil.copyfileobj(content, file, CHUNK)
        os.utime(place, (member.mtime, member.mtime))


def _manifest(source: Path, path: Path) -> Manifest:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        made_in = said["format"]
        known = {each.name for each in fields(Manifest)}
        manifest = Manifest(**{name: value for name, value in said.items() if name in known})
    except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
        raise bad(source, f"в нём нет описи {MANIFEST}", f"it has no {MANIFEST}") from error
    if made_in != FORMAT and str(made_in).startswith(FAMILY):
        raise InputError(
            Sentence(
                ru=f"архив {source} сделан более новой версией продукта ({made_in}); восстанавливайте ею",
                en=f"the archive {source} was made by a newer version of the product ({made_in}); restore it with that",
            )
        )
    if made_in != FORMAT or DUMP not in manifest.sums:
        raise bad(source, f"вид {made_in}", f"format {made_in}")
    return manifest


def sum_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def bad(source: Path, ru: str, en: str) -> InputError:
    """The archive is not to be trusted."""
    return InputError(
        Sentence(
            ru=f"архив {source} повреждён или не наш: {ru}", en=f"the archive {source} is damaged or not ours: {en}"
        )
    )
