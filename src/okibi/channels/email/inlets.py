"""Every way by which mail comes in, for the life of one process."""

import threading
from contextlib import ExitStack

import structlog

from okibi.channels.email.imap_inlet import ImapInlet
from okibi.channels.email.listening import InletError, lmtp_place
from okibi.channels.email.options import mail_options
from okibi.channels.email.smtp_inlet import LmtpSocketInlet, SmtpInlet, lmtp_inlet
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)


def run(stop: threading.Event) -> None:
    """Run the SMTP and LMTP inlets and a reader for each IMAP folder until ``stop`` is set. Raises InletError."""
    options = mail_options()
    with ExitStack() as listening:
        if options.inlet_enabled:
            place = f"{options.inlet_bind}:{options.inlet_port}"
            _listen(listening, SmtpInlet(options), place, "OKIBI_SMTP_INLET_PORT")
        lmtp = lmtp_place(options.inlet_lmtp)
        if lmtp is not None:
            _listen(listening, lmtp_inlet(options, lmtp), str(lmtp), "OKIBI_LMTP_INLET")
        folders = options.imap_folders if options.imap_host else ()
        readers = [
            threading.Thread(
                target=ImapInlet(options, folder).run, args=(stop,), name=f"okibi-imap-{folder}", daemon=True
            )
            for folder in folders
        ]
        for reader in readers:
            reader.start()
        try:
            stop.wait()
        finally:
            stop.set()
    for reader in readers:
        reader.join(timeout=5)  # it may be waiting for a silent server; as a daemon it ends with the process


def _listen(listening: ExitStack, inlet: SmtpInlet | LmtpSocketInlet, place: str, setting: str) -> None:
    try:
        inlet.start()
    except OSError as error:
        raise InletError(
            Sentence(
                ru=f"Приём почты не может слушать {place}: {error}. Измените {setting}.",
                en=f"The mail inlet can't listen on {place}: {error}. Change {setting}.",
            )
        ) from error
    listening.callback(inlet.stop)
    log.info("mail_inlet_listens", place=place, setting=setting)
