"""A host, a desk and what kills, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.updater.tests.hosts import PACKAGE, SCRIPT, Host, Killer
from tests.simulators.ddi import Desk, serving


@pytest.fixture(scope="session")
def killer() -> Iterator[Killer]:
    made = Killer()
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared_desk() -> Iterator[Desk]:
    """One desk for all; each test empties it."""
    with serving() as desk:
        desk.publish("2.0", PACKAGE)
        desk.publish("2.0", SCRIPT.encode(), "install.sh")
        yield desk


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    for each in (shared_desk.actions, shared_desk.confirmed, shared_desk.told, shared_desk.ranges, shared_desk.cut):
        each.clear()
    shared_desk.polls, shared_desk.certificate, shared_desk.status = 0, "", 0
    return shared_desk


@pytest.fixture
def host(desk: Desk, tmp_path: Path, killer: Killer) -> Host:
    return Host(desk, tmp_path / "updater", tmp_path / "program", killer)
