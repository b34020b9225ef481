"""Every way by which mail comes in, for the life of one process."""

import threading

import structlog

from okibi.channels.email.imap_inlet import ImapInlet
from okibi.channels.email.options import mail_options
from okibi.channels.email.smtp_inlet import SmtpInlet
from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)


class InletError(ConfigurationError):
    """An inlet can't listen where the settings say."""

    code = "mail_inlet"


def run(stop: threading.Event) -> None:
    """Run the SMTP or LMTP inlet and a reader for each IMAP folder until ``stop`` is set. Raises InletError."""
    options = mail_options()
    smtp = SmtpInlet(options) if options.inlet_enabled else None
    if smtp is not None:
        place = f"{options.inlet_bind}:{options.inlet_port}"
        try:
            smtp.start()
        except OSError as error:
            raise InletError(
                Sentence(
                    ru=f"Приём почты не может слушать {place}: {error}. Измените OKIBI_SMTP_INLET_PORT.",
                    en=f"The mail inlet can't listen on {place}: {error}. Change OKIBI_SMTP_INLET_PORT.",
                )
            ) from error
        log.info("mail_inlet_listens", place=place, protocol="LMTP" if options.inlet_lmtp else "SMTP")
    folders = options.imap_folders if options.imap_host else ()
    readers = [
        threading.Thread(target=ImapInlet(options, folder).run, args=(stop,), name=f"okibi-imap-{folder}", daemon=True)
        for folder in folders
    ]
    for reader in readers:
        reader.start()
    try:
        stop.wait()
    finally:
        stop.set()
        if smtp is not None:
            smtp.stop()
        for reader in readers:
            reader.join(timeout=5)  # it may be waiting for a silent server; as a daemon it ends with the process
