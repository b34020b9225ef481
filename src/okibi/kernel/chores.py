"""Long work in steps: begun in the transaction of what caused it, looked at while it runs, taken up after a crash."""

from collections.abc import Mapping
from typing import Any

from procrastinate.contrib.django import app

from okibi.kernel.clock import now
from okibi.kernel.models import Chore


def begin(kind: str, task: str, by: Mapping[str, Any], total: int, about: Mapping[str, Any] | None = None) -> Chore:
    """A new chore and its job (the full name of the task), both in the caller's transaction.

    Nothing to do: it is finished at once, without a job.
    """
    moment = now()
    finished = None if total else moment
    chore = Chore.objects.create(
        kind=kind, by=dict(by), about=dict(about or {}), total=total, began_at=moment, finished_at=finished
    )
    if total:
        wake(chore.pk, task)
    return chore


def wake(chore_id: int, task: str) -> None:
    """Queue the job that goes on with the chore."""
    app.configure_task(task).defer(chore_id=chore_id)


def held(chore_id: int) -> Chore:
    """The chore, held by this transaction until its end: two workers never take one step at once."""
    return Chore.objects.select_for_update().get(pk=chore_id)


def finish(chore: Chore, problem: Mapping[str, str] | None = None) -> None:
    """There is no more to do, or (with a sentence) it can't be done."""
    chore.finished_at, chore.problem = now(), dict(problem) if problem else None
    chore.save()


def supersede(kind: str) -> int:
    """Newer work of the kind makes the unfinished older useless; gives how many ended by that."""
    return Chore.objects.filter(kind=kind, finished_at__isnull=True).update(finished_at=now())


def latest(kind: str) -> Chore | None:
    """The newest of its kind."""
    return Chore.objects.filter(kind=kind).order_by("-id").first()


def find(kind: str, chore_id: int) -> Chore | None:
    """One of its kind, or nothing."""
    return Chore.objects.filter(kind=kind, pk=chore_id).first()
