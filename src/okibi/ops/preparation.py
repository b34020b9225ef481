"""Bring database and files to this version of the product, at most once per version: later starts skip it.

Here stands the note of what was done; the work itself is ``okibi prepare`` (``okibi.ops.prepare``).
"""

import hashlib
import importlib.metadata
import json
from pathlib import Path

from okibi.kernel.errors import ConfigurationError, OkibiError, OutsideError
from okibi.kernel.sentence import Sentence
from okibi.ops.env import EXIT_CONFIGURATION, Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.settings_table import PACKAGE

FOREIGN = ("django", "django-allauth", "procrastinate", "whitenoise")  # those that bring migrations or static files


def version() -> str:
    """Changes when a migration or a static file of ours, or a library that has some, changes."""
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "*/static/**/*", "*/*/static/**/*"):
        for path in sorted(PACKAGE.glob(pattern)):
            if path.is_file():
                status = path.stat()
                digest.update(f"{path.relative_to(PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    for name in FOREIGN:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()


def stamp(env: Environment) -> Path | None:
    """Where the note stands. A database of somebody else's keeps none: it may change without our knowing."""
    return None if env.is_set("DATABASE_URL") else Server(env.data).home / "prepared.json"


def is_done(env: Environment, *, demo: bool) -> bool:
    """Whether this version prepared this database before (and loaded the demo, where it is wanted)."""
    path = stamp(env)
    try:
        noted = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return False
    static = (Paths(env.data).static / "staticfiles.json").is_file()
    return static and noted.get("version") == version() and (bool(noted.get("demo")) or not demo)


def note_done(env: Environment, *, demo: bool) -> None:
    """Remember it for the next start."""
    path = stamp(env)
    if path:
        path.write_text(json.dumps({"version": version(), "demo": demo}), encoding="utf-8")


def failure(code: int) -> OkibiError:
    """What to tell when ``okibi prepare`` ended with that code."""
    sentence = Sentence(
        ru="базу не удалось подготовить; причина — в строках выше",
        en="the database could not be prepared; the lines above say why",
    )
    return ConfigurationError(sentence) if code == EXIT_CONFIGURATION else OutsideError(sentence)


def accounts(env: Environment) -> list[str]:
    """The demo's accounts, as its loading named them."""
    try:
        return Paths(env.data).demo_accounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
