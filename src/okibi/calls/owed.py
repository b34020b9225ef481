"""Writing tasks: whom the desk owes a call, each try, and how it ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from okibi.accounts.models import Staff
from okibi.calls.errors import NoSuchCallError, TaskOverError
from okibi.calls.kinds import TaskKind, TaskState, TryOutcome
from okibi.calls.models import Call, CallTask, CallTry
from okibi.channels.models import Outbound
from okibi.kernel.statements import insert_once
from okibi.tickets.models import Message, Ticket


def call_back(ticket: Ticket, number: str, name: str, script: str, at: datetime, first: datetime) -> CallTask:
    """The one open task to call somebody back about a request; where there is one, it is due at ``first`` at latest."""
    made = CallTask(
        kind=TaskKind.CALL_BACK, ticket=ticket, number=number, person_name=name[:200], script=script, created_at=at,
        next_try_at=first,
    )  # fmt: skip
    if insert_once(made):
        return made
    found = CallTask.objects.select_for_update().get(ticket=ticket, kind=TaskKind.CALL_BACK, state=TaskState.OPEN)
    found.next_try_at = min(found.next_try_at, first)
    found.save(update_fields=["next_try_at"])
    return found


def owe(ticket: Ticket, outbound: Outbound, script: str, at: datetime, first: datetime) -> CallTask:
    """An answer that a specialist says on the telephone; one task for each message of the outbox."""
    made = CallTask(
        kind=TaskKind.ANSWER, ticket=ticket, outbound=outbound, number=outbound.recipient[:64],
        person_name=ticket.requester_name, script=script, created_at=at, next_try_at=first,
    )  # fmt: skip
    return made if insert_once(made) else CallTask.objects.get(outbound=outbound)


def decides(outbound: Outbound, message: Message, kind: TaskKind, then: str, facts: Mapping[str, Any]) -> None:
    """What an answer brings once it is said."""
    CallTask.objects.filter(outbound=outbound).update(message=message, kind=kind, then=then, facts=dict(facts))


def lock_open(task_id: int) -> CallTask:
    """An open task, locked. Raises NoSuchCallError, TaskOverError."""
    row = CallTask.objects.select_for_update(of=("self",)).select_related("outbound", "message").filter(pk=task_id)
    found = row.first()
    if found is None:
        raise NoSuchCallError
    if found.state != TaskState.OPEN:
        raise TaskOverError
    return found


def tried(
    task: CallTask, outcome: TryOutcome, staff: Staff | None, at: datetime, *, call: Call | None = None, note: str = ""
) -> CallTry:
    """Put one try on a locked task."""
    task.tries += 1
    task.save(update_fields=["tries"])
    return CallTry.objects.create(task=task, outcome=outcome, staff=staff, call=call, note=note.strip()[:500], at=at)


def try_again_at(task: CallTask, moment: datetime) -> None:
    """When a locked task is due next."""
    task.next_try_at = moment
    task.save(update_fields=["next_try_at"])


def goes_by(task: CallTask, outbound: Outbound) -> None:
    """The words of a locked task go another way: by that row."""
    task.outbound = outbound
    task.save(update_fields=["outbound"])


def close(task: CallTask, state: TaskState, at: datetime, closing: str = "") -> None:
    """End a locked task."""
    task.state, task.closed_at, task.closing = state, at, closing.strip()[:500]
    task.save(update_fields=["state", "closed_at", "closing"])


def open_of_ticket(ticket: Ticket) -> list[CallTask]:
    """The open tasks of a request, locked, oldest first."""
    rows = CallTask.objects.select_for_update(of=("self",)).filter(ticket=ticket, state=TaskState.OPEN)
    return list(rows.select_related("outbound").order_by("pk"))


def move_ticket(gone: Ticket, keep: Ticket, at: datetime) -> int:
    """Tasks of a request that was merged into another; a second call-back is withdrawn. Gives how many moved."""
    moved = 0
    has_one = CallTask.objects.filter(ticket=keep, kind=TaskKind.CALL_BACK, state=TaskState.OPEN).exists()
    for task in open_of_ticket(gone):
        if task.kind == TaskKind.CALL_BACK and has_one:
            close(task, TaskState.WITHDRAWN, at)
            continue
        task.ticket = keep
        task.save(update_fields=["ticket"])
        moved += 1
    return moved
