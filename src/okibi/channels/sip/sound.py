"""Sound as the telephone has it: 8 kHz, one channel, signed 16-bit little-endian samples ("PCM" below).

WAV: RIFF, formats 1 (PCM), 6 (A-law) and 7 (µ-law) of the Multimedia Programming Interface; G.711 tables are aiortp's.
"""

import io
import math
import struct
import wave
from array import array
from collections.abc import Iterator
from operator import mul

from aiortp.codecs.g711 import PcmaCodec, PcmuCodec

RATE = 8000  # samples per second
FRAME = 160  # samples of one packet: 20 ms
SAMPLE = 2  # bytes
LOUD = 200  # root mean square of a frame above which somebody speaks; line noise stays below 100 (-50 dB)
PCMU, PCMA = 0, 8  # RTP payload types (RFC 3551 section 6)
_CODECS = {PCMU: PcmuCodec(), PCMA: PcmaCodec()}
_FORMATS = {6: PCMA, 7: PCMU}  # WAV format tag → codec


class NotSoundError(ValueError):
    """The bytes are no WAV that the telephone can play: 8 kHz, mono, 16-bit or G.711."""


def read_wav(content: bytes) -> bytes:
    """The PCM of a WAV. Raises NotSoundError with what is wrong."""
    parts = dict(_parts(content))
    form = parts.get(b"fmt ", b"")
    if len(form) < 16 or b"data" not in parts:
        raise NotSoundError("not a WAV")
    tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if (channels, rate) != (1, RATE):
        raise NotSoundError(f"{rate} Hz, {channels} channels; 8000 Hz mono is needed")
    sound = parts[b"data"]
    if tag in _FORMATS and bits == 8:
        return decode(sound, _FORMATS[tag])
    if tag == 1 and bits == 16:
        return sound[: len(sound) // SAMPLE * SAMPLE]
    raise NotSoundError(f"format {tag} with {bits} bits; 16-bit PCM, A-law or µ-law is needed")


def _parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield content[at : at + 4], content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def write_wav(pcm: bytes) -> bytes:
    """A WAV that every browser plays."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return target.getvalue()


def decode(payload: bytes, codec: int) -> bytes:
    return _CODECS[codec].decode(payload)


def encode(pcm: bytes, codec: int) -> bytes:
    return _CODECS[codec].encode(pcm)


def seconds(pcm: bytes) -> float:
    return len(pcm) / SAMPLE / RATE


def silence(length: float) -> bytes:
    """So many seconds of it."""
    return bytes(round(length * RATE) * SAMPLE)


def beep(length: float = 0.5, tone: float = 1000.0) -> bytes:
    """The signal after which one speaks, with soft edges; ``tone`` in Hz."""
    count, edge = round(length * RATE), RATE // 100
    waves = (
        8000 * min(1.0, at / edge, (count - at) / edge) * math.sin(2 * math.pi * tone * at / RATE)
        for at in range(count)
    )
    return _bytes(array("h", (round(value) for value in waves)))


def loudness(pcm: bytes) -> float:
    """Root mean square of the samples, 0–32768."""
    samples = _samples(pcm)
    return math.sqrt(sum(map(mul, samples, samples)) / len(samples)) if samples else 0.0


def frames(pcm: bytes) -> Iterator[bytes]:
    """Pieces of 20 ms, the last one filled up with silence."""
    size = FRAME * SAMPLE
    for at in range(0, len(pcm), size):
        yield pcm[at : at + size].ljust(size, b"\x00")


def spoken_seconds(pcm: bytes) -> float:
    """How much of it is not silence."""
    return sum(loudness(frame) > LOUD for frame in frames(pcm)) * FRAME / RATE


def without_tail(pcm: bytes, keep: float = 0.5) -> bytes:
    """Without the silence at its end, but for ``keep`` seconds of it."""
    last = 0
    for number, frame in enumerate(frames(pcm), start=1):
        if loudness(frame) > LOUD:
            last = number
    return pcm[: last * FRAME * SAMPLE + round(keep * RATE) * SAMPLE]


def _samples(pcm: bytes) -> "array[int]":
    samples = array("h", pcm[: len(pcm) // SAMPLE * SAMPLE])
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        samples.byteswap()
    return samples


def _bytes(samples: "array[int]") -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)
