"""Processor, memory, free disk and architecture in free words (scheme.md §2). Whole megabytes and megahertz."""

import re
from dataclasses import dataclass
from enum import StrEnum

from okibi.policy.platform_text import plain, unwanted


class Arch(StrEnum):
    X86 = "x86"
    X64 = "x64"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that was named: megabytes or megahertz, with the words it came from."""

    value: int
    mention: str


@dataclass(frozen=True, slots=True)
class Resources:
    """What the words say; several amounts where several were named. ``drive_mb`` is the size of whole disks."""

    cpu_mhz: tuple[Amount, ...] = ()
    ram_mb: tuple[Amount, ...] = ()
    disk_mb: tuple[Amount, ...] = ()
    drive_mb: tuple[Amount, ...] = ()
    arch: tuple[Arch, ...] = ()


_UNITS = {"к": 1 / 1024, "k": 1 / 1024, "м": 1, "m": 1, "г": 1024, "g": 1024, "т": 1024**2, "t": 1024**2}
_AMOUNT = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,7}(?:[.,]\d{1,3})?)\s*-?\s*(?P<unit>(?:[кмгт](?:б(?:айт\w*)?)?|[kmgt](?:i?b)?|мегабайт\w*|гигабайт\w*"
    r"|терабайт\w*|гиг(?:а|ов|и)?|мегов|мег|тер(?:а|ов)|gigs?|megs?|(?:giga|mega|tera)bytes?))(?![a-zа-я0-9/])"
)
_HERTZ = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,5}(?:[.,]\d{1,3})?)\s*-?\s*(?P<unit>[mgмг])(?:hz|гц|герц\w*|игагерц\w*|егагерц\w*)(?![a-zа-я])"
)
_NOT_CPU = re.compile(r"wi-?\s?fi|вай-?\s?фай|роутер|router|диапазон|видео|gpu|lte|radio|радио")
_MEMORY_SPEED = re.compile(r"(?:ddr\d?|памят\w*|озу|ram)[\s\-:,]*$")
_KEYWORDS = re.compile(
    r"(?P<other>видео\w*|video|vram|gpu|кэш\w*|кеш\w*|cache|подкачк\w*|swap|вложени\w*|файл\w*|письм\w*|attachment|архив\w*|баз[аыеу]\b"
    r"|database|флеш\w*|отч[её]т\w*|лог\w*|трафик\w*)"
    r"|(?P<disk>свободн\w*(?:\s+(?:мест\w*|памят\w*))?(?:\s+на\s+\w*\s?диск\w*)?|осталось|доступно|мест[ао]\b|free|available)"
    r"|(?P<drive>диск\w*|disk|hdd|ssd|накопител\w*|винчестер\w*)"
    r"|(?P<ram>озу|оператив\w*|\bram\b|памят\w*|memory|ddr\d?)"
)
# Windows shows memory so: "ОЗУ: 4,00 ГБ (3,87 ГБ доступно)", "RAM 16.0 GB (15.8 GB usable)". It is no free disk space.
_NAMED_TWICE = re.compile(r"памят\w*\s*\((?:озу|ram)\)")
_USABLE = re.compile(
    r"((?:озу|оператив\w*(?:\s+памят\w*)?|\bram\b|памят\w*|memory)[^\d;\n()]{0,30}\d+(?:[.,]\d+)?\s*(?:[мг]б|[mg]b))"
    r"\s*\([^()\n]{0,30}(?:доступно|usable|available)[^()\n]{0,30}\)"
)
_CLAUSE = re.compile(r"[;\n()]|,(?!\d)|(?<!\d),|\.(?!\d)|\s+и\s+|\s+and\s+|\s/\s|\|")
_X64 = re.compile(
    r"x\s?64|х64|х\s64|x86[_-]64|amd64|win64|wow64|(?<!\d)64[\s-]*(?:bit|бит\w*|разряд\w*|р\b)|64-х\s*разряд\w*"
)
_X86 = re.compile(
    r"x\s?86(?![_-]64)|х86|i[36]86|\bia32\b|win32(?!;\s*x64)|(?<!\d)32[\s-]*(?:bit|бит\w*|разряд\w*|р\b)|32-х\s*разряд\w*"
)


def _megabytes(match: re.Match[str]) -> int:
    return int(float(match["number"].replace(",", ".")) * _UNITS[match["unit"][0]])


def _kind_of(amount: re.Match[str], keywords: list[re.Match[str]], *, keyword_first: bool) -> str | None:
    """Which keyword an amount belongs to: people either write "ОЗУ 8 ГБ" or "8 ГБ ОЗУ" all through a clause."""
    before = [word for word in keywords if word.end() <= amount.start()]
    after = [word for word in keywords if word.start() >= amount.end()]
    nearest = (before[-1:] or after[:1]) if keyword_first else (after[:1] or before[-1:])
    return nearest[0].lastgroup if nearest else None


def _find_sizes(text: str) -> tuple[list[Amount], list[Amount], list[Amount]]:
    """Memory, free disk space, whole disks."""
    ram: list[Amount] = []
    disk: list[Amount] = []
    drive: list[Amount] = []
    for clause in _CLAUSE.split(_USABLE.sub(r"\1", _NAMED_TWICE.sub("озу", text))):
        amounts = list(_AMOUNT.finditer(clause or ""))
        keywords = list(_KEYWORDS.finditer(clause or ""))
        if not amounts or not keywords:
            continue
        first = keywords[0].start() < amounts[0].start()
        # "HDD 100 GB free" is free space, "HDD 100 GB" alone is the size of the disk.
        says_free = any(word.lastgroup == "disk" for word in keywords)
        for amount in amounts:
            kind = _kind_of(amount, keywords, keyword_first=first)
            mention = clause[amount.start() : amount.end()].strip()
            if unwanted(clause, *amount.span()):
                continue
            if kind == "disk" or (kind == "drive" and says_free):
                disk.append(Amount(_megabytes(amount), mention))
            elif kind == "drive":
                drive.append(Amount(_megabytes(amount), mention))
            elif kind == "ram":
                ram.append(Amount(_megabytes(amount), mention))
    return ram, disk, drive


def _find_hertz(text: str) -> list[Amount]:
    found = []
    for clause in re.split(r"[;\n]|,(?!\d)|(?<!\d),", text):
        for match in _HERTZ.finditer(clause):
            nearby = clause[max(0, match.start() - 15) : match.end() + 12]
            slow_memory = match["unit"] in "mм" and "ddr" in clause
            of_memory = match["unit"] in "mм" and _MEMORY_SPEED.search(clause[: match.start()])
            if slow_memory or _NOT_CPU.search(nearby) or of_memory:
                continue
            number = float(match["number"].replace(",", "."))
            megahertz = round(number * (1000 if match["unit"] in "gг" else 1))
            found.append(Amount(megahertz, match[0].strip()))
    return found


def _distinct(amounts: list[Amount]) -> tuple[Amount, ...]:
    return tuple({amount.value: amount for amount in reversed(amounts)}.values())[::-1]


def find_arch(text: str) -> tuple[Arch, ...]:
    """The architecture that the words name; both where both were named."""
    low = plain(text)
    found = []
    if _X64.search(low):
        found.append(Arch.X64)
    # A 32-bit browser on a 64-bit system says both ("Win32; x64"): the system is the 64-bit one.
    rest = _X64.sub(" ", low).replace("win32", " " if found else "win32")
    if _X86.search(rest):
        found.append(Arch.X86)
    return tuple(found)


def find_resources(text: str) -> Resources:
    """Everything that free words say of processor, memory, free disk and architecture.

    Only amounts with their unit and their noun count: "8 ГБ ОЗУ", "свободно 40 ГБ", "2,4 ГГц"; a graphics card's
    memory, a Wi-Fi band or the size of an attachment do not. The size of a disk is not its free space, but no more
    than it can be free.
    """
    low = plain(text)
    ram, disk, drive = _find_sizes(low)
    return Resources(_distinct(_find_hertz(low)), _distinct(ram), _distinct(disk), _distinct(drive), find_arch(low))
