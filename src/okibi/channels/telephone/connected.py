"""Whether anything here can ring: where nothing can, no page asks whether it does."""

from pathlib import Path

from django.conf import settings

from okibi.channels.telephone.accounts import TelephoneFileError, load


def is_connected() -> bool:
    """Whether an exchange or the voice mail is set up; a file that is wrong counts, it had some. Takes no query."""
    if settings.OKIBI_SIP_INLET:
        return True
    try:
        return bool(load(Path(settings.OKIBI_TELEPHONE)))
    except (TelephoneFileError, OSError, UnicodeDecodeError):
        return True
