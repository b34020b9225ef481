"""What stands where in the data folder."""

import base64
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve's base point


def _p256_scalar() -> str:
    """A private key of the curve P-256 (RFC 8292 signs with it), base64url."""
    number = 1 + secrets.randbelow(P256_ORDER - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Paths:
    """The data folder's places. Reading them makes nothing; ``make`` does."""

    data: Path

    @property
    def files(self) -> Path:
        """Large blobs, by their SHA-256."""
        return self.data / "files"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def static(self) -> Path:
        """Collected and hashed static files; made again from the package at any time."""
        return self.data / "static"

    @property
    def mailbox(self) -> Path:
        """The demo's mailbox (a Maildir): every letter that the product sends."""
        return self.data / "mailbox"

    @property
    def unsent(self) -> Path:
        """Letters to staff that no mail server was there for."""
        return self.data / "unsent"

    @property
    def demo_accounts(self) -> Path:
        """What the demo's loading said about its accounts; told again at each start with ``--demo``."""
        return self.data / "demo-accounts.txt"

    @property
    def running(self) -> Path:
        """Written while ``okibi up`` runs: its process id, addresses."""
        return self.data / "running.json"

    def make(self) -> None:
        """Make the folder and its secrets, closed to other users; safe to repeat and to race."""
        if not self.data.is_dir():
            self.data.mkdir(parents=True, exist_ok=True)
            self.data.chmod(0o711 if os.geteuid() == 0 else 0o700)  # root's database server is another user
        for folder in (self.files, self.secrets):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._make_secret("secret_key", secrets.token_urlsafe(48))
        self._make_secret("vapid_key", _p256_scalar())
        self._make_secret("wake_key", secrets.token_urlsafe(32))

    def read_secret(self, name: str) -> str:
        """A secret of this installation, or an empty string before the first start."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            return (self.secrets / name).read_text(encoding="ascii").strip()
        return ""

    def _make_secret(self, name: str, value: str) -> None:
        if self.read_secret(name):
            return
        fresh = self.secrets / f"{name}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, self.secrets / name)  # the first one wins; a link never overwrites
        fresh.unlink()
