"""Two user cards turn out to be one person: what they hold and what they asked comes together."""

from django.db import transaction

from okibi.calls import services as calls
from okibi.customers import services
from okibi.customers.selectors import card
from okibi.customers.services import Merge
from okibi.environments.services import repoint_devices
from okibi.flows.coverage import rejudge_for
from okibi.journal.services import Actor
from okibi.tickets.services import repoint_person
from okibi.updates import services as updates


@transaction.atomic
def merge_people(keep_id: int, gone_id: int, *, actor: Actor) -> Merge:
    """Merge the card ``gone`` into ``keep``, let its tickets follow, and judge anew what waits for cover.

    Raises NotFoundError, SameCardError, MergedCardError.
    """
    merge = services.merge(keep_id, gone_id, actor=actor)
    for gone in merge.gone_ids:
        repoint_person(gone, merge.keep_id)
        repoint_devices(gone, merge.keep_id)
        calls.repoint_person(gone, merge.keep_id)
        updates.repoint_person(gone, merge.keep_id)
    rejudge_for(card(merge.keep_id).organisation_id, merge.keep_id)
    return merge
