"""The devices that an organisation's administrator answers for, and those of one person."""

from collections.abc import Collection, Sequence

from django.db.models import Q

from okibi.environments.errors import NoSuchDeviceError
from okibi.environments.models import Device

MOST = 200


def _theirs(organisation_id: int) -> Q:
    """What their licence, trial or invitation let in, and what their people use; a claim makes nobody theirs."""
    people = Q(person__organisation_id=organisation_id, person__organisation_claimed=False)
    return Q(organisation_id=organisation_id) | people


def devices_of_organisation(organisation_id: int, limit: int = MOST) -> Sequence[Device]:
    """In use first, then by when they were seen, people loaded; one query."""
    rows = Device.objects.filter(_theirs(organisation_id)).select_related("person")
    return sorted(rows.order_by("-last_seen_at")[:limit], key=lambda row: row.revoked_at is not None)


def device_of_organisation(organisation_id: int, public_id: str) -> Device:
    """One of them. Raises NoSuchDeviceError for every other."""
    return _one(_theirs(organisation_id), public_id)


def device_of_people(person_ids: Collection[int], public_id: str) -> Device:
    """One of a person's devices. Raises NoSuchDeviceError for every other."""
    return _one(Q(person_id__in=person_ids), public_id)


def _one(whose: Q, public_id: str) -> Device:
    row = Device.objects.filter(whose, public_id=public_id).first()
    if row is None:
        raise NoSuchDeviceError
    return row
