"""The SMTP inlet, spoken to over a real socket. 250 means: the bytes are committed."""

import smtplib
import socket
import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import OperationalError

from okibi.channels.email import inlets, smtp_inlet
from okibi.channels.email.listening import InletError
from okibi.channels.email.smtp_inlet import SmtpInlet
from okibi.channels.email.tests.conftest import MAIL
from okibi.channels.models import Inbound
from okibi.kernel import blobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inlet(options):
    running = SmtpInlet(options)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(inlet):
    with smtplib.SMTP("127.0.0.1", inlet.port, timeout=10) as speaking:
        speaking.ehlo()
        yield speaking


def deliver(client, raw=MAIL, sender="anna@example.org", recipients=("support@example.org",)):
    return client.sendmail(sender, list(recipients), raw, mail_options=["BODY=8BITMIME"])


def test_an_accepted_mail_is_stored_byte_for_byte(client):
    deliver(client, recipients=["support@example.org", "Support+t-abcdefgh@EXAMPLE.org"])
    row = Inbound.objects.get()
    assert blobs.read(row.raw) == MAIL
    assert (row.channel, row.source, row.state) == ("email", "smtp", "received")
    assert row.envelope["mail_from"] == "anna@example.org"
    assert row.envelope["rcpt_to"] == ["support@example.org", "Support+t-abcdefgh@EXAMPLE.org"]
    assert row.envelope["peer"] == "127.0.0.1"


def test_the_same_mail_again_is_accepted_and_changes_nothing(client):
    deliver(client)
    deliver(client)
    assert Inbound.objects.count() == 1


def test_a_bounce_has_no_sender_and_is_taken(client):
    deliver(client, sender="", recipients=["support+b-t.26-000001.0123456789abcdef@example.org"])
    assert Inbound.objects.get().envelope["mail_from"] == ""


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("support@example.org", True),
        ("SUPPORT@Example.ORG", True),
        ("support+anything@example.org", True),
        ("help@xn--80abvum4g.xn--p1ai", True),
        ("postmaster@example.org", True),
        ("anna@example.org", False),
        ("support@example.com", False),
        ("support@example.org.evil.example.com", False),
        ("supporter@example.org", False),
    ],
)
def test_only_our_own_addresses_are_taken(client, address, taken):
    client.mail("anna@example.org")
    assert (client.rcpt(address)[0] == 250) is taken


def test_addresses_beyond_ascii_are_taken(client):
    assert client.has_extn("smtputf8")
    client.command_encoding = "utf-8"
    assert client.mail("анна@example.org", ["SMTPUTF8"])[0] == 250
    assert client.rcpt("help@рябина.рф")[0] == 250


def test_a_database_that_is_away_means_try_again_and_its_return_is_noticed(client, monkeypatch):
    def away(*_):
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(smtp_inlet, "receive", away)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            deliver(client)
    assert refused.value.smtp_code == 451
    deliver(client)
    assert Inbound.objects.count() == 1


def test_a_mail_over_the_limit_is_refused_and_the_next_one_passes(options):
    inlet = SmtpInlet(replace(options, inlet_limit=100_000))
    inlet.start()
    try:
        with smtplib.SMTP("127.0.0.1", inlet.port, timeout=10) as client:
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                deliver(client, MAIL + b"x" * 70 + (b"\r\n" + b"x" * 70) * 2000)
            assert refused.value.smtp_code == 552
            deliver(client)
    finally:
        inlet.stop()
    assert Inbound.objects.count() == 1


@pytest.mark.parametrize("length", [999, 50_000, 3 * 1024 * 1024])
def test_lines_longer_than_the_standard_allows_are_taken(client, length):
    raw = MAIL + b"y" * length + b"\r\n"
    deliver(client, raw)
    assert blobs.read(Inbound.objects.get().raw) == raw


@pytest.mark.parametrize("length", [99_900, 100_001, 400_000])
def test_a_line_that_is_larger_than_a_mail_may_be_is_refused_as_that(options, length):
    inlet = SmtpInlet(replace(options, inlet_limit=100_000))
    inlet.start()
    try:
        with smtplib.SMTP("127.0.0.1", inlet.port, timeout=10) as client:
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                deliver(client, MAIL + b"x" * length + b"\r\n")
            assert refused.value.smtp_code == 552
            deliver(client)
    finally:
        inlet.stop()


def test_a_large_mail_is_taken(client):
    raw = MAIL + (b"A" * 76 + b"\r\n") * 130_000
    deliver(client, raw)
    assert blobs.read(Inbound.objects.get().raw) == raw


def test_one_connection_too_many_is_told_to_come_back(inlet, monkeypatch):
    monkeypatch.setattr(smtp_inlet, "MOST_CONNECTIONS", 2)
    with smtplib.SMTP("127.0.0.1", inlet.port, timeout=10), smtplib.SMTP("127.0.0.1", inlet.port, timeout=10):
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", inlet.port, timeout=10)
        assert refused.value.smtp_code == 421
    with smtplib.SMTP("127.0.0.1", inlet.port, timeout=10) as client:
        deliver(client)


def talk(inlet, sent, stop_sending=False):
    """Everything that the server says to these bytes, sent at once, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", inlet.port), timeout=20) as line:
        line.sendall(sent)
        if stop_sending:
            line.shutdown(socket.SHUT_WR)
        said = b""
        while piece := line.recv(65536):
            said += piece
        return said.decode()


def codes(said):
    return [line[:3] for line in said.splitlines() if line[3:4] == " "]


START = b"EHLO mx.example.org\r\nMAIL FROM:<anna@example.org>\r\n"
OURS = b"RCPT TO:<support@example.org>\r\n"


def test_a_guesser_of_addresses_is_hung_up_on_and_what_it_had_sent_ahead_is_not_read(inlet, monkeypatch):
    monkeypatch.setattr(smtp_inlet, "MOST_ERRORS", 3)
    guesses = b"".join(b"RCPT TO:<%d@example.org>\r\n" % number for number in range(3))
    said = talk(inlet, START + guesses + OURS + b"DATA\r\n" + MAIL + b".\r\n")
    assert codes(said) == ["220", "250", "250", "550", "550", "421"]
    assert Inbound.objects.count() == 0


def test_a_fault_of_ours_at_any_command_means_try_again(client, monkeypatch):
    def broken(*_):
        raise ValueError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr(smtp_inlet, "is_ours", broken)
        client.mail("anna@example.org")
        code, text = client.rcpt("support@example.org")
    assert (code, b"fault" in text) == (451, False)
    client.rset()
    deliver(client)


def test_a_disk_that_takes_nothing_means_try_again(client, settings, tmp_path):
    large = MAIL + (b"A" * 76 + b"\r\n") * 5000
    good, settings.OKIBI_FILES = settings.OKIBI_FILES, str(tmp_path / "a-file")
    (tmp_path / "a-file").write_bytes(b"")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        deliver(client, large)
    assert (refused.value.smtp_code, Inbound.objects.count()) == (451, 0)
    settings.OKIBI_FILES = good
    deliver(client, large)
    assert blobs.read(Inbound.objects.get().raw) == large


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\r\n\0.\r\n"])
def test_nobody_smuggles_a_second_mail_inside_a_first_one(inlet, end):
    smuggled = b"MAIL FROM:<boris@example.org>\r\nRCPT TO:<support@example.org>\r\nDATA\r\nSubject: 2\r\n\r\n2"
    body = MAIL + b"1" + end + smuggled + b"\r\n"
    said = talk(inlet, START + OURS + b"DATA\r\n" + body + b".\r\nQUIT\r\n")
    assert codes(said) == ["220", "250", "250", "250", "354", "250", "221"]
    (row,) = Inbound.objects.all()
    assert row.envelope["mail_from"] == "anna@example.org"
    assert b"boris@example.org" in blobs.read(row.raw)


def test_everything_in_one_packet_is_taken_one_by_one(inlet):
    transaction = b"MAIL FROM:<anna@example.org>\r\n" + OURS + b"DATA\r\n"
    many = b"".join(transaction + MAIL.replace(b"<1@", b"<%d@" % number) + b".\r\n" for number in range(3))
    said = talk(inlet, b"EHLO x\r\n" + many + b"QUIT\r\n")
    assert codes(said) == ["220", "250", *["250", "250", "354", "250"] * 3, "221"]
    assert Inbound.objects.count() == 3


def test_a_sender_that_does_not_wait_for_the_answer_and_comes_again_is_stored_once(inlet, client):
    with socket.create_connection(("127.0.0.1", inlet.port), timeout=20) as line:
        line.sendall(START + OURS + b"DATA\r\n")
        said = b""
        while b"354" not in said:
            said += line.recv(65536)
        line.sendall(MAIL.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    deliver(client)
    assert Inbound.objects.count() == 1


def test_a_mail_that_comes_slowly_is_not_cut_off(options, monkeypatch):
    monkeypatch.setattr(smtp_inlet, "SILENCE", 2.0)
    inlet = SmtpInlet(options)
    inlet.start()
    try:
        with smtplib.SMTP("127.0.0.1", inlet.port, timeout=20) as client:
            client.ehlo()
            client.mail("anna@example.org")
            client.rcpt("support@example.org")
            client.docmd("DATA")
            for _ in range(6):
                threading.Event().wait(0.5)
                client.send(b"X-Slow: 1\r\n")
            client.send(MAIL + b".\r\n")
            assert client.getreply()[0] == 250
    finally:
        inlet.stop()


def test_a_client_too_many_that_talks_all_the_same_harms_nobody(inlet, client, monkeypatch):
    monkeypatch.setattr(smtp_inlet, "MOST_CONNECTIONS", 1)
    for stop_sending in (False, True):
        with suppress(OSError):  # we close with bytes unread; the goodbye may be lost with them
            assert codes(talk(inlet, START, stop_sending)) == ["421"]
    deliver(client)


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(inlet, client):
    with socket.create_connection(("127.0.0.1", inlet.port), timeout=10) as raw:
        file = raw.makefile("rwb")
        for line in (b"EHLO x", b"MAIL FROM:<anna@example.org>", b"RCPT TO:<support@example.org>", b"DATA"):
            file.write(line + b"\r\n")
            file.flush()
        file.write(b"Subject: half\r\n\r\nhalf of a mail\r\n")
        file.flush()
    deliver(client)
    assert Inbound.objects.count() == 1


def test_several_connections_at_once_store_each_mail_once(inlet):
    def work(mine):
        with smtplib.SMTP("127.0.0.1", inlet.port, timeout=30) as client:
            for number in range(20):
                deliver(client, MAIL.replace(b"<1@", f"<{mine}.{number}@".encode()))
                deliver(client, MAIL.replace(b"<1@", f"<same.{number}@".encode()))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Inbound.objects.count() == 80


def test_the_inlets_run_until_they_are_told_to_stop(options, settings):
    settings.OKIBI_IMAP_HOST = ""
    stop, running = threading.Event(), None
    running = threading.Thread(target=inlets.run, args=(stop,))
    running.start()
    try:
        for _ in range(200):
            try:
                with smtplib.SMTP("127.0.0.1", options.inlet_port, timeout=10) as client:
                    deliver(client)
                break
            except ConnectionRefusedError:
                stop.wait(0.05)
    finally:
        stop.set()
        running.join(15)
    assert not running.is_alive()
    assert Inbound.objects.count() == 1
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", options.inlet_port, timeout=10)


def test_a_port_that_is_taken_is_named(options):
    with socket.create_server(("127.0.0.1", options.inlet_port)), pytest.raises(InletError) as refused:
        inlets.run(threading.Event())
    assert str(options.inlet_port) in refused.value.sentence.ru
    assert "OKIBI_SMTP_INLET_PORT" in refused.value.sentence.en
