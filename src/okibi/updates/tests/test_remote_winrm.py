"""The way to a Windows host by WinRM over HTTPS: who is spoken to, what is refused, what goes over the wire."""

import hashlib
import socket
import ssl
import threading
import time
from xml.etree import ElementTree as ET

import pytest
from pypsrp.shell import Process, WinRS
from pypsrp.wsman import WSMan

from okibi.updates.recipe import Install, Recipe
from okibi.updates.remote import winrm, wsman
from okibi.updates.remote.values import Ended, Line, Login, LostError, ReachError, Task, Where
from okibi.updates.remote.windows import _FACTS, DRIVER, Windows, _script, about
from tests.simulators.winrm import WinrmHost

PS = Windows()
RIGHT = Login("WIN\\okibi", password="right")
RECIPE = Recipe("desktop", Install.EXE, "C:\\Program Files\\Program", 'type "%OKIBI_FOLDER%\\VERSION"', arguments="/S")


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with WinrmHost(tmp_path_factory.mktemp("windows")) as host:
        yield host


def way(host, login=RIGHT, pinned=None, port=None, inside=True):
    trail: list[Line] = []
    try:
        where = Where("127.0.0.1", port or host.port, inside=inside)
        with winrm.opened(where, login, host.pin if pinned is None else pinned, trail):
            return "in", trail
    except ReachError as error:
        return error.tried.code, trail


def test_a_login_is_accepted_by_ntlm_bound_to_the_channel(host):
    host.tried.clear()
    code, trail = way(host)
    assert code == "in"
    assert [line.sentence.en.partition(":")[0] for line in trail] == [
        "The port is open", "HTTPS answers", "The key is the confirmed one", "Signed in as WIN\\okibi",
    ]  # fmt: skip
    assert hashlib.sha1(host.der).hexdigest().upper() in trail[1].sentence.en
    assert len(host.tried) == 1
    assert host.shells == {}  # it was closed behind us


def test_basic_goes_where_nothing_else_is_offered(tmp_path):
    with WinrmHost(tmp_path, basic=True) as host:
        assert way(host, Login("okibi", password="right"))[0] == "in"
        assert way(host, Login("okibi", password="wrong"))[0] == "login_refused"


@pytest.mark.parametrize("pinned", ["", "x509 SHA256:" + "0" * 64])
def test_another_certificate_is_told_nothing(host, pinned):
    host.tried.clear()
    assert way(host, pinned=pinned)[0] == ("key_changed" if pinned else "key_new")
    assert host.tried == []


def test_what_is_closed_has_a_name_of_its_own(host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    assert way(host, port=closed)[0] == "refused"
    assert way(host, inside=False)[0] == "forbidden"
    assert way(host, None)[0] == "no_login"
    assert way(host, Login("WIN\\okibi", password="wrong"))[0] == "login_refused"


def served(answer) -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        plain, _ = server.accept()
        with plain:
            answer(plain)

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_plain_http_is_no_winrm_of_ours(host):
    with served(lambda plain: plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        assert way(host, port=server.getsockname()[1])[0] == "no_tls"


def test_another_web_server_is_none(host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(host.home / "own.pem")

    def answer(plain):
        with context.wrap_socket(plain, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with served(answer) as server:
        assert way(host, port=server.getsockname()[1])[0] == "not_winrm"


@pytest.fixture
def shell(host):
    host.slow, host.version, host.outcome = False, "4.2.0", "ok"
    with winrm.opened(Where("127.0.0.1", host.port, inside=True), RIGHT, host.pin, []) as shell:
        yield shell


def test_output_that_is_late_is_asked_for_again(host, shell):
    host.slow = True
    facts = PS.facts(shell, RECIPE)
    assert (facts.version, facts.system["version"], facts.system["architecture"]) == ("4.2.0", "10.0.17763", "AMD64")


def task(content=b"MZ setup", number=1) -> Task:
    return Task(
        f"run-{number}-abc",
        RECIPE,
        "Setup 4.3.0.exe",
        hashlib.sha256(content).hexdigest(),
        len(content),
        "4.3.0",
        "4.2.0",
    )


def test_a_large_file_goes_in_envelopes_that_every_windows_takes(host, shell):
    content = bytes(range(256)) * 1200  # 300 KB
    given = task(content, 2)
    host.largest = 0
    PS.make_room(shell, given)
    PS.pour(shell, given, [content[:200_000], content[200_000:]])
    assert PS.look(shell, given).have == len(content)
    assert PS.digest(shell, given) == given.sha256
    assert host.largest <= wsman.ENVELOPE
    PS.drop_file(shell, given)
    assert PS.look(shell, given).have == 0
    PS.clean(shell, given)
    assert not PS.look(shell, given).there


def test_the_driver_goes_on_without_us_and_begins_once(host, shell):
    given = task(number=3)
    PS.make_room(shell, given)
    host.begun.clear()
    PS.begin(shell, given)
    PS.begin(shell, given)
    until = time.monotonic() + 20
    while not (seen := PS.look(shell, given)).result and time.monotonic() < until:
        time.sleep(0.05)
    assert (seen.result, seen.version, host.begun) == (("ok",), "4.3.0", ["begun"])
    assert seen.steps[-1] == "checking"
    PS.clean(shell, given)


def test_a_shell_that_is_gone_is_a_broken_session(host, shell):
    host.shells.clear()
    with pytest.raises(LostError):
        shell.run("exit 0", 5)


def test_what_is_typed_never_becomes_powershell():
    hostile = Recipe("desktop", Install.SCRIPT, "C:\\x", "'; calc; '", command="$(calc) \u2019; calc")
    text = about(Task("r", hostile, "a'b.exe", "", 0, "4", ""))
    assert "\u2019" not in text  # PowerShell takes it for a quote
    script = _script("x", "", about=text)
    literal = script.split("\n")[1].removeprefix("$said = '").removesuffix("' | ConvertFrom-Json")
    assert "'" not in literal.replace("''", "")


REFUSED = {
    "no XML": b"<html>",
    "another document": b"<a/>",
    "an entity": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "nothing": b"",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_message_is_not_read(case):
    with pytest.raises(LostError):
        wsman.received(REFUSED[case])


def test_a_message_carries_what_the_protocol_demands():
    message = ET.fromstring(wsman.command("https://h:5986/wsman", "ID", "powershell.exe", ["-x", "<&>"]))
    text = ET.tostring(message, encoding="unicode")
    for words in ("OperationTimeout", "MaxEnvelopeSize", "SelectorSet", "mustUnderstand", "&lt;&amp;&gt;"):
        assert words in text


def test_a_foreign_client_finds_the_simulator_to_be_winrm(host):
    """pypsrp, which is used against real Windows hosts, signs in and runs a command."""
    with (
        WSMan("127.0.0.1", port=host.port, username="WIN\\okibi", password="right", ssl=True, auth="ntlm",
              cert_validation=False, no_proxy=True) as client,
        WinRS(client) as remote,
    ):  # fmt: skip
        process = Process(remote, "echo", ["hello"])
        process.invoke()
        assert (process.rc, process.stdout) == (0, b"hello\r\n")


def test_the_driver_is_read_alike_by_every_powershell():
    """5.1 reads a script without a mark in the system's code page; "end" and its like are words of the language."""
    text = DRIVER.read_text(encoding="ascii")
    defined = {line.split()[1].partition("(")[0].lower() for line in text.splitlines() if line.startswith("function ")}
    assert "finish" in defined
    assert not defined & {"begin", "process", "end", "clean", "data", "exit", "trap", "return", "throw"}
    assert max(map(len, text.splitlines())) <= 130


def test_no_script_lets_powershell_read_what_a_program_complains_of():
    """Windows PowerShell 5.1 ends a script at the first line of a program's errors where ``2>`` is PowerShell's own."""
    for script in (_script("facts", _FACTS, version="x", folder="y"), DRIVER.read_text(encoding="ascii")):
        assert "2>$null" not in script
        assert "2>&1" not in script


@pytest.mark.parametrize(
    ("output", "digest"),
    [
        ("a" * 64 + "\r\n", "a" * 64),
        ("#< CLIXML\r\n" + "b" * 64 + '\r\n<Objs Version="1.1.0.1"></Objs>', "b" * 64),
        ("Exception calling OpenRead", ""),
    ],
)
def test_a_digest_is_found_beside_what_a_new_profile_has_to_say(output, digest):
    class Said:
        def run(self, script, limit):
            return Ended(0, output)

    assert PS.digest(Said(), task()) == digest
