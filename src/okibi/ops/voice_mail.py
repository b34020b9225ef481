"""The voice mail among the inlets: off until an address is set."""

import threading

import structlog

from okibi.channels.sip import inlet
from okibi.channels.sip.options import SipSettingsError, sip_options
from okibi.flows.voice_hours import occasion

log = structlog.get_logger(__name__)


def run(stop: threading.Event) -> None:
    """Answer calls until ``stop`` is set; ends at once where none are taken.

    Wrong settings are told in the log and by ``okibi doctor``: mail, which comes in by the same process, goes on.
    """
    try:
        options = sip_options()
    except SipSettingsError as error:
        log.error("voice_mail_settings", problems=[problem.en for problem in error.problems])  # noqa: TRY400
        return
    if options is not None:
        inlet.run(stop, options, occasion)
