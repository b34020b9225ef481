"""Invitations after they were made: which still let somebody in, and taking one back."""

from datetime import datetime

from django.db import transaction

from okibi.environments.errors import UnknownInvitationError
from okibi.environments.models import Invitation
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now


def is_living(row: Invitation, at: datetime) -> bool:
    """Whether it can still be used at that moment."""
    return row.used_at is None and row.expires_at > at


@transaction.atomic
def revoke(organisation_id: int, invitation_id: int, actor: Actor) -> Invitation:
    """Take an invitation of that organisation back; a used or an expired one stays as it is.

    Raises UnknownInvitationError for another organisation's and for none.
    """
    rows = Invitation.objects.select_for_update().filter(pk=invitation_id, organisation_id=organisation_id)
    row = rows.first()
    if row is None:
        raise UnknownInvitationError
    if is_living(row, now()):
        row.expires_at = now()
        row.save(update_fields=["expires_at"])
        data = {"who": row.email or "—"}
        record("device.invitation_revoked", ("organisation", organisation_id), actor, data)
    return row
