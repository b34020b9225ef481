"""Where signed metadata lies: rows, so that a publication and its metadata are one transaction."""

from datetime import datetime, timedelta

from django.db import connection

from okibi.kernel.clock import now
from okibi.releases.models import TrustedFile

LOCK = 0x6F6B_6962_6911  # "okibi" and a number: one writer of metadata at a time
FORGET_AFTER = timedelta(days=30)  # of snapshots and timestamps that newer ones have taken the place of


def lock() -> None:
    """Wait until nobody else writes metadata; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def newest(role: str) -> TrustedFile | None:
    """The last version of a role's metadata."""
    return TrustedFile.objects.filter(role=role).order_by("-version").first()


def add(role: str, version: int, body: bytes, expires_at: datetime) -> None:
    """A new version. Raises IntegrityError where there is one of that number."""
    TrustedFile.objects.create(role=role, version=version, body=body, expires_at=expires_at, made_at=now())


def forget_old() -> int:
    """Old snapshots and timestamps; root and targets are kept, clients walk along them."""
    gone = 0
    for role in ("snapshot", "timestamp"):
        if last := newest(role):
            old = TrustedFile.objects.filter(role=role, made_at__lt=now() - FORGET_AFTER)
            gone += old.exclude(pk=last.pk).delete()[0]
    return gone
