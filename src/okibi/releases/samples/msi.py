"""The smallest MSI: a compound file with the Property table and the summary.

Sources: [MS-CFB]; the layout of MSI's tables as Windows Installer, msitools and pymsi read it.
"""

import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymsi.streamname import encode_unicode

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_MSI = uuid.UUID("000c1084-0000-0000-c000-000000000046")
_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_KEY, _VALUE = 0x2D48, 0x0F00  # types of the two columns of Property
_CODEPAGE = 65001


@dataclass(frozen=True, slots=True)
class Msi:
    """What the MSI says."""

    version: str = "4.2.0"
    title: str = "OKIBI Desktop"
    company: str = "OKIBI"
    product_code: str = "{0D9A1F0E-3C5C-4B7A-9F53-0A2B1C000420}"
    upgrade_code: str = "{7A4E2B90-6F1D-4C38-8E55-112233445566}"
    template: str = "x64;1049"

    def made(self) -> bytes:
        """The bytes of the file, not signed."""
        properties = {
            "Manufacturer": self.company,
            "ProductCode": self.product_code,
            "ProductLanguage": "1049",
            "ProductName": self.title,
            "ProductVersion": self.version,
            "UpgradeCode": self.upgrade_code,
        }
        properties = {name: value for name, value in properties.items() if value}
        texts = list(dict.fromkeys(["Property", "Value", *properties, *properties.values()]))
        at = {text: number for number, text in enumerate(texts, 1)}
        data = [text.encode() for text in texts]
        pool = struct.pack("<I", _CODEPAGE) + b"".join(struct.pack("<HH", len(each), 9) for each in data)
        one = at["Property"]
        columns = [(one, one), (0x8001, 0x8002), (one, at["Value"]), (_KEY ^ 0x8000, _VALUE ^ 0x8000)]
        rows = [[at[name] for name in properties], [at[value] for value in properties.values()]]
        return compound(
            {
                "\x05SummaryInformation": _summary(
                    {2: "Installation Database", 7: self.template, 9: self.product_code}
                ),
                encode_unicode("_StringPool", True): pool,
                encode_unicode("_StringData", True): b"".join(data),
                encode_unicode("_Tables", True): struct.pack("<H", one),
                encode_unicode("_Columns", True): _columns(columns),
                encode_unicode("Property", True): _columns(rows),
            }
        )


def _columns(columns: Sequence[Sequence[int]]) -> bytes:
    return b"".join(struct.pack("<H", value) for column in columns for value in column)


def _summary(words: Mapping[int, str]) -> bytes:
    values = [(1, struct.pack("<Ii", 2, 1252))]
    for number, text in words.items():
        content = text.encode("cp1252") + b"\0"
        values.append((number, struct.pack("<II", 30, len(content)) + content + bytes(-len(content) % 4)))
    values += [(14, struct.pack("<Ii", 3, 200)), (15, struct.pack("<Ii", 3, 2))]
    at, index, body = 8 + 8 * len(values), b"", b""
    for number, value in values:
        index += struct.pack("<II", number, at + len(body))
        body += value
    section = struct.pack("<II", at + len(body), len(values)) + index + body
    return struct.pack("<HHHH16sI16sI", 0xFFFE, 0, 6, 2, bytes(16), 1, _SUMMARY, 48) + section


# ---------------------------------------------------------------- the compound file


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (version 3) of streams, each of them small or large as it is."""
    names = sorted(streams, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
    mini = b""
    mini_fat: list[int] = []
    sectors: list[bytes] = []
    fat: list[int] = []
    starts: dict[str, int] = {}

    def store(content: bytes) -> int:
        start, pieces = len(sectors), [content[i : i + _SECTOR] for i in range(0, len(content), _SECTOR)]
        sectors.extend(piece.ljust(_SECTOR, b"\0") for piece in pieces)
        fat.extend([*range(start + 1, start + len(pieces)), _END])
        return start

    for name in names:
        content = streams[name]
        if len(content) >= _CUTOFF:
            starts[name] = store(content)
            continue
        count = -(-len(content) // _MINI)
        starts[name] = len(mini_fat) if count else _END
        if count:
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END]
        mini += content.ljust(count * _MINI, b"\0")
    root_start = store(mini) if mini else _END
    packed = b"".join(struct.pack("<I", each) for each in mini_fat)
    mini_fat_start = store(packed + b"\xff" * (-len(packed) % _SECTOR)) if packed else _END
    directory = _entry("Root Entry", 5, _NONE, 1 if names else _NONE, root_start, len(mini), _MSI.bytes_le)
    for number, name in enumerate(names, 1):
        after = number + 1 if number < len(names) else _NONE
        directory += _entry(name, 2, after, _NONE, starts[name], len(streams[name]), bytes(16))
    while len(directory) % _SECTOR:
        directory += _entry("", 0, _NONE, _NONE, 0, 0, bytes(16))
    directory_start = store(directory)
    return _header(directory_start, mini_fat_start, -(-len(packed) // _SECTOR), sectors, fat)


def _entry(name: str, kind: int, after: int, child: int, start: int, size: int, identity: bytes) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2 if name else 0, kind, 1)
    links = struct.pack("<III", _NONE, after, child)
    return head + links + identity + struct.pack("<IQQIQ", 0, 0, 0, start, size)


def _header(directory: int, mini_fat: int, mini_sectors: int, sectors: list[bytes], fat: list[int]) -> bytes:
    per, count = _SECTOR // 4, 1
    while count * per < len(fat) + count:
        count += 1
    places = range(len(fat), len(fat) + count)
    table = [*fat, *[_FAT] * count]
    table += [_FREE] * (count * per - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, count, directory, 0, _CUTOFF, mini_fat, mini_sectors, _END, 0)
    head += b"".join(struct.pack("<I", each) for each in [*places, *[_FREE] * (109 - count)])
    return head + b"".join(sectors) + b"".join(struct.pack("<I", each) for each in table)
