"""Rows of the outbox that people carry out: they wait until somebody says what became of them."""

from datetime import datetime

from okibi.channels.clean import text_safe
from okibi.channels.models import Outbound


def carried_out(outbound_id: int, at: datetime) -> None:
    """A person brought the message to its recipient."""
    _waiting(outbound_id, state=Outbound.State.SENT, sent_at=at, error="")


def not_brought(outbound_id: int, why: str) -> None:
    """Nobody could bring it, and nobody tries any more."""
    _waiting(outbound_id, state=Outbound.State.BOUNCED, error=text_safe(why)[:2000])


def _waiting(outbound_id: int, **values: object) -> None:
    Outbound.objects.filter(pk=outbound_id, state=Outbound.State.QUEUED).update(**values)


def taken_back(outbound_id: int) -> None:
    """The same words went another way: this row never left, and nothing refers to it any more."""
    Outbound.objects.filter(pk=outbound_id, state=Outbound.State.QUEUED).delete()
