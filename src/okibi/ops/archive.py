"""One archive of everything: the database as pg_dump's custom format, the files folder, the secrets.

The database is read as of one moment, the files after it: what the database names is there, since files are written
before their rows and never change. Restored only into an empty place, and checked there: every sum, and every table's
number of rows. ``okibi.ops.archive_checks`` then looks at what it means.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from okibi import __version__
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops import archive_file, pg_binaries
from okibi.ops.archive_file import DUMP, FORMAT, Manifest
from okibi.ops.database_url import DatabaseAddress
from okibi.ops.paths import Paths


def backup(paths: Paths, address: DatabaseAddress, target: Path) -> Manifest:
    """Write the archive (mode 0600, as it holds secrets); never over a file that stands.

    Raises ConflictError (it stands; its folder is not there), OutsideError (no space, the database's programs failed).
    """
    if target.exists():
        raise ConflictError(Sentence(ru=f"{target} уже есть", en=f"{target} is already there"))
    if not target.parent.is_dir():
        raise ConflictError(Sentence(ru=f"папки {target.parent} нет", en=f"there is no folder {target.parent}"))
    try:
        with (
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".okibi-") as folder,
            _connect(address) as link,
        ):
            link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = _one(link, "SELECT pg_export_snapshot()")
            major = int(_one(link, "SHOW server_version_num")) // 10000
            manifest = Manifest(FORMAT, now().isoformat(), major, __version__, _migrations(link), count_rows(link))
            dump = Path(folder) / DUMP
            options = [f"--snapshot={snapshot}", "--format=custom", "--no-owner", f"--file={dump}"]
            _run("pg_dump", major, address, options)
            fresh = Path(folder) / "archive.tar"
            archive_file.write(fresh, manifest, {DUMP: dump, **_kept(paths)})
            fresh.rename(target)
    except OSError as error:
        raise _cannot("архив не записан", "the archive was not written", error) from error
    return manifest


def restore(
    paths: Paths, address: DatabaseAddress, source: Path, refuse_newer: Callable[[Sequence[str]], None]
) -> Manifest:
    """Bring an archive back and check it. ``refuse_newer`` looks at its migrations before anything is written.

    Raises ConflictError (the place is not empty), InputError (a bad archive), OutsideError (no space, no such server).
    """
    with _connect(address) as link:
        # Fresh secrets are made for every command; those of the archive take their place.
        if count_rows(link) or any(not name.startswith("secrets/") for name in _kept(paths)):
            raise ConflictError(
                Sentence(
                    ru="место не пусто: восстановить можно только в новую папку данных и пустую базу",
                    en="the place is not empty: restore into a new data folder and an empty database",
                )
            )
        major = int(_one(link, "SHOW server_version_num")) // 10000
    try:
        _refuse_too_large(source, paths.data)
        with tempfile.TemporaryDirectory(dir=paths.data, prefix=".restore-") as folder:
            manifest = archive_file.unpack(source, Path(folder), major)
            refuse_newer(manifest.migrations)
            _fill(address, major, source, Path(folder), manifest)
            for name in manifest.sums.keys() - {DUMP}:
                place = paths.data / name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                (Path(folder) / name).replace(place)
    except OSError as error:
        raise _cannot("архив не восстановлен", "the archive was not restored", error) from error
    for name, digest in manifest.sums.items():
        if name != DUMP and archive_file.sum_of(paths.data / name) != digest:
            raise archive_file.bad(source, name, name)
    return manifest


def _fill(address: DatabaseAddress, major: int, source: Path, folder: Path, manifest: Manifest) -> None:
    """Fill the empty database from the unpacked dump, in one transaction, and count its rows."""
    options = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", address.name, str(folder / DUMP)]
    _run("pg_restore", major, address, options)
    with _connect(address) as link:
        found = count_rows(link)
    if found != manifest.rows:
        wrong = ", ".join(sorted(name for name in manifest.rows if found.get(name) != manifest.rows[name]))
        raise archive_file.bad(source, f"другое число строк: {wrong}", f"another number of rows: {wrong}")


def _refuse_too_large(source: Path, data: Path) -> None:
    """The archive is unpacked beside its place: that much must be free at least."""
    if not source.is_file():
        return
    needed, free = source.stat().st_size, shutil.disk_usage(data).free
    if needed > free:
        raise OutsideError(
            Sentence(
                ru=f"мало места в {data}: нужно {needed // 1024**2 + 1} МБ, свободно {free // 1024**2} МБ",
                en=f"not enough space in {data}: {needed // 1024**2 + 1} MB needed, {free // 1024**2} MB free",
            )
        )


def _cannot(ru: str, en: str, error: OSError) -> OutsideError:
    """Told with the system's own reason: no space left, read-only, not permitted."""
    reason = f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror or error)
    return OutsideError(Sentence(ru=f"{ru}: {reason}", en=f"{en}: {reason}"))


def _migrations(link: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """What brought the database to its version: "app.name"; empty before the first one."""
    if _one(link, "SELECT to_regclass('public.django_migrations') IS NULL") == "True":
        return []
    return [str(row[0]) for row in link.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")]


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


def _kept(paths: Paths) -> dict[str, Path]:
    """Member name → file, of all that the archive takes from the data folder besides the database."""
    found: dict[str, Path] = {}
    for folder in (paths.files, paths.secrets):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(paths.data).as_posix()] = path
    settings = paths.data / "okibi.env"
    return found | ({"okibi.env": settings} if settings.is_file() else {})


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


def lines(manifest: Manifest) -> Iterator[Sentence]:
    """What the command tells about an archive."""
    files, rows, tables = len(manifest.sums) - 1, sum(manifest.rows.values()), len(manifest.rows)
    yield Sentence(
        ru=f"файлов: {files}; строк: {rows}, таблиц: {tables}", en=f"{files} files, {rows} rows in {tables} tables"
    )
    made = f"{manifest.made_at[:16].replace('T', ' ')} UTC"
    yield Sentence(ru=f"сделан {made}, PostgreSQL {manifest.server}", en=f"made {made} by PostgreSQL {manifest.server}")
