"""Android in free words, version numbers, code names and API levels (scheme.md §2).

Source: developer.android.com, "Codenames, tags, and build numbers".
"""

import re
from dataclasses import dataclass

from okibi.policy.platform_text import COUNTED, blank, unwanted

API_LEVELS = {
    1: (1, 0),
    2: (1, 1),
    3: (1, 5),
    4: (1, 6),
    5: (2, 0),
    6: (2, 0, 1),
    7: (2, 1),
    8: (2, 2),
    9: (2, 3),
    10: (2, 3, 3),
    11: (3, 0),
    12: (3, 1),
    13: (3, 2),
    14: (4, 0),
    15: (4, 0, 3),
    16: (4, 1),
    17: (4, 2),
    18: (4, 3),
    19: (4, 4),
    20: (4, 4),
    21: (5, 0),
    22: (5, 1),
    23: (6, 0),
    24: (7, 0),
    25: (7, 1),
    26: (8, 0),
    27: (8, 1),
    28: (9,),
    29: (10,),
    30: (11,),
    31: (12,),
    32: (12,),
    33: (13,),
    34: (14,),
    35: (15,),
    36: (16,),
}
_LAST_API = 36
_LAST_SENSIBLE_API = 60  # newer systems than this table knows are newer, not nonsense
_LAST_SENSIBLE_VERSION = 20  # from here on a number is rather an API level: nobody knows

CODE_NAMES = {
    "cupcake": (1, 5),
    "donut": (1, 6),
    "eclair": (2, 0),
    "froyo": (2, 2),
    "gingerbread": (2, 3),
    "honeycomb": (3, 0),
    "ice cream sandwich": (4, 0),
    "jelly bean": (4, 1),
    "jellybean": (4, 1),
    "kitkat": (4, 4),
    "kit kat": (4, 4),
    "кит кат": (4, 4),
    "киткат": (4, 4),
    "джелли бин": (4, 1),
    "lollipop": (5, 0),
    "marshmallow": (6, 0),
    "nougat": (7, 0),
    "oreo": (8, 0),
    "pie": (9,),
    "quince tart": (10,),
    "red velvet cake": (11,),
    "snow cone": (12,),
    "tiramisu": (13,),
    "upside down cake": (14,),
    "upsidedowncake": (14,),
    "vanilla ice cream": (15,),
    "vanillaicecream": (15,),
    "baklava": (16,),
    "лоллипоп": (5, 0),
    "лолипоп": (5, 0),
    "маршмеллоу": (6, 0),
    "маршмэллоу": (6, 0),
    "нуга": (7, 0),
    "нугат": (7, 0),
    "орео": (8, 0),
    "пай": (9,),
    "пирог": (9,),
    "тирамису": (13,),
    "баклава": (16,),
    "пахлава": (16,),
}
_SPELLED_OUT = (
    (6, "шесть", "six"),
    (7, "семь", "seven"),
    (8, "восемь", "eight"),
    (9, "девять", "nine"),
    (10, "десять", "ten"),
    (11, "одиннадцать", "eleven"),
    (12, "двенадцать", "twelve"),
    (13, "тринадцать", "thirteen"),
    (14, "четырнадцать", "fourteen"),
    (15, "пятнадцать", "fifteen"),
    (16, "шестнадцать", "sixteen"),
)
_SPELLED = {word: str(number) for number, *words in _SPELLED_OUT for word in words}
# Makers' own systems on top of Android: their numbers say nothing of Android's.
_SHELLS = (
    r"miui|hyper\s?os|one\s?ui|touchwiz|emui|magic\s?(?:os|ui)|color\s?os|realme\s?ui|oxygen\s?os|funtouch\s?os|flyme|xos|hios"
    r"|lineage\s?os|cyanogen\s?mod|graphene\s?os|fire\s?os|wear\s?os"
)
_LETTERS = {"n": (7, 0), "o": (8, 0), "p": (9,), "q": (10,), "r": (11,), "s": (12,), "t": (13,), "u": (14,), "v": (15,)}


@dataclass(frozen=True, slots=True)
class AndroidSystem:
    """An Android that was named; ``version`` is nothing where the words don't say which one."""

    version: tuple[int, ...] | None
    api: int | None = None
    guess: bool = False
    mention: str = ""

    family = "android"

    @property
    def label(self) -> str:
        version = ".".join(str(part) for part in self.version or ())
        return f"Android {version}".strip() + (f" (API {self.api})" if self.api else "")


def of_api_level(level: int, mention: str = "") -> AndroidSystem | None:
    """The system of an API level; levels above the table are taken as newer; nothing for a number that can't be one."""
    if level in API_LEVELS:
        return AndroidSystem(API_LEVELS[level], level, mention=mention)
    if _LAST_API < level <= _LAST_SENSIBLE_API:
        return AndroidSystem((level - 20,), level, mention=mention)
    return None


def of_version(text: str, mention: str = "", *, guess: bool = False) -> AndroidSystem | None:
    """The system of a version number ("8", "7.1.2", "12L"); nothing for a number that can't be one."""
    match = re.fullmatch(r"(\d{1,4})((?:\.\d{1,3}){0,3})[a-z]?", text.strip().lower())
    if not match or not 1 <= int(match[1]) <= _LAST_SENSIBLE_VERSION:
        return None
    version = tuple(int(part) for part in (match[1] + match[2]).split("."))
    return AndroidSystem(version, guess=guess, mention=mention)


def api_level_of(text: str) -> int | None:
    """The least API level of a version number ("8.0" is 26, "12" is 31); nothing where it can't be one."""
    system = of_version(text)
    if system is None or not system.version:
        return None
    reached = max((each for each in API_LEVELS.values() if each <= system.version), default=None)
    return next((level for level, version in API_LEVELS.items() if version == reached), None)


_NAMES = "|".join(sorted(map(re.escape, CODE_NAMES), key=len, reverse=True))
_WORD = r"(?:android|андро[ий]д\w*|ондроид\w*)"
_NAMED = re.compile(
    rf"(?<![a-zа-я]){_WORD}(?:\s*(?:os|go|tv|ос))?[\s\-:,(]*(?:(?:версии|версия|version|ver|вер|v)(?:\b|(?=\d))[.:\s]*)?"
    rf"(?:(?P<number>\d{{1,4}}(?:[.,]\d{{1,3}}){{0,3}}[lw]?)(?![\d]){COUNTED}|(?P<name>{_NAMES})(?![a-zа-я])"
    rf"(?:[\s(]*(?P<after>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})(?!\d))?|(?P<letter>[nopqrstuv])(?![a-zа-я0-9])"
    rf"|(?P<spelled>{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?![a-zа-я]))?"
)
_API = re.compile(
    r"(?<![a-zа-я])(?:api(?:\s*level)?|sdk(?:_int|\s*version)?|уров(?:ень|ня)\s+api|апи|android-)[\s\-:=]*(?P<level>\d{1,3})(?!\.?\d)"
)
_SHELL = re.compile(rf"(?<![a-zа-я])(?:{_SHELLS})(?:\s*\d+(?:\.\d+)*)?(?![a-zа-я])")
_NAME_ALONE = re.compile(rf"(?<![a-zа-я])(?P<name>{_NAMES})(?![a-zа-я])")
_DIGIT = re.compile(r"\d")
_BARE = re.compile(r"\s*(?:v\.?|версия)?\s*(\d{1,2}(?:[.,]\d{1,2}){0,3})[\s.,;!]*$")
_BARE_LETTER = re.compile(r"\s*([nopqrstuv])[\s.,;!]*$")


def _merge(systems: list[AndroidSystem]) -> tuple[AndroidSystem, ...]:
    """The different systems among the mentions: "Android 8", "8.1" and "API 27" are one, said ever more exactly."""
    kept: list[AndroidSystem] = []
    for system in systems:
        for at, other in enumerate(kept):
            one, two = other.version or (), system.version or ()
            by_name = [each for each in (other, system) if each.version and not _DIGIT.search(each.mention)]
            loose = other.api or system.api or by_name
            if one[: len(two)] == two or two[: len(one)] == one or (one[:1] == two[:1] and loose):
                better = system if other in by_name or len(two) > len(one) else other
                kept[at] = AndroidSystem(better.version, other.api or system.api, mention=better.mention)
                break
        else:
            kept.append(system)
    return tuple(kept)


def find_android(text: str, original: str, *, one_machine: bool) -> tuple[AndroidSystem, ...]:
    """Every different Android that the words name.

    ``text`` is :func:`okibi.policy.platform_text.plain` of ``original``. API levels and code names alone are believed
    only where the words also say "Android" or where the whole text describes one device (``one_machine``).
    """
    found: list[AndroidSystem] = []
    said_android = False
    for match in _API.finditer(text):
        said_android = said_android or match[0].startswith("android")
        if (one_machine or re.search(_WORD, text)) and (system := of_api_level(int(match["level"]))):
            mention = original[match.start() : match.end()]
            found.append(AndroidSystem(system.version, system.api, mention=mention))
        text = blank(text, *match.span())
    for match in _NAMED.finditer(text):
        if unwanted(text, match.start(), match.end()):
            continue
        said_android = True
        mention = original[match.start() : match.end()].strip(" ,:-(")
        version = CODE_NAMES.get(match["name"] or "") or _LETTERS.get(match["letter"] or "")
        number = (match["number"] or match["after"] or _SPELLED.get(match["spelled"] or "", "")).replace(",", ".")
        system = of_version(number) if number else AndroidSystem(version)
        found.append(AndroidSystem(system.version if system else None, mention=mention))
    named = " ".join(system.mention.lower() for system in found)
    if one_machine or said_android:
        found += [
            AndroidSystem(CODE_NAMES[match["name"]], mention=original[match.start() : match.end()])
            for match in _NAME_ALONE.finditer(text)
            if match["name"] not in named
        ]
    if one_machine and not found and (shell := _SHELL.search(text)):
        found.append(AndroidSystem(None, mention=original[shell.start() : shell.end()]))
    return _merge(found)


def bare_android(text: str) -> AndroidSystem | None:
    """A whole text that is only a number ("8.1") or a letter ("Q"), where an Android was asked for."""
    if letter := _BARE_LETTER.match(text):
        return AndroidSystem(_LETTERS[letter[1]], guess=True, mention=text.strip())
    match = _BARE.match(text)
    return of_version(match[1].replace(",", "."), match[1], guess=True) if match else None
