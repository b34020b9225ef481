"""Systems hear what became of the SMS that their keys asked for: by the journal, whose acts webhooks tell.

Neither the number nor the text is told: a receiver fetches them from the API with its own key.
"""

from django.db import transaction
from django.db.models import F

from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.sms.keyed import SOURCE
from okibi.sms.models import Sms, SmsIn

BATCH = 200
MOST = 2000  # in one run of the job
NO_NEWS = ("queued", "sending")
CODES = {
    "sent": "sms.sent",
    "delivered": "sms.delivered",
    "failed": "sms.failed",
    "uncertain": "sms.fate_unknown",
    "expired": "sms.expired",
    "cancelled": "sms.cancelled",
    "blocked": "sms.blocked",
}


def tell_keys() -> int:
    """What became of SMS that keys asked for; gives how many changes were told. Each once, in a batch's transaction."""
    told = 0
    while told < MOST:
        found = _tell_some()
        told += found
        if found < BATCH:
            break
    return told


@transaction.atomic
def _tell_some() -> int:
    rows = Sms.objects.select_for_update(skip_locked=True, of=("self",)).select_related("asked")
    changed = rows.filter(source=SOURCE).exclude(state__in=NO_NEWS).exclude(told=F("state"))
    found = list(changed.order_by("id")[:BATCH])
    moment = now()
    for row in found:
        data = {"sms": row.pk, "reference": row.asked.reference, "state": row.state, "segments": row.segments,
                "error": row.error}  # fmt: skip
        record(CODES[row.state], ("sms", row.pk), data=data, at=row.ended_at or moment)
    Sms.objects.filter(pk__in=[row.pk for row in found]).update(told=F("state"))
    return len(found)


def came_in(row: SmsIn) -> None:
    """One SMS came in: told with its id and line."""
    record("sms.received", ("sms_in", row.pk), data={"sms": row.pk, "line": str(row.line)}, at=row.received_at)
