"""One archive of everything: made while the product runs, restored into an empty place, checked there."""

import json
import tarfile
from pathlib import Path

import pytest

from okibi.ops.tests.conftest import Product, command


@pytest.fixture(scope="module")
def archive(product: Product) -> Path:
    (product.data / "files/ab").mkdir(parents=True, exist_ok=True)
    (product.data / "files/ab/large").write_bytes(b"x" * 300_000)
    path = product.data.parent / "desk.tar"
    answer = command("backup", str(path), "--data", str(product.data))
    assert answer.returncode == 0, answer.stderr.decode()
    return path


def manifest(archive: Path) -> dict[str, dict[str, int]]:
    with tarfile.open(archive) as tar:
        return json.load(tar.extractfile("manifest.json"))


def restored(archive: Path, folder: Path) -> "tuple[int, str]":
    answer = command("restore", str(archive), "--data", str(folder))
    return answer.returncode, answer.stderr.decode()


def test_the_archive_is_closed_to_others_and_counts_what_it_holds(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    assert manifest(archive)["rows"]["okibi_tickets_ticket"] > 0
    assert {"database.dump", "files/ab/large", "secrets/secret_key"} <= manifest(archive)["sums"].keys()


def test_it_comes_back_whole_into_an_empty_place(archive: Path, product: Product, place: Path) -> None:
    assert restored(archive, place / "data") == (0, "")
    assert (place / "data/files/ab/large").read_bytes() == b"x" * 300_000
    key = Path("secrets/secret_key")
    assert (place / "data" / key).read_text() == (product.data / key).read_text()
    again = place / "again.tar"
    assert command("backup", str(again), "--data", str(place / "data")).returncode == 0
    assert manifest(again)["rows"] == manifest(archive)["rows"]


def test_a_place_in_use_is_refused(archive: Path, product: Product, place: Path) -> None:
    code, said = restored(archive, product.data)
    assert (code, "runs on this folder" in said) == (1, True)
    (place / "data/files").mkdir(parents=True)
    (place / "data/files/mine").write_text("mine")
    code, said = restored(archive, place / "data")
    assert (code, "not empty" in said) == (1, True)


def test_an_archive_that_was_touched_is_refused_before_anything_is_written(archive: Path, place: Path) -> None:
    content = archive.read_bytes()
    at = content.index(b"x" * 1000)
    (place / "touched.tar").write_bytes(content[:at] + b"y" + content[at + 1 :])
    code, said = restored(place / "touched.tar", place / "data")
    assert (code, "files/ab/large" in said) == (1, True)
    assert restored(archive, place / "data") == (0, "")


def test_a_backup_never_overwrites(archive: Path, product: Product) -> None:
    assert command("backup", str(archive), "--data", str(product.data)).returncode == 1
