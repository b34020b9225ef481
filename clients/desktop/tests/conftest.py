"""Windows without a screen, clicked for real, against the SDK's honest stand-in for the desk."""

import os
import time

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
try:
    import PySide6.QtWidgets
except ImportError as error:  # a library of the system, as a rule libEGL
    MISSING = str(error)
    collect_ignore_glob = ["test_[!l]*.py"]
else:
    MISSING = ""

from clients.sdk.tests.fake_server import TOKEN, Desk, serve
from okibi_sdk import KeyFile, Keys

PATIENCE = 60.0  # seconds for what must happen at some time


def until(condition):
    """Let the windows live until it's so; how long it takes is not what these tests are about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        PySide6.QtWidgets.QApplication.processEvents()
        time.sleep(0.005)


@pytest.fixture(scope="session")
def qt():
    return PySide6.QtWidgets.QApplication.instance() or PySide6.QtWidgets.QApplication(["okibi-desktop"])


@pytest.fixture
def server_desk():
    return Desk()


@pytest.fixture
def server(server_desk):
    with serve(server_desk) as address:
        yield address


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's folders, all of them empty."""
    for name in ("OKIBI_SDK_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("OKIBI_LANG", "ru")
    monkeypatch.delenv("OKIBI_SERVER", raising=False)
    return tmp_path / "okibi_sdk_home"


@pytest.fixture
def enrolled(home, server):
    """A folder in which this installation is enrolled."""
    KeyFile(home / "enrolment").save(Keys(server, TOKEN))
    return home
