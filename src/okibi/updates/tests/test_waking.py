"""The signal "wake up and poll": what an open port may be told, whom we believe, and what a closed one is called."""

import contextlib
import hashlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from okibi.updates import waking

SEED = "a" * 43
OTHER_SEED = "b" * 43


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An updater's own self-signed certificate: its file and fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PC-7")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 2, tzinfo=UTC))  # over long ago: only the fingerprint counts
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("updater") / "own.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


class Port:
    """An open port of this machine that answers one connection as it is told."""

    def __init__(self, answer):
        self.answer, self.heard = answer, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.number = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(20)
        self.socket.close()

    def serve(self):
        with contextlib.suppress(OSError):
            self.socket.settimeout(15)
            plain, _ = self.socket.accept()
            plain.settimeout(15)
            with plain:
                self.heard = self.answer(plain) or b""


def updater(path, answer=b"HTTP/1.1 204 No Content\r\n\r\n", seed=SEED, version=ssl.TLSVersion.TLSv1_3):
    """Answers whoever shows the certificate of ``seed``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    context.load_cert_chain(path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=waking.certificate(seed))

    def serve(plain):
        with context.wrap_socket(plain, server_side=True) as secure:
            heard = secure.recv(8192)
            secure.sendall(answer)
            return heard

    return serve


def woken(answer, fingerprint, **changes):
    with Port(answer) as port:
        tried = waking.wake("127.0.0.1", port.number, fingerprint, SEED, **{"inside": True, **changes})
    return tried, port


def test_an_updater_is_woken_by_one_request_that_says_nothing_else(own):
    path, fingerprint = own
    tried, port = woken(updater(path), fingerprint)
    assert tried is waking.WOKEN
    assert (
        port.heard
        == (
            f"POST /wake HTTP/1.1\r\nHost: 127.0.0.1:{port.number}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ).encode()
    )


def test_one_that_was_woken_just_now_is_as_good_as_woken(own):
    path, fingerprint = own
    tried, _ = woken(updater(path, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 9\r\n\r\n"), fingerprint)
    assert tried.ok


def test_what_else_it_answers_is_no_waking(own):
    path, fingerprint = own
    for answer in (b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0-x\r\n", b"x" * 9000, b"HTTP/1.1\r\n"):
        tried, _ = woken(updater(path, answer), fingerprint)
        assert tried is waking.OTHER_ANSWER


def test_another_certificate_is_told_nothing(own):
    path, _ = own
    tried, port = woken(updater(path), "0" * 64)
    assert (tried, port.heard) == (waking.WRONG_CERTIFICATE, b"")


def test_an_updater_that_knows_another_certificate_of_ours_refuses_us(own):
    path, fingerprint = own
    tried, _ = woken(updater(path, seed=OTHER_SEED), fingerprint)
    assert tried is waking.WE_ARE_REFUSED


def test_an_older_tls_is_none(own):
    path, fingerprint = own
    tried, _ = woken(updater(path, version=ssl.TLSVersion.TLSv1_2), fingerprint)
    assert tried is waking.NOT_TLS


def test_something_else_that_listens_there():
    tried, _ = woken(lambda plain: plain.sendall(b"220 mail.example.org ESMTP\r\n"), "0" * 64)
    assert tried is waking.NOT_TLS


def test_a_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
    assert waking.wake("127.0.0.1", number, "0" * 64, SEED, inside=True) is waking.REFUSED


def test_one_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(waking, "TIMEOUT", 0.3)
    gone = threading.Event()
    with Port(lambda _: gone.wait(10) and None) as port:
        tried = waking.wake("127.0.0.1", port.number, "0" * 64, SEED, inside=True)
        gone.set()
    assert tried is waking.TIMED_OUT


def test_a_name_that_can_be_nobody_s():
    assert waking.wake("a" * 70 + ".example.org", 8471, "0" * 64, SEED, inside=True) is waking.NAME_UNKNOWN


def test_an_updater_that_never_told_its_certificate():
    assert waking.wake("127.0.0.1", 1, "", SEED, inside=True) is waking.NOT_KNOWN_YET


def test_this_very_machine_is_not_woken_unless_it_is_allowed(own):
    with socket.create_server(("127.0.0.1", 0)) as port:
        tried = waking.wake("127.0.0.1", port.getsockname()[1], own[1], SEED)
        port.settimeout(0)
        with pytest.raises(BlockingIOError):
            port.accept()  # nobody had come
    assert tried is waking.FORBIDDEN


ADDRESSES = {
    "10.0.0.5": True,
    "192.168.1.7": True,
    "203.0.113.9": True,
    "fd00::7": True,
    "127.0.0.1": False,
    "127.8.8.8": False,
    "::1": False,
    "::ffff:127.0.0.1": False,
    "169.254.169.254": False,
    "fe80::1%eth0": False,
    "0.0.0.0": False,
    "224.0.0.1": False,
    "255.255.255.255": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_where_a_host_may_stand(address):
    assert waking.may(address) is ADDRESSES[address]


def test_our_certificate_is_the_same_for_one_seed_and_says_what_it_is_for():
    waking.certificate.cache_clear()
    again = waking.certificate(SEED)
    waking.certificate.cache_clear()
    found = x509.load_pem_x509_certificate(again.encode())
    assert waking.certificate(SEED) == again != waking.certificate(OTHER_SEED)
    assert found.not_valid_after_utc > datetime(2050, 1, 1, tzinfo=UTC) > found.not_valid_before_utc + timedelta(days=1)
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
