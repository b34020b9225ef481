"""Segments of long SMS that a gateway hands over one by one: each is durable, and the last one makes the SMS."""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from okibi.kernel.clock import now
from okibi.sms import inward
from okibi.sms.gateways.port import Piece
from okibi.sms.lines import PIECE
from okibi.sms.models import Line, LineEvent, SmsIn
from okibi.sms.storable import storable

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=30)  # then the SMS is taken as it is
LOST = "[…]"  # stands for a segment that never came


@transaction.atomic
def store(line_id: int, external_id: str, sender: str, piece: Piece) -> bool:
    """Keep one segment; whether the SMS is whole now. On return (outside a transaction) it is durable."""
    sender, text = storable(sender, 64), storable(piece.text)
    Line.objects.select_for_update(no_key=True).get(pk=line_id)  # two segments at once wait for each other
    known = LineEvent.objects.filter(
        line_id=line_id, verb=PIECE, fields__sender=sender, fields__mark=piece.mark, fields__of=piece.of
    )
    texts = _texts(known)
    if texts.get(piece.number, text) != text:  # marks are small and come round: those are of an earlier SMS
        _take(known, texts, external_id)
        texts = {}
    if piece.number not in texts:
        fields = {"sender": sender, "mark": piece.mark, "of": piece.of, "number": piece.number}
        LineEvent.objects.create(
            line_id=line_id, verb=PIECE, external_id=storable(external_id, 64), at=now(),
            fields=fields | {"text": text},
        )  # fmt: skip
        texts[piece.number] = text
    if len(texts) < piece.of:
        return False
    known.delete()
    inward.store(line_id, external_id, sender, "".join(texts[number] for number in sorted(texts)))
    return True


def give_up() -> int:
    """Take SMS whose last segments never came as they are; gives how many."""
    found = 0
    late = LineEvent.objects.filter(verb=PIECE, at__lte=now() - PATIENCE).order_by("id")
    while (first := late.first()) is not None:
        with transaction.atomic():
            Line.objects.select_for_update(no_key=True).get(pk=first.line_id)
            told = first.fields
            same = LineEvent.objects.filter(
                line_id=first.line_id, verb=PIECE, fields__sender=told["sender"], fields__mark=told["mark"],
                fields__of=told["of"],
            )  # fmt: skip
            found += _take(same, _texts(same), first.external_id)
    return found


def _texts(rows: QuerySet[LineEvent]) -> dict[int, str]:
    return {each.fields["number"]: each.fields["text"] for each in rows}


def _take(rows: QuerySet[LineEvent], texts: Mapping[int, str], external_id: str) -> bool:
    """Make an SMS of what came of it; False where all of that is in one that was whole: it only came again."""
    first = rows.first()
    if first is None:
        return False
    sender, of = first.fields["sender"], first.fields["of"]
    lately = SmsIn.objects.filter(line_id=first.line_id, sender=sender, received_at__gt=first.at - PATIENCE)
    again = any(all(text in each for text in texts.values()) for each in lately.values_list("text", flat=True))
    rows.delete()
    if again:
        return False
    whole = "".join(texts.get(number, LOST) for number in range(1, of + 1))
    inward.store(first.line_id, f"{external_id[:58]}:holes", sender, whole)
    log.warning("sms_with_holes", line=first.line_id, came=len(texts), of=of)
    return True
