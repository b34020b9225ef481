"""The way to a host by SSH, and what the driver leaves there: the new version whole, or the old one whole."""

import hashlib
import io
import os
import signal
import socket
import tarfile
import threading
import time
import zipfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from okibi.updates.recipe import Install, Recipe
from okibi.updates.remote import ssh, told, words
from okibi.updates.remote.posix import Posix, about
from okibi.updates.remote.reading import number_in
from okibi.updates.remote.values import Ended, Line, Login, LostError, ReachError, Task, Where
from tests.simulators.ssh import SshHost

SH = Posix()
RIGHT = Login("okibi", password="right")


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with SshHost(tmp_path_factory.mktemp("server")) as host:
        yield host


def way(host, login=RIGHT, pinned=None, port=None, inside=True):
    """What the way ends with, and what stood on it."""
    trail: list[Line] = []
    try:
        where = Where("127.0.0.1", port or host.port, inside=inside)
        with ssh.opened(where, login, host.pin if pinned is None else pinned, trail):
            return "in", trail
    except ReachError as error:
        return error.tried.code, trail


def test_a_login_is_accepted_and_every_step_is_said(host):
    code, trail = way(host)
    assert code == "in"
    assert [line.sentence.en.partition(":")[0] for line in trail] == [
        "The port is open", "SSH answers", "The key is the confirmed one", "Signed in as okibi",
    ]  # fmt: skip


def test_a_key_opens_as_a_password_does(host):
    key = paramiko.Ed25519Key.from_private_key(io.StringIO(_ed25519()))
    host.public = key
    assert way(host, Login("okibi", key=_ed25519()))[0] == "in"
    host.public = None
    assert way(host, Login("okibi", key=_ed25519()))[0] == "login_refused"
    assert way(host, Login("okibi", key="not a key"))[0] == "bad_key"


@cache
def _ed25519() -> str:
    form = serialization.PrivateFormat.OpenSSH
    made = Ed25519PrivateKey.generate()
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def test_before_the_key_is_confirmed_nobody_signs_in(host):
    host.tried.clear()
    trail: list[Line] = []
    with (
        pytest.raises(ReachError) as error,
        ssh.opened(Where("127.0.0.1", host.port, inside=True), RIGHT, "", trail),
    ):
        pass
    assert (error.value.tried.code, error.value.shown, host.tried) == ("key_new", host.pin, [])


@pytest.mark.parametrize("pinned", ["ecdsa-sha2-nistp256 SHA256:another", "ssh-ed25519 SHA256:gone"])
def test_another_key_is_told_no_name_and_no_password(host, pinned):
    host.tried.clear()
    assert way(host, pinned=pinned)[0] == "key_changed"
    assert host.tried == []


def test_what_is_closed_has_a_name_of_its_own(host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    assert way(host, port=closed)[0] == "refused"
    assert way(host, inside=False)[0] == "forbidden"
    assert way(host, Login("okibi", password="wrong"))[0] == "login_refused"
    assert way(host, None)[0] == "no_login"
    with socket.create_server(("127.0.0.1", 0)) as mail:

        def answer():
            plain, _ = mail.accept()
            plain.sendall(b"220 mail.example.org ESMTP\r\n" * 200)
            plain.close()

        threading.Thread(target=answer, daemon=True).start()
        assert way(host, port=mail.getsockname()[1])[0] == "not_ssh"


def test_a_login_is_never_printed():
    assert "right" not in repr(RIGHT)
    assert "PRIVATE" not in repr(Login("okibi", key=_ed25519()))


@pytest.fixture
def shell(host):
    with ssh.opened(Where("127.0.0.1", host.port, inside=True), RIGHT, host.pin, []) as shell:
        yield shell


def test_a_long_output_is_cut_and_a_long_command_given_up(shell):
    assert len(shell.run("yes | head -c 200000", 20).output) == 65536
    assert shell.run("exit 7", 5).code == 7
    with pytest.raises(LostError):
        shell.run("sleep 20", 0.4)


def test_what_a_host_says_of_itself(shell):
    facts = SH.facts(shell, Recipe("server", Install.ARCHIVE, "/opt/p", "echo Program 4.2.0 build 7"))
    assert (facts.system["family"], facts.version, facts.lacks) == ("linux", "4.2.0", ())
    assert facts.free_mb > 0


NUMBERS = {"Program 4.2.0 (build 7)": "4.2.0", "v5.1": "5.1", "4.3.0-beta.1\n": "4.3.0-beta.1", "7": "7", "": ""}


@pytest.mark.parametrize("text", NUMBERS)
def test_the_version_in_what_a_program_prints(text):
    assert number_in(text) == NUMBERS[text]


def test_nothing_typed_becomes_a_command_of_ours():
    hostile = "/opt/x'; touch /tmp/owned; '"
    text = about(Task("r", Recipe("s", Install.SCRIPT, hostile, "$(reboot)"), "a b';c.zip", "", 0, "4", "`x`"))
    assert "'\"'\"'" in text
    assert "VERSION='$(reboot)'" in text
    assert "OKIBI_OLD='`x`'" in text
    assert 'OKIBI_FILE="$here"/a_b_c.zip' in text


KEPT = {
    "папку не удалось заменить; x": "папку не удалось заменить; x",
    "программа останавливается": "the program is stopped",
    "Проверка работы не прошла; прежняя версия возвращена и работает.": (
        "The health check did not pass; the old version is back and works."
    ),
    "Установщик закончил с кодом 1603; ничего не тронуто.": "The installer ended with code 1603; nothing was touched.",
}


@pytest.mark.parametrize("text", KEPT)
def test_a_report_reads_in_both_languages(text):
    assert told.kept(text).en == KEPT[text]


# ---------------------------------------------------------------- the driver


@pytest.fixture
def program(tmp_path):
    """A program of a folder: what it is, is in a file; it runs while ``run`` says so."""
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "VERSION").write_text("4.2.0\n")
    (folder / "config.ini").write_text("own\n")
    (tmp_path / "run").write_text("yes\n")
    return folder


def recipe(folder, install=Install.ARCHIVE, **changes):
    run = folder.parent / "run"
    given = {
        "version": f"cat {folder}/VERSION",
        "stop": f"rm -f {run}",
        "start": f"echo yes > {run}",
        "health": f"test -e {run} && ! grep -q broken {folder}/VERSION {folder}/health 2> /dev/null",
        "keep": ("config.ini",),
        "limit": 20,
        "health_limit": 1,
    }
    return Recipe("server", install, str(folder), **{**given, **changes})


def archive(kind="tar", top="", **files) -> bytes:
    made = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(made, "w") as opened:
            for name, text in files.items():
                opened.writestr(f"{top}{name}", text)
    else:
        with tarfile.open(fileobj=made, mode="w:gz") as opened:
            for name, text in files.items():
                info = tarfile.TarInfo(f"{top}{name}")
                info.size = len(text)
                opened.addfile(info, io.BytesIO(text.encode()))
    return made.getvalue()


GOOD = archive(VERSION="4.3.0\n", **{"config.ini": "theirs\n"})


def task(folder, content=GOOD, name="p-4.3.0.tar.gz", what=None, **changes):
    number = f"run-{folder.parent.name[-30:]}"
    made = what or recipe(folder, **changes)
    return Task(number, made, name, hashlib.sha256(content).hexdigest(), len(content), "4.3.0", "4.2.0")


def laid(shell, given, content=GOOD):
    SH.clean(shell, given)
    SH.make_room(shell, given)
    SH.pour(shell, given, [content[:100], content[100:]])
    assert SH.digest(shell, given) == given.sha256


def ended(shell, given):
    until = time.monotonic() + 60
    while not (seen := SH.look(shell, given)).result:
        assert time.monotonic() < until, seen
        time.sleep(0.05)
    return seen


def installed(shell, given, content=GOOD):
    laid(shell, given, content)
    SH.begin(shell, given)
    return ended(shell, given)


def test_an_archive_takes_the_place_of_the_old_folder_and_keeps_what_is_to_stay(shell, program):
    seen = installed(shell, task(program))
    assert seen.result == ("ok",)
    assert seen.steps == ("unpacking", "stopping", "saving", "installing", "starting", "checking")
    assert ((program / "VERSION").read_text(), (program / "config.ini").read_text()) == ("4.3.0\n", "own\n")
    assert (program.parent / "run").exists()
    assert sorted(path.name for path in program.parent.iterdir()) == ["program", "run"]


def test_a_zip_with_one_folder_at_its_top(shell, program):
    content = archive("zip", "p-4.3.0/", VERSION="4.3.0")
    seen = installed(shell, task(program, content, "p.zip", strip=True), content)
    assert seen.result == ("ok",)
    assert (program / "VERSION").read_text() == "4.3.0"


BACK = {
    "the new version does not work": (archive(VERSION="4.3.0\n", health="broken"), {}, ("back", "health")),
    "it is another version": (archive(VERSION="4.2.9\n"), {}, ("back", "version")),
    "the old one does not stop": (GOOD, {"stop": "exit 5"}, ("back", "stop")),
}


@pytest.mark.parametrize("case", BACK)
def test_it_goes_back_to_the_whole_old_version(shell, program, case):
    content, changes, result = BACK[case]
    seen = installed(shell, task(program, content, **changes), content)
    assert seen.result == result
    assert ((program / "VERSION").read_text(), (program / "config.ini").read_text()) == ("4.2.0\n", "own\n")
    assert (program.parent / "run").exists()


def test_a_package_that_is_none_leaves_everything_as_it_is(shell, program):
    content = b"not an archive" * 9
    assert installed(shell, task(program, content), content).result == ("failed", "unpack")
    assert (program / "VERSION").read_text() == "4.2.0\n"


def test_a_command_of_ones_own_gets_the_file_and_the_folder(shell, program):
    given = task(program, b"4.3.0", "p.bin", install=Install.SCRIPT, command='cp "$OKIBI_FILE" "$OKIBI_FOLDER/VERSION"')
    assert installed(shell, given, b"4.3.0").result == ("ok",)


def test_one_that_fails_brings_the_copy_of_the_folder_back(shell, program):
    given = task(
        program, b"4.3.0", "p.bin", install=Install.SCRIPT, command='rm -rf "$OKIBI_FOLDER"/*; echo bad; exit 3'
    )
    seen = installed(shell, given, b"4.3.0")
    assert (seen.result, seen.tail) == (("back", "install", "3"), "bad")
    assert (program / "config.ini").read_text() == "own\n"


def test_one_that_never_ends_is_ended(shell, program):
    given = task(program, b"x", "p.bin", install=Install.SCRIPT, command="sleep 60", limit=1)
    assert installed(shell, given, b"x").result == ("back", "install", "124")


def test_begun_twice_it_installs_once(shell, program):
    count = program.parent / "count"
    given = task(program, b"4.3.0", "p.bin", install=Install.SCRIPT,
                 command=f'echo x >> {count}; sleep 0.3; cp "$OKIBI_FILE" "$OKIBI_FOLDER/VERSION"')  # fmt: skip
    laid(shell, given, b"4.3.0")
    for _ in range(3):
        SH.begin(shell, given)
    assert ended(shell, given).result == ("ok",)
    SH.begin(shell, given)
    time.sleep(0.3)
    assert count.read_text() == "x\n"


@pytest.mark.parametrize("install", [Install.ARCHIVE, Install.SCRIPT])
def test_a_host_that_was_switched_off_in_the_middle_is_brought_back(shell, program, install):
    """The driver is killed while the new version is being checked: the old one returns at the next look."""
    command = 'cp "$OKIBI_FILE" "$OKIBI_FOLDER/VERSION"; echo new > "$OKIBI_FOLDER/config.ini"'
    health = f"test -e {program.parent}/well"
    given = task(program, install=install, command=command, health=health, health_limit=60)
    laid(shell, given)
    SH.begin(shell, given)
    until = time.monotonic() + 30
    while "checking" not in SH.look(shell, given).steps and time.monotonic() < until:
        time.sleep(0.05)
    _kill(given)
    seen = SH.look(shell, given)
    assert (seen.begun, seen.alive, seen.result) == (True, False, ())
    (program.parent / "well").write_text("yes")
    SH.begin(shell, given, restore=True)
    assert ended(shell, given).result == ("back", "cut")
    assert ((program / "VERSION").read_text(), (program / "config.ini").read_text()) == ("4.2.0\n", "own\n")


def _kill(given) -> None:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                said = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"{given.name}/driver".encode() in said:
                os.kill(int(entry.name), signal.SIGKILL)
    time.sleep(0.1)


# ---------------------------------------------------------------- what a test says before the hours come

FORMS = {
    "OpenSSH": (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH),
    "PKCS #8": (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_private_key_is_read_in_every_usual_form(form):
    key = Ed25519PrivateKey.generate()
    plain = key.private_bytes(*FORMS[form], serialization.NoEncryption()).decode()
    assert ssh.private_key(plain).get_name() == "ssh-ed25519"
    locked = key.private_bytes(*FORMS[form], serialization.BestAvailableEncryption(b"secret")).decode()
    with pytest.raises(ssh.PassphraseError):
        ssh.private_key(locked)


class Said:
    """A host that answers every script with this."""

    def __init__(self, output, code=0):
        self.ended = Ended(code, output)

    def run(self, script, limit):
        return self.ended


def test_an_account_that_runs_no_commands_is_named_with_what_it_said():
    with pytest.raises(ReachError) as told_:
        SH.facts(Said("This account is currently not available.\n", 1), None)
    assert told_.value.tried.code == "no_shell"
    assert "currently not available" in told_.value.tried.sentence.ru


def test_a_greeting_of_the_login_shell_changes_no_sum():
    digest = hashlib.sha256(b"x").hexdigest()
    assert SH.digest(Said(f"Hello, it is Monday\n{digest}  -\n"), SimpleNamespace(name="run-1", file="a.zip")) == digest


PLACES = {
    "a folder that can be replaced": ("app", Install.ARCHIVE, None),
    "nothing above it": ("nowhere/app", Install.ARCHIVE, "denied"),
    "a mount point": ("/proc", Install.ARCHIVE, "mounted"),
    "a mount point, by a command of one's own": ("/proc", Install.SCRIPT, None),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_folder_that_can_t_be_replaced_is_named(case, host, tmp_path):
    folder, install, expected = PLACES[case]
    (tmp_path / "app").mkdir()
    recipe = Recipe("desktop", install, str(tmp_path / folder), "echo 4.2.0", command="true")
    with ssh.opened(Where("127.0.0.1", host.port, inside=True), RIGHT, host.pin, []) as shell:
        facts = SH.facts(shell, recipe)
    way_ = words.in_the_way(facts.denied, facts.mounted)
    assert (way_.code if way_ else None) == expected
