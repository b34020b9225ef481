"""One archive of everything: the database as pg_dump's custom format, the files folder, the secrets.

A plain tar: ``manifest.json`` first (format, version of the server, rows per table, SHA-256 of every member), then the
members. Restored only into an empty place, and checked there: every sum, and every table's number of rows.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import pg_binaries
from okibi.ops.database_url import DatabaseAddress
from okibi.ops.paths import Paths

FORMAT = "okibi-backup-1"
DUMP = "database.dump"
CHUNK = 1024 * 1024


@dataclass(slots=True)
class Manifest:
    """What an archive holds. ``rows``: table → number; ``sums``: member → SHA-256."""

    format: str
    made_at: str  # ISO 8601, UTC
    server: int  # major version of PostgreSQL
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)


def backup(paths: Paths, address: DatabaseAddress, target: Path) -> Manifest:
    """Write the archive (mode 0600, as it holds secrets); never over a file that stands. Raises ConflictError."""
    if target.exists():
        raise ConflictError(Sentence(ru=f"{target} уже есть", en=f"{target} is already there"))
    with (
        tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".okibi-") as folder,
        _connect(address) as link,
    ):
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(link, "SELECT pg_export_snapshot()")
        major = int(_one(link, "SHOW server_version_num")) // 10000
        manifest = Manifest(FORMAT, now().isoformat(), major, rows=count_rows(link))
        dump = Path(folder) / DUMP
        _run("pg_dump", major, address, [f"--snapshot={snapshot}", "--format=custom", "--no-owner", f"--file={dump}"])
        members = {DUMP: dump, **_kept(paths)}
        manifest.sums = {name: sum_of(path) for name, path in members.items()}
        fresh = Path(folder) / "archive.tar"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, manifest, members)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(target)
    return manifest


def restore(paths: Paths, address: DatabaseAddress, source: Path) -> Manifest:
    """Bring an archive back and check it. Raises ConflictError (the place is not empty), InputError (a bad archive)."""
    with _connect(address) as link:
        if count_rows(link) or any(_kept(paths).keys() - {"secrets/secret_key"}):
            raise ConflictError(
                Sentence(
                    ru="место не пусто: восстановить можно только в новую папку данных и пустую базу",
                    en="the place is not empty: restore into a new data folder and an empty database",
                )
            )
    with tempfile.TemporaryDirectory(dir=paths.data, prefix=".restore-") as folder:
        manifest = unpack(source, Path(folder))
        with _connect(address) as link:
            major = int(_one(link, "SHOW server_version_num")) // 10000
        dump = str(Path(folder) / DUMP)
        _run(
            "pg_restore",
            major,
            address,
            ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", address.name, dump],
        )
        with _connect(address) as link:
            found = count_rows(link)
        if found != manifest.rows:
            raise _bad(
                source, "rows: " + ", ".join(sorted(k for k in manifest.rows if found.get(k) != manifest.rows[k]))
            )
        for name in manifest.sums.keys() - {DUMP}:
            place = paths.data / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (Path(folder) / name).replace(place)
    for name, digest in manifest.sums.items():
        if name != DUMP and sum_of(paths.data / name) != digest:
            raise _bad(source, name)
    return manifest


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and check every sum. Raises InputError; nothing can land outside the folder."""
    try:
        with tarfile.open(source, "r:") as archive:
            archive.extractall(folder, filter="data")
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, tarfile.TarError, ValueError, TypeError) as error:
        raise _bad(source, str(error)) from error
    if manifest.format != FORMAT:
        raise _bad(source, f"format {manifest.format}")
    for name, digest in manifest.sums.items():
        if not (folder / name).is_file() or sum_of(folder / name) != digest:
            raise _bad(source, name)
    return manifest


def count_rows(link: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """Rows of every table of the product; empty for an empty database."""
    names = [
        str(row[0])
        for row in link.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY 1"
        )
    ]
    return {name: int(_one(link, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))) for name in names}


def sum_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _kept(paths: Paths) -> dict[str, Path]:
    """Member name → file, of all that the archive takes from the data folder besides the database."""
    found: dict[str, Path] = {}
    for folder in (paths.files, paths.secrets):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(paths.data).as_posix()] = path
    settings = paths.data / "okibi.env"
    return found | ({"okibi.env": settings} if settings.is_file() else {})


def _write(file: io.BufferedWriter, manifest: Manifest, members: dict[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w") as archive:
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        head = tarfile.TarInfo("manifest.json")
        head.size = len(text)
        head.mode = 0o600
        archive.addfile(head, io.BytesIO(text))
        for name, path in members.items():
            archive.add(path, arcname=name, recursive=False)


def _connect(address: DatabaseAddress) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(address.as_url(), autocommit=True)


def _one(link: "psycopg.Connection[tuple[object, ...]]", query: "str | sql.Composed") -> str:
    row = link.execute(sql.SQL(query) if isinstance(query, str) else query).fetchone()
    assert row is not None
    return str(row[0])


def _run(program: str, major: int, address: DatabaseAddress, arguments: list[str]) -> None:
    """Run a program of PostgreSQL; the password goes by its environment, never by the command line."""
    binaries = pg_binaries.find(major)
    environment = {**os.environ, **address.as_environment()}
    command = [binaries.program(program), *arguments]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        said = answer.stderr.strip()
        raise OutsideError(Sentence(ru=f"{program} не справился: {said}", en=f"{program} failed: {said}"))


def _bad(source: Path, what: str) -> InputError:
    return InputError(
        Sentence(
            ru=f"архив {source} повреждён или не наш: {what}", en=f"the archive {source} is damaged or not ours: {what}"
        )
    )


def lines(manifest: Manifest) -> Iterator[str]:
    """What the command tells about an archive."""
    yield f"{len(manifest.sums) - 1} files, {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables"
    yield f"made {manifest.made_at} by PostgreSQL {manifest.server}; all sums checked"
