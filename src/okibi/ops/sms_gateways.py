"""The GSM gateways among the inlets: off until the file of gateways names one."""

import threading

import structlog

from okibi.sms import inlet
from okibi.sms.errors import SmsFileError
from okibi.sms.options import sms_options

log = structlog.get_logger(__name__)


def run(stop: threading.Event) -> None:
    """Serve gateways until ``stop`` is set; ends at once where there are none.

    A wrong file is told in the log and by ``okibi doctor``: mail, which comes in by the same process, goes on.
    """
    try:
        options = sms_options()
    except (SmsFileError, OSError) as error:
        log.error("sms_file", error=str(error))  # noqa: TRY400
        return
    if options.gateways:
        inlet.run(stop, options)
