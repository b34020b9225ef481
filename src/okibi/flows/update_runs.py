"""Updates of a fleet as they go on: what updaters report and what follows, stop, once more, the halt by failures.

A success is a report of the installation (``flows.installation_report``), so the circle closes by it as by any device's
own word; a host that went back to its old version opens again what the new one had closed. scheme.md §3, design.md §5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from okibi.accounts.roles import Role
from okibi.accounts.selectors import active_staff
from okibi.environments.models import Device
from okibi.flows import installation_report, release_publication, staff_letters
from okibi.flows.links import absolute
from okibi.flows.update_plan import hold, refusal
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseState, ReleaseStateError
from okibi.policy.update_states import (
    AGAIN,
    BEFORE_INSTALLING,
    BROKEN,
    ENDED,
    NOT_BEGUN,
    RunEvent,
    RunOverError,
    RunState,
    cancel_event_of,
    event_of,
    halted_on,
    too_many_failures,
)
from okibi.schemes.services import in_force
from okibi.updates import runs
from okibi.updates.kinds import UNSEEN, Force
from okibi.updates.models import Batch, Run

CODES = {
    RunState.SUCCEEDED: "update.succeeded",
    RunState.FAILED: "update.failed",
    RunState.ROLLED_BACK: "update.rolled_back",
    RunState.REJECTED: "update.rejected",
    RunState.CANCELLED: "update.cancelled",
    RunState.INSTALLING: "update.begun",
    RunState.UNCERTAIN: "update.uncertain",
}
OUTSIDE = Sentence("Доступ больше не действует.", "The access is no longer in force.")
NOT_AGAIN = Sentence("Повторять здесь нечего.", "There is nothing to try again.")
BY_STAFF = Sentence("остановлено поддержкой", "stopped by the desk")


class NotAgainError(ConflictError):
    """The run did not end in a way that can be repeated, or its host may not get the release now."""

    code = "run_not_again"


@dataclass(frozen=True, slots=True)
class Said:
    """One report of an updater in hawkBit's words; ``done`` of ``of`` are its progress.

    ``sentence``: what it means in both languages, where we made the report ourselves (SSH, WinRM).
    """

    execution: str
    result: str = "none"
    code: int | None = None
    details: Sequence[str] = ()
    done: int | None = None
    of: int | None = None
    sentence: Sentence | None = None


@transaction.atomic
def told(device: Device, run_id: int, said: Said) -> Run:
    """A report on a deployment, and what follows from it.

    Raises NotAllowedError for another's run, UnknownReportError for words that are none, RunOverError for a run that is
    over, was called off, or whose agreement is.
    """
    event = event_of(said.execution, said.result, said.code)
    run = runs.of_device(device.pk, run_id, lock=True)
    return _follow(run, device, event, said)


@transaction.atomic
def lost_sight(run_id: int, why: Sentence) -> Run:
    """We may not or can't look any more how an installation ends. It counts neither for the release nor against it.

    Raises RunOverError, RunStateError (nothing had begun), NotAllowedError.
    """
    run, moment = runs.by_id(run_id, lock=True), now()
    run.message = why.as_dict()
    runs.move(run, RunEvent.LOSE_SIGHT, moment)
    runs.add_step(run, moment, UNSEEN, "none", None, [why.ru])
    runs.record_run(CODES[RunState.UNCERTAIN], run, SYSTEM, moment, why=run.message)
    return run


@transaction.atomic
def told_of_stopping(device: Device, run_id: int, said: Said) -> Run:
    """A report on a ``cancelAction``. Raises as :func:`told`; RunOverError too where nobody asked to stop."""
    event = cancel_event_of(said.execution, said.result)
    run = runs.of_device(device.pk, run_id, lock=True)
    if run.state != RunState.CANCELLING.value:
        raise RunOverError(Sentence("Эту попытку никто не останавливает.", "Nobody is stopping this run."))
    if event is None:
        runs.add_step(run, now(), said.execution, said.result, said.code, said.details)
        return run
    return _follow(run, device, event, said)


def _follow(run: Run, device: Device, event: RunEvent | None, said: Said) -> Run:
    moment, was = now(), RunState(run.state)
    if was in BEFORE_INSTALLING and not _allowed(run, moment):
        raise RunOverError(OUTSIDE)
    if said.of is not None and said.done is not None:
        run.progress_done, run.progress_of = said.done, said.of
    elif event is not RunEvent.INSTALL or was is not RunState.INSTALLING:
        run.progress_done = run.progress_of = None
    run.heard_at = moment
    if said.sentence is not None:
        run.message = said.sentence.as_dict()
    elif said.details:
        text = " · ".join(said.details)[: runs.LONGEST_DETAIL]
        run.message = {"ru": text, "en": text}
    if event is RunEvent.POSTPONE and was not in ENDED and run.agreement.hours.is_open(moment):
        event = RunEvent.OFFER if was in NOT_BEGUN else None  # put off by the host itself: it stays where it is
    if event is None:
        run.save()
    else:
        runs.move(run, event, moment)
    runs.add_step(run, moment, said.execution, said.result, said.code, said.details)
    if run.state != was.value:
        _changed(run, device, moment)
    return run


def _allowed(run: Run, at: datetime) -> bool:
    """Whether the agreement still lets this run go on, and the person at the host has agreed where they are asked."""
    return run.agreement.is_in_force(at) and (not run.asks_host or run.consented_at is not None)


def _changed(run: Run, device: Device, at: datetime) -> None:
    state = RunState(run.state)
    actor = Actor("person", device.person_id, run.host.name)
    if state in CODES:
        runs.record_run(CODES[state], run, actor, at, why=(run.message or {"ru": "—", "en": "—"}))
    if state is RunState.SUCCEEDED:
        _reports(device, run, run.release.version)
    elif state is RunState.ROLLED_BACK and run.version_before:
        _reports(device, run, run.version_before)
    if state in BROKEN:
        _halt_if_too_many(run)


def _reports(device: Device, run: Run, version: str) -> None:
    """The circle: requests that waited for the version close, those that lost it open again."""
    product, report = run.release.product, device.report
    installation_report.reported(device.pk, product=product, version=version, report=report)


# ---------------------------------------------------------------- what a specialist does


@transaction.atomic
def stop(run_id: int, why: str, actor: Actor) -> Run:
    """Call one run off: at once where the host knows nothing of it, else the updater is told.

    Raises RunStateError for what is being installed, RunOverError for what is over, NotAllowedError.
    """
    run = runs.by_id(run_id, lock=True)
    _stop(run, why, actor)
    return run


@transaction.atomic
def stop_batch(batch_id: int, why: str, actor: Actor) -> int:
    """Call every run of a batch off that has not begun to install; gives how many."""
    batch = runs.batch_by_id(batch_id, lock=True)
    found = list(Run.objects.select_for_update(of=("self",)).select_related("host", "release").filter(
        batch=batch, state__in=[state.value for state in BEFORE_INSTALLING - {RunState.CANCELLING}]
    ).order_by("id"))  # fmt: skip
    for run in found:
        _stop(run, why, actor)
    moment = now()
    batch.stopped_at, batch.stopped_by, batch.reason = moment, actor.name[:200], why.strip()[:500]
    batch.save(update_fields=["stopped_at", "stopped_by", "reason"])
    data = {"version": batch.release.version, "why": _words(why).as_dict()}
    record("update.stopped", ("update", batch.pk), actor, data, moment)
    return len(found)


@transaction.atomic
def again(run_id: int, actor: Actor) -> Run:
    """Try a run once more that failed, was refused or called off. Raises NotAgainError with the reason."""
    return _again(runs.by_id(run_id, lock=True), actor)


@transaction.atomic
def all_again(batch_id: int, actor: Actor) -> tuple[int, int]:
    """Try every failed run of a batch once more; gives how many are on their way and how many can't be."""
    batch = runs.batch_by_id(batch_id, lock=True)
    rows = Run.objects.filter(batch=batch, again_at=None, state__in=[state.value for state in BROKEN])
    done = refused = 0
    for run_id in rows.order_by("id").values_list("pk", flat=True):
        try:
            _again(runs.by_id(run_id, lock=True), actor)
        except NotAgainError:
            refused += 1
        else:
            done += 1
    return done, refused


def _stop(run: Run, why: str, actor: Actor) -> None:
    moment = now()
    run.message = _words(why).as_dict()
    runs.move(run, RunEvent.STOP, moment)
    runs.record_run("update.run_stopped", run, actor, moment, why=run.message)


def _again(run: Run, actor: Actor) -> Run:
    moment = now()
    hold(run.release_id, [run.host_id])
    run = runs.by_id(run.pk, lock=True)  # as it stands now that nobody halts or withdraws
    if RunState(run.state) not in AGAIN or run.again_at is not None:
        raise NotAgainError(NOT_AGAIN)
    if (why := refusal(run.host, run.release)) is not None:
        raise NotAgainError(why)
    run.again_at = moment
    run.save(update_fields=["again_at"])
    force = Force(run.force)
    new = Run.objects.create(
        batch=run.batch,
        agreement=run.agreement,
        host=run.host,
        device=run.host.device,
        release=run.release,
        force=force.value,
        forced_at=run.forced_at,
        asks_host=run.asks_host,
        consented_at=run.consented_at,
        state=RunState.SCHEDULED.value,
        version_before=run.host.device.version if run.host.device else "",
        tries=run.tries + 1,
        created_at=moment,
    )
    runs.record_run("update.run_again", new, actor, moment)
    return new


def _words(why: str) -> Sentence:
    text = why.strip()[:500]
    return Sentence(text, text) if text else BY_STAFF


# ---------------------------------------------------------------- the halt


def _halt_if_too_many(run: Run) -> None:
    """Failures pass the batch's limit: the release is halted for everybody, and whoever ships versions hears of it."""
    batch: Batch = run.batch
    broken, ended = runs.counts_of_release(run.release_id)
    if not too_many_failures(broken, ended, batch.halt_least, batch.halt_percent):
        return
    if run.release.state != ReleaseState.PUBLISHED.value:
        return
    try:
        release_publication.halt(run.release_id, halted_on(broken, ended).ru, SYSTEM)
    except ReleaseStateError:  # another host's report did so in the same moment: this one is taken all the same
        return
    part = in_force(now()).scheme.product(run.release.product)
    fields = {
        "product": part.name if part else Sentence(run.release.product, run.release.product),
        "version": run.release.version,
        "broken": broken,
        "ended": ended,
        "link": absolute(f"/console/updates/runs/{batch.pk}/"),
    }
    for staff in active_staff():
        if staff.has_role(Role.RELEASES, Role.LEADING):
            staff_letters.tell(staff, "release_halted", fields, f"release_halted:{run.release_id}:{run.pk}:{staff.pk}")
