"""APK: the manifest (attributes by their resource ids, as Android itself takes them) and the signature.

Source: AOSP frameworks/base ResourceTypes.h; R.attr for the ids.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

from apkInspector.axml import ManifestStruct, XmlStartElement  # type: ignore[import-untyped]

from okibi.releases.reading.apk_signing import verified

NAMES = {
    0x0101021B: "version_code",
    0x0101021C: "version",
    0x0101020C: "min_sdk",
    0x01010270: "target_sdk",
    0x0101000F: "debuggable",
    0x01010576: "version_code_major",
    0x01010272: "test_only",
}
WHERE = {
    "manifest": ("version_code", "version", "version_code_major"),
    "uses-sdk": ("min_sdk", "target_sdk"),
    "application": ("debuggable", "test_only"),
}
MANIFEST = "AndroidManifest.xml"
MOST_MANIFEST = 8 * 1024 * 1024  # bytes
_TEXT, _REFERENCE, _BOOLEAN = 3, 1, 0x12


def read_apk(path: Path) -> dict[str, Any]:
    """The facts of an APK. Raises ValueError, zipfile.BadZipFile and what apkInspector raises where it is none."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        faults = ["twice"] if len(set(names)) != len(names) else []
        with archive.open(MANIFEST) as file:
            manifest = file.read(MOST_MANIFEST + 1)
        if len(manifest) > MOST_MANIFEST:
            raise ValueError("the manifest is too large")
        promised = _promised(archive, names)
    found = read_manifest(manifest)
    major, test_only = int(found.pop("version_code_major", 0)), found.pop("test_only", False)
    found["version_code"] = (major << 32) | int(found.get("version_code", 0))
    found.setdefault("min_sdk", 1)
    found.setdefault("target_sdk", found["min_sdk"])
    faults += ["test_only"] if test_only else []
    signed = verified(path, promised)
    faults += signed.pop("faults")
    return {"kind": "apk", "platform": "android", "architecture": "any"} | found | signed | {"faults": faults}


def read_manifest(content: bytes) -> dict[str, Any]:
    """What the binary manifest says of package, versions and systems."""
    parsed = ManifestStruct.parse(io.BytesIO(content))
    texts, ids = parsed.string_pool.string_list, parsed.resource_map.resids
    found: dict[str, Any] = {}
    for element in parsed.elements:
        if not isinstance(element, XmlStartElement):
            continue
        tag = texts[element.attrext[1]]
        for attribute in element.attributes:
            at = attribute.name_index
            known = NAMES.get(ids[at]) if at < len(ids) else None
            name = "package" if known is None and tag == "manifest" and texts[at] == "package" else known
            if name is None or (name != "package" and name not in WHERE.get(tag, ())):
                continue
            found.setdefault(name, _value(attribute, texts, name))
    return found


def _value(attribute: Any, texts: list[str], name: str) -> Any:
    kind, data = attribute.typed_value_datatype, attribute.typed_value_data
    if kind == _REFERENCE:
        return "" if name in ("version", "package") else 0  # a resource: not read, so not said
    if kind == _TEXT:
        text = texts[data]
        if name in ("version", "package"):
            return text
        return int(text) if text.isdecimal() else 0
    if name in ("debuggable", "test_only"):
        return bool(data)
    return str(data) if name in ("version", "package") else int(data) & 0xFFFFFFFF


def _promised(archive: zipfile.ZipFile, names: list[str]) -> tuple[int, ...]:
    """The schemes that an old (v1) signature says are there as well, so that nobody strips them; (1,): v1 alone."""
    old = [name for name in names if name.upper().startswith("META-INF/") and name.upper().endswith(".SF")]
    found = {1} if old else set()
    for name in old:
        with archive.open(name) as file:
            for line in file.read(4096).decode("utf-8", "replace").splitlines():
                key, _, value = line.partition(":")
                if key.strip() == "X-Android-APK-Signed":
                    found |= {int(each) for each in value.replace(" ", "").split(",") if each.isdecimal()}
    return tuple(sorted(found))
