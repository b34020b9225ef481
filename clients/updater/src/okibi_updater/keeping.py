"""What only this service may read: the device's token, and the key by which the desk may knock."""

import hashlib
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from okibi_updater import disk, win32


def write_secret(path: Path, content: bytes) -> None:
    """Readable by its owner alone (0600); on Windows by the system and administrators."""
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.write(path, content, 0o600)
    if sys.platform == "win32":
        win32.for_administrators(path)


def read_token(path: Path) -> str:
    """The device's token, or nothing."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def controller_of(token: str) -> str:
    """The device's public id, which stands inside its token: ``okd_<id>_<secret>``."""
    parts = token.split("_")
    return parts[1] if len(parts) >= 3 else ""


def wake_certificate(home: Path) -> Path:
    """The listener's own certificate with its key, made at the first call: P-256, self-signed, for twenty years.

    Nobody looks at its dates or names: the desk compares the fingerprint.
    """
    path = home / "wake.pem"
    if path.exists():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "okibi-updater")])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=20 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_secret(path, private + made.public_bytes(serialization.Encoding.PEM))
    return path


def fingerprint(pem: str) -> str:
    """SHA-256 of the first certificate's DER, 64 hex digits. Raises ValueError for what is no certificate."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    found = begin + pem.partition(begin)[2].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(found)).hexdigest()
