"""How a text goes out as SMS: its alphabet, its segments, what it costs, and which letters made it dearer.

Sources: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension), TS 23.040 §9.2.3.24 (a segment of several loses
seven letters or three UTF-16 units to its header).
"""

from dataclasses import dataclass
from enum import StrEnum

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_COST = dict.fromkeys(_BASIC, 1) | dict.fromkeys("\f^{}\\[~]|€", 2)
_ALIKE = {  # typographic letters that a plain one may stand for without loss
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "−": "-", "…": "...",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " ", "№": "N", "\t": " ", "`": "'",
}  # fmt: skip
_LIMITS = {"gsm7": (160, 153), "ucs2": (70, 67)}


class SmsAlphabet(StrEnum):
    """How the letters are written."""

    GSM7 = "gsm7"  # 160 letters in one segment, 153 in each of several
    UCS2 = "ucs2"  # 70, and 67


@dataclass(frozen=True, slots=True)
class SmsText:
    """A text as its segments. ``left``: letters (UTF-16 units) that the last segment still takes.

    ``forced``: the letters, each once and in order, for which the dearer alphabet is needed. ``plain``: the same text
    with typographic letters made plain, where that saves segments; else "".
    """

    alphabet: SmsAlphabet
    segments: tuple[str, ...]
    left: int
    forced: tuple[str, ...] = ()
    plain: str = ""

    @property
    def count(self) -> int:
        """Segments: what the operator charges."""
        return len(self.segments)


def lines_of_one(text: str) -> str:
    """The same text with one letter for each line's end: browsers make two of it, and each costs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def measure(text: str) -> SmsText:
    """Cut a text as telephones do: no pair of one sign is ever parted. An empty text is one empty segment."""
    forced = tuple(dict.fromkeys(letter for letter in text if letter not in _COST))
    alphabet = SmsAlphabet.UCS2 if forced else SmsAlphabet.GSM7
    segments, left = _cut(text, alphabet)
    plain = "".join(_ALIKE.get(letter, letter) for letter in text)
    saves = plain != text and len(_cut(plain, _alphabet_of(plain))[0]) < len(segments)
    return SmsText(alphabet, segments, left, forced, plain if saves else "")


def _alphabet_of(text: str) -> SmsAlphabet:
    return SmsAlphabet.GSM7 if all(letter in _COST for letter in text) else SmsAlphabet.UCS2


def _cost(letter: str, alphabet: SmsAlphabet) -> int:
    if alphabet is SmsAlphabet.GSM7:
        return _COST[letter]
    return 2 if ord(letter) > 0xFFFF else 1


def _cut(text: str, alphabet: SmsAlphabet) -> tuple[tuple[str, ...], int]:
    alone, each = _LIMITS[alphabet]
    costs = [_cost(letter, alphabet) for letter in text]
    if sum(costs) <= alone:
        return (text,), alone - sum(costs)
    segments, start, used = [], 0, 0
    for place, cost in enumerate(costs):
        if used + cost > each:
            segments.append(text[start:place])
            start, used = place, 0
        used += cost
    return (*segments, text[start:]), each - used
