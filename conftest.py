"""Every test runs on a real PostgreSQL: that of DATABASE_URL, or one started here for the length of the session."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

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
        os.environ["OKIBI_TEST_FILES"] = tempfile.mkdtemp(prefix="okibi-test-files-")
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
    settings.STATIC_ROOT = os.environ["OKIBI_TEST_FILES"]
    settings.EMAIL_FILE_PATH = os.environ["OKIBI_TEST_FILES"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.ALLOWED_HOSTS = ["*"]
