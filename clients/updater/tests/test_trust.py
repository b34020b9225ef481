"""Only what TUF vouches for is installed, whatever the desk says; a broken download goes on where it broke."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.updater.tests.hosts import NEW, OLD, zipped
from tests.simulators.ddi import Repository


def refused(host, action):
    host.once()
    assert host.tree() == OLD
    (closing,) = action.closings
    assert (closing["result"]["finished"], closing["code"]) == ("failure", 409)
    return " ".join(closing["details"])


def stored(desk, version):
    return next(name for name in desk.contents if name.startswith(f"desktop/{version}/"))


def test_a_tampered_file_is_not_installed(host):
    host.desk.publish("2.1", zipped({"app.txt": "true"}))
    name = stored(host.desk, "2.1")
    host.desk.contents[name] = host.desk.contents[name].replace(b"true", b"evil")
    assert "LengthOrHashMismatchError" in refused(host, host.set_up().desk.offer("7", "2.1"))


def test_a_file_that_nobody_signed_is_not_installed(host):
    assert "doesn't know" in refused(host, host.set_up().desk.offer("7", "2.2"))


def test_a_file_of_another_version_is_not_installed(host):
    host.desk.repository.add("desktop/2.3/program.zip", b"x", version="0.9")
    host.desk.repository.sign()
    assert "signed as 0.9" in refused(host, host.set_up().desk.offer("7", "2.3"))


def test_the_desk_s_other_hash_stops_it(host):
    assert "another file" in refused(host, host.set_up().desk.offer("7", "2.0", sha256="0" * 64))


def test_another_product_s_file_is_not_installed(host):
    host.set_up()
    action = host.desk.offer("7", "2.0", "../../server/2.0/program.zip")
    assert "doesn't know" in refused(host, action)


def test_a_root_of_another_repository_trusts_nothing_here(host):
    action = host.set_up().desk.offer("7", "2.0")
    (host.home / "root.json").write_bytes(Repository().root)
    assert "UnsignedMetadataError" in refused(host, action)


def test_metadata_that_stands_still_is_noticed(host):
    action = host.set_up().desk.offer("7", "2.0")
    fresh, repository = dict(host.desk.repository.files), host.desk.repository
    until, repository.until = repository.until, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    try:
        repository.sign()
        assert "expired" in refused(host, action)
    finally:
        repository.until = until
        repository.files.update(fresh)
        repository.sign()


def test_older_metadata_than_was_seen_is_refused(host):
    host.set_up()
    repository, before = host.desk.repository, dict(host.desk.repository.files)
    host.desk.publish("2.4", zipped({"app.txt": "two"}))
    host.desk.offer("7", "2.4", window="unavailable")
    host.once()
    host.desk.actions.clear()
    after = dict(repository.files)
    try:
        repository.files.clear()
        repository.files.update(before)
        assert "BadVersionNumberError" in refused(host, host.desk.offer("8", "2.0"))
    finally:
        repository.files.update(after)


@pytest.mark.parametrize("cuts", [[100], [50, 70, 1], [0, 60]], ids=["once", "thrice", "before a byte"])
def test_a_broken_download_goes_on(host, cuts):
    host.set_up().desk.offer("7", "2.0")
    host.desk.cut.extend(cuts)
    host.once()
    assert host.tree() == NEW
    begins = [int(each.removeprefix("bytes=").rstrip("-") or 0) for each in host.desk.ranges]
    assert begins == [sum(cuts[:number]) for number in range(len(cuts) + 1)]


def test_what_lay_there_of_something_else_is_fetched_anew(host):
    action = host.set_up().desk.offer("7", "2.0", download="skip")
    host.once()
    (work,) = (host.home / "runs").glob("*") if (host.home / "runs").exists() else [None]
    action.download = "forced"
    with host.service() as service:
        file = service.engine._job(service.journal.current()).file
    assert work is None or file.is_relative_to(work)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.with_name(f"{file.name}.part").write_bytes(b"of something else")
    host.once()
    assert host.tree() == NEW
    assert host.desk.ranges == ["bytes=17-", ""]
