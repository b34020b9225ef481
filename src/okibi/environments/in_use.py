"""Who runs what: devices by product and version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from okibi.environments.models import Device
from okibi.kernel.clock import now

SEEN_WITHIN = timedelta(days=90)  # a device that said nothing for longer is not counted


@dataclass(frozen=True, slots=True)
class InUse:
    """So many devices run this version of a product; as the devices themselves write it."""

    product: str
    version: str
    devices: int


def versions_in_use() -> Sequence[InUse]:
    """Of devices that were seen lately and are not cut off; one query."""
    rows = Device.objects.filter(revoked_at=None, last_seen_at__gt=now() - SEEN_WITHIN).exclude(version="")
    counted = rows.order_by().values_list("product", "version").annotate(devices=Count("pk"))
    return [InUse(product, version, devices) for product, version, devices in counted]
