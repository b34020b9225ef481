"""An inlet's settings and its mail, for the tests that speak to one."""

import socket

import pytest

from okibi.channels.email.options import mail_options

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
    settings.OKIBI_SMTP_INLET_ENABLED, settings.OKIBI_LMTP_INLET = True, ""
    return mail_options()
