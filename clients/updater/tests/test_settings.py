"""The settings file, the order of versions, the programs that are started."""

import stat
import sys
import tomllib

import pytest

from okibi_updater import commands, keeping, settings
from okibi_updater.problems import InstallError, LaterError, RefusedError, SettingsError
from okibi_updater.versions import order

WELL = """
server = "https://desk.example.org/"
[products.desktop]
folder = "/opt/okibi"
installer = "archive"
[products.module]
folder = "/opt/module"
installer = "msi"
[products.module.health]
url = "http://127.0.0.1:8080/health"
"""


def read(text, tmp_path):
    return settings.of(tomllib.loads(text), tmp_path)


def test_a_short_file_is_enough(tmp_path):
    found = read(WELL, tmp_path)
    assert (found.server, found.home) == ("https://desk.example.org", tmp_path)
    assert found.products["desktop"].success == (0,)
    assert found.products["module"].success == (0, 1641, 3010)
    assert found.products["module"].health.asked
    assert not found.wake.listen


WRONG = {
    "a name that isn't there": ("[wake]\nlisten_ = ''", "wake.listen_"),
    "a folder that is the disk": ('[products.a]\nfolder = "/"\ninstaller = "exe"', "products.a.folder"),
    "a folder without a root": ('[products.a]\nfolder = "opt"\ninstaller = "exe"', "products.a.folder"),
    "an installer nobody knows": ('[products.a]\nfolder = "/a"\ninstaller = "deb"', "products.a.installer"),
    "a script without its command": ('[products.a]\nfolder = "/a"\ninstaller = "script"', "products.a.command"),
    "a backup that can't come back": (
        '[products.a]\nfolder = "/a"\ninstaller = "exe"\nbackup = ["b"]',
        "products.a.restore",
    ),
    "something to keep outside": (
        '[products.a]\nfolder = "/a"\ninstaller = "archive"\nkeep = ["../b"]',
        "products.a.keep",
    ),
    "a health check elsewhere": (
        '[products.a]\nfolder = "/a"\ninstaller = "exe"\nhealth = {url = "http://example.org/"}',
        "products.a.health.url",
    ),
    "a word where a number belongs": (
        '[products.a]\nfolder = "/a"\ninstaller = "exe"\nlimit = "x"',
        "products.a.limit",
    ),
}


@pytest.mark.parametrize("said", WRONG)
def test_nonsense_is_named(tmp_path, said):
    text, name = WRONG[said]
    with pytest.raises(SettingsError) as caught:
        read(f'server = "https://desk.example.org"\n{text}', tmp_path)
    assert name in str(caught.value)


@pytest.mark.parametrize("server", ["desk.example.org", "http://desk.example.org", "ftp://a", ""])
def test_the_desk_is_asked_by_tls_alone(tmp_path, server):
    with pytest.raises(SettingsError):
        read(f'server = "{server}"', tmp_path)


def test_places_of_a_command_are_filled_without_a_shell():
    values = {"file": "a b; rm", "folder": "/x"}
    assert settings.filled(("sh", "{file}", "{folder}/{other}"), values) == ("sh", "a b; rm", "/x/{other}")


GROWING = [
    "0.9",
    "1.0-alpha",
    "1.0-alpha.1",
    "1.0-beta.2",
    "1.0-beta.11",
    "1.0-rc.1",
    "1.0",
    "1.0.1",
    "1.0.1.5",
    "1.10",
    "2",
]


def test_versions_grow():
    assert sorted({*GROWING}, key=order) == GROWING
    assert order("v4.2") == order("4.2.0") == order("4.2.0.0+build.7")
    with pytest.raises(RefusedError):
        order("latest")


def test_a_program_tells_how_it_ended(tmp_path):
    log = tmp_path / "log"
    said = [sys.executable, "-c", "import sys; print('a'*9999, 'the end'); sys.exit(3)"]
    ended = commands.run(said, 20, log=log)
    assert ended.code == 3
    assert ended.tail.endswith("the end")
    assert len(ended.tail) == commands.TAIL
    assert commands.run(["sleep", "9"], 0.05, log=log).code is None
    with pytest.raises(InstallError):
        commands.run(["/no/such/program"], 1, log=log)


def test_a_program_that_was_left_behind_is_waited_for(tmp_path):
    lock = tmp_path / "lock"
    with pytest.raises(KeyError):
        commands.run(["sleep", "0.2"], 5, log=tmp_path / "log", lock=lock, passed=lambda point: {}[point])
    with pytest.raises(LaterError):
        commands.wait_for(lock, 0.01)
    commands.wait_for(lock, 5)


def test_the_token_is_its_owner_s(tmp_path):
    keeping.write_secret(tmp_path / "home/token", b"okd_d0123456789a_secret")
    assert stat.S_IMODE((tmp_path / "home/token").stat().st_mode) == 0o600
    token = keeping.read_token(tmp_path / "home/token")
    assert keeping.controller_of(token) == "d0123456789a"
    assert keeping.read_token(tmp_path / "none") == ""
