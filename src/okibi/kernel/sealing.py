"""Secrets that must be used as they are (a login at a customer's host), kept so that the database alone tells nothing.

AES-256-GCM (NIST SP 800-38D) with a key of its own for each purpose, made of the installation's secret key by HKDF
(RFC 5869). What a value is bound to is authenticated with it: moved to another row it does not open.
"""

import os
from typing import Any

from django.conf import settings

from okibi.kernel.errors import ConflictError
from okibi.kernel.later import later
from okibi.kernel.sentence import Sentence

FORM = b"\x01"
NONCE = 12  # bytes
UNREADABLE = Sentence(
    "Сохранённый секрет не читается: ключ установки другой. Введите его заново.",
    "The kept secret can't be read: the installation's key is another one. Enter it anew.",
)

aead = later("cryptography.hazmat.primitives.ciphers.aead")
hashes = later("cryptography.hazmat.primitives.hashes")
hkdf = later("cryptography.hazmat.primitives.kdf.hkdf")
exceptions = later("cryptography.exceptions")


class SealError(ConflictError):
    """What was sealed does not open: another key, another place, or changed bytes."""

    code = "sealed"


def seal(purpose: str, bound: str, content: bytes) -> bytes:
    """The content, unreadable without the installation's secret key; opens for the same purpose and place alone."""
    nonce = os.urandom(NONCE)
    return FORM + nonce + bytes(_cipher(purpose).encrypt(nonce, content, bound.encode()))


def unseal(purpose: str, bound: str, sealed: bytes) -> bytes:
    """What :func:`seal` was given. Raises SealError."""
    if sealed[:1] != FORM:
        raise SealError(UNREADABLE)
    try:
        nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        return bytes(_cipher(purpose).decrypt(nonce, rest, bound.encode()))
    except (exceptions.InvalidTag, ValueError):
        raise SealError(UNREADABLE) from None


def _cipher(purpose: str) -> Any:
    derived = hkdf.HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"okibi.seal.{purpose}".encode())
    return aead.AESGCM(derived.derive(settings.SECRET_KEY.encode()))
