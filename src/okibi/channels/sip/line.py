"""The voice of one call: RTP with G.711, heard from nobody but the caller, and what the two sides agree on about it."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiortp import RTPSession
from aiosipua.sdp import Codec, SdpMessage, negotiate_sdp
from aiosipua.sdp_negotiate import SdpNegotiationError

from okibi.channels.sip import sound

NO_EVENTS = 127  # a payload type that no offer of G.711 uses for telephone-event when it names none
COMFORT_NOISE = 13  # RFC 3389
REORDER = 2  # frames that may come before one is given on
LONGEST_GAP = 10 * sound.RATE  # samples; a longer jump of the timestamps is no silence but a new clock


class NoVoiceError(ValueError):
    """The offer has no sound that we understand, or nowhere to send ours."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer comes to: our answer, the codec (RTP payload type), where our voice goes, whose voice is heard."""

    answer: SdpMessage
    codec: int
    remote: tuple[str, int]
    heard_from: frozenset[str]
    events: int
    trusted: bool


def agree(offer: SdpMessage, source: str, *, trusted: bool, local: tuple[str, int], codec: int | None = None) -> Terms:
    """Answer an offer that came from ``source``. Raises NoVoiceError.

    Only a trunk may have its voice elsewhere than its signalling; for anybody else ours goes where the call came from.
    """
    events = next((c.payload_type for c in _codecs(offer) if c.encoding_name.lower() == "telephone-event"), 0)
    try:
        answer, chosen = negotiate_sdp(
            offer=offer,
            local_ip=local[0],
            rtp_port=local[1],
            supported_codecs=[codec] if codec is not None else [sound.PCMA, sound.PCMU],
            dtmf_payload_type=events,
        )
    except (SdpNegotiationError, ValueError) as error:
        raise NoVoiceError(str(error)) from error
    host, port = offer.rtp_address or ("", 0)
    try:
        said = ipaddress.IPv4Address(host)
    except ValueError:
        said = ipaddress.IPv4Address(source)
    if not 1024 <= port < 65536:
        raise NoVoiceError("no port to send voice to")
    there = str(said) if trusted and int(said) else source
    return Terms(answer, chosen, (there, port), frozenset({there, source}), events or NO_EVENTS, trusted)


def _codecs(offer: SdpMessage) -> list[Codec]:
    return offer.audio.codecs if offer.audio else []


class Line(RTPSession):
    """A session that drops packets of strangers and of payloads nobody agreed on. ``on_audio`` gets PCM.

    The library then follows the caller's voice to the port it really comes from, behind a NAT.
    """

    heard_from: frozenset[str] = frozenset()

    def _handle_rtp(self, data: bytes, addr: tuple[str, int]) -> None:
        agreed = {self._payload_type, self._dtmf_payload_type, COMFORT_NOISE}
        if addr[0] in self.heard_from and len(data) > 12 and data[1] & 0x7F in agreed:
            super()._handle_rtp(data, addr)

    def _handle_rtcp(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[0] in self.heard_from:
            super()._handle_rtcp(data, addr)


async def open_line(terms: Terms, host: str, port: int) -> Line:
    """Listen for the caller's voice on ``host``. Raises OSError."""
    line = cast(
        "Line",
        await Line.create(
            local_addr=(host, port),
            remote_addr=terms.remote,
            payload_type=terms.codec,
            dtmf_payload_type=terms.events,
            cname="okibi",
            jitter_prefetch=REORDER,
            skip_audio_gaps=True,
            paced=True,
            symmetric_rtp=True,
        ),
    )
    line.heard_from = terms.heard_from
    return line


class Unbroken:
    """Sound by its timestamps: where a telephone sent nothing while its owner was silent, silence is put in."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._next: int | None = None

    def put(self, pcm: bytes, timestamp: int) -> None:
        """A piece of sound that begins at a timestamp (samples, modulo 2³²)."""
        if self._next is not None:
            gap = (timestamp - self._next) & 0xFFFFFFFF
            if 0 < gap <= LONGEST_GAP:
                self._take(bytes(gap * sound.SAMPLE))
        self._take(pcm)
        self._next = (timestamp + len(pcm) // sound.SAMPLE) & 0xFFFFFFFF
