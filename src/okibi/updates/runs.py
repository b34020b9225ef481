"""Runs as they go on: found for the device that asks, moved from state to state, stopped, put on record step by step.

What follows from a report (the circle, a release that is halted) is told by ``flows.update_runs``.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.update_states import BEFORE_INSTALLING, BROKEN, ENDED, RunEvent, RunState, next_state, percent_of
from okibi.updates.kinds import Way
from okibi.updates.models import Batch, Host, Run, Step

GONE = Sentence("Такого обновления нет.", "There is no such update.")
MOST_STEPS = 1000  # of one run; what an updater says beyond them moves the run, but is kept no more
MOST_DETAILS = 20
LONGEST_DETAIL = 500
LIVE = sorted(state.value for state in RunState if state not in ENDED)
_STOPPABLE = sorted(state.value for state in BEFORE_INSTALLING)
_WITH = ("agreement", "release", "host", "device")


def live_of(device_id: int) -> Sequence[Run]:
    """The runs that a device's updater may ask for, the oldest first, with all they hang on; one query."""
    rows = Run.objects.select_related(*_WITH).filter(device_id=device_id, state__in=LIVE)
    return list(rows.exclude(host__way__in=[Way.SSH.value, Way.WINRM.value]).order_by("id"))


def of_device(device_id: int, run_id: int, *, lock: bool = False) -> Run:
    """A run of this very device. Raises NotAllowedError for another's too."""
    return _one(Run.objects.filter(device_id=device_id, pk=run_id), lock=lock)


def by_id(run_id: int, *, lock: bool = False) -> Run:
    """Any run. Raises NotAllowedError."""
    return _one(Run.objects.filter(pk=run_id), lock=lock)


def last_succeeded(device_id: int) -> int | None:
    """The number of the run that put on the device what runs there."""
    found = Run.objects.filter(device_id=device_id, state=RunState.SUCCEEDED.value).order_by("-id")
    return found.values_list("pk", flat=True).first()


def batch_by_id(batch_id: int, *, lock: bool = False) -> Batch:
    """One update of a fleet with its release. Raises NotAllowedError."""
    rows = Batch.objects.select_related("release")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=batch_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def move(run: Run, event: RunEvent, at: datetime) -> None:
    """The run's next state with its moments and its bar. Raises RunOverError, RunStateError."""
    state = next_state(RunState(run.state), event)
    run.state = state.value
    run.percent = max(run.percent, percent_of(state, run.progress_done, run.progress_of))
    if state in ENDED:
        run.ended_at, run.percent = at, 100
    elif run.started_at is None and state not in {RunState.SCHEDULED, RunState.WAITING_WINDOW}:
        run.started_at = at
    run.save()


def heard(run: Run, at: datetime) -> None:
    """The updater spoke of this run."""
    Run.objects.filter(pk=run.pk).update(heard_at=at)


def add_step(run: Run, at: datetime, execution: str, result: str, code: int | None, details: Iterable[str]) -> None:
    """One report as it was made; texts are cut to what is kept."""
    if run.steps.count() < MOST_STEPS:
        kept = [text[:LONGEST_DETAIL] for text in details][:MOST_DETAILS]
        Step.objects.create(run=run, at=at, execution=execution[:16], result=result[:16], code=code, details=kept)


@transaction.atomic
def revoke(agreement_ids: Collection[int], why: Sentence, actor: Actor) -> int:
    """End every run under these agreements that has not begun to install, at once; gives how many."""
    return _revoke(Q(agreement_id__in=list(agreement_ids)), why, actor)


@transaction.atomic
def revoke_release(release_id: int, why: Sentence, actor: Actor) -> int:
    """The same for every run of a release that is halted or withdrawn."""
    return _revoke(Q(release_id=release_id), why, actor)


def pin(device_id: int, fingerprint: str) -> Sequence[Host]:
    """Know a device's updater by this certificate from now on; gives the hosts for which it is another than before."""
    changed = []
    rows = Host.objects.filter(device_id=device_id, way__in=[Way.POLL.value, Way.WAKE.value])
    for host in rows.exclude(fingerprint=fingerprint):
        host.fingerprint = fingerprint
        host.save(update_fields=["fingerprint"])
        changed.append(host)
    return changed


def counts_of_release(release_id: int) -> tuple[int, int]:
    """How many runs of a release broke, and how many ended by the host's word; one query."""
    broken = Q(state__in=[state.value for state in BROKEN])
    ended = broken | Q(state=RunState.SUCCEEDED.value)
    found = Run.objects.filter(release_id=release_id).aggregate(
        broken=Count("pk", filter=broken), ended=Count("pk", filter=ended)
    )
    return found["broken"], found["ended"]


def record_run(code: str, run: Run, actor: Actor, at: datetime, **data: object) -> None:
    """One act of a run in the journal, under its batch and named as people know it."""
    named = {"host": run.host.name, "version": run.release.version, "run": run.pk}
    record(code, ("update", run.batch_id), actor, {**named, **data}, at)


def _revoke(which: Q, why: Sentence, actor: Actor) -> int:
    moment = now()
    rows = Run.objects.select_for_update(of=("self",)).select_related("host", "release")
    found = list(rows.filter(which, state__in=_STOPPABLE).order_by("id"))
    for run in found:
        run.message = why.as_dict()
        move(run, RunEvent.REVOKE, moment)
        record_run("update.run_stopped", run, actor, moment, why=why.as_dict())
    return len(found)


def _one(rows: QuerySet[Run], *, lock: bool) -> Run:
    rows = rows.select_related(*_WITH)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found
