"""EXE and DLL: pefile reads headers and the version resource, LIEF checks Authenticode.

Sources: Microsoft's "PE Format", "Windows Authenticode Portable Executable Signature Format"; ECMA-335 II.25.3.3.
"""

import hashlib
import mmap
import re
from pathlib import Path
from typing import Any

import lief
import pefile  # type: ignore[import-untyped]

MACHINES = {0x14C: "x86", 0x8664: "x64", 0xAA64: "arm64"}
_IL_ONLY, _NEEDS_32_BITS = 0x1, 0x2
_FRAMEWORK = re.compile(rb"\.NETFramework,Version=v(\d{1,2}(?:\.\d{1,2}){1,2})")
_DIRECTORIES = ["IMAGE_DIRECTORY_ENTRY_RESOURCE"]
_COM = 14  # the directory of .NET
_MOST_RESOURCES = 20000


def read_portable(path: Path) -> dict[str, Any]:
    """The facts of an EXE or DLL. Raises pefile.PEFormatError where it is none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        found = _headers(whole, pefile.PE(data=whole, fast_load=True))  # by name it looks for garbage when closed
    return found | _signature(path) | {"faults": found.pop("faults")}


def _headers(whole: mmap.mmap, pe: Any) -> dict[str, Any]:
    if len(pe.sections) != pe.FILE_HEADER.NumberOfSections or any(
        each.PointerToRawData + each.SizeOfRawData > len(whole) for each in pe.sections
    ):
        raise ValueError("cut short")
    machine = MACHINES.get(pe.FILE_HEADER.Machine, "")
    optional = pe.OPTIONAL_HEADER
    found: dict[str, Any] = {
        "kind": "exe",
        "platform": "windows",
        "architecture": machine or "any",
        "subsystem": f"{optional.MajorSubsystemVersion}.{optional.MinorSubsystemVersion}",
    }
    faults = [] if machine else ["pe_machine"]
    com = optional.DATA_DIRECTORY[_COM] if len(optional.DATA_DIRECTORY) > _COM else None
    if com is not None and com.VirtualAddress:
        found |= {"managed": True, "dotnet": _framework(whole)}
        flags = pe.get_dword_at_rva(com.VirtualAddress + 16) or 0
        if machine == "x86" and flags & _IL_ONLY and not flags & _NEEDS_32_BITS:
            found["architecture"] = "any"
    return found | _resource(pe) | {"faults": faults}


def _framework(whole: mmap.mmap) -> str:
    match = _FRAMEWORK.search(whole)
    return match.group(1).decode() if match else ""


def _resource(pe: Any) -> dict[str, Any]:
    """The version resource: fixed numbers first, then the words."""
    try:
        pe.parse_data_directories(
            directories=[pefile.DIRECTORY_ENTRY[name] for name in _DIRECTORIES], import_dllnames_only=True
        )
    except (pefile.PEFormatError, RecursionError):
        return {}
    fixed: list[str] = []
    for each in getattr(pe, "VS_FIXEDFILEINFO", None) or []:
        for high, low in ((each.ProductVersionMS, each.ProductVersionLS), (each.FileVersionMS, each.FileVersionLS)):
            fixed.append(".".join(map(str, (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF))))
    words: dict[str, str] = {}
    for group in getattr(pe, "FileInfo", None) or []:
        for info in group:
            for table in getattr(info, "StringTable", None) or []:
                for name, value in list(table.entries.items())[:_MOST_RESOURCES]:
                    words.setdefault(name.decode("utf-8", "replace"), value.decode("utf-8", "replace").strip("\0 "))
    versions = [words.get("ProductVersion", ""), words.get("FileVersion", ""), *fixed]
    versions = list(dict.fromkeys(each.strip() for each in versions if each.strip()))
    return {
        "version": versions[0] if versions else "",
        "versions": versions,
        "title": words.get("ProductName", "") or words.get("FileDescription", ""),
        "company": words.get("CompanyName", ""),
    }


def _signature(path: Path) -> dict[str, Any]:
    lief.logging.disable()
    config = lief.PE.ParserConfig()
    for name in ("parse_imports", "parse_exports", "parse_rsrc", "parse_reloc", "parse_exceptions"):
        if hasattr(config, name):
            setattr(config, name, False)
    binary = lief.PE.parse(str(path), config)
    if binary is None or not binary.has_signatures:
        return {"signature": ""}
    valid = binary.verify_signature() == lief.PE.Signature.VERIFICATION_FLAGS.OK
    signers = [signer for signature in binary.signatures for signer in signature.signers]
    certificates = [signer.cert for signer in signers if signer.cert is not None]
    return {
        "signature": "valid" if valid and certificates else "broken",
        "certificates": list(dict.fromkeys(hashlib.sha256(bytes(each.raw)).hexdigest() for each in certificates)),
        "signer": str(certificates[0].subject) if certificates else "",
    }
