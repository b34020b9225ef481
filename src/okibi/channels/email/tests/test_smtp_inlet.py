"""The SMTP and LMTP inlet, spoken to over a real socket. 250 means: the bytes are committed."""

import smtplib
import socket
import threading
from dataclasses import replace

import pytest
from django.db import OperationalError

from okibi.channels.email import inlets, smtp_inlet
from okibi.channels.email.inlets import InletError
from okibi.channels.email.options import mail_options
from okibi.channels.email.smtp_inlet import SmtpInlet
from okibi.channels.models import Inbound
from okibi.kernel import blobs

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = (
    "From: Анна Вольская <anna@example.org>\r\nTo: support@example.org\r\nSubject: Ошибка E-17\r\n"
    "Message-ID: <1@example.org>\r\n\r\nНе печатает.\r\n.начинается с точки\r\n"
).encode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def options(settings):
    settings.OKIBI_MAIL_FROM, settings.OKIBI_MAIL_DOMAIN = "support@example.org", "example.org"
    settings.OKIBI_MAIL_ADDRESSES = ["help@рябина.рф"]
    settings.OKIBI_SMTP_INLET_PORT = free_port()
    settings.OKIBI_SMTP_INLET_ENABLED, settings.OKIBI_SMTP_INLET_LMTP = True, False
    return mail_options()


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


def test_lines_longer_than_the_standard_allows_are_taken(client):
    raw = MAIL + b"y" * 50_000 + b"\r\n"
    deliver(client, raw)
    assert blobs.read(Inbound.objects.get().raw) == raw


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


def test_a_guesser_of_addresses_is_hung_up_on(client, monkeypatch):
    monkeypatch.setattr(smtp_inlet, "MOST_ERRORS", 3)
    client.mail("anna@example.org")
    assert [client.rcpt(f"{number}@example.org")[0] for number in range(3)] == [550, 550, 421]


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


def test_lmtp_answers_for_every_recipient(options):
    inlet = SmtpInlet(replace(options, inlet_lmtp=True))
    inlet.start()
    try:
        with smtplib.LMTP("127.0.0.1", inlet.port, timeout=10) as client:
            client.connect("127.0.0.1", inlet.port)
            client.ehlo()
            assert client.rcpt  # LHLO was understood
            assert client.mail("anna@example.org")[0] == 250
            for recipient in ("support@example.org", "support+t-abcdefgh@example.org"):
                assert client.rcpt(recipient)[0] == 250
            client.putcmd("data")
            assert client.getreply()[0] == 354
            client.send(MAIL + b".\r\n")
            assert [client.getreply()[0] for _ in range(2)] == [250, 250]
    finally:
        inlet.stop()
    row = Inbound.objects.get()
    assert (row.source, len(row.envelope["rcpt_to"])) == ("lmtp", 2)


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
