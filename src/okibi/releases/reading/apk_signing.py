"""The signatures of an APK: schemes v2, v3 and v3.1, verified with every digest, and protected against stripping.

Source: source.android.com, "APK signature scheme v2", "v3", "v3.1"; AOSP tools/apksig. v1 (JAR) alone is not taken:
it does not protect the whole file.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

MAGIC = b"APK Sig Block 42"
V2, V3, V31 = 0x7109871A, 0xF05368C0, 0x1B93AD61
SCHEMES = {V2: "v2", V3: "v3", V31: "v3.1"}
ROTATION, STRIPPING = 0x3BA06F8C, 0xBEEFF00D  # additional attributes
CHUNK = 1024 * 1024
# id → (hash, how the key signs)
ALGORITHMS = {
    0x0101: ("sha256", "pss"),
    0x0102: ("sha512", "pss"),
    0x0103: ("sha256", "pkcs1"),
    0x0104: ("sha512", "pkcs1"),
    0x0201: ("sha256", "ecdsa"),
    0x0202: ("sha512", "ecdsa"),
    0x0301: ("sha256", "dsa"),
}
_EOCD = b"PK\x05\x06"
_EOCD_SIZE = 22
_MOST_BLOCK = 64 * 1024 * 1024  # bytes
_MOST_SIGNERS = 10


class BrokenError(ValueError):
    """The signature is not what it should be; the text is a code of :mod:`.words`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of the file stand, bytes from its beginning."""

    block: int
    directory: int
    end: int
    size: int


@dataclass(slots=True)
class Signed:
    """What the signers are. ``ancestors``: certificates of the proof of rotation before the signer's own."""

    certificates: list[str] = field(default_factory=list)
    ancestors: list[str] = field(default_factory=list)
    signer: str = ""
    stripping: list[int] = field(default_factory=list)  # schemes that v2 says are there as well


def verified(path: Path, promised: tuple[int, ...]) -> dict[str, Any]:
    """Schemes, certificates and faults of an APK; ``promised``: those that a v1 signature names."""
    told: dict[str, Any] = {"signature": "", "schemes": [], "certificates": [], "ancestors": [], "faults": []}
    with path.open("rb") as file:
        try:
            layout, pairs = _block(file)
            signed = Signed()
            for scheme in (V2, V3, V31):
                if scheme in pairs:
                    _verify_scheme(scheme, pairs[scheme], file, layout, signed)
                    told["schemes"].append(SCHEMES[scheme])
            _check_stripping(promised, signed, told["schemes"])
        except BrokenError as error:
            return told | {"signature": "broken", "faults": [str(error)]}
        except (struct.error, IndexError, ValueError, TypeError):
            return told | {"signature": "broken", "faults": ["apk_signature"]}
    if not told["schemes"]:
        return told | {"faults": ["apk_v1_only" if 1 in promised else "apk_unsigned"]}
    return told | {
        "signature": "valid",
        "certificates": list(dict.fromkeys(signed.certificates)),
        "ancestors": list(dict.fromkeys(signed.ancestors)),
        "signer": signed.signer,
    }


def _check_stripping(promised: tuple[int, ...], signed: Signed, schemes: list[str]) -> None:
    """What a weaker signature says is there has to be there."""
    for number in (*promised, *signed.stripping):
        if number in (2, 3) and f"v{number}" not in schemes:
            raise BrokenError("apk_stripped")


# ---------------------------------------------------------------- the file


def _block(file: BinaryIO) -> tuple[Layout, dict[int, bytes]]:
    """The signing block's pairs by id; none where there is no block."""
    size = file.seek(0, 2)
    tail_from = max(0, size - _EOCD_SIZE - 0xFFFF)
    file.seek(tail_from)
    tail = file.read()
    at = len(tail) - _EOCD_SIZE
    while at >= 0 and not _is_end_record(tail, at):
        at -= 1
    if at < 0:
        raise BrokenError("apk_zip")
    directory_size, directory = struct.unpack_from("<II", tail, at + 12)
    end = tail_from + at
    if directory == 0xFFFFFFFF or directory + directory_size != end:
        raise BrokenError("apk_zip")
    layout = Layout(directory, directory, end, size)
    if directory < 32:
        return layout, {}
    file.seek(directory - 24)
    length, magic = struct.unpack("<Q16s", file.read(24))
    if magic != MAGIC:
        return layout, {}
    start = directory - length - 8
    if not 24 <= length <= _MOST_BLOCK or start < 0:
        raise BrokenError("apk_signature")
    file.seek(start)
    whole = file.read(length + 8)
    if struct.unpack_from("<Q", whole)[0] != length:
        raise BrokenError("apk_signature")
    return Layout(start, directory, end, size), dict(_pairs(whole[8:-24]))


def _is_end_record(tail: bytes, at: int) -> bool:
    return tail[at : at + 4] == _EOCD and struct.unpack_from("<H", tail, at + 20)[0] == len(tail) - at - _EOCD_SIZE


def _pairs(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    seen: set[int] = set()
    while at < len(content):
        length, number = struct.unpack_from("<QI", content, at)
        if length < 4 or at + 8 + length > len(content) or number in seen & set(SCHEMES):
            raise BrokenError("apk_signature")
        seen.add(number)
        yield number, content[at + 12 : at + 8 + length]
        at += 8 + length


def content_digest(file: BinaryIO, layout: Layout, algorithm: str) -> bytes:
    """Of everything but the block, by pieces of one megabyte; the end record as it stood before the block."""
    pieces: list[bytes] = []
    for start, end in ((0, layout.block), (layout.directory, layout.end)):
        file.seek(start)
        left = end - start
        while left > 0:
            piece = file.read(min(CHUNK, left))
            if not piece:
                raise BrokenError("apk_zip")
            left -= len(piece)
            pieces.append(hashlib.new(algorithm, b"\xa5" + struct.pack("<I", len(piece)) + piece).digest())
    file.seek(layout.end)
    record = bytearray(file.read(layout.size - layout.end))
    struct.pack_into("<I", record, 16, layout.block)
    pieces.append(hashlib.new(algorithm, b"\xa5" + struct.pack("<I", len(record)) + bytes(record)).digest())
    return hashlib.new(algorithm, b"\x5a" + struct.pack("<I", len(pieces)) + b"".join(pieces)).digest()


# ---------------------------------------------------------------- signers


class _Reader:
    """Little-endian values with lengths before them."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    @property
    def more(self) -> bool:
        return self.at < len(self.content)

    def number(self) -> int:
        self.at += 4
        return int(struct.unpack_from("<I", self.content, self.at - 4)[0])

    def part(self) -> bytes:
        length = self.number()
        found = self.content[self.at : self.at + length]
        if len(found) != length:
            raise BrokenError("apk_signature")
        self.at += length
        return found

    def parts(self) -> list[bytes]:
        inner, found = _Reader(self.part()), []
        while inner.more:
            found.append(inner.part())
        return found


def _verify_scheme(scheme: int, value: bytes, file: BinaryIO, layout: Layout, signed: Signed) -> None:
    signers = _Reader(value).parts()
    if not 0 < len(signers) <= _MOST_SIGNERS:
        raise BrokenError("apk_signature")
    for each in signers:
        _verify_signer(scheme, _Reader(each), file, layout, signed)


def _verify_signer(scheme: int, signer: _Reader, file: BinaryIO, layout: Layout, signed: Signed) -> None:
    data = signer.part()
    range_outside = (signer.number(), signer.number()) if scheme != V2 else None
    signatures = {_Reader(each).number(): _Reader(each[4:]).part() for each in signer.parts()}
    key = signer.part()
    known = {number: each for number, each in signatures.items() if number in ALGORITHMS}
    if not known:
        raise BrokenError("apk_algorithm")
    for number, each in known.items():
        _verify(key, number, each, data)
    inner = _Reader(data)
    digests = {_Reader(each).number(): _Reader(each[4:]).part() for each in inner.parts()}
    certificates = inner.parts()
    range_inside = (inner.number(), inner.number()) if scheme != V2 else None
    attributes = {_Reader(each).number(): each[4:] for each in inner.parts()} if inner.more else {}
    if list(digests) != list(signatures) or not certificates or range_inside != range_outside:
        raise BrokenError("apk_signature")
    leaf = x509.load_der_x509_certificate(certificates[0])
    if leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != key:
        raise BrokenError("apk_signature")
    for number in known:
        if content_digest(file, layout, ALGORITHMS[number][0]) != digests[number]:
            raise BrokenError("apk_digest")
    signed.certificates.append(hashlib.sha256(certificates[0]).hexdigest())
    signed.signer = leaf.subject.rfc4514_string()
    if scheme == V2 and STRIPPING in attributes:
        signed.stripping.append(_Reader(attributes[STRIPPING]).number())
    if ROTATION in attributes:
        signed.ancestors += _lineage(attributes[ROTATION], certificates[0])


def _lineage(value: bytes, leaf: bytes) -> list[str]:
    """The proof of rotation: each key signed by the one before, the signer's the last. SHA-256, oldest first."""
    reader, chain = _Reader(value), []
    if reader.number() != 1:
        raise BrokenError("apk_lineage")
    before: bytes | None = None
    way = 0
    while reader.more:
        level = _Reader(reader.part())
        data = level.part()
        level.number()  # flags: what the old key may still do; the server lets it do nothing
        next_way, signature = level.number(), level.part()
        inner = _Reader(data)
        certificate, told = inner.part(), inner.number()
        if before is not None:
            if told != way:
                raise BrokenError("apk_lineage")
            _verify(before, told, signature, data)
        way = next_way
        before = (
            x509.load_der_x509_certificate(certificate)
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
        chain.append(certificate)
        if len(chain) > _MOST_SIGNERS:
            raise BrokenError("apk_lineage")
    if not chain or chain[-1] != leaf:
        raise BrokenError("apk_lineage")
    return [hashlib.sha256(each).hexdigest() for each in chain[:-1]]


def _verify(key_der: bytes, number: int, signature: bytes, data: bytes) -> None:
    name, way = ALGORITHMS.get(number, ("", ""))
    digest = {"sha256": hashes.SHA256(), "sha512": hashes.SHA512()}.get(name)
    key = load_der_public_key(key_der)
    try:
        if digest is None:
            raise BrokenError("apk_algorithm")
        if isinstance(key, rsa.RSAPublicKey) and way == "pss":
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signature, data, pss, digest)
        elif isinstance(key, rsa.RSAPublicKey) and way == "pkcs1":
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and way == "ecdsa":
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, dsa.DSAPublicKey) and way == "dsa":
            key.verify(signature, data, digest)
        else:
            raise BrokenError("apk_algorithm")
    except InvalidSignature:
        raise BrokenError("apk_signature") from None
