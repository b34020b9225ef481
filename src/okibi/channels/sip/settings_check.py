"""What is missing or wrong in the settings of the voice mail, in words that name the setting and the remedy."""

from collections.abc import Callable, Iterator

from okibi.channels.sip.options import SipOptions, SipSettingsError, read
from okibi.channels.sip.phrases import Phrases
from okibi.kernel.sentence import Sentence


def look(said: Callable[[str], str]) -> tuple[SipOptions | None, list[Sentence]]:
    """The options (None: off, or wrong) and every problem. ``said`` gives the text of a setting by its name."""
    try:
        options = read(said)
    except SipSettingsError as error:
        return None, list(error.problems)
    return options, list(_remarks(options)) if options else []


def _remarks(options: SipOptions) -> Iterator[Sentence]:
    yield from Phrases(options.greetings).problems()


def open_to_all(options: SipOptions) -> bool:
    """Whether anybody who reaches the port may call: it listens beyond this machine and no trunk is named."""
    return not options.trunks and not options.host.startswith("127.")
