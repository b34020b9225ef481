"""The smallest APK: a binary manifest in an aligned zip, signed by schemes v2 and v3 with a key made on the spot.

Sources: AOSP ResourceTypes.h; source.android.com, "APK signature scheme v2" and "v3".
"""

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from okibi.kernel.clock import now
from okibi.releases.reading.apk_signing import MAGIC, ROTATION, STRIPPING, V2, V3, Layout, content_digest

_ATTRIBUTES = {  # in this order the resource map has to have them
    "debuggable": 0x0101000F,
    "minSdkVersion": 0x0101020C,
    "versionCode": 0x0101021B,
    "versionName": 0x0101021C,
    "targetSdkVersion": 0x01010270,
    "testOnly": 0x01010272,
}
_ANDROID = "http://schemas.android.com/apk/res/android"
_TEXT, _NUMBER, _BOOLEAN = 0x03, 0x10, 0x12
_ECDSA = 0x0201
_LAST_SDK = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and the certificate of its own; ``before``: the signer whose key it takes over."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    before: "Signer | None" = None

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        """Of the certificate, hex: what a product pins."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def new_signer(name: str = "OKIBI", before: Signer | None = None) -> Signer:
    """A fresh key with a certificate for thirty years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = now().replace(microsecond=0)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(begins).not_valid_after(begins + timedelta(days=10950))
    return Signer(key, builder.sign(key, hashes.SHA256()), before)


@dataclass(frozen=True, slots=True)
class Apk:
    """What the APK says."""

    package: str = "ru.okibi.mob"
    version: str = "3.4.0"
    version_code: int = 30400
    min_sdk: int = 26
    target_sdk: int = 34
    debuggable: bool = False
    test_only: bool = False
    files: dict[str, bytes] = field(default_factory=dict)

    def made(self) -> bytes:
        """The bytes, not signed."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, content in {"AndroidManifest.xml": self.manifest(), **self.files}.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return target.getvalue()

    def signed(self, signer: Signer, schemes: Sequence[str] = ("v2", "v3")) -> bytes:
        """The bytes, signed."""
        return sign(self.made(), signer, schemes)

    def manifest(self) -> bytes:
        """The binary manifest: manifest, uses-sdk, application."""
        application: list[tuple[str, int, object]] = [("debuggable", _BOOLEAN, self.debuggable)]
        if self.test_only:
            application.append(("testOnly", _BOOLEAN, True))
        sdk = [("minSdkVersion", _NUMBER, self.min_sdk), ("targetSdkVersion", _NUMBER, self.target_sdk)]
        whole = [
            ("versionCode", _NUMBER, self.version_code),
            ("versionName", _TEXT, self.version),
            ("package", _TEXT, self.package),
        ]
        return _document([("manifest", whole), ("uses-sdk", sdk), ("application", application)])


# ---------------------------------------------------------------- the manifest


def _document(elements: Sequence[tuple[str, Sequence[tuple[str, int, Any]]]]) -> bytes:
    """The first element is the root, the others stand in it."""
    texts = [*_ATTRIBUTES, "android", _ANDROID, "package"]
    for tag, attributes in elements:
        texts += [tag, *(value for _, kind, value in attributes if kind == _TEXT)]
    texts = list(dict.fromkeys(texts))
    at = {text: number for number, text in enumerate(texts)}
    root, *others = elements
    nodes = [_node(0x100, struct.pack("<II", at["android"], at[_ANDROID])), _start(root, at)]
    for each in others:
        nodes += [_start(each, at), _end(each[0], at)]
    nodes += [_end(root[0], at), _node(0x101, struct.pack("<II", at["android"], at[_ANDROID]))]
    ids = struct.pack(f"<{len(_ATTRIBUTES)}I", *_ATTRIBUTES.values())
    body = _pool(texts) + struct.pack("<HHI", 0x180, 8, 8 + len(ids)) + ids + b"".join(nodes)
    return struct.pack("<HHI", 3, 8, 8 + len(body)) + body


def _pool(texts: Sequence[str]) -> bytes:
    offsets, content = [], b""
    for text in texts:
        offsets.append(len(content))
        content += struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0"
    content += bytes(-len(content) % 4)
    start = 28 + 4 * len(texts)
    head = struct.pack("<HHIIIIII", 1, 28, start + len(content), len(texts), 0, 0, start, 0)
    return head + struct.pack(f"<{len(texts)}I", *offsets) + content


def _start(element: tuple[str, Sequence[tuple[str, int, Any]]], at: dict[str, int]) -> bytes:
    tag, attributes = element
    rows = b""
    for name, kind, value in attributes:
        data = at[value] if kind == _TEXT else (0xFFFFFFFF if value else 0) if kind == _BOOLEAN else int(value)
        space = 0xFFFFFFFF if name == "package" else at[_ANDROID]
        raw = at[value] if kind == _TEXT else 0xFFFFFFFF
        rows += struct.pack("<IIIHBBI", space, at[name], raw, 8, 0, kind, data)
    return _node(0x102, struct.pack("<IIHHHHHH", 0xFFFFFFFF, at[tag], 20, 20, len(attributes), 0, 0, 0) + rows)


def _end(tag: str, at: dict[str, int]) -> bytes:
    return _node(0x103, struct.pack("<II", 0xFFFFFFFF, at[tag]))


def _node(kind: int, body: bytes) -> bytes:
    return struct.pack("<HHIII", kind, 16, 16 + len(body), 1, 0xFFFFFFFF) + body


# ---------------------------------------------------------------- the signature


def sign(apk: bytes, signer: Signer, schemes: Sequence[str] = ("v2", "v3")) -> bytes:
    """An unsigned APK with a signing block; with both schemes v2 says that v3 is there."""
    end = apk.rindex(b"PK\x05\x06")
    directory = struct.unpack_from("<I", apk, end + 16)[0]
    layout = Layout(directory, directory, end, len(apk))
    digest = content_digest(io.BytesIO(apk), layout, "sha256")
    pairs = b""
    if "v2" in schemes:
        first = signer
        while first.before is not None:
            first = first.before
        attributes = [struct.pack("<II", STRIPPING, 3)] if "v3" in schemes else []
        pairs += _pair(V2, _signer(first, digest, attributes, b""))
    if "v3" in schemes:
        attributes = [struct.pack("<I", ROTATION) + _lineage(signer)] if signer.before else []
        pairs += _pair(V3, _signer(signer, digest, attributes, struct.pack("<II", 26, _LAST_SDK)))
    length = len(pairs) + 24
    block = struct.pack("<Q", length) + pairs + struct.pack("<Q", length) + MAGIC
    record = apk[end : end + 16] + struct.pack("<I", directory + len(block)) + apk[end + 20 :]
    return apk[:directory] + block + apk[directory:end] + record


def _pair(number: int, value: bytes) -> bytes:
    return struct.pack("<QI", len(value) + 4, number) + value


def _part(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content


def _parts(each: Iterable[bytes]) -> bytes:
    return _part(b"".join(map(_part, each)))


def _signer(signer: Signer, digest: bytes, attributes: Sequence[bytes], systems: bytes) -> bytes:
    data = _parts([struct.pack("<I", _ECDSA) + _part(digest)]) + _parts([signer.der]) + systems + _parts(attributes)
    signature = signer.key.sign(data, ec.ECDSA(hashes.SHA256()))
    key = signer.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _parts([_part(data) + systems + _parts([struct.pack("<I", _ECDSA) + _part(signature)]) + _part(key)])


def _lineage(signer: Signer) -> bytes:
    chain = [signer]
    while chain[0].before is not None:
        chain.insert(0, chain[0].before)
    levels = b""
    for number, each in enumerate(chain):
        data = _part(each.der) + struct.pack("<I", _ECDSA if number else 0)
        signature = chain[number - 1].key.sign(data, ec.ECDSA(hashes.SHA256())) if number else b""
        way = _ECDSA if number + 1 < len(chain) else 0
        levels += _part(_part(data) + struct.pack("<II", 0x17, way) + _part(signature))
    return struct.pack("<I", 1) + levels
