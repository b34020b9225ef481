"""What a person does with one SMS: sends it, or takes back what no line has yet."""

from django.db import transaction

from okibi.journal.services import Actor, record
from okibi.sms import services
from okibi.sms.models import Sms

SOURCE = "hand"


@transaction.atomic
def send(number: str, text: str, *, key: str, at_once: bool, actor: Actor) -> Sms:
    """Queue one SMS; the same ``key`` again is the same SMS. Raises SmsError, SmsFileError, OSError."""
    mine = f"by:{actor.id}:{key}"
    known = Sms.objects.filter(source=SOURCE, key=mine[:120]).first()
    if known is not None:
        return known
    row = services.submit(number, text, source=SOURCE, key=mine, at_once=at_once)
    record("sms.sent_by_hand", ("sms", row.pk), actor, {"number": row.number})
    return row


@transaction.atomic
def take_back(sms_id: int, actor: Actor) -> bool:
    """Cancel what waits in the queue; False where a line has it already, or it is over."""
    if not services.cancel(sms_id):
        return False
    number = Sms.objects.values_list("number", flat=True).get(pk=sms_id)
    record("sms.taken_back", ("sms", sms_id), actor, {"number": number})
    return True
