"""Every test runs on a real PostgreSQL: that of DATABASE_URL, or one started here for the length of the session."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.utils import ProgrammingError
from django.test import TransactionTestCase

from okibi.ops.catalogues import compile_newer
from okibi.ops.database_url import parse_database_url
from okibi.ops.postgres import Server

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

sys.path.insert(0, str(Path(__file__).parent))  # `tests.cast`, however pytest was called

_started: list[tuple[Server, Path]] = []


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the xdist controller, or a run without workers
        compile_newer(Path(__file__).parent / "src")
        if not os.environ.get("DATABASE_URL"):
            _start_server()
        os.environ["OKIBI_TEST_FILES"] = files = tempfile.mkdtemp(prefix="okibi-test-files-")
        (Path(files) / "static").mkdir()
    _use(os.environ["DATABASE_URL"])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    connections.close_all()
    for server, folder in _started:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(os.environ.pop("OKIBI_TEST_FILES", ""), ignore_errors=True)


def _start_server() -> None:
    folder = Path(tempfile.mkdtemp(prefix="okibi-test-pg-"))
    folder.chmod(0o711)
    server = Server(folder, durable=False)
    _started.append((server, folder))
    server.start_child()
    os.environ["DATABASE_URL"] = server.address().as_url()


def _use(url: str) -> None:
    """Point the settings, which pytest-django has read before us, at that server; make tests quick and private."""
    place = parse_database_url(url).as_django()
    settings.DATABASES["default"].update(place)
    connections.settings["default"].update(place)
    settings.OKIBI_FILES = os.environ["OKIBI_TEST_FILES"]
    settings.STATIC_ROOT = f"{os.environ['OKIBI_TEST_FILES']}/static"  # every test's client looks through it: empty
    settings.EMAIL_FILE_PATH = os.environ["OKIBI_TEST_FILES"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.ALLOWED_HOSTS = ["*"]


MADE_ONCE = {"django_content_type", "auth_permission"}  # by migrations; no test changes them
_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001


def _empty(self: TransactionTestCase) -> None:
    """After a test that commits: delete its rows. Django's TRUNCATE of every table takes a second, this a twentieth.

    As TRUNCATE does, it waits for who still writes, and wakes no trigger. Not every user of a database may do that:
    then Django's way it is.
    """
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - MADE_ONCE)
    listed = ", ".join(f'"{table}"' for table in tables)
    deletes = " ".join(f'DELETE FROM "{table}";' for table in tables)  # noqa: S608  tables of our own models
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"DO $$ BEGIN SET LOCAL session_replication_role = replica; "
                f"LOCK TABLE {listed} IN SHARE ROW EXCLUSIVE MODE; {deletes} END $$"
            )
    except ProgrammingError:
        _flush(self)


TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]  # noqa: SLF001
