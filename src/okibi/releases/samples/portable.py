"""The smallest EXE with a version resource. Source: Microsoft's "PE Format" and "VS_VERSIONINFO"."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SECTION_RVA, _ALIGN = 0x1000, 0x200
_RESOURCES = 2  # number of the directory
_MACHINES = {"x86": 0x14C, "x64": 0x8664, "arm64": 0xAA64}


@dataclass(frozen=True, slots=True)
class Exe:
    """What the EXE says. ``subsystem`` is the NT number it asks for."""

    version: str = "4.2.0.0"
    title: str = "OKIBI Desktop"
    company: str = "OKIBI"
    architecture: str = "x64"
    subsystem: tuple[int, int] = (6, 0)
    padding: int = 0  # bytes of nothing, for a file of some size

    def made(self) -> bytes:
        """The bytes of the file."""
        resource = _resource_tree(_version_info(self))
        raw = resource + bytes(-len(resource) % _ALIGN) + bytes(self.padding + -self.padding % _ALIGN)
        header = self._headers(len(resource), len(raw))
        return header + bytes(_ALIGN * 2 - len(header)) + raw

    def _headers(self, used: int, raw: int) -> bytes:
        wide = self.architecture != "x86"
        dos = b"MZ" + bytes(58) + struct.pack("<I", 0x40)
        size = 0xF0 if wide else 0xE0
        coff = struct.pack("<HHIIIHH", _MACHINES[self.architecture], 1, 0, 0, 0, size, 0x22 if wide else 0x102)
        optional = struct.pack("<HBBIIIII", 0x20B if wide else 0x10B, 14, 0, 0, raw, 0, 0, _SECTION_RVA)
        optional += struct.pack("<Q", 0x140000000) if wide else struct.pack("<II", _SECTION_RVA, 0x400000)
        optional += struct.pack("<IIHHHHHHI", 0x1000, _ALIGN, 6, 0, 0, 0, *self.subsystem, 0)
        optional += struct.pack("<IIIHH", _SECTION_RVA + raw + -raw % 0x1000, _ALIGN * 2, 0, 2, 0x8140)
        optional += struct.pack("<QQQQ" if wide else "<IIII", 0x100000, 0x1000, 0x100000, 0x1000)
        optional += struct.pack("<II", 0, 16)
        directories = [(0, 0)] * 16
        directories[_RESOURCES] = (_SECTION_RVA, used)
        optional += b"".join(struct.pack("<II", *each) for each in directories)
        section = struct.pack("<8sIIIIIIHHI", b".rsrc", raw, _SECTION_RVA, raw, _ALIGN * 2, 0, 0, 0, 0, 0x40000040)
        return dos + b"PE\0\0" + coff + optional + section


def _version_info(exe: Exe) -> bytes:
    a, b, c, d = (*map(int, exe.version.split(".")), 0, 0, 0, 0)[:4]
    fixed = struct.pack(
        "<13I", 0xFEEF04BD, 0x10000, a << 16 | b, c << 16 | d, a << 16 | b, c << 16 | d, 0x3F, 0, 0x40004, 1, 0, 0, 0
    )
    words = {
        "CompanyName": exe.company,
        "FileDescription": exe.title,
        "FileVersion": exe.version,
        "ProductName": exe.title,
        "ProductVersion": exe.version,
    }
    texts = [_node(name, (value + "\0").encode("utf-16-le"), text=True) for name, value in words.items()]
    table = _node("StringFileInfo", b"", [_node("040904b0", b"", texts, text=True)], text=True)
    language = _node("VarFileInfo", b"", [_node("Translation", struct.pack("<HH", 0x409, 0x4B0))], text=True)
    return _node("VS_VERSION_INFO", fixed, [table, language])


def _node(key: str, value: bytes, children: Sequence[bytes] = (), *, text: bool = False) -> bytes:
    head = (key + "\0").encode("utf-16-le")
    body = head + bytes(-(6 + len(head)) % 4) + value
    for child in children:
        body += bytes(-(6 + len(body)) % 4) + child
    return struct.pack("<HHH", 6 + len(body), len(value) // 2 if text else len(value), int(text)) + body


def _resource_tree(data: bytes) -> bytes:
    """Three levels (type 16, name 1, English) and one leaf."""

    def directory(identity: int, offset: int, *, leaf: bool) -> bytes:
        return struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, identity, offset if leaf else offset | 0x80000000)

    tree = directory(16, 24, leaf=False) + directory(1, 48, leaf=False) + directory(0x409, 72, leaf=True)
    return tree + struct.pack("<IIII", _SECTION_RVA + 88, len(data), 0, 0) + data
