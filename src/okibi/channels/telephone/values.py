"""What an exchange told of a call, in words that no exchange owns. Pure values: no Django, no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from okibi.kernel.sentence import Sentence


class What(StrEnum):
    """What happened to a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    TRANSFERRED = "transferred"
    RECORDING = "recording"  # a recording is there
    SUMMARY = "summary"  # the whole call, told once at its end
    VOICE = "voice"  # the caller left a voice message
    REFUSED = "refused"  # a dialling that was taken and could not be carried out
    NOTICE = "notice"  # something that no call needs, or that nobody knows yet: kept, and no more


class Direction(StrEnum):
    """Seen from the desk."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of one call.

    ``call_key`` is one client call, ``leg_key`` one stretch of it (equal where the exchange knows no stretches); both
    are unique within ``exchange`` and ``account``. ``said`` is the other side's number as it was written, ``e164`` the
    same as "+79000000011", "" for a hidden number and for what is no number of the public network.

    ``at``, ``started_at``, ``answered_at``, ``ended_at`` are aware, None where nobody said. ``answered`` is what a
    SUMMARY or ENDED says for itself. ``final``: no more of this call is to come. ``by_machine``: a voice menu or a
    queue answered, no person. ``new_key_on_transfer``: the exchange gives a transferred call another key.
    """

    what: What
    exchange: str = ""
    account: str = ""
    call_key: str = ""
    leg_key: str = ""
    seq: int | None = None
    direction: Direction = Direction.IN
    said: str = ""
    e164: str = ""
    hidden: bool = False
    our_number: str = ""
    extension: str = ""
    user: str = ""  # who answered, or who is rung, as the exchange calls them
    cause: str = ""
    at: datetime | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    talk_seconds: int | None = None
    answered: bool | None = None
    final: bool = False
    forwarded: bool = False  # this stretch ended because the call went on elsewhere
    by_machine: bool = False
    transferred_from: str = ""  # the leg that it was taken from
    goes_on_as: str = ""  # of a TRANSFERRED: the key of the call that goes on with this one
    new_key_on_transfer: bool = False
    recording: str = ""  # an address, or the exchange's id of the recording
    word: str = ""  # of a NOTICE: what the exchange calls it; of a REFUSED: our id of the dialling
    why: Sentence | None = None  # of a REFUSED
