"""Whether a number is to be told by SMS of its person's requests: who wished it, when, and where they said so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from okibi.customers.errors import NotFoundError
from okibi.customers.models import PhoneNumber
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.sms_notices import SmsWish

STOP = "sms"  # the source of a wish that came by SMS itself: STOP and START
SOURCES = {
    "console": Sentence("отметил специалист", "noted by a specialist"),
    "portal": Sentence("в личном кабинете", "in the portal"),
    "ipv": Sentence("в приложении", "in the application"),
    "phone": Sentence("по телефону", "by telephone"),
    STOP: Sentence("словом в SMS", "by a word in an SMS"),
}


@transaction.atomic
def wish_sms(phone_id: int, *, on: bool, source: str, actor: Actor, at: datetime | None = None) -> PhoneNumber:
    """Keep what a number's owner wishes, with its source; said once more it changes nothing. Raises NotFoundError."""
    phone = PhoneNumber.objects.select_for_update().filter(pk=phone_id).first()
    if phone is None:
        raise NotFoundError
    wish = SmsWish.YES if on else SmsWish.NO
    if phone.sms_wish != wish.value:
        _keep(phone, wish, source, actor, at or now())
    return phone


@transaction.atomic
def stopped(e164: str, *, actor: Actor = SYSTEM, at: datetime | None = None) -> int:
    """The owner wants no SMS any more: the wish ends on every card that has the number; gives on how many."""
    rows = PhoneNumber.objects.select_for_update().filter(e164=e164, sms_wish=SmsWish.YES.value)
    return _keep_all(list(rows.order_by("pk")), SmsWish.NO, actor, at or now())


@transaction.atomic
def started(e164: str, *, actor: Actor = SYSTEM, at: datetime | None = None) -> int:
    """They want SMS again: what :func:`stopped` ended begins anew, and nothing else; gives on how many cards."""
    rows = PhoneNumber.objects.select_for_update().filter(e164=e164, sms_wish=SmsWish.NO.value, sms_wish_by=STOP)
    return _keep_all(list(rows.order_by("pk")), SmsWish.YES, actor, at or now())


def _keep_all(rows: Sequence[PhoneNumber], wish: SmsWish, actor: Actor, at: datetime) -> int:
    for phone in rows:
        _keep(phone, wish, STOP, actor, at)
    return len(rows)


def _keep(phone: PhoneNumber, wish: SmsWish, source: str, actor: Actor, at: datetime) -> None:
    phone.sms_wish, phone.sms_wish_at, phone.sms_wish_by = wish.value, at, source
    phone.save(update_fields=["sms_wish", "sms_wish_at", "sms_wish_by"])
    code = "phone.sms_on" if wish is SmsWish.YES else "phone.sms_off"
    data = {"number": phone.e164, "how": SOURCES[source].as_dict()}
    record(code, ("person", phone.person_id), actor, data, at)
