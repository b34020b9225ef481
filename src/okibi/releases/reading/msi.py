"""MSI: the Property table by pymsi, and the Authenticode signature of its streams.

Source of the digest: Microsoft's "Windows Authenticode" for compound files: every stream but the signature's own two,
in the order of their names as UTF-16LE bytes, storages entered, and the storage's class id after its streams.
"""

import hashlib
import io
import uuid
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import olefile  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes
from pymsi.package import Package

from okibi.releases.reading.authenticode import opened

SIGNATURE, EXTRA = "\x05DigitalSignature", "\x05MsiDigitalSignatureEx"
ARCHITECTURES = {"intel": "x86", "": "x86", "x64": "x64", "amd64": "x64", "arm64": "arm64"}
_WORDS = {"title": "ProductName", "company": "Manufacturer", "version": "ProductVersion"}
_PIECE = 256 * 1024
_MOST_SIGNATURE = 4 * 1024 * 1024


def read_msi(path: Path) -> dict[str, Any]:
    """The facts of an MSI. Raises whatever pymsi raises where it is none."""
    with path.open("rb") as file, redirect_stdout(io.StringIO()):
        package = Package(io.BytesIO(file.read()), strict=False)
        table = package.get("Property")
        rows = {row["Property"]: str(row["Value"] or "") for row in table or []}
        template = str(getattr(package, "summary").arch() or "").lower()  # noqa: B009  typed as None
        found: dict[str, Any] = {name: rows.get(of, "") for name, of in _WORDS.items()}
        found |= {
            "product_code": _guid(rows.get("ProductCode", "")),
            "upgrade_code": _guid(rows.get("UpgradeCode", "")),
        }
        faults = [] if found["product_code"] and found["upgrade_code"] else ["msi_codes"]
        if template not in ARCHITECTURES:
            faults.append("pe_machine")
        found |= {"kind": "msi", "platform": "windows", "architecture": ARCHITECTURES.get(template, "any")}
        return found | _signature(package.ole) | {"faults": faults}


def _guid(text: str) -> str:
    try:
        return "{" + str(uuid.UUID(text)).upper() + "}"
    except ValueError:
        return ""


def _signature(ole: olefile.OleFileIO) -> dict[str, Any]:
    if not ole.exists(SIGNATURE):
        return {"signature": ""}
    try:
        signed = opened(ole.openstream(SIGNATURE).read(_MOST_SIGNATURE))
    except (ValueError, IndexError, StopIteration):
        return {"signature": "broken"}
    return {
        "signature": "valid" if _digest(ole, signed.algorithm) == signed.digest else "broken",
        "certificates": [signed.certificate.fingerprint(hashes.SHA256()).hex()],
        "signer": signed.certificate.subject.rfc4514_string(),
    }


def _digest(ole: olefile.OleFileIO, algorithm: str) -> bytes:
    """Of the whole storage; the hash of names and dates stands before it where the file has one."""
    digest = hashlib.new(algorithm)
    if ole.exists(EXTRA):
        digest.update(ole.openstream(EXTRA).read())
    _walk(ole, ole.root, digest, ())
    return digest.digest()


def _walk(ole: olefile.OleFileIO, entry: Any, digest: Any, path: tuple[str, ...]) -> None:
    for kid in sorted(entry.kids, key=lambda each: each.name.encode("utf-16-le")):
        if not path and kid.name in (SIGNATURE, EXTRA):
            continue
        here = (*path, kid.name)
        if kid.entry_type == olefile.STGTY_STREAM:
            stream = ole.openstream(list(here))
            while piece := stream.read(_PIECE):
                digest.update(piece)
        else:
            _walk(ole, kid, digest, here)
    digest.update(uuid.UUID(entry.clsid).bytes_le if entry.clsid else bytes(16))
