"""What came in, stored before the gateway is told so. Repeats are known by their id and their words, for a while."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from okibi.kernel.clock import now
from okibi.policy.phone_numbers import PhoneKind, PhoneNumberError, parse_phone
from okibi.sms.gateways.registry import GATEWAYS, shape_of
from okibi.sms.models import Line, SmsIn
from okibi.sms.storable import storable
from okibi.sms.tasks import nudge

log = structlog.get_logger(__name__)
LONGEST = 40_000  # characters: 255 segments, the longest that there can be
REPEATS_FOR = timedelta(minutes=10)  # ids begin anew when a gateway starts anew: an older one is another SMS


@transaction.atomic
def store(line_id: int, external_id: str, sender: str, text: str, smsc: str = "") -> bool:
    """Keep one SMS; whether it was new. On return (outside a transaction) it is durable."""
    line = Line.objects.select_for_update(no_key=True).get(pk=line_id)  # two copies at once wait for each other
    sender, text, external_id = storable(sender, 64), storable(text, LONGEST), storable(external_id, 64)
    since = now() - (shape_of(line.kind).repeats_within if line.kind in GATEWAYS else REPEATS_FOR)
    recent = SmsIn.objects.filter(line_id=line_id, external_id=external_id, received_at__gt=since)
    if recent.filter(sender=sender, text=text).exists():
        return False
    SmsIn.objects.create(
        line_id=line_id, external_id=external_id, sender=sender, number=number_of(sender), text=text,
        smsc=storable(smsc, 32), received_at=now(),
    )  # fmt: skip
    nudge()
    return True


def number_of(sender: str) -> str:
    """E.164 of a sender, "" for a short code or a name."""
    try:
        number = parse_phone(sender)
    except PhoneNumberError:
        return ""
    return "" if number.kind is PhoneKind.SHORT else number.e164


def take(handler: Callable[[SmsIn], None], limit: int = 100) -> int:
    """Give what waits to ``handler``, each in a transaction of its own; gives how many were taken.

    One that can't be taken holds up no other: it is tried again by the next run. Raises where the database is away.
    """
    done, left = 0, list[int]()
    while done + len(left) < limit:
        with transaction.atomic():
            rows = SmsIn.objects.select_for_update(skip_locked=True, of=("self",)).filter(taken_at=None)
            row = rows.exclude(pk__in=left).select_related("line").order_by("id").first()
            if row is None:
                return done
            try:
                with transaction.atomic():
                    handler(row)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("sms_not_taken", sms=row.pk)
                left.append(row.pk)
                continue
            SmsIn.objects.filter(pk=row.pk).update(taken_at=now())
        done += 1
    nudge()  # there may be more
    return done
