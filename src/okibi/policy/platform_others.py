"""Systems that the scheme does not cover, so that the answer can name them: macOS, Linux, iOS and the like."""

import re
from dataclasses import dataclass

from okibi.policy.platform_text import unwanted


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """A named system that is neither Windows nor Android. ``mobile``: made for telephones and tablets."""

    name: str
    mobile: bool
    mention: str = ""

    family = "other"

    @property
    def label(self) -> str:
        return self.name


_LINUXES = (
    r"ubuntu|убунт[ауы]|debian|дебиан\w*|centos|fedora|red\s?hat|rhel|astra\s*linux|астр[аеуы]\s+линукс\w*|ос\s+астра|альт\s*линукс\w*"
    r"|alt\s*linux|ред\s?ос|redos|linux\s*mint|linux\s*rosa|rosa\s*linux|роса\s*линукс|arch\s*linux|manjaro|opensuse|suse"
    r"|альт\s+(?:рабочая|сервер|образование)\w*(?:\s+станция)?|роса\s+(?:хром|fresh|кобальт)|rosa\s+(?:chrome|fresh)|kali|gentoo"
    r"|almalinux|rocky\s*linux|calculate\s*linux|мсвс|гослинукс|gnu/linux|linux|линукс\w*"
)
_SYSTEMS = (
    ("macOS", False, r"mac\s?os(?:\s?x)?|os\s?x|мак\s?ос\w{0,2}|макось"),
    ("iOS", True, r"ios(?=[\s\d.,;:)]|$)|ipados|iphone(?:\s?os)?|ipad|айфон\w*|айпад\w*|айос"),
    ("Linux", False, _LINUXES),
    ("FreeBSD", False, r"freebsd|openbsd|netbsd"),
    ("Solaris", False, r"solaris|illumos"),
    ("ReactOS", False, r"react\s?os"),
    ("MS-DOS", False, r"ms-?dos|free-?dos|dr-?dos"),
    ("OS/2", False, r"os/2|ecomstation|arcaos"),
    ("ChromeOS", False, r"chrome\s?os|chromebook|хромбук\w*"),
    ("HarmonyOS", True, r"harmony\s?os|хармони\s?ос"),
    ("Aurora OS", True, r"aurora\s?os|ос\s+«?аврора|sailfish(?:\s?os)?"),
    ("Tizen", True, r"tizen"),
    ("BlackBerry", True, r"blackberry\s?os"),
    ("Symbian", True, r"symbian"),
    ("KaiOS", True, r"kai\s?os"),
)
# Words that mean a system only where they are all that a machine's description says: a letter's "MAC address" is none.
_LOOSE = (
    ("macOS", False, r"мак|mac|mac\s?book\w*|макбук\w*|imac|аймак\w*|mac\s?mini|macintosh"),
    ("Linux", False, r"астра"),
    ("MS-DOS", False, r"dos|дос"),
    ("VMware ESXi", False, r"(?:vmware\s+)?esxi"),
    ("Proxmox", False, r"proxmox(?:\s+ve)?"),
    ("Aurora OS", True, r"аврора"),
)
_VERSION = r"(?:\s*(?P<version>\d{1,2}(?:\.\d{1,3}){0,2})(?![\d]))?"


def _compiled(rows: tuple[tuple[str, bool, str], ...]) -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    return tuple(
        (
            name,
            mobile,
            re.compile(rf"(?<![a-zа-я0-9@./_\-])(?:{words}){'' if name == 'Linux' else _VERSION}(?![a-zа-я0-9@_])"),
        )
        for name, mobile, words in rows
    )


_PATTERNS, _LOOSE_PATTERNS = _compiled(_SYSTEMS), _compiled(_LOOSE)
_BROWSER_ANDROID = re.compile(r"linux;(?:\s*u;)?\s*android")
_BROWSER_IOS = re.compile(r"(?:iphone|ipad);.*like\s+mac\s+os\s+x")


def find_others(text: str, original: str, *, loose: bool = False) -> tuple[OtherSystem, ...]:
    """Every uncovered system that the words name; ``text`` is the plain form of ``original``.

    ``loose``: the text describes one machine and names no other system, so that "мак" or "dos" is one.
    """
    found: dict[str, OtherSystem] = {}
    for name, mobile, pattern in (*_PATTERNS, *(_LOOSE_PATTERNS if loose else ())):
        if name == "Linux" and _BROWSER_ANDROID.search(text):
            continue
        if name == "macOS" and _BROWSER_IOS.search(text):
            continue
        for match in pattern.finditer(text):
            if unwanted(text, match.start(), match.end()):
                continue
            mention = original[match.start() : match.end()].strip()
            version = match.groupdict().get("version")
            full = f"{name} {version}" if version and name in {"macOS", "iOS"} and "ad" not in mention else name
            if "iphone" in match[0] or "айфон" in match[0]:
                full = name
            full = f"Linux ({mention})" if name == "Linux" and match[0] not in {"linux", "линукс"} else full
            if name not in found or len(full) > len(found[name].name):
                found[name] = OtherSystem(full, mobile, mention)
    return tuple(found.values())
