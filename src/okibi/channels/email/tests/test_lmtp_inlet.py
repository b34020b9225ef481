"""The LMTP inlet on a port and on a socket file, alone and beside SMTP."""

import smtplib
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import OperationalError

from okibi.channels.email import inlets, smtp_inlet
from okibi.channels.email.listening import InletError, Place, lmtp_place
from okibi.channels.email.smtp_inlet import lmtp_inlet
from okibi.channels.email.tests.conftest import MAIL, free_port
from okibi.channels.models import Inbound

pytestmark = pytest.mark.django_db(transaction=True)


def lmtp_client(place):
    if place.path:
        return smtplib.LMTP(place.path, timeout=20)
    client = smtplib.LMTP("", timeout=20)
    client.connect(place.host, place.port)
    return client


def content(client, raw, replies):
    client.putcmd("data")
    assert client.getreply()[0] == 354
    client.send(raw + b".\r\n")
    return [client.getreply()[0] for _ in range(replies)]


@pytest.fixture(params=["port", "socket"])
def place(request, tmp_path):
    return Place(path=str(tmp_path / "lmtp.sock")) if request.param == "socket" else Place("", "127.0.0.1", free_port())


@pytest.fixture
def lmtp(options, place):
    running = lmtp_inlet(replace(options, inlet_limit=100_000), place)
    running.start()
    with lmtp_client(place) as speaking:
        speaking.ehlo()
        yield speaking
    running.stop()


def two_recipients(client):
    assert client.mail("anna@example.org")[0] == 250
    assert client.rcpt("stranger@example.org")[0] == 550
    for recipient in ("support@example.org", "support+t-abcdefgh@example.org"):
        assert client.rcpt(recipient)[0] == 250


def test_lmtp_answers_for_every_recipient(lmtp):
    two_recipients(lmtp)
    assert content(lmtp, MAIL, 2) == [250, 250]
    assert lmtp.noop()[0] == 250  # and no answer more
    row = Inbound.objects.get()
    assert (row.source, len(row.envelope["rcpt_to"])) == ("lmtp", 2)


def test_lmtp_refuses_for_every_recipient_too(lmtp, monkeypatch):
    def away(*_):
        raise OperationalError("the database is away")

    two_recipients(lmtp)
    assert content(lmtp, MAIL + (b"x" * 70 + b"\r\n") * 2000, 2) == [552, 552]
    two_recipients(lmtp)
    assert content(lmtp, MAIL + b"x" * 300_000 + b"\r\n", 2) == [552, 552]
    two_recipients(lmtp)
    with monkeypatch.context() as patched:
        patched.setattr(smtp_inlet, "receive", away)
        assert content(lmtp, MAIL, 2) == [451, 451]
    two_recipients(lmtp)
    assert content(lmtp, MAIL, 2) == [250, 250]
    assert lmtp.docmd("data")[0] == 503
    assert lmtp.noop()[0] == 250


def test_smtp_and_lmtp_are_open_side_by_side(options, settings, place):
    settings.OKIBI_IMAP_HOST, settings.OKIBI_LMTP_INLET = "", str(place)
    stop = threading.Event()
    running = threading.Thread(target=inlets.run, args=(stop,))
    running.start()
    try:
        for _ in range(400):
            if place.answers() or stop.wait(0.05):
                break
        with smtplib.SMTP("127.0.0.1", options.inlet_port, timeout=20) as client:
            client.sendmail("anna@example.org", ["support@example.org"], MAIL)
        with lmtp_client(place) as client:
            client.sendmail("anna@example.org", ["support@example.org"], MAIL.replace(b"<1@", b"<2@"))
            client.sendmail("anna@example.org", ["support@example.org"], MAIL)  # once more the first one
    finally:
        stop.set()
        running.join(15)
    assert not place.answers()
    assert list(Inbound.objects.order_by("id").values_list("source", flat=True)) == ["smtp", "lmtp"]


def test_a_socket_file_left_by_a_killed_process_is_no_hindrance_but_a_living_one_is(options, tmp_path):
    place = Place(path=str(tmp_path / "lmtp.sock"))
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(place.path)
    first, second = lmtp_inlet(options, place), lmtp_inlet(options, place)
    first.start()
    try:
        with pytest.raises(OSError, match="another process"):
            second.start()
        with lmtp_client(place) as client:
            client.sendmail("anna@example.org", ["support@example.org"], MAIL)
    finally:
        first.stop()
    assert not Path(place.path).exists()
    assert Inbound.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", None),
        ("/run/okibi/lmtp.sock", Place(path="/run/okibi/lmtp.sock")),
        (" 127.0.0.1:8024 ", Place("", "127.0.0.1", 8024)),
        ("[::1]:8024", Place("", "::1", 8024)),
    ],
)
def test_where_lmtp_listens(text, place):
    assert lmtp_place(text) == place
    assert str(place or "") == text.strip()


@pytest.mark.parametrize("text", ["8024", "lmtp.sock", "127.0.0.1:0", "127.0.0.1:65536", "::1:8024", "a b:1", "1"])
def test_a_place_that_is_none_is_refused_by_its_setting(text):
    with pytest.raises(InletError, match="OKIBI_LMTP_INLET"):
        lmtp_place(text)
