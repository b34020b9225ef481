"""A day of the calendar was corrected: the promises that still run are counted anew, to agree with their steps.

The correction and the job that counts are one commit. The job takes the tickets in batches by their ids, each batch one
transaction with its progress: it goes on where it stood, and counting a ticket twice changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from okibi.calendars import services as calendars
from okibi.flows.promise import Promise, restart_clock
from okibi.journal.services import Actor, record
from okibi.kernel import chores
from okibi.kernel.clock import now
from okibi.kernel.models import Chore
from okibi.policy.wording import named_moment
from okibi.tickets import selectors, services

KIND = "calendar.recount"
TASK = "okibi.flows.calendar_tasks.recount_terms"
BATCH = 50  # tickets of one transaction: their writers wait for it
T = TypeVar("T")


@transaction.atomic
def correct(change: Callable[[], T], actor: Actor) -> tuple[T, Chore]:
    """Make a change of the calendar and begin to count the running terms by it; both or neither.

    A later change makes the counting of an earlier one useless: it begins anew.
    """
    made = change()
    return made, begin(actor)


@transaction.atomic
def clear_day(when: date, actor: Actor) -> bool:
    """Take a correction back and begin to count; False where there was none."""
    if not calendars.clear_day(when, actor):
        return False
    begin(actor)
    return True


def begin(actor: Actor) -> Chore:
    """Begin to count the terms of all requests whose clock runs or stands still."""
    chores.supersede(KIND)
    by: dict[str, Any] = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    return chores.begin(KIND, TASK, by, selectors.count_running_clocks())


@transaction.atomic
def step(chore_id: int) -> bool:
    """Count the next batch; False when there is no more to do."""
    chore = chores.held(chore_id)
    if chore.finished_at is not None:
        return False
    ids = selectors.running_clocks_after(chore.cursor, BATCH)
    if not ids:
        chores.finish(chore)
        return False
    actor = Actor(**chore.by)
    chore.changed += sum(_recount_one(pk, actor) for pk in ids)
    chore.done += len(ids)
    chore.total = max(chore.total, chore.done)  # requests may have come in meanwhile
    chore.cursor = ids[-1]
    chore.save()
    return True


def recount(actor: Actor) -> int:
    """Count all at once; gives how many moved."""
    chore = begin(actor)
    while step(chore.pk):
        pass
    chore.refresh_from_db()
    return chore.changed


def running() -> int:
    """How many terms a correction would be counted for."""
    return selectors.count_running_clocks()


def latest() -> Chore | None:
    """The newest counting, whether it still goes on or not."""
    return chores.latest(KIND)


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
