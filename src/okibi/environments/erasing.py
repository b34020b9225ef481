"""What stays of a person's devices, enrolments and invitations after erasure: rows without names."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from okibi.environments.models import Device, Enrolment, Invitation
from okibi.environments.services import revoke
from okibi.journal.services import Actor


@transaction.atomic
def forget_people(person_ids: Collection[int], email_keys: Collection[str], actor: Actor) -> int:
    """Cut the people's devices off and empty what they said of themselves; gives how many devices there were."""
    rows = list(Device.objects.filter(person_id__in=person_ids))
    for device in rows:
        revoke(device.public_id, actor)
    Device.objects.filter(person_id__in=person_ids).update(name="", user_name="", report={}, revoked_by="")
    theirs = Q(email_key__in=email_keys) | Q(device__person_id__in=person_ids)
    Enrolment.objects.filter(theirs).delete()
    Invitation.objects.filter(Q(person_id__in=person_ids) | Q(email__in=email_keys)).delete()
    return len(rows)
