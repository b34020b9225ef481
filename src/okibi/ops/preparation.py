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


def fits(env: Environment) -> bool:
    """Whether this version prepared this database before."""
    noted = _noted(env)
    return (Paths(env.data).static / "staticfiles.json").is_file() and noted.get("version") == version()


def is_done(env: Environment, *, demo: bool) -> bool:
    """Whether a start has nothing to prepare: this version did, with this policy file, and the demo where wanted."""
    noted = _noted(env)
    return fits(env) and noted.get("policy") == policy(env) and (bool(noted.get("demo")) or not demo)


def policy(env: Environment) -> str:
    """SHA-256 of the policy file: a start takes in a new text. Empty where the file can't be read."""
    try:
        return hashlib.sha256(env.path("OKIBI_POLICY").read_bytes()).hexdigest()
    except OSError:
        return ""


def policy_taken_in(env: Environment) -> bool:
    """Whether the last start had the policy file as it is now; true where no start is on record."""
    noted = _noted(env).get("policy")
    return noted is None or noted == policy(env)


def note_done(env: Environment, *, demo: bool) -> None:
    """Remember it for the next start."""
    path = stamp(env)
    if path:
        noted = {"version": version(), "demo": demo, "policy": policy(env)}
        path.write_text(json.dumps(noted), encoding="utf-8")


def _noted(env: Environment) -> dict[str, object]:
    path = stamp(env)
    try:
        noted = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


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
