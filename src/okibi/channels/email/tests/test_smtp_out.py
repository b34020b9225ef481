"""The way out, against a mail server that talks real SMTP."""

import re
import ssl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from okibi.channels.email import smtp_out
from okibi.channels.email.adapter import EmailChannel
from okibi.channels.email.compose import Features, UnsendableError, capped, compose, wire_address
from okibi.channels.email.options import mail_options
from okibi.channels.email.own_addresses import is_loop_mark
from okibi.channels.port import IncomingFile, Outgoing, Party, SendError
from tests.simulators.mail import MailServer

MOMENT = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
ID = "<t.26-001042.0123456789abcdef@example.org>"


def letter(**changes):
    given = {
        "recipient": Party("anna@example.org", "Анна Вольская"),
        "subject": "Ответ по заявке 26-001042",
        "text": "Здравствуйте!\n\nЗаново выберите принтер.\n",
        "html": "<p>Здравствуйте!</p>",
        "headers": {},
        "files": (),
        "external_id": ID,
        "automatic": False,
    }
    return Outgoing(**(given | changes))


@pytest.fixture
def server(settings):
    with MailServer() as running:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = running.host, running.port
        settings.OKIBI_SMTP_OUT_TLS, settings.OKIBI_SMTP_OUT_USER = "none", ""
        settings.OKIBI_MAIL_FROM, settings.OKIBI_MAIL_DOMAIN = "support@example.org", "example.org"
        yield running
        smtp_out.close_idle()


def send(**changes):
    return EmailChannel().send(letter(**changes))


def test_a_letter_arrives_whole(server):
    pdf = IncomingFile("Счёт за ноябрь, окончательный.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff")
    assert send(headers={"Reply-To": "support+t-abcdefgh@example.org"}, files=(pdf,)) == ID
    (got,) = server.received
    message = got.message
    assert (got.mail_from, got.rcpt_to) == ("support@example.org", ("anna@example.org",))
    assert str(message["To"]) == "Анна Вольская <anna@example.org>"
    assert str(message["Reply-To"]) == "support+t-abcdefgh@example.org"
    assert str(message["Subject"]) == "Ответ по заявке 26-001042"
    assert str(message["Message-ID"]) == ID
    assert message["Date"].datetime.tzinfo is not None
    assert message.get_content_type() == "multipart/mixed"
    assert (
        message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        == "Здравствуйте!\n\nЗаново выберите принтер.\n"
    )
    assert message.get_body(("html",)).get_content().strip() == "<p>Здравствуйте!</p>"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == pdf.name
    assert attached.get_content() == pdf.content
    assert all(len(line) <= 998 for line in got.raw.split(b"\r\n"))
    assert b"\n" not in got.raw.replace(b"\r\n", b"")


def test_only_an_automatic_letter_says_that_it_is_one(server):
    send(automatic=True)
    send()
    automatic, written = (got.message for got in server.received)
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert written["Auto-Submitted"] is None
    assert all(is_loop_mark(str(message["X-OKIBI-Loop"]), mail_options()) for message in (automatic, written))


def test_references_stay_whole_however_many_and_long_they_are(server):
    ids = [f"<{'long-' * 20}{number}@mail.example.org>" for number in range(60)]
    send(headers={"In-Reply-To": ids[-1], "References": " ".join(ids)})
    (got,) = server.received
    assert b"=?" not in got.raw.partition(b"References:")[2].partition(b"\r\nX-OKIBI")[0]
    assert str(got.message["References"]).split() == capped(ids)
    assert str(got.message["In-Reply-To"]).strip() == ids[-1]
    assert capped(ids)[0] == ids[0]
    assert capped(ids)[-1] == ids[-1]


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\r\n\r\n"])
def test_no_text_can_carry_a_header_of_its_own(break_):
    evil = f"x{break_}Bcc: vera@example.org"
    message = letter(
        recipient=Party("anna@example.org", evil),
        subject=evil,
        headers={"In-Reply-To": f"<a@b>{break_}Bcc: vera@example.org", "References": evil, "X-OKIBI-Ticket": evil},
        files=(IncomingFile(evil, f"text/plain{break_}Bcc: v", b"x"),),
    )
    content = compose(message, mail_options(), MOMENT, Features()).as_bytes()
    assert not [line for line in content.split(b"\r\n") if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "@example.org", "anna@example.org\r\nRCPT TO:<v@x.org>", "a b@example.org",
                "a@b,c@d",
                "anna@exam ple.org", "<anna@example.org>", "anna@example.org>", "an\ud800na@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_the_server_sees_it(address):
    with pytest.raises(UnsendableError):
        wire_address(address)


def test_a_cyrillic_domain_goes_as_a_labels():
    assert wire_address("anna@окиби.рф") == "anna@xn--90anbft.xn--p1ai"


def test_a_cyrillic_local_part_needs_a_server_that_takes_it(server):
    send(recipient=Party("анна@example.org"))
    (got,) = server.received
    assert got.rcpt_to == ("анна@example.org",)
    assert "SMTPUTF8" in got.options
    with MailServer(utf8=False) as old:
        server_port = old.port
        options = mail_options()
        with pytest.raises(SendError) as refused:
            smtp_out.send(letter(recipient=Party("анна@example.org")), _at(options, server_port), MOMENT)
    assert refused.value.permanent_failure


def _at(options, port):
    return type(options)(**{name: getattr(options, name) for name in options.__slots__} | {"smtp_port": port})


@pytest.mark.parametrize(("features", "encoding"), [(Features(eight_bit=True), b"8bit"), (Features(), b"base64")])
def test_russian_text_goes_as_it_is_only_where_the_server_takes_it(features, encoding):
    content = compose(letter(html=""), mail_options(), MOMENT, features).as_bytes()
    assert b"Content-Transfer-Encoding: " + encoding in content
    assert features.eight_bit or content.isascii()


def test_a_line_that_is_too_long_for_mail_is_encoded():
    text = "<p>" + "ж" * 2000 + "</p>"
    content = compose(letter(html=text), mail_options(), MOMENT, Features(eight_bit=True)).as_bytes()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def test_refusals_by_stage(server):
    server.refuse_for_good("boris@example.org")
    server.refuse_for_now("vera@example.org")
    server.content_answers = ["554 5.7.1 looks like spam", "451 4.3.0 disk full"]
    server.sender_answers = ["550 5.7.1 sender not allowed"]
    expected = [
        ("anna@example.org", False, "MAIL FROM: 550"),
        ("boris@example.org", True, "RCPT TO: 550"),
        ("vera@example.org", False, "RCPT TO: 450"),
        ("anna@example.org", True, "DATA: 554"),
        ("anna@example.org", False, "DATA: 451"),
    ]
    for address, final, words in expected:
        with pytest.raises(SendError, match=words) as refused:
            send(recipient=Party(address))
        assert (refused.value.permanent_failure, refused.value.uncertain) == (final, False)
    assert server.received == []


def test_one_connection_serves_a_batch_and_survives_refusals(server):
    server.refuse_for_good("boris@example.org")
    for _ in range(3):
        send()
    with pytest.raises(SendError):
        send(recipient=Party("boris@example.org"))
    send()
    assert [got.connection for got in server.received] == [1, 1, 1, 1]


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unseen(server):
    send()
    server.drop_connections()
    send()
    assert [got.connection for got in server.received] == [1, 2]


def test_a_break_after_the_last_byte_is_tried_again_with_the_same_message_id(server):
    server.break_after_content = 1
    with pytest.raises(SendError) as broken:
        send()
    assert (broken.value.permanent_failure, broken.value.uncertain, broken.value.unreachable) == (False, False, False)
    send()
    assert {str(got.message["Message-ID"]) for got in server.received} == {ID}


def test_no_server_at_all_is_nobodys_fault(settings):
    with MailServer() as gone:
        pass
    settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT, settings.OKIBI_SMTP_OUT_TLS = (
        gone.host,
        gone.port,
        "none",
    )
    with pytest.raises(SendError) as away:
        send()
    assert away.value.unreachable
    assert not away.value.permanent_failure


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(pem), "-out", f"{pem}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + Path(f"{pem}.crt").read_bytes())
    return pem


def tls_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_protected_and_signed_in_connection(settings, certificate, monkeypatch, mode):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.OKIBI_SMTP_OUT_USER, settings.OKIBI_SMTP_OUT_PASSWORD = "support", "right"
    settings.OKIBI_SMTP_OUT_TLS = mode
    with MailServer(tls=tls_context(certificate), starttls=mode == "starttls", password="right") as server:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = server.host, server.port
        send()
        smtp_out.close_idle()
        settings.OKIBI_SMTP_OUT_PASSWORD = "wrong"
        with pytest.raises(SendError) as locked:
            send()
    assert len(server.received) == 1
    assert locked.value.unreachable


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(settings, certificate, mode):
    settings.OKIBI_SMTP_OUT_TLS = mode
    with MailServer(tls=tls_context(certificate), starttls=mode == "starttls") as server:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = server.host, server.port
        with pytest.raises(SendError, match="CERTIFICATE_VERIFY_FAILED") as away:
            send()
    assert away.value.unreachable
    assert server.received == []


def test_bounce_addresses_name_the_letter(server, settings):
    settings.OKIBI_MAIL_BOUNCE_ADDRESSES = True
    send()
    (got,) = server.received
    assert got.mail_from == "support+b-t.26-001042.0123456789abcdef@example.org"


def test_a_server_that_closes_the_line_before_it_knows_the_letter_lets_all_letters_wait(server):
    server.sender_answers = ["421 4.3.2 the service goes down"]
    with pytest.raises(SendError) as refused:
        send()
    assert (refused.value.unreachable, refused.value.permanent_failure) == (True, False)
    send()
    assert len(server.received) == 1


NASTY = st.text(alphabet="aы.\n\r\v\f\x1c\x85\u2028 <>@:", max_size=40).map(lambda text: f"\n.\n{text}\r.\r\n")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=NASTY, text=NASTY, html=NASTY, name=NASTY, eight_bit=st.booleans())
def test_no_letter_carries_a_line_end_that_some_server_takes_for_the_end_of_the_mail(
    server, subject, text, html, name, eight_bit
):
    file = IncomingFile(name, "message/rfc822", text.encode())
    message = letter(
        subject=subject,
        text=text,
        html=html,
        recipient=Party("anna@example.org", name),
        headers={"In-Reply-To": f"<a@b>{subject}", "References": name, "Reply-To": "support@example.org"},
        files=(file,),
    )
    content = compose(message, mail_options(), MOMENT, Features(eight_bit=eight_bit)).as_bytes()
    assert not {b"\r", b"\n"} & set(re.findall(rb"[\r\n]", content.replace(b"\r\n", b"")))
