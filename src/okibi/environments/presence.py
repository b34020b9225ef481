"""Which devices are there at this moment."""

from datetime import timedelta

from okibi.environments.models import Device
from okibi.kernel.clock import now

ONLINE_FOR = timedelta(minutes=5)  # since a device last spoke; that moment is written once a minute


def online() -> int:
    """How many devices in use spoke to us lately."""
    return Device.objects.filter(revoked_at=None, last_seen_at__gte=now() - ONLINE_FOR).count()


def in_use() -> int:
    """How many devices are enrolled and not cut off."""
    return Device.objects.filter(revoked_at=None).count()
