"""A parsed mail in the desk's words: threads, proof of the sender, bounces, loops, settings."""

import pytest

from okibi.channels.email.adapter import EmailChannel, external_id
from okibi.channels.email.compose import Features, compose
from okibi.channels.email.options import mail_options
from okibi.channels.port import Outgoing, Party
from okibi.kernel.clock import now

OURS = "<t.26-001042.0123456789abcdef@example.org>"


@pytest.fixture(autouse=True)
def our_address(settings):
    settings.OKIBI_MAIL_FROM, settings.OKIBI_MAIL_DOMAIN = "support@example.org", "example.org"
    settings.OKIBI_TRUSTED_AUTHSERV = ["mx.example.org"]


def mail(*headers, body="Спасибо, заработало"):
    given = [
        "From: Анна Вольская <anna@example.org>",
        "To: support@example.org",
        "Subject: Re: E-17",
        "Message-ID: <2@example.org>",
        *headers,
    ]
    return ("\r\n".join(given) + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n").encode()


def parse(*headers, envelope=None, body="Спасибо, заработало"):
    return EmailChannel().parse(mail(*headers, body=body), envelope or {})


class TestThreads:
    def test_references_come_oldest_first_and_the_direct_parent_is_the_newest(self):
        incoming = parse(f"In-Reply-To: {OURS}", f"References: <a@x> {OURS} <b@x>")
        assert incoming.references == ("<a@x>", "<b@x>", OURS)
        assert incoming.external_id == "<2@example.org>"

    @pytest.mark.parametrize(
        ("headers", "envelope"),
        [
            (["Cc: Support+T-ABCDEFGH@example.org"], {}),
            (["Delivered-To: support+t-abcdefgh@example.org"], {}),
            ([], {"rcpt_to": ["support+t-abcdefgh@example.org"]}),
        ],
    )
    def test_a_tickets_own_address_is_found_wherever_it_stands(self, headers, envelope):
        assert parse(*headers, envelope=envelope).facts["address_token"] == "abcdefgh"

    @pytest.mark.parametrize(
        "address",
        ["support+t-abcdefgh@evil.example.com", "anna+t-abcdefgh@example.org", "support+t-@example.org",
         "support+t-ab cd@example.org", "support+x-abcdefgh@example.org", "support+t-short@example.org"],
    )  # fmt: skip
    def test_a_token_in_a_foreign_or_broken_address_is_no_token(self, address):
        assert "address_token" not in parse(envelope={"rcpt_to": [address]}).facts


class TestProofOfTheSender:
    @pytest.mark.parametrize(
        ("said", "authentic"),
        [
            ("mx.example.org; dmarc=pass header.from=example.org", True),
            ("mx.example.org; dkim=pass header.d=example.org", True),
            ("mx.example.org; spf=pass smtp.mailfrom=anna@example.org", True),
            ("mx.example.org; dkim=pass header.d=mailer.example.com", None),
            ("mx.example.org; dmarc=fail header.from=example.org", False),
            ("mx.example.org; spf=fail smtp.mailfrom=anna@example.org", False),
            ("mx.example.org; none", None),
            ("mx.evil.example.com; dmarc=pass header.from=example.org", None),
        ],
    )
    def test_only_the_trusted_servers_word_about_the_visible_author_counts(self, said, authentic):
        assert parse(f"Authentication-Results: {said}").authentic is authentic

    def test_without_a_trusted_server_nothing_is_proved(self, settings):
        settings.OKIBI_TRUSTED_AUTHSERV = []
        incoming = parse("Authentication-Results: mx.example.org; dmarc=pass header.from=example.org")
        assert (incoming.authentic, incoming.authentication) == (None, {})

    def test_several_authors_prove_none_of_them(self):
        raw = mail("Authentication-Results: mx.example.org; dmarc=pass header.from=example.org").replace(
            b"<anna@example.org>", b"<anna@example.org>, boris@example.org"
        )
        assert EmailChannel().parse(raw, {}).authentic is None


class TestOurOwnMail:
    def sent(self, **changes):
        message = Outgoing(
            Party("anna@example.org"),
            "Ответ",
            "Здравствуйте!",
            "",
            {},
            (),
            OURS,
            automatic=changes.get("automatic", False),
        )
        return compose(message, mail_options(), now(), Features()).as_bytes()

    def test_a_letter_of_ours_that_comes_back_is_a_loop(self):
        assert EmailChannel().parse(self.sent(), {}).loop

    def test_a_forged_mark_is_none(self):
        assert not parse("X-OKIBI-Loop: 0123456789abcdef0123456789abcdef").loop
        assert not parse("X-OKIBI-Loop: да").loop

    def test_another_installations_letter_is_no_loop(self, settings):
        raw = self.sent()
        settings.SECRET_KEY = "another installation"
        assert not EmailChannel().parse(raw, {}).loop

    def test_our_receipt_is_automatic_for_others_too(self):
        assert EmailChannel().parse(self.sent(automatic=True), {}).automatic

    def test_a_mail_from_the_empty_sender_is_automatic(self):
        assert parse(envelope={"mail_from": ""}).automatic
        assert not parse(envelope={"mail_from": "anna@example.org"}).automatic


class TestBounces:
    REPORT = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        "Final-Recipient: rfc822; anna@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n{original}\r\n--b--"
    )
    ORIGINAL = f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {OURS}\r\nSubject: x\r\n"

    def report(self, original, envelope):
        head = (
            "From: MAILER-DAEMON@mx.example.org\r\nTo: support@example.org\r\nSubject: Undelivered\r\n"
            "MIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        )
        return EmailChannel().parse((head + self.REPORT.format(original=original)).encode(), envelope)

    def test_a_report_names_our_letter(self):
        incoming = self.report(self.ORIGINAL, {})
        assert incoming.bounce.external_id == OURS
        assert incoming.bounce.recipients == ("anna@example.org",)
        assert incoming.bounce.permanent
        assert "no such user" in incoming.bounce.reason
        assert incoming.automatic

    def test_a_report_without_our_letter_is_known_by_the_address_it_came_to(self):
        envelope = {"mail_from": "", "rcpt_to": ["support+b-t.26-001042.0123456789abcdef@example.org"]}
        assert self.report("", envelope).bounce.external_id == OURS


class TestIdentity:
    def test_the_same_mail_by_two_inlets_is_one(self):
        fetched = b"Received: from mx by imap; Fri, 20 Nov 2026\r\nDelivered-To: support@example.org\r\n" + mail()
        piped = mail().replace(b"\r\n", b"\n").replace(b"Subject: Re: E-17", b"Subject: Re:\n  E-17")
        assert external_id(fetched) == external_id(piped) == external_id(mail())

    @pytest.mark.parametrize(
        "other",
        [
            mail(body="другой текст"),
            mail().replace(b"Re: E-17", b"Re: E-18"),
            mail().replace(b"anna@", b"boris@"),
            mail("Date: Fri, 20 Nov 2026 12:41:00 +0300"),
            mail().replace(b"<2@", b"<3@"),
        ],
        ids=["text", "subject", "author", "date", "id"],
    )
    def test_another_mail_with_the_same_message_id_is_not_lost(self, other):
        assert external_id(other) != external_id(mail())

    def test_without_a_message_id_every_byte_counts(self):
        bare = mail().replace(b"Message-ID: <2@example.org>\r\n", b"")
        assert external_id(bare).startswith("sha256:")
        assert external_id(bare) != external_id(b"Received: again\r\n" + bare)

    @pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\xff\x00", b"Message-ID: <" + b"x" * 5000 + b"@y>\r\n\r\n"])
    def test_any_bytes_have_an_identity_that_fits(self, raw):
        assert 0 < len(external_id(raw)) <= 200


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"OKIBI_SMTP_OUT_HOST": ""}, "OKIBI_SMTP_OUT_HOST"),
            ({"OKIBI_SMTP_INLET_ENABLED": False, "OKIBI_IMAP_HOST": ""}, "OKIBI_IMAP_HOST"),
            ({"OKIBI_IMAP_HOST": "imap.example.net", "OKIBI_IMAP_USER": ""}, "OKIBI_IMAP_USER"),
            ({"OKIBI_IMAP_HOST": "imap.example.net", "OKIBI_IMAP_TLS": "none"}, "OKIBI_IMAP_TLS"),
            ({"OKIBI_IMAP_AFTER": "delete"}, "OKIBI_IMAP_AFTER"),
            ({"OKIBI_SMTP_OUT_HOST": "mx.example.net", "OKIBI_SMTP_OUT_USER": "a"}, "OKIBI_SMTP_OUT_PASSWORD"),
            ({"OKIBI_SMTP_OUT_HOST": "mx.example.net"}, "OKIBI_MAIL_FROM"),
        ],
    )
    def test_what_is_missing_is_named(self, settings, changes, named):
        for name, value in changes.items():
            setattr(settings, name, value)
        assert any(named in problem.ru and named in problem.en for problem in EmailChannel().problems())

    def test_a_complete_configuration_has_no_problems(self, settings):
        settings.OKIBI_MAIL_FROM = "support@ryabina.test"
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_TLS = "mx.ryabina.test", "starttls"
        settings.OKIBI_SMTP_OUT_USER = settings.OKIBI_SMTP_OUT_PASSWORD = "x"
        assert EmailChannel().problems() == []
        assert EmailChannel().can_send()
