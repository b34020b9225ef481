"""Versions of the vendor's products: 4.2.1, 4.2.1.1043, 4.3.0-beta.2. Parsing, order, ranges.

Source of the order: Semantic Versioning 2.0 §11.
"""

import re
from dataclasses import dataclass
from functools import total_ordering

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

_VERSION = re.compile(
    r"v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,3})(?:-(?P<pre>[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*))?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)
_PARTS = 4


class VersionError(InputError):
    """The text is not a version, or not a range of versions."""

    code = "version"


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class ProductVersion:
    """A version: up to four numbers and the parts of a pre-release. ``text`` is as written and takes no part in order.

    4.2 equals 4.2.0; a pre-release comes before its release; a build (fourth number) after its version.
    """

    numbers: tuple[int, ...]
    pre: tuple[int | str, ...] = ()
    text: str = ""

    @property
    def is_pre_release(self) -> bool:
        return bool(self.pre)

    @property
    def _key(self) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
        padded = self.numbers + (0,) * (_PARTS - len(self.numbers))
        pre = tuple(
            (isinstance(p, str), 0 if isinstance(p, str) else p, p if isinstance(p, str) else "") for p in self.pre
        )
        return padded, not self.pre, pre

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, ProductVersion) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._key < other._key if isinstance(other, ProductVersion) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text or ".".join(map(str, self.numbers)) + ("-" + ".".join(map(str, self.pre)) if self.pre else "")


def parse_version(text: str) -> ProductVersion:
    """The version that a text is. Raises :class:`VersionError`."""
    match = _VERSION.fullmatch(text.strip())
    if not match or len(text) > 100:
        raise VersionError(
            Sentence(
                f"«{text[:40]}» не похоже на версию: ожидается вид 4.2.1, 4.2.1.1043 или 4.3.0-beta.2.",
                f"“{text[:40]}” is not a version: 4.2.1, 4.2.1.1043 or 4.3.0-beta.2 is expected.",
            )
        )
    numbers = tuple(int(part) for part in match["numbers"].split("."))
    pre = tuple(int(part) if part.isdecimal() else part.lower() for part in (match["pre"] or "").split(".") if part)
    return ProductVersion(numbers, pre, text.strip())


_IN_TEXT = re.compile(
    r"(?<![\w.])v?\d{1,4}\.\d{1,5}(?:\.\d{1,6}){0,2}(?:-(?:alpha|beta|rc)[.\d]*\d)?(?![\w]|\.\d)",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d")


def find_versions(text: str) -> tuple[ProductVersion, ...]:
    """Everything in free words that has the shape of a version, in order, each once; dates are left out."""
    found = (match[0].lower() for match in _IN_TEXT.finditer(text) if not _DATE.fullmatch(match[0]))
    return tuple(dict.fromkeys(parse_version(each) for each in found))


def is_fixed_by(fixed_in: ProductVersion, running: ProductVersion) -> bool:
    """Whether a device that runs ``running`` has what first shipped in ``fixed_in``."""
    return running >= fixed_in


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Versions from ``least`` on and before ``before``; nothing means no bound. Half-open."""

    least: ProductVersion | None = None
    before: ProductVersion | None = None

    def __contains__(self, version: ProductVersion) -> bool:
        return (self.least is None or version >= self.least) and (self.before is None or version < self.before)

    @property
    def empty(self) -> bool:
        return self.least is not None and self.before is not None and self.least >= self.before

    def __str__(self) -> str:
        return (
            " ".join(f"{sign}{version}" for sign, version in ((">=", self.least), ("<", self.before)) if version) or "*"
        )


def parse_range(text: str) -> VersionRange:
    """A range: "*", ">=4.2", "<5", ">=4.2 <4.5". Raises :class:`VersionError`, for an empty range too."""
    least = before = None
    for part in text.replace(",", " ").split():
        if part == "*":
            continue
        sign, rest = (">=", part[2:]) if part.startswith(">=") else (part[:1], part[1:])
        if sign == ">=" and least is None:
            least = parse_version(rest)
        elif sign == "<" and before is None:
            before = parse_version(rest)
        else:
            raise VersionError(_not_a_range(text))
    found = VersionRange(least, before)
    if found.empty or not text.strip():
        raise VersionError(_not_a_range(text))
    return found


def _not_a_range(text: str) -> Sentence:
    return Sentence(
        f"«{text[:40]}» не похоже на диапазон версий: ожидается вид «>=4.2 <4.5».",
        f"“{text[:40]}” is not a range of versions: the form “>=4.2 <4.5” is expected.",
    )
