"""The data folder, its secrets, and the notes of what runs."""

import os
import socket
import stat
from pathlib import Path

import pytest

from okibi.channels.email.listening import Place
from okibi.kernel.errors import ConfigurationError
from okibi.ops import ports, registry
from okibi.ops.paths import Paths


def test_a_fresh_folder_makes_its_own_secret_closed_to_others_and_keeps_it(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    paths.make()
    first = paths.read_secret("secret_key")
    paths.make()
    assert len(first) >= 50
    assert paths.read_secret("secret_key") == first
    assert stat.S_IMODE((paths.secrets / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.secrets.stat().st_mode) == 0o700


def test_two_folders_have_two_secrets(tmp_path: Path) -> None:
    secrets = set()
    for name in ("a", "b"):
        Paths(tmp_path / name).make()
        secrets.add(Paths(tmp_path / name).read_secret("secret_key"))
    assert len(secrets) == 2


def test_reading_a_place_makes_nothing(tmp_path: Path) -> None:
    assert Paths(tmp_path / "data").read_secret("secret_key") == ""
    assert not (tmp_path / "data").exists()


def test_a_note_of_a_dead_process_is_not_believed(tmp_path: Path) -> None:
    registry.announce(registry.Running(2**22 + 1, str(tmp_path), "http://127.0.0.1:1", ""))
    assert registry.of(tmp_path) is None
    registry.withdraw(tmp_path)


def test_a_busy_port_is_refused_when_asked_for_and_passed_over_when_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "PATIENCE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"OKIBI_PORT: port {port}"):
            ports.choose("OKIBI_PORT", "127.0.0.1", port, fixed=True)
        assert ports.choose("OKIBI_PORT", "127.0.0.1", port, fixed=False) > port
    assert ports.choose("OKIBI_PORT", "127.0.0.1", port, fixed=True) == port


@pytest.mark.parametrize("fixed", [True, False])
def test_an_address_that_is_not_of_this_machine_is_named_at_once(fixed: bool) -> None:
    for host in ("999.1.1.1", "192.0.2.77"):
        with pytest.raises(ConfigurationError, match=f"OKIBI_BIND: nobody can listen on {host}"):
            ports.choose("OKIBI_PORT", host, 8000, fixed=fixed)


def test_the_folder_of_notes_is_ours_alone() -> None:
    folder = registry._folder()
    assert folder is not None
    assert folder.stat().st_uid == os.geteuid()


def test_a_taken_place_for_lmtp_stops_the_start_and_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as other, socket.socket(socket.AF_UNIX) as another:
        another.bind(str(tmp_path / "lmtp.sock"))
        another.listen()
        taken = [Place(host="127.0.0.1", port=other.getsockname()[1]), Place(path=str(tmp_path / "lmtp.sock"))]
        for place in taken:
            with pytest.raises(ConfigurationError, match="OKIBI_LMTP_INLET"):
                ports.require_free("OKIBI_LMTP_INLET", place)
    for place in taken:
        ports.require_free("OKIBI_LMTP_INLET", place)
