"""What is missing or wrong in the mail settings, in words that name the setting and the remedy (``okibi doctor``)."""

from collections.abc import Iterator

from okibi.channels.email.listening import InletError, lmtp_place
from okibi.channels.email.options import MailOptions
from okibi.channels.email.own_addresses import comparable
from okibi.kernel.sentence import Sentence

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def problems(options: MailOptions) -> list[Sentence]:
    """Empty when mail comes in and goes out."""
    return [*_way_in(options), *_way_out(options), *_addresses(options)]


def _way_in(options: MailOptions) -> Iterator[Sentence]:
    if not options.inlet_enabled and not options.inlet_lmtp and not options.imap_host:
        yield Sentence(
            ru="Почта не принимается: включите OKIBI_SMTP_INLET_ENABLED, задайте OKIBI_LMTP_INLET или OKIBI_IMAP_HOST.",
            en="No mail is taken in: set OKIBI_SMTP_INLET_ENABLED, OKIBI_LMTP_INLET or OKIBI_IMAP_HOST.",
        )
    try:
        lmtp_place(options.inlet_lmtp)
    except InletError as error:
        yield error.sentence
    if options.imap_host and not (options.imap_user and options.imap_password):
        yield Sentence(
            ru="Для IMAP нужны OKIBI_IMAP_USER и OKIBI_IMAP_PASSWORD.",
            en="IMAP needs OKIBI_IMAP_USER and OKIBI_IMAP_PASSWORD.",
        )
    if options.imap_host and not options.imap_folders:
        yield Sentence(ru="Не задана папка: OKIBI_IMAP_FOLDER.", en="No folder is named: OKIBI_IMAP_FOLDER.")
    if options.imap_tls == "none" and options.imap_host and options.imap_host not in LOCAL:
        yield Sentence(
            ru="Пароль IMAP идёт по сети открыто: задайте OKIBI_IMAP_TLS=tls или starttls.",
            en="The IMAP password crosses the network in the clear: set OKIBI_IMAP_TLS=tls or starttls.",
        )
    what, _, target = options.after_fetch.partition(":")
    if what not in {"seen", "leave"} and not (what == "move" and target):
        yield Sentence(
            ru="OKIBI_IMAP_AFTER понимает seen, leave или move:Папка.",
            en="OKIBI_IMAP_AFTER understands seen, leave or move:Folder.",
        )


def _way_out(options: MailOptions) -> Iterator[Sentence]:
    if not options.smtp_host:
        yield Sentence(
            ru="Письма ждут в очереди и не отправляются: задайте OKIBI_SMTP_OUT_HOST.",
            en="Letters wait in the queue and are not sent: set OKIBI_SMTP_OUT_HOST.",
        )
        return
    if options.smtp_user and not options.smtp_password:
        yield Sentence(
            ru="Задан OKIBI_SMTP_OUT_USER, но не OKIBI_SMTP_OUT_PASSWORD.",
            en="OKIBI_SMTP_OUT_USER is set, but OKIBI_SMTP_OUT_PASSWORD is not.",
        )
    if options.smtp_tls == "none" and options.smtp_user and options.smtp_host not in LOCAL:
        yield Sentence(
            ru="Пароль SMTP идёт по сети открыто: задайте OKIBI_SMTP_OUT_TLS=starttls или tls.",
            en="The SMTP password crosses the network in the clear: set OKIBI_SMTP_OUT_TLS=starttls or tls.",
        )
    if comparable(options.sender).endswith(("@example.org", "@example.com", "@example.net")):
        yield Sentence(
            ru="OKIBI_MAIL_FROM — всё ещё адрес-пример: письма с него никуда не дойдут, ответы никто не получит.",
            en="OKIBI_MAIL_FROM is still the example address: its letters will not arrive, and nobody gets answers.",
        )


def _addresses(options: MailOptions) -> Iterator[Sentence]:
    for address in options.addresses:
        local, _, domain = address.rpartition("@")
        if not local or not domain:
            yield Sentence(
                ru=f"«{address}» — не адрес почты: проверьте OKIBI_MAIL_FROM и OKIBI_MAIL_ADDRESSES.",
                en=f"{address!r} is not an e-mail address: check OKIBI_MAIL_FROM and OKIBI_MAIL_ADDRESSES.",
            )
