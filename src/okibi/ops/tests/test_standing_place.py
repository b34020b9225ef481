"""A product whose data vanished ends itself, and makes nothing in the old one's place. No product is started here."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from okibi.ops.env import Environment
from okibi.ops.postgres import Server
from okibi.ops.processes import Child
from okibi.ops.settings_table import TABLE
from okibi.ops.standing_place import Place, PlaceGoneError
from okibi.ops.supervisor import Supervisor, Wish


def moved(data: Path) -> None:
    data.rename(data.with_name("elsewhere"))


def replaced(data: Path) -> None:
    moved(data)
    data.mkdir()


def a_file_in_its_way(data: Path) -> None:
    moved(data)
    data.write_text("")


GONE: dict[str, Callable[[Path], object]] = {
    "deleted": shutil.rmtree,
    "moved away": moved,
    "another one mounted": replaced,
    "a file in its place": a_file_in_its_way,
    "the cluster deleted": lambda data: shutil.rmtree(data / "postgres/cluster"),
}


def waits() -> int:
    time.sleep(600)
    return 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "postgres/cluster").mkdir(parents=True)
    (folder / "postgres/cluster/PG_VERSION").write_text("17")
    return folder


@pytest.fixture
def supervisor(data: Path) -> Supervisor:
    """One in the middle of its work, with a part and a database that are programs that wait."""
    made = Supervisor(Environment(TABLE, {"OKIBI_DATA": str(data)}, {}, None), Wish())
    made.server = server = Server(data)
    server.home, server.cluster = data / "postgres", data / "postgres/cluster"
    made.place = Place.of(data, server)
    made.database = subprocess.Popen(["sleep", "600"])
    made.children = [Child("part", waits)]
    return made


@pytest.mark.parametrize("happens", GONE.values(), ids=GONE)
def test_it_ends_itself_and_its_parts_and_makes_nothing_anew(
    supervisor: Supervisor, data: Path, happens: Callable[[Path], object]
) -> None:
    for child in supervisor.children:
        child.start()
    supervisor._watch()
    happens(data)
    with pytest.raises(PlaceGoneError) as told:
        supervisor._keep_running()
    supervisor._stop()
    assert str(data) in told.value.sentence.en
    assert not any(child.is_alive() for child in supervisor.children)
    assert supervisor.database is not None
    assert supervisor.database.poll() is not None
    assert not (data / "postgres/cluster").exists()


def test_a_place_that_stands_is_left_alone(data: Path) -> None:
    place = Place.of(data, None)
    (data / "files").mkdir()
    shutil.rmtree(data / "postgres")  # the database is somebody else's
    place.require()
