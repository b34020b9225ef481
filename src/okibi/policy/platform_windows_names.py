"""What Windows is called and which number it has inside: tables only.

Sources: Microsoft's "Operating System Version" page (NT numbers), "Windows 10/11 release information" and "Windows
Server release information" (builds), ".NET Framework versions and dependencies" (what ships in the system).
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the edition is made for. An NT number alone does not tell a client from a server."""

    CLIENT = "client"
    SERVER = "server"
    HANDHELD = "handheld"  # Windows Phone, CE, RT: the desktop application does not run there
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Edition:
    """One row: the name, the NT number, the .NET Framework that ships in it (empty: none of 4.5 or newer)."""

    name: str
    kind: Kind
    nt: tuple[int, int]
    build: int
    dotnet: str = ""


def _client(name: str, nt: tuple[int, int], build: int, dotnet: str = "") -> Edition:
    return Edition(f"Windows {name}", Kind.CLIENT, nt, build, dotnet)


def _server(name: str, nt: tuple[int, int], build: int, dotnet: str = "") -> Edition:
    return Edition(f"Windows Server {name}", Kind.SERVER, nt, build, dotnet)


CLIENTS = {
    "3.1": _client("3.1", (3, 1), 103),
    "3.11": _client("3.11", (3, 11), 103),
    "95": _client("95", (4, 0), 950),
    "98": _client("98", (4, 10), 1998),
    "me": _client("ME", (4, 90), 3000),
    "2000": _client("2000", (5, 0), 2195),
    "xp": _client("XP", (5, 1), 2600),
    "vista": _client("Vista", (6, 0), 6000),
    "7": _client("7", (6, 1), 7600),
    "8": _client("8", (6, 2), 9200, "4.5"),
    "8.1": _client("8.1", (6, 3), 9600, "4.5.1"),
    "10": _client("10", (10, 0), 10240, "4.6"),
    "11": _client("11", (10, 0), 22000, "4.8"),
}

SERVERS = {
    "2000": _server("2000", (5, 0), 2195),
    "2003": _server("2003", (5, 2), 3790),
    "2003 r2": _server("2003 R2", (5, 2), 3790),
    "2008": _server("2008", (6, 0), 6001),
    "2008 r2": _server("2008 R2", (6, 1), 7600),
    "2011": Edition("Windows Small Business Server 2011", Kind.SERVER, (6, 1), 7600),
    "2012": _server("2012", (6, 2), 9200, "4.5"),
    "2012 r2": _server("2012 R2", (6, 3), 9600, "4.5.1"),
    "2016": _server("2016", (10, 0), 14393, "4.6.2"),
    "2019": _server("2019", (10, 0), 17763, "4.7.2"),
    "2022": _server("2022", (10, 0), 20348, "4.8"),
    "2025": _server("2025", (10, 0), 26100, "4.8.1"),
}

# Yearly and half-yearly versions of Windows 10 and 11: build and the .NET Framework inside.
WINDOWS_10 = {
    "1507": (10240, "4.6"),
    "1511": (10586, "4.6.1"),
    "1607": (14393, "4.6.2"),
    "1703": (15063, "4.7"),
    "1709": (16299, "4.7.1"),
    "1803": (17134, "4.7.2"),
    "1809": (17763, "4.7.2"),
    "1903": (18362, "4.8"),
    "1909": (18363, "4.8"),
    "2004": (19041, "4.8"),
    "20h2": (19042, "4.8"),
    "21h1": (19043, "4.8"),
    "21h2": (19044, "4.8"),
    "22h2": (19045, "4.8"),
}
WINDOWS_11 = {
    "21h2": (22000, "4.8"),
    "22h2": (22621, "4.8.1"),
    "23h2": (22631, "4.8.1"),
    "24h2": (26100, "4.8.1"),
    "25h2": (26200, "4.8.1"),
}
FIRST_BUILD_OF_11 = 22000
# Builds that only a server edition ever had: 2022 and the annual channel of 2023.
SERVER_ONLY_BUILDS = {20348: "2022", 25398: "2022"}
# Builds of Windows 10 and 11 that no server edition shared.
CLIENT_ONLY_BUILDS = {10240, 10586, 15063, 19043, 19044, 19045, 22000, 22621, 22631, 26200}
# Builds that were published under an NT number, for a bare "6.1.7601": anything else is some other program's version.
KNOWN_BUILDS = {
    (5, 0): range(2195, 2196),
    (5, 1): range(2600, 2601),
    (5, 2): range(3790, 3791),
    (6, 0): range(6000, 6004),
    (6, 1): range(7600, 7602),
    (6, 2): range(9200, 9201),
    (6, 3): range(9600, 9601),
    (10, 0): range(10240, 100_000),
}
NT_CLIENT_NAMES = {edition.nt: edition for edition in CLIENTS.values() if edition.nt >= (5, 0)} | {
    (10, 0): CLIENTS["10"]
}
