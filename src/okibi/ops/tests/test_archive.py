"""One archive of everything: made while the product runs, restored into an empty place, checked there."""

import json
import os
import re
import shutil
import smtplib
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from okibi.kernel.errors import OkibiError
from okibi.ops import archive as room
from okibi.ops.archive_checks import refuse_newer
from okibi.ops.archive_file import unpack
from okibi.ops.database_url import DatabaseAddress, parse_database_url
from okibi.ops.paths import Paths
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
    restoring = {"okibi_journal_entry": manifest(archive)["rows"]["okibi_journal_entry"] + 1}
    assert manifest(again)["rows"] == manifest(archive)["rows"] | restoring
    assert "system.backed_up" in codes(product.data)
    told = codes(place / "data").split()
    assert "system.restored" in told
    assert told.count("system.backed_up") == 1  # of the second archive; the first was made before it was written down


def test_a_place_in_use_is_refused(archive: Path, product: Product, place: Path) -> None:
    code, said = restored(archive, product.data)
    assert (code, "runs on this folder" in said) == (1, True)
    (place / "data/files").mkdir(parents=True)
    (place / "data/files/mine").write_text("mine")
    code, said = restored(archive, place / "data")
    assert (code, "not empty" in said) == (1, True)


@pytest.fixture(scope="module")
def empty() -> Iterator[DatabaseAddress]:
    """A database with nothing in it, beside those of the tests."""
    ours = parse_database_url(os.environ["DATABASE_URL"])
    name = f"okibi_empty_{os.getpid()}"
    with psycopg.connect(ours.as_url(), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
        yield replace(ours, name=name)
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def refused(archive: Path, folder: Path, into: DatabaseAddress) -> str:
    """Why that archive is not restored; nothing of it is left in the folder or the database."""
    folder.mkdir()
    with pytest.raises(OkibiError) as told:
        room.restore(Paths(folder), into, archive, refuse_newer)
    assert not list(folder.rglob("*"))
    with psycopg.connect(into.as_url()) as link:
        assert room.count_rows(link) == {}
    return told.value.sentence.en


def test_an_archive_that_was_touched_is_refused_before_anything_is_written(archive, empty, place) -> None:
    content = archive.read_bytes()
    at = content.index(b"x" * 1000)
    (place / "touched.tar").write_bytes(content[:at] + b"y" + content[at + 1 :])
    assert "files/ab/large" in refused(place / "touched.tar", place / "data", empty)


DAMAGED = {
    "cut short": (lambda content: content[: len(content) // 2], "damaged"),
    "not an archive": (lambda content: b"Dear Anna, here is the backup.", "damaged"),
    "empty": (lambda content: b"", "damaged"),
    "of a later product": (lambda content: content.replace(b"okibi-backup-1", b"okibi-backup-2"), "newer version"),
    "with a migration of a later product": (
        lambda content: content.replace(b"okibi_journal.0001_first", b"okibi_journal.9001_first"),
        "does not know okibi_journal.9001",
    ),
    "of a later PostgreSQL": (lambda content: re.sub(rb'"server": \d\d', b'"server": 99', content), "PostgreSQL 99"),
    "without its list": (lambda content: content.replace(b"manifest.json", b"manifest.jsox"), "damaged"),
}


@pytest.mark.parametrize(("change", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_a_bad_archive_is_refused_and_leaves_the_place_empty(change, reason, archive, empty, place) -> None:
    (place / "bad.tar").write_bytes(_with_right_headers(change(archive.read_bytes())))
    assert reason in refused(place / "bad.tar", place / "data", empty)


STRANGE = {
    "a way out of the folder": tarfile.TarInfo("files/../../outside"),
    "a place of the machine": tarfile.TarInfo("/etc/okibi-outside"),
    "a link": tarfile.TarInfo("files/link"),
}
STRANGE["a link"].type, STRANGE["a link"].linkname = tarfile.SYMTYPE, "/etc/passwd"


@pytest.mark.parametrize("member", STRANGE.values(), ids=STRANGE)
def test_an_archive_that_leads_elsewhere_is_refused(member, archive, empty, place) -> None:
    shutil.copy(archive, place / "strange.tar")
    with tarfile.open(place / "strange.tar", "a") as opened:
        opened.addfile(member)
    assert "damaged" in refused(place / "strange.tar", place / "data", empty)
    assert sorted(each.name for each in place.iterdir()) == ["data", "strange.tar"]


def test_what_was_closed_to_others_comes_back_closed(archive: Path, place: Path) -> None:
    (place / "data").mkdir()
    unpacked = unpack(archive, place / "data", 99)
    secrets = [place / "data" / name for name in unpacked.sums if name.startswith("secrets/")]
    assert secrets
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert (place / "data/files/ab/large").read_bytes() == b"x" * 300_000


def test_the_command_says_it_in_one_line(archive, place) -> None:
    (place / "bad.tar").write_bytes(archive.read_bytes()[:100_000])
    code, said = restored(place / "bad.tar", place / "data")
    assert (code, "damaged" in said, len(said.splitlines())) == (1, True, 1), said


def _with_right_headers(content: bytes) -> bytes:
    """The archive with the check sum of the manifest's header made right again (tar(5): the sum of its bytes)."""
    at = content.find(b"manifest.jsox")
    if at < 0:
        return content
    head = bytearray(content[at : at + 512])
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head):06o}\0 ".encode()
    return content[:at] + bytes(head) + content[at + 512 :]


def test_an_archive_that_is_not_there_and_a_folder_that_is_not_there_are_named(product: Product, place: Path) -> None:
    code, said = restored(place / "none.tar", place / "data")
    assert (code, said) == (1, f"okibi: there is no file {place / 'none.tar'}\n")
    answer = command("backup", str(place / "nowhere/a.tar"), "--data", str(product.data))
    assert (answer.returncode, answer.stderr.decode()) == (1, f"okibi: there is no folder {place / 'nowhere'}\n")


def codes(data: Path) -> str:
    program = (
        "from okibi.journal.models import Entry; from okibi.journal.services import verify;"
        " print(verify(), *Entry.objects.filter(subject_kind='system').values_list('code', flat=True))"
    )
    answer = command("manage", "--data", str(data), "shell", "-v0", "-c", program)
    assert answer.returncode == 0, answer.stderr.decode()
    return answer.stdout.decode()


@pytest.mark.long
def test_mails_that_come_in_meanwhile_leave_the_archive_consistent(product: Product, place: Path) -> None:
    """Large attachments stand in files and are named by rows: whatever the moment, both are there."""
    stop = threading.Event()

    def post() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            letter = EmailMessage()
            letter["From"], letter["To"] = "anna@example.org", "support@example.org"
            letter["Subject"], letter["Message-ID"] = f"Отчёт {number}", f"<{number}@anna.example.org>"
            letter.set_content("Во вложении отчёт.")
            letter.add_attachment(str(number).encode() * 400_000, "application", "octet-stream", filename="r.bin")
            with smtplib.SMTP("127.0.0.1", product.mail_port) as server:
                server.send_message(letter)

    sender = threading.Thread(target=post)
    sender.start()
    try:
        answer = command("backup", str(place / "busy.tar"), "--data", str(product.data))
    finally:
        stop.set()
        sender.join()
    assert answer.returncode == 0, answer.stderr.decode()
    assert restored(place / "busy.tar", place / "data") == (0, "")


def test_a_backup_never_overwrites(archive: Path, product: Product) -> None:
    assert command("backup", str(archive), "--data", str(product.data)).returncode == 1
