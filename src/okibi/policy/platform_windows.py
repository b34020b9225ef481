"""Windows in free words and by its numbers: which edition was named (scheme.md §2)."""

import re
from dataclasses import dataclass, replace

from okibi.policy.platform_text import COUNTED, blank, clause_around, unwanted
from okibi.policy.platform_windows_names import (
    CLIENT_ONLY_BUILDS,
    CLIENTS,
    FIRST_BUILD_OF_11,
    KNOWN_BUILDS,
    NT_CLIENT_NAMES,
    SERVER_ONLY_BUILDS,
    SERVERS,
    WINDOWS_10,
    WINDOWS_11,
    Edition,
    Kind,
)

_SLIPS = r"windos|windws|windwos|winodws|widnows|виндовс\w*|виндоу[сз]\w*|виндоз\w*|винд[аеуыо]\w{0,2}"
_WORD = rf"(?:(?:microsoft|ms|мс|майкрософт)\s+)?(?:windows|{_SLIPS})"
_SHORT = r"(?:win|вин)"
_OF = r"[\s\-_:(,]{0,4}(?:(?:версии|версия|version|ver|вер|v)\b[.:\s]*)?"
_XP = r"xp\b|хр\b|хп\b|икс\s?пи\b|хрюш\w*|экс\s?пи\b"
_VISTA = r"vista\b|вист[аеуыо]\w{0,2}\b"
_NUMBER = r"(?:3\.11?|95|98|2000|8[.,]1|7|8|10|11)(?![\d])(?![.,]\d)"
_CLIENT_NAME = (
    rf"(?:{_XP}|{_VISTA}|xi\b|me\b|millennium\b|{_NUMBER}{COUNTED}|семерк\w*|восьмерк\w*|десятк\w*|семь\b|десять\b"
    r"|seven\b|eight\b|ten\b|eleven\b)"
)
_CLIENT = re.compile(
    rf"(?<![a-zа-я]){_WORD}{_OF}(?:nt\s+)?(?P<name>{_CLIENT_NAME})|(?<![a-zа-я]){_SHORT}[.\s\-]?\s?(?P<short>{_CLIENT_NAME})"
    rf"|(?<![a-zа-я0-9])w(?P<w>7|8|8\.1|10|11)(?!\.?\d)\b{COUNTED}"
    rf"|(?<![a-zа-я])(?P<ordinal>седьм|восьм|десят|одиннадцат)\w{{2}}\s+(?:версия\s+)?{_WORD}(?![a-zа-я])"
    r"|(?<![a-zа-я0-9])(?P<two_k>win2k|w2k)(?![a-z0-9])"
)
_MORE = re.compile(rf"\s*(?:/|,|и\b|или\b|and\b|or\b|до\b|to\b)\s*(?:{_WORD}\s*)?(?P<name>{_CLIENT_NAME})")
_SHORT_YEAR = r"2[kк](?:3|8|12|16|19|22|25)"
_YEAR = rf"(?P<year>2000|2003|2008|2011|2012|2016|2019|2022|2025|{_SHORT_YEAR})(?!\d)(?!\s*(?:г\.|года?\b))"
_R2 = r"[\s\-_,]*(?P<r2>[rр]\s?2\b)?"
_EDITION = (
    r"(?:standard|std|enterprise|ent|datacenter|essentials|foundation|web|core|стандарт\w*|sp\s?[12]|[xх]\s?64"
    r"|64[\s-]?(?:bit|бит\w*))"
)
_SERVER = re.compile(
    rf"(?<![a-zа-я])(?:(?:{_WORD}|{_SHORT})[\s\-_]{{0,3}})?(?:(?:small\s+business|storage|home|multipoint)\s+)?"
    rf"(?:server|серв(?:ер|ак)\w{{0,3}}|srv)[\s\-_:,]{{0,4}}(?:standard|datacenter|essentials|core)?\s*{_YEAR}{_R2}"
    rf"|(?<![a-zа-я]){_WORD}[\s\-]{{0,3}}(?P<plain_year>2003|2008|2012|2016|2019|2022|2025)(?!\d)[\s\-]*"
    rf"(?:(?:server|сервер)\s*)?(?P<plain_r2>[rр]\s?2\b)?"
    rf"|(?<![a-zа-я0-9])(?:win|w|ws)[\s\-]?(?P<w_year>{_SHORT_YEAR}|2003|2008|2012|2016|2019|2022|2025)"
    rf"(?!\d)[\s\-]*(?P<w_r2>[rр]\s?2)?(?![a-z0-9])"
    rf"|(?<![a-zа-я0-9])(?:small\s+business\s+server|sbs|сбс)\s*(?P<sbs>2003|2008|2011)\b"
)
_NOT_WINDOWS_SERVERS = re.compile(
    r"(?<![a-zа-я])(?:sql|скл|mssql|exchange|sharepoint|foundation|project|skype|lync|commerce|biztalk|office|dynamics|team|visual|mail"
    r"|report|cal)[\s\-]{0,3}$"
)
_ANY_SERVER = re.compile(rf"(?<![a-zа-я])(?:{_WORD}|{_SHORT})[\s\-]*(?:server|сервер\w*)")
_NT_NUMBER = r"(?:5\.[012]|6\.[0-3]|10\.0)"
_NT = re.compile(
    rf"(?<![a-zа-я]){_WORD}[\s,\[(]{{0,4}}(?:version|версия)\s*(?P<winver>{_NT_NUMBER})[\s,(]{{0,4}}(?:build|сборка)\s*(?P<winver_build>\d{{4,5}})"
    rf"|(?:(?<![a-zа-я]){_WORD}\s*)?(?<![a-zа-я])nt\s*(?P<nt>\d{{1,2}}\.\d{{1,2}})(?:\.(?P<nt_build>\d{{3,6}}))?(?:\.\d+)*"
    r"|(?<![\d.,])(?P<bare>(?:5\.[012]|6\.[0-3]|10\.0))\.(?P<bare_build>\d{4,5})(?:\.\d+)*(?![\d])"
)
_HANDHELD = re.compile(
    rf"(?<![a-zа-я])(?:{_WORD}\s*(?:phone|mobile|ce|rt|pocket\s?pc)(?:\s*\d+(?:\.\d+)*)?\b"
    rf"|{_WORD}\s*10\s+mobile\b|{_WORD}\s*8(?:\.1)?\s+rt\b)"
)
_EMBEDDED_XP = re.compile(
    rf"(?<![a-zа-я])(?:{_WORD}\s*)?(?:embedded\s+)?posready\s*2009|{_WORD}\s*embedded\s*(?:standard\s*)?2009"
)
_EMBEDDED = re.compile(rf"({_WORD})\s*embedded\s*(?:standard|posready|industry|8\s*industry)?\s*(?=7|8)")
_BUILD = re.compile(r"(?:build|сборк\w*|билд\w*)[\s:№#]*(\d{4,5})\b")
_FEATURE = re.compile(r"(?<![\w.])(1507|1511|1607|1703|1709|1803|1809|1903|1909|2004|2[0-5][hн][12])(?![\w])")
_BARE_WORD = re.compile(rf"(?<![a-zа-я]){_WORD}(?![a-zа-я])")
_SLANG = re.compile(
    rf"(?<![a-zа-я])(?:{_XP}|семерк[аеиуо]\w?|восьмерк[аеиуо]\w?|десятк[аеиуо]\w?|{_VISTA})(?![a-zа-я])"
)
_ABOUT_SYSTEM = re.compile(
    r"\bос\b|операцион|систем|стоит|установлен|комп|машин|ноут|\bпк\b|\bos\b|\bpc\b|installed|running|винд|windows"
)
_BARE = re.compile(
    rf"\s*(?:(?P<client>{_XP}|{_VISTA}|95|98|me|7|8|8[.,]1|10|11)"
    rf"|(?P<year>20\d\d|{_SHORT_YEAR})\s*(?P<r2>[rр]\s?2)?(?:[\s,]+{_EDITION})*)[\s.,;!]*$"
)
_BARE_BUILD = re.compile(r"\s*(?:(?:build|сборк\w*|билд\w*)[\s:№#]*(?:ос\s*)?)?(\d{4,5})(?:\.\d{1,5})?[\s.,;!]*$")
_BARE_NUMBER = re.compile(rf"\s*{_WORD}\s*(?P<nt>{_NT_NUMBER})[\s.,;!]*$")
_WORDS = {
    "семь": "7",
    "сем": "7",
    "вос": "8",
    "десять": "10",
    "дес": "10",
    "mil": "me",
    "хр": "xp",
    "хп": "xp",
    "хрю": "xp",
    "икс": "xp",
}
_WORDS |= {"седьм": "7", "восьм": "8", "десят": "10", "одиннадцат": "11", "xi": "11"}
_WORDS |= {"seven": "7", "eight": "8", "ten": "10", "eleven": "11", "экс": "xp", "вис": "vista", "8,1": "8.1"}


@dataclass(frozen=True, slots=True)
class WindowsSystem:
    """A Windows that was named: ``name`` for people, ``nt`` its NT number, ``build`` where one is known.

    ``nt`` is nothing where only "Windows" was said. ``exact_name`` is false where the name was worked out from
    a number; ``guess`` where it was slang that usually means this system. ``mention`` is the words themselves.
    """

    name: str
    kind: Kind
    nt: tuple[int, int] | None
    build: int | None = None
    dotnet: str = ""
    exact_name: bool = True
    guess: bool = False
    mention: str = ""

    family = "windows"

    @property
    def label(self) -> str:
        if self.nt is None or (self.exact_name and self.nt < (5, 0)):  # 3.x, 95, 98 and ME were not NT
            return self.name
        number = ".".join(str(part) for part in (*self.nt, *((self.build,) if self.build else ())))
        if self.kind is Kind.UNSTATED and self.nt >= (6, 0):
            return f"NT {number} ({self.name} / {_server_of(self.nt, self.build).name})"
        return f"{self.name} (NT {number})"


def of_edition(edition: Edition, mention: str = "", *, guess: bool = False) -> WindowsSystem:
    return WindowsSystem(edition.name, edition.kind, edition.nt, None, edition.dotnet, guess=guess, mention=mention)


def of_number(
    nt: tuple[int, int], build: int | None, kind: Kind = Kind.UNSTATED, mention: str = ""
) -> WindowsSystem | None:
    """The system of an NT number; nothing where Microsoft never gave that number (as of Windows 11, 10.0)."""
    if nt in {(4, 0), (3, 51), (3, 50), (3, 5), (3, 1)}:
        return WindowsSystem(f"Windows NT {nt[0]}.{nt[1]}", kind, nt, build, exact_name=False, mention=mention)
    if nt == (5, 2):
        return WindowsSystem("Windows Server 2003 / XP x64", kind, nt, build, exact_name=False, mention=mention)
    if nt not in NT_CLIENT_NAMES:
        return None
    server_year = SERVER_ONLY_BUILDS.get(build or 0)
    if server_year:
        return replace(of_edition(SERVERS[server_year], mention), build=build)
    edition = CLIENTS["11"] if nt == (10, 0) and (build or 0) >= FIRST_BUILD_OF_11 else NT_CLIENT_NAMES[nt]
    if kind is Kind.SERVER:
        edition = _server_of(nt, build)
    if kind is Kind.UNSTATED and nt == (10, 0) and build in CLIENT_ONLY_BUILDS:
        kind = Kind.CLIENT
    return WindowsSystem(edition.name, kind, nt, build, _dotnet_of(edition, build), exact_name=False, mention=mention)


def _server_of(nt: tuple[int, int], build: int | None) -> Edition:
    same = [edition for key, edition in SERVERS.items() if edition.nt == nt and key != "2011"]
    fitting = [edition for edition in same if edition.build <= (build or 10**6)] or same
    return fitting[-1] if build else fitting[0]


def _dotnet_of(edition: Edition, build: int | None) -> str:
    if edition.kind is Kind.CLIENT and edition.nt == (10, 0) and build:
        versions = WINDOWS_11 if edition.name == "Windows 11" else WINDOWS_10
        known = [dotnet for number, dotnet in versions.values() if number <= build]
        return known[-1] if known else edition.dotnet
    return edition.dotnet


def _full_year(year: str) -> str:
    """All four digits of a year: 2k8 is 2008."""
    return re.sub(r"2[kк](\d+)", lambda match: f"20{int(match[1]):02d}", year)


def _client_key(name: str) -> str:
    name = name.strip()
    if name in CLIENTS:
        return name
    return _WORDS.get(name) or _WORDS.get(name[:4]) or _WORDS.get(name[:3]) or _WORDS[name[:2]]


class _Reader:
    """Reads one text from the most telling form to the least, blanking out what it has read."""

    def __init__(self, text: str, original: str) -> None:
        self.text = text
        self.original = original
        self.found: list[tuple[int, WindowsSystem]] = []

    def take(self, match: re.Match[str], system: WindowsSystem | None) -> None:
        start, end = match.span()
        if system and not unwanted(self.text, start, end):
            mention = self.original[start:end].strip(" /,:-(")
            self.found.append((start, replace(system, mention=mention)))
        self.text = blank(self.text, start, end)

    def numbers(self) -> None:
        for match in _NT.finditer(self.text):
            major, minor = (match["winver"] or match["nt"] or match["bare"]).split(".")
            nt = (int(major), int(minor))
            build_text = match["winver_build"] or match["nt_build"] or match["bare_build"]
            build = int(build_text) if build_text else None
            if match["bare"] and (
                build not in KNOWN_BUILDS[nt] or re.search(r"(?:окиби|okibi)\W*$", self.text[: match.start()])
            ):
                continue
            self.take(match, of_number(nt, build))

    def special(self) -> None:
        for match in _HANDHELD.finditer(self.text):
            name = " ".join(self.original[match.start() : match.end()].split())
            self.take(match, WindowsSystem(name, Kind.HANDHELD, None))
        for match in _EMBEDDED_XP.finditer(self.text):
            self.take(match, of_edition(CLIENTS["xp"]))
        # "Windows Embedded Standard 7" is Windows 7 inside: drop the words between.
        self.text = _EMBEDDED.sub(lambda m: (m[1] + " ").rjust(len(m[0])), self.text)

    def servers(self) -> None:
        for match in _SERVER.finditer(self.text):
            year = match["year"] or match["plain_year"] or match["w_year"] or match["sbs"]
            year = _full_year(year)
            r2 = match["r2"] or match["plain_r2"] or match["w_r2"]
            if match["year"] and _NOT_WINDOWS_SERVERS.search(self.text[max(0, match.start() - 20) : match.start()]):
                self.text = blank(self.text, *match.span())
                continue
            edition = SERVERS.get(f"{year} r2") if r2 else None
            self.take(match, of_edition(edition or SERVERS[year]))

    def clients(self) -> None:
        for match in _CLIENT.finditer(self.text):
            name = match["name"] or match["short"] or match["w"] or (match["two_k"] and "2000") or match["ordinal"]
            self.take(match, self._with_tag(of_edition(CLIENTS[_client_key(name)]), match.end()))
            at = match.end()
            while more := _MORE.match(self.text, at):
                self.take(more, self._with_tag(of_edition(CLIENTS[_client_key(more["name"])]), more.end()))
                at = more.end()

    def _with_tag(self, system: WindowsSystem, end: int) -> WindowsSystem:
        """The yearly version ("22H2") or the build that stands shortly after the name."""
        after = self.text[end : end + 60]
        build = next((int(match[1]) for match in _BUILD.finditer(after)), None)
        if system.nt != (10, 0):
            return replace(system, build=build if build in KNOWN_BUILDS.get(system.nt or (0, 0), ()) else None)
        if build is not None and build >= FIRST_BUILD_OF_11 and system.name == "Windows 10":
            system = of_edition(CLIENTS["11"])
        if build is None and (tag := _FEATURE.search(after)):
            versions = WINDOWS_11 if system.name == "Windows 11" else WINDOWS_10
            build = versions.get(tag[1].replace("н", "h"), (None, ""))[0]
        edition = CLIENTS["11" if system.name == "Windows 11" else "10"]
        return replace(system, build=build, dotnet=_dotnet_of(edition, build))

    def vague(self, *, one_machine: bool) -> None:
        """Slang and bare words; they speak only where nothing better was said."""
        if self.found:
            return
        for match in _SLANG.finditer(self.text):
            if one_machine or _ABOUT_SYSTEM.search(clause_around(self.text, *match.span())):
                sure = match[0].strip() in {"xp", "хр", "vista", "виста"}
                self.take(match, of_edition(CLIENTS[_client_key(match[0])], guess=not (sure and one_machine)))
        if self.found:
            return
        for match in _ANY_SERVER.finditer(self.text):
            tag = _FEATURE.search(self.text[match.end() : match.end() + 20])
            name, nt = (f"Windows Server {tag[1].upper()}", (10, 0)) if tag else ("Windows Server", None)
            self.take(match, WindowsSystem(name, Kind.SERVER, nt, dotnet="4.7.1" if tag else ""))
        for match in _BARE_WORD.finditer(self.text):
            if one_machine or self.original[match.start()].isupper() or "а" <= match[0][0] <= "я":
                self.take(match, WindowsSystem("Windows", Kind.UNSTATED, None))


def _bare(text: str) -> WindowsSystem | None:
    """A whole text that is nothing but a name or a number ("7", "2012 R2"), where a Windows was asked for."""
    match = _BARE.match(text)
    if not match:
        build = _BARE_BUILD.match(text)
        nt = next((nt for nt, builds in KNOWN_BUILDS.items() if build and int(build[1]) in builds), None)
        return of_number(nt, int(build[1]), mention=text.strip()) if build and nt else None
    if match["client"]:
        return of_edition(CLIENTS[_client_key(match["client"])], text.strip(), guess=match["client"][0].isdigit())
    year = _full_year(match["year"])
    edition = SERVERS.get(f"{year} r2") if match["r2"] else SERVERS.get(year)
    return of_edition(edition, text.strip(), guess=True) if edition else None


def merge(systems: list[WindowsSystem]) -> tuple[WindowsSystem, ...]:
    """The different systems among the mentions: "Windows 10" and "10.0.19045" are one, said twice."""
    kept: list[WindowsSystem] = []
    for system in systems:
        for at, other in enumerate(kept):
            if joined := _joined(other, system):
                kept[at] = joined
                break
        else:
            kept.append(system)
    return tuple(kept)


def _joined(one: WindowsSystem, two: WindowsSystem) -> WindowsSystem | None:
    vague, better = (one, two) if one.nt is None else (two, one)
    if vague.nt is None:
        return better if vague.kind in {better.kind, Kind.UNSTATED} or better.kind is Kind.UNSTATED else None
    if one.nt != two.nt or (one.build and two.build and one.build != two.build):
        return None
    if one.kind != two.kind and Kind.UNSTATED not in {one.kind, two.kind}:
        return None
    named = one if one.exact_name else two
    other = two if named is one else one
    if one.exact_name and two.exact_name and one.name != two.name:
        return None
    build = one.build or two.build
    eleven = named.name == "Windows 11" or (named.kind is not Kind.SERVER and (build or 0) >= FIRST_BUILD_OF_11)
    if eleven and named.name == "Windows 10":
        named = replace(named, name="Windows 11")
    dotnet = max(named.dotnet, other.dotnet) if named.kind is not Kind.SERVER else named.dotnet
    return replace(named, build=build, dotnet=dotnet, guess=one.guess and two.guess)


def find_windows(text: str, original: str, *, one_machine: bool) -> tuple[WindowsSystem, ...]:
    """Every different Windows that the words name, in the order of naming.

    ``text`` is :func:`okibi.policy.platform_text.plain` of ``original``. With ``one_machine`` the whole text is a
    description of a machine, so that "7" or "2012 R2" alone is understood; in a letter only explicit words count.
    """
    if one_machine and (bare := _bare(text)):
        return (bare,)
    if one_machine and (number := _BARE_NUMBER.match(text)):
        text = text.replace(number["nt"], f"nt {number['nt']}")
        original = text
    reader = _Reader(text, original)
    reader.numbers()
    reader.special()
    reader.servers()
    reader.clients()
    reader.vague(one_machine=one_machine)
    return merge([system for _, system in sorted(reader.found, key=lambda pair: pair[0])])
