"""The port: who may say "poll now", and that nothing else can be said. The desk's side is spoken here byte by byte."""

import hashlib
import os
import socket
import ssl
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from okibi_updater import keeping, wake

POST = b"POST /wake HTTP/1.1\r\nHost: h:1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def certificate(folder, name, *, ended=False):
    """A client's key and certificate as the desk makes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk")])
    begins = datetime.now(UTC) - timedelta(days=9)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=1 if ended else 99))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / name).write_bytes(private + made.public_bytes(pem))
    return made.public_bytes(pem).decode()


class Knocking:
    """The desk's side."""

    def __init__(self, folder):
        self.folder, self.woken = folder, []
        (folder / "desk.pem").write_text(certificate(folder, "client.pem"))
        self.listener = wake.Listener(("127.0.0.1", 0), folder, folder / "desk.pem", lambda: self.woken.append(1))

    def say(self, request=POST, client="client.pem", most=ssl.TLSVersion.TLSv1_3):
        """The status line, or "" where the line was closed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, most
        if client:
            context.load_cert_chain(self.folder / client)
        try:
            with (
                socket.create_connection(("127.0.0.1", self.listener.port), 5) as line,
                context.wrap_socket(line) as tls,
            ):
                own = hashlib.sha256(tls.getpeercert(binary_form=True)).hexdigest()
                assert own == keeping.fingerprint((self.folder / "wake.pem").read_text())
                tls.sendall(request)
                return tls.recv(4096).partition(b"\r\n")[0].decode()
        except OSError:
            return ""


@pytest.fixture
def knocking(tmp_path):
    made = Knocking(tmp_path)
    yield made
    made.listener.close()


def test_the_desk_wakes_and_is_held_back_when_it_knocks_again(knocking):
    assert knocking.say() == "HTTP/1.1 204 No Content"
    assert knocking.say() == "HTTP/1.1 429 Too Many Requests"
    assert len(knocking.woken) == 1


ODD = {
    "another path": (b"POST /else HTTP/1.1\r\n\r\n", "404"),
    "another method": (b"GET /wake HTTP/1.1\r\n\r\n", "405"),
    "a body": (POST.replace(b"Length: 0", b"Length: 5") + b"hello", "400"),
    "a body that nobody announced": (POST + b"hello", "400"),
    "a body in chunks": (POST.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked"), "400"),
    "a head without end": (b"POST /wake HTTP/1.1\r\nX: " + b"x" * wake.HEAD * 2, ""),
}


@pytest.mark.parametrize("said", ODD)
def test_nothing_else_can_be_said(knocking, said):
    request, status = ODD[said]
    assert status in knocking.say(request)
    assert knocking.woken == []


def test_nobody_else_gets_in(knocking, tmp_path):
    certificate(tmp_path, "stranger.pem")
    assert knocking.say(client="stranger.pem") == ""
    assert knocking.say(client="") == ""
    assert knocking.say(most=ssl.TLSVersion.TLSv1_2) == ""
    (tmp_path / "desk.pem").unlink()
    assert knocking.say() == ""
    assert knocking.woken == []


def test_another_certificate_of_the_desk_counts_from_the_moment_it_is_told(knocking, tmp_path):
    (tmp_path / "desk.pem").write_text(certificate(tmp_path, "new.pem", ended=True))  # the pin counts, not the date
    assert knocking.say() == ""
    assert "204" in knocking.say(client="new.pem")


def test_a_silent_stranger_keeps_nobody_out(knocking):
    with socket.create_connection(("127.0.0.1", knocking.listener.port)):
        assert "204" in knocking.say()


def test_a_listener_that_ran_out_of_files_goes_on_listening(knocking):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as files, socket.socket() as knock:
        resource.setrlimit(resource.RLIMIT_NOFILE, (knock.fileno() + 1, hard))
        try:
            with suppress(OSError):
                while True:  # every number below the limit is taken
                    files.callback(os.close, os.dup(knock.fileno()))
            knock.connect(("127.0.0.1", knocking.listener.port))
            time.sleep(wake.RESTS)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "204" in knocking.say()


def test_the_service_polls_at_once_when_woken_and_keeps_the_desk_s_certificate(host):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host.set_up(top="", more=f'[wake]\nlisten = "127.0.0.1"\nport = {port}')
    host.desk.certificate = certificate(host.home, "client.pem")
    with host.service() as service:
        service.once()
        assert service.desk_file.read_text() == host.desk.certificate
        assert len(host.desk.told[0]["data"]["wake.sha256"]) == 64
        before, ended = host.desk.polls, []

        def wait(_seconds):
            ended.append(service.woken.is_set())
            if len(ended) == 1:
                made = Knocking.__new__(Knocking)
                made.folder, made.listener = host.home, type("At", (), {"port": port})
                assert "204" in made.say()
                until = time.monotonic() + 5
                while not service.woken.is_set() and time.monotonic() < until:
                    time.sleep(0.01)
                return
            service.stop()

        service.woken.wait = wait
        service.run()
    assert host.desk.polls - before == 2
