"""Private keys: encrypted files that stay with people, and the few that the installation keeps. Never in the database.

A key file is PEM (PKCS 8, encrypted by its passphrase) with its public half beside it as ``FILE.pub`` (JSON, as TUF
metadata has it). Instead of a file, a key may stand in a device or a service: ``FILE.pub=URI`` with an URI of
``securesystemslib`` ("hsm:…", "awskms:…").
"""

import base64
import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from securesystemslib.exceptions import UnsupportedLibraryError

from okibi.releases.trust.errors import not_a_key, there_already
from okibi.releases.trust.framework import CryptoSigner, Key, Signer, SSlibKey

Passphrase = Callable[[str], str]
"""Gives the passphrase of the key at that place; asked only for an encrypted one."""

APPCAST = "updates_appcast"


def make_file(path: Path, passphrase: str) -> Key:
    """A new Ed25519 key in ``path`` (mode 0600) and ``path.pub``. Raises TrustError where either is there."""
    public = path.with_name(f"{path.name}.pub")
    for place in (path, public):
        if place.exists():
            raise there_already(str(place))
    private = Ed25519PrivateKey.generate()
    sealed = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    _write(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))
    key = SSlibKey.from_crypto(private.public_key())
    public.write_text(json.dumps({"keyid": key.keyid, **key.to_dict()}, indent=1) + "\n", encoding="ascii")
    return key


def read_public(path: Path) -> Key:
    """The public half. Raises TrustError."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return Key.from_dict(given.pop("keyid"), given)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise not_a_key(str(path)) from None


def signer_of(source: str, passphrase: Passphrase) -> Signer:
    """What signs: a key file, or ``FILE.pub=URI``. Raises TrustError."""
    public, is_uri, uri = source.partition("=")
    if is_uri and not Path(source).exists():
        try:
            return Signer.from_priv_key_uri(uri, read_public(Path(public)))
        except (ValueError, OSError, UnsupportedLibraryError):
            raise not_a_key(uri) from None
    return _of_file(Path(source), passphrase)


def _of_file(path: Path, passphrase: Passphrase) -> Signer:
    try:
        text = path.read_bytes()
    except OSError:
        raise not_a_key(str(path)) from None
    secret = passphrase(str(path)).encode() if b"ENCRYPTED" in text else None
    try:
        private = load_pem_private_key(text, secret or None)
        return CryptoSigner(private, SSlibKey.from_crypto(private.public_key()))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise not_a_key(str(path)) from None


# ---------------------------------------------------------------- what the installation keeps


def keep(signer: CryptoSigner) -> None:
    """Lay a key into the installation's secrets (mode 0600), unencrypted: whoever holds the server holds it."""
    place = _place(f"updates_{signer.public_key.keyid}")
    if not place.exists():
        _write(place, signer.private_bytes)


def keep_new() -> Key:
    """A new key of the installation's own."""
    signer = CryptoSigner.generate_ed25519()
    keep(signer)
    return signer.public_key


def forget(keyid: str) -> bool:
    """Remove a key that is kept; gives whether there was one."""
    place = _place(f"updates_{keyid}")
    was = place.exists()
    place.unlink(missing_ok=True)
    return was


def kept_ids() -> list[str]:
    """The ids of all keys that the installation keeps, the two online ones among them."""
    found = (place.name.removeprefix("updates_") for place in _place("").glob("updates_*") if place.name != APPCAST)
    return sorted(found)


def kept(keyid: str) -> Signer | None:
    """The key of that id, where the installation keeps it."""
    with contextlib.suppress(OSError):
        private = load_pem_private_key(_place(f"updates_{keyid}").read_bytes(), None)
        return CryptoSigner(private, SSlibKey.from_crypto(private.public_key()))
    return None


def make_appcast_key() -> str:
    """The key of appcasts, made where there is none; gives its public half (base64 of 32 bytes)."""
    place = _place(APPCAST)
    if not place.exists():
        _write(place, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return appcast_public()


def appcast_public() -> str:
    """The public key of appcasts as clients have it: base64 of 32 bytes; "" where there is none."""
    key = _appcast_key()
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode() if key else ""


def appcast_signature(content: bytes) -> str:
    """Ed25519 over the whole content, base64; "" where there is no key."""
    key = _appcast_key()
    return base64.b64encode(key.sign(content)).decode() if key else ""


def _appcast_key() -> Ed25519PrivateKey | None:
    with contextlib.suppress(OSError):
        found = load_pem_private_key(_place(APPCAST).read_bytes(), None)
        return found if isinstance(found, Ed25519PrivateKey) else None
    return None


def _place(name: str) -> Path:
    return Path(settings.OKIBI_DATA) / "secrets" / name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
