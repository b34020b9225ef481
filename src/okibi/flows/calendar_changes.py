"""A day of the calendar was corrected: the promises that still run are counted anew, to agree with their steps."""

from datetime import datetime

from django.db import transaction

from okibi.flows.promise import Promise, restart_clock
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.policy.wording import named_moment
from okibi.tickets import selectors, services


def recount(actor: Actor) -> int:
    """Count the terms of all requests whose clock runs or stands still; gives how many moved."""
    return sum(_recount_one(pk, actor) for pk in selectors.running_clocks())


@transaction.atomic
def _recount_one(ticket_id: int, actor: Actor) -> bool:
    ticket = services.lock(ticket_id)
    moment = now()
    if ticket.due_at is None or ticket.reacted_at is not None:
        return False
    promise = Promise.of(ticket)
    if promise.moments(moment)["due_at"] == ticket.due_at:
        return False
    restart_clock(ticket, moment)
    said = named_moment(_local(ticket.due_at, promise), _local(moment, promise).year)
    record("ticket.recounted", ("ticket", ticket.pk), actor, {"due": said.as_dict()}, moment)
    return True


def _local(moment: datetime, promise: Promise) -> datetime:
    return moment.astimezone(promise.scheme.zone)
