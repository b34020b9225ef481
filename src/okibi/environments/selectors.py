"""Reading devices, invitations and push subscriptions."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from okibi.environments.errors import NoSuchDeviceError
from okibi.environments.models import Device, Invitation, PushSubscription
from okibi.kernel.compiled import read
from okibi.kernel.memory import remembered

_WITH = ("person__organisation", "person__merged_into", "organisation", "holding_person")


def by_public_id(public_id: str, known: Device | None = None) -> Device | None:
    """A device with its person and organisation, cut off or not; one query, one for messages taken in together.

    ``known``: the row as this very call has read it before.
    """

    def found() -> Device | None:
        return known or next(iter(read("device", _of_public_id, public_id)), None)

    return remembered(("device", public_id), found)


def _of_public_id(public_id: str) -> QuerySet[Device]:
    return Device.objects.select_related(*_WITH).filter(public_id=public_id)


def access_device(public_id: str) -> Device:
    """A device that is in use. Raises NoSuchDeviceError."""
    device = by_public_id(public_id)
    if device is None or device.revoked_at is not None:
        raise NoSuchDeviceError
    return device


def of_people(person_ids: Collection[int]) -> Sequence[Device]:
    """The devices of a person (with the cards merged into theirs), newest first, those cut off too."""
    return list(Device.objects.filter(person_id__in=person_ids).order_by("-id")) if person_ids else []


def of_organisation(organisation_id: int, limit: int = 200) -> Sequence[Device]:
    """The devices that an organisation's licence, trial or invitation let in, newest first, people loaded."""
    rows = Device.objects.filter(organisation_id=organisation_id).select_related("person")
    return list(rows.order_by("-id")[:limit])


def invitations_of(organisation_id: int, limit: int = 200) -> Sequence[Invitation]:
    """Invitations of an organisation, newest first, used and expired ones too."""
    rows = Invitation.objects.filter(organisation_id=organisation_id).select_related("person")
    return list(rows.order_by("-id")[:limit])


def subscriptions(device_id: int | None, person_ids: Collection[int]) -> Sequence[PushSubscription]:
    """Where pushes of a device and of these people's devices go; nothing of devices that were cut off."""
    rows = PushSubscription.objects.filter(device__revoked_at__isnull=True).select_related("device")
    ids = set(rows.filter(device_id=device_id).values_list("pk", flat=True)) if device_id else set()
    if person_ids:
        ids |= set(rows.filter(device__person_id__in=person_ids).values_list("pk", flat=True))
    return list(rows.filter(pk__in=ids).order_by("pk"))
