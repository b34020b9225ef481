"""The PKCS #7 of Authenticode where it does not stand in an EXE: signed attributes, content and signer verified.

LIEF takes only the content that an EXE has. Sources: RFC 2315; Microsoft's "Windows Authenticode Portable Executable
Signature Format" (SpcIndirectDataContent); DER as X.690 §8.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_DIGESTS = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_SEQUENCE, _SET, _OID, _OCTETS, _CONTEXT = 0x30, 0x31, 0x06, 0x04, 0xA0


class NotSignedError(ValueError):
    """It is not such a signature, or it does not hold."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: the file's digest and its algorithm (a name of hashlib), and by whom."""

    algorithm: str
    digest: bytes
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class _Node:
    tag: int
    value: bytes
    whole: bytes

    def children(self) -> "list[_Node]":
        found, at = [], 0
        while at < len(self.value):
            node = _read(self.value, at)
            found.append(node)
            at += len(node.whole)
        return found


def _read(content: bytes, at: int = 0) -> _Node:
    tag, length, start = content[at], content[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 0 < count <= 4:
            raise NotSignedError
        length, start = int.from_bytes(content[start : start + count], "big"), start + count
    if start + length > len(content):
        raise NotSignedError
    return _Node(tag, content[start : start + length], content[at : start + length])


def opened(content: bytes) -> Signed:
    """The signature of a file, verified; raises NotSignedError, ValueError, IndexError where it does not hold."""
    data = _read(content).children()[1].children()[0].children()
    indirect = data[2].children()[1].children()[0]
    signers = next(each for each in reversed(data) if each.tag == _SET).children()
    if len(signers) != 1:
        raise NotSignedError
    certificate = _verify(signers[0].children(), indirect.value, pkcs7.load_der_pkcs7_certificates(content))
    algorithm, digest = indirect.children()[1].children()
    return Signed(_name(algorithm), digest.value, certificate)


def _verify(signer: list[_Node], content: bytes, certificates: list[x509.Certificate]) -> x509.Certificate:
    serial = int.from_bytes(signer[1].children()[1].value, "big", signed=True)
    issuer = signer[1].children()[0].whole
    found = [c for c in certificates if c.serial_number == serial and c.issuer.public_bytes() == issuer]
    name, attributes, signature = _name(signer[2]), signer[3], signer[5].value
    if len(found) != 1 or attributes.tag != _CONTEXT:
        raise NotSignedError
    told = [each.children()[1].children()[0].value for each in attributes.children() if _is_digest(each)]
    if told != [hashlib.new(name, content).digest()]:
        raise NotSignedError
    signed = bytes([_SET]) + attributes.whole[1:]
    key, digest = found[0].public_key(), _HASHES[name]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            raise NotSignedError
    except InvalidSignature:
        raise NotSignedError from None
    return found[0]


def _is_digest(attribute: _Node) -> bool:
    return attribute.children()[0].value == _MESSAGE_DIGEST


def _name(algorithm: _Node) -> str:
    found = _DIGESTS.get(algorithm.children()[0].value)
    if found is None:
        raise NotSignedError
    return found
