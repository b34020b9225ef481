"""Against OpenSSH itself: Debian's sshd, run without privileges on loopback in a folder of its own.

Needs ``apt-get install openssh-server``; without it these tests are skipped, and say so.
"""

import getpass
import io
import shutil
import socket
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from okibi.updates.recipe import Install, Recipe
from okibi.updates.remote import ssh
from okibi.updates.remote.posix import Posix
from okibi.updates.remote.values import Line, Login, ReachError, Task, Where

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
KEYGEN = shutil.which("ssh-keygen")
pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(
        SSHD is None or KEYGEN is None,
        reason="NO OPENSSH SERVER HERE: SSH was not tried on the real one (apt-get install openssh-server)",
    ),
]
SH = Posix()
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_{kind}
PidFile {folder}/pid
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
SetEnv HOME={folder}/home
"""


class Sshd:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "home").mkdir()
        for kind in ("ed25519", "rsa"):
            self._make(kind, folder / f"host_{kind}")
        self._make("ed25519", folder / "user")
        shutil.copy(folder / "user.pub", folder / "authorized")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def _make(self, kind: str, path: Path) -> None:
        subprocess.run([KEYGEN, "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)

    def start(self, kind: str = "ed25519") -> "Sshd":
        self.stop()
        config = self.folder / "config"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder, kind=kind))
        Path("/run/sshd").mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log, stdout=log)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise AssertionError((self.folder / "log").read_text())
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def pin(self, kind: str = "ed25519") -> str:
        """As ``ssh-keygen -l`` says it: what a customer reads out."""
        said = subprocess.run(
            [KEYGEN, "-l", "-f", str(self.folder / f"host_{kind}.pub")], check=True, capture_output=True, text=True
        ).stdout.split()
        return f"ssh-{kind} {said[1]}"

    @property
    def login(self) -> Login:
        return Login(getpass.getuser(), key=(self.folder / "user").read_text())

    def open(self, login=None, pin=None, trail=None):
        where = Where("127.0.0.1", self.port, inside=True)
        return ssh.opened(
            where, login or self.login, self.pin() if pin is None else pin, [] if trail is None else trail
        )


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    server = Sshd(tmp_path_factory.mktemp("sshd"))
    try:
        yield server.start()
    finally:
        server.stop()


def test_openssh_lets_us_in_by_a_key_and_its_fingerprint_is_what_ssh_keygen_says(sshd):
    trail: list[Line] = []
    with sshd.open(trail=trail) as shell:
        assert shell.run("echo $((6 * 7))", 20).output == "42\n"
    assert "OpenSSH" in trail[1].sentence.en


def test_an_rsa_key_is_pinned_too_and_another_kind_is_a_changed_key(sshd):
    sshd.start("rsa")
    try:
        with sshd.open(pin=sshd.pin("rsa")) as shell:
            assert shell.run("exit 3", 20).code == 3
        with pytest.raises(ReachError) as error, sshd.open(pin=sshd.pin("ed25519")):
            pass
        assert error.value.tried.code == "key_changed"
    finally:
        sshd.start()


def test_a_password_is_refused_where_only_keys_are_taken(sshd):
    with pytest.raises(ReachError) as error, sshd.open(Login(getpass.getuser(), password="x")):
        pass
    assert error.value.tried.code == "login_refused"


def test_an_update_goes_on_when_the_session_is_cut_off(sshd, tmp_path):
    """The driver is started, sshd is stopped, and comes back: the new version is there."""
    program = tmp_path / "program"
    program.mkdir()
    (program / "VERSION").write_text("4.2.0")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as opened:
        info = tarfile.TarInfo("VERSION")
        info.size = 5
        opened.addfile(info, io.BytesIO(b"4.3.0"))
    content = made.getvalue()
    what = Recipe("desktop", Install.ARCHIVE, str(program), f"cat {program}/VERSION", stop="sleep 1")
    task = Task("run-1-foreign", what, "p.tar.gz", "", len(content), "4.3.0", "4.2.0")
    with sshd.open() as shell:
        assert SH.facts(shell, what).version == "4.2.0"
        SH.make_room(shell, task)
        SH.pour(shell, task, [content])
        SH.begin(shell, task)
    sshd.start()
    until = time.monotonic() + 60
    with sshd.open() as shell:
        while not (seen := SH.look(shell, task)).result and time.monotonic() < until:
            time.sleep(0.1)
        SH.clean(shell, task)
    assert seen.result == ("ok",)
    assert (program / "VERSION").read_text() == "4.3.0"
    assert not (sshd.folder / "home" / ".okibi-updates" / task.name).exists()
