"""Agreements after erasure: that access was granted stays, by whom does not."""

from collections.abc import Collection

from django.db import transaction

from okibi.journal.services import Actor
from okibi.policy.agreement_states import OPEN
from okibi.updates.models import Agreement
from okibi.updates.services import withdraw


@transaction.atomic
def forget_people(person_ids: Collection[int], name: str, actor: Actor) -> int:
    """End a natural person's own agreements, take names and words out of all; gives how many it touched.

    What was granted for an organisation is the organisation's, and goes on.
    """
    own = Agreement.objects.filter(
        person_id__in=person_ids, organisation__isnull=True, state__in=[state.value for state in OPEN]
    )
    for agreement_id in own.values_list("pk", flat=True):
        withdraw(agreement_id, actor)
    Agreement.objects.filter(person_id__in=person_ids).update(link_hash="")
    answered = Agreement.objects.filter(granted_by_id__in=person_ids)
    answered.exclude(answered_note="").update(answered_note=name)
    return answered.update(granted_name=name)
