"""The ways by which mail comes in: which the settings open, and what each said last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from okibi.channels.email.imap_inlet import ImapInlet, left_in
from okibi.channels.email.listening import InletError, lmtp_place
from okibi.channels.email.options import MailOptions, mail_options
from okibi.kernel import signs


@dataclass(frozen=True, slots=True)
class WayIn:
    """``place``: a URL without a password. ``source`` is what its rows in the inbox bear.

    ``well_at``: when a mailbox was last read to its end (aware UTC); None for a way that listens, whose life is that of
    the inlets. ``problem``: the mail server's own words while a mailbox can't be read; ``left``: UIDs of the mails in
    it that were given up.
    """

    place: str
    source: str
    listens: bool
    well_at: datetime | None = None
    problem: str = ""
    left: tuple[int, ...] = ()


def ways_in() -> Sequence[WayIn]:
    """Those that are open by the settings of this process; what is wrong in them is told by the channel's problems."""
    return list(_ways(mail_options()))


def _ways(options: MailOptions) -> Iterator[WayIn]:
    if options.inlet_enabled:
        yield WayIn(f"smtp://{options.inlet_bind}:{options.inlet_port}", "smtp", listens=True)
    try:
        lmtp = lmtp_place(options.inlet_lmtp)
    except InletError:
        lmtp = None
    if lmtp:
        yield WayIn(lmtp.url(), "lmtp", listens=True)
    if options.imap_host:
        said = {sign.name: sign for sign in signs.of("imap:")}
        for folder in options.imap_folders:
            inlet = ImapInlet(options, folder)
            sign = said.get(inlet.name)
            place = f"imap://{options.imap_host}:{options.imap_port}/{folder}"
            well_at, problem = (sign.well_at, sign.problem) if sign else (None, "")
            left = tuple(left_in(inlet.left_name))
            yield WayIn(place, inlet.source, listens=False, well_at=well_at, problem=problem, left=left)
