"""Microsoft .NET Framework in free words, version numbers and release numbers (scheme.md §2).

Source of the release numbers: Microsoft, "Determine which .NET Framework versions are installed" (the registry value
``Release``): a release is at least the version whose number it reaches.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from okibi.policy.platform_text import unwanted

# The smallest release number of each version.
RELEASES = (
    (533320, "4.8.1"),
    (528040, "4.8"),
    (461808, "4.7.2"),
    (461308, "4.7.1"),
    (460798, "4.7"),
    (394802, "4.6.2"),
    (394254, "4.6.1"),
    (393295, "4.6"),
    (379893, "4.5.2"),
    (378675, "4.5.1"),
    (378389, "4.5"),
)
_FIRST_RELEASE = 378389
_LAST_SENSIBLE_RELEASE = 999_999
KNOWN: tuple[str, ...] = (
    "1.0",
    "1.1",
    "2.0",
    "3.0",
    "3.5",
    "4.0",
    "4.5",
    "4.5.1",
    "4.5.2",
    "4.6",
    "4.6.1",
    "4.6.2",
    "4.7",
    "4.7.1",
    "4.7.2",
)
KNOWN += ("4.8", "4.8.1")


class Runtime(StrEnum):
    FRAMEWORK = "framework"  # Microsoft .NET Framework, version known
    FRAMEWORK_4 = "framework_4"  # some 4.x: the words don't say which (v4.0.30319 is the same for all of them)
    OTHER_DOTNET = "other_dotnet"  # .NET Core, .NET 5 and newer, Mono: not the .NET Framework
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class DotNet:
    """A named runtime: ``version`` is like "4.6.2" (empty where none is known), ``mention`` the words."""

    runtime: Runtime
    version: str
    mention: str

    @property
    def label(self) -> str:
        names = {
            Runtime.FRAMEWORK: f".NET Framework {self.version}",
            Runtime.FRAMEWORK_4: ".NET Framework 4.x",
            Runtime.OTHER_DOTNET: self.version,
        }
        return names.get(self.runtime, self.mention)


def version_key(version: str) -> tuple[int, int, int]:
    """A version as numbers, for comparing: "4.6" → (4, 6, 0)."""
    parts = [int(part) for part in version.split(".")]
    major, minor, patch = (*parts, 0, 0)[:3]
    return major, minor, patch


def version_of_release(release: int) -> str | None:
    """The version of a registry ``Release`` value; nothing where no version 4.5 or newer has such a small number."""
    return next((version for least, version in RELEASES if release >= least), None)


def _of_release(release: int, mention: str) -> DotNet:
    if not 100_000 <= release <= _LAST_SENSIBLE_RELEASE:
        return DotNet(Runtime.UNREADABLE, "", mention)
    # Microsoft's rule: a Release value below that of 4.5 means that nothing from 4.5 on is installed.
    return DotNet(Runtime.FRAMEWORK, version_of_release(release) or "4.0", mention)


def _of_number(number: str, mention: str, *, clr: bool = False) -> DotNet:
    parts = [int(part) for part in number.split(".")]
    shown = ".".join(str(part) for part in parts[: 3 if len(parts) > 2 and parts[2] < 10 else 2])
    if parts[0] in range(5, 31) or (parts[0] < 4 and number.startswith(("2.1", "2.2", "3.1"))):
        return DotNet(Runtime.OTHER_DOTNET, f".NET {'Core ' if parts[0] < 5 else ''}{shown}", mention)
    if parts == [4] or number.startswith("4.0.30319") or (clr and parts[:2] == [4, 0]):
        return DotNet(Runtime.FRAMEWORK_4, "4", mention)
    if parts[0] == 2:
        # CLR 2.0.50727 runs 2.0, 3.0 and 3.5: all of them older than 4.
        return DotNet(Runtime.FRAMEWORK, "3.5" if len(parts) > 2 and parts[2] == 50727 else "2.0", mention)
    version = ".".join(str(part) for part in (*parts, 0)[: max(2, shown.count(".") + 1)])
    version = version.removesuffix(".0") if version.count(".") == 2 else version
    return DotNet(Runtime.FRAMEWORK if version in KNOWN else Runtime.UNREADABLE, version, mention)


_EXACT = re.compile(
    r"(?:microsoft\s+)?(?:(?P<core>\.?net\s*core|netcoreapp|mono)|\.?net\s*framework|\.?net\b|ndp|framework|dotnet)?"
    r"[\s:]*(?P<v>v(?:er(?:sion)?)?\.?\s?)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,6}){0,3})(?:\.x)?"
    r"(?:\s*(?:sp\s?\d|\+|full|client profile|or (?:newer|later)|и(?:ли)? (?:выше|новее)))*"
)
_SQUEEZED = re.compile(r"(?:\.?net|ndp)(?P<digits>1[01]|20|3[05]|4[05678]|4[5678][12])")


def parse_dotnet(text: str) -> DotNet:
    """What an explicit answer to "which .NET Framework?" says: "4.8", "4.6.2", "528040", "0x80ea8", "v4.0.30319"."""
    mention = text.strip()
    low = re.sub(r"\s+", " ", mention.lower().replace(",", "."))
    if re.fullmatch(r"\d{5,7}", low):
        return _of_release(int(low), mention)
    if re.fullmatch(r"0x[0-9a-f]{5,6}", low):
        return _of_release(int(low, 16), mention)
    if re.fullmatch(r"(?:v|\.?net (?:framework )?)?4\.[xх]", low):
        return DotNet(Runtime.FRAMEWORK_4, "4", mention)
    if squeezed := _SQUEEZED.fullmatch(low):
        return _of_number(".".join(squeezed["digits"]), mention)
    match = _EXACT.fullmatch(low)
    if match and match["core"]:
        return DotNet(Runtime.OTHER_DOTNET, mention, mention)
    if match:
        return _of_number(match["number"], mention, clr=bool(match["v"]))
    found = find_dotnet(low, mention)
    return found[0] if len(found) == 1 else DotNet(Runtime.UNREADABLE, "", mention)


_NAMED = re.compile(
    r"(?<![a-zа-я0-9@/])(?:(?:microsoft|ms)\s+)?(?:"
    r"(?P<core>(?:\.net|dotnet)\s*core|mono)\s*(?P<core_version>\d+(?:\.\d+)*)?"
    r"|(?P<name>\.net\s*framework|net\s*framework|\.net\s*фреймворк|(?<!\w)фреймворк|framework|дот\s?нет|dotnet|\.net|ndp)"
    r"[\s:,(\-]*(?:версии|версия|version|ver|v)?[.\s]*(?P<number>\d{1,2}(?:[.,]\d{1,6}){0,3}(?:\.[xх])?)(?![\d])"
    r")"
)
_RELEASE = re.compile(r"release\s*(?:reg_dword|dword)?\s*[:=]?\s*(?:0x(?P<hex>[0-9a-f]{5,6})\b|(?P<number>\d{6})\b)")
_CLR = re.compile(r"(?<![\w.])v(?P<number>4\.0\.30319|2\.0\.50727)\b")
# "net 4.5.2", without the dot that belongs there: only a number of the .NET Framework makes a runtime of the word.
_UNDOTTED = re.compile(r"(?<![\w.@/\-])net\s+(?P<number>3\.5|4\.[05678](?:\.[12])?)(?![\w]|\.\d)")
_SQUEEZED_WORD = re.compile(r"(?<![\w.])(?:net|ndp)(?P<digits>4[05678]|4[5678][12]|35)\b")


def find_dotnet(text: str, original: str) -> tuple[DotNet, ...]:
    """Every .NET that free words name; mentions like "needs .NET 4.8" or ".NET 4.8 не установлен" don't count.

    ``text`` is :func:`okibi.policy.platform_text.plain` of ``original``.
    """
    found: dict[tuple[Runtime, str], DotNet] = {}

    def add(match: re.Match[str], dotnet: DotNet) -> None:
        if not unwanted(text, match.start(), match.end()):
            found.setdefault((dotnet.runtime, dotnet.version), dotnet)

    for match in _NAMED.finditer(text):
        mention = original[match.start() : match.end()].strip()
        if match["core"]:
            add(match, DotNet(Runtime.OTHER_DOTNET, mention, mention))
        elif match["number"].endswith((".x", ".х")):
            add(match, DotNet(Runtime.FRAMEWORK_4, "4", mention))
        else:
            add(match, _of_number(match["number"].replace(",", "."), mention))
    for match in _RELEASE.finditer(text):
        number = int(match["hex"], 16) if match["hex"] else int(match["number"])
        add(match, _of_release(number, original[match.start() : match.end()]))
    for match in _CLR.finditer(text):
        add(match, _of_number(match["number"], match[0]))
    for match in _UNDOTTED.finditer(text):
        add(match, _of_number(match["number"], original[match.start() : match.end()]))
    for match in _SQUEEZED_WORD.finditer(text):
        add(match, _of_number(".".join(match["digits"]), match[0]))
    return tuple(found.values())
