"""What gateways tell of SMS that left earlier, whoever hears it: the inlet or the door for pushes."""

from collections.abc import Sequence

from django.db import transaction

from okibi.sms import lines, queue
from okibi.sms.gateways.port import Fate
from okibi.sms.models import Sms
from okibi.sms.storable import storable


@transaction.atomic
def told(
    line_id: int, external_id: str, reference: str, number: str, state: int, also: Sequence[str] = ()
) -> None:  # fmt: skip
    """A delivery report; one that is about nothing we have yet waits for its SMS. ``state``: TP-Status."""
    reference, number, also = storable(reference), storable(number), [storable(each) for each in also]
    lines.hold(line_id)  # by the door for pushes it may come while the inlet marks the SMS as sent
    known = queue.delivered(line_id, reference, number, state, also)
    fields = {"sms_no": reference, "num": number, "state": str(state)}
    lines.keep_event(line_id, "DELIVER", external_id, fields, waits=not known)


def settled(line_id: int, sms_id: int, fate: Fate) -> None:
    """Late news of an SMS whose fate nobody knew; of any other nothing changes."""
    if Sms.objects.filter(line_id=line_id, pk=sms_id, state=Sms.State.UNCERTAIN).exists():
        queue.settle(sms_id, line_id, fate)
