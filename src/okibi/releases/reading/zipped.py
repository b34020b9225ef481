"""Velopack's packages and plain archives: what is in them without unpacking them, and whether it is safe to unpack."""

import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

MOST_ENTRIES = 100_000
MOST_UNPACKED = 16 * 1024**3  # bytes
MOST_RATIO = 200  # unpacked to packed, above which it is a bomb and not a program
_SMALL = 64 * 1024 * 1024  # bytes unpacked that are never a bomb
_MOST_NUSPEC = 1024 * 1024
_ARCHITECTURES = {"x86", "x64", "arm64"}
_LINK = 0o120000


def read_zip(path: Path) -> dict[str, Any]:
    """The facts of a NUPKG or of a zip. Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        found = _contents(
            path, ((each.filename, each.file_size, (each.external_attr >> 16) & 0o170000 == _LINK) for each in infos)
        )
        specs = [each for each in infos if "/" not in each.filename and each.filename.lower().endswith(".nuspec")]
        if len(specs) != 1 or specs[0].file_size > _MOST_NUSPEC:
            return found | {"kind": "archive"}
        with archive.open(specs[0]) as file:
            return found | {"kind": "nupkg", "platform": "windows"} | _nuspec(file.read(_MOST_NUSPEC))


def read_tar(path: Path) -> dict[str, Any]:
    """The facts of a tar, packed or not. Raises tarfile.TarError."""
    with tarfile.open(path) as archive:
        inside = ((each.name, each.size, each.issym() or each.islnk() or each.isdev()) for each in archive)
        return _contents(path, inside) | {"kind": "archive", "platform": "linux"}


def _contents(path: Path, inside: Iterable[tuple[str, int, bool]]) -> dict[str, Any]:
    entries, unpacked, faults, names = 0, 0, set(), set()
    for name, size, is_link in inside:
        entries, unpacked = entries + 1, unpacked + size
        if entries > MOST_ENTRIES or unpacked > MOST_UNPACKED:
            faults.add("bomb")
            break
        plain = name.replace("\\", "/")
        if plain.startswith("/") or ".." in PurePosixPath(plain).parts or plain[1:2] == ":" or "\0" in name:
            faults.add("outside")
        if is_link:
            faults.add("links")
        if plain.lower() in names:
            faults.add("twice")
        names.add(plain.lower())
    if unpacked > _SMALL and unpacked > MOST_RATIO * path.stat().st_size:
        faults.add("bomb")
    if not entries:
        faults.add("empty")
    return {"entries": entries, "unpacked": unpacked, "faults": sorted(faults)}


def _nuspec(text: bytes) -> dict[str, Any]:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError("a nuspec with a DTD")
    root = ET.fromstring(text)  # noqa: S314  a limited process, and no DTD
    words = {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in root.iter()}
    architecture = words.get("machineArchitecture") or words.get("rid", "").rpartition("-")[2]
    return {
        "package": words.get("id", ""),
        "version": words.get("version", ""),
        "title": words.get("title", ""),
        "company": words.get("authors", ""),
        "architecture": architecture if architecture in _ARCHITECTURES else "any",
    }
