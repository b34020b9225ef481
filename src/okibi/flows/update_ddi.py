"""What an updater asks for: is there work, what is it, may it be installed now; and what it tells of its host.

One run at a time for a device, the oldest first. Nothing is offered outside an agreement that is confirmed and in
force, and no release that is halted. Where the person at the host is to be asked, the work shows only once they agreed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction

from okibi.environments.models import Device
from okibi.flows import installation_report
from okibi.flows.update_offers import file_address
from okibi.flows.update_plan import files_for
from okibi.flows.update_runs import Said
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseState
from okibi.policy.update_states import BEFORE_INSTALLING, NOT_BEGUN, RunEvent, RunOverError, RunState
from okibi.releases import selectors as releases
from okibi.releases.models import Artefact
from okibi.updates import runs
from okibi.updates.kinds import Force
from okibi.updates.models import Run
from okibi.updates.vault import REMOTE

BUSY_POLL = 60  # seconds between questions while there is work
REPORTED_EVERY = timedelta(days=1)
MOST_KEYS = 64
LONGEST_KEY = 128
LONGEST_VALUE = 512
ASK = Sentence("На компьютере ещё не согласились.", "At the host nobody has agreed yet.")
OVER = Sentence("Это обновление уже окончено.", "This update is over.")
BAD_DATA = Sentence("Данные о компьютере не читаются.", "The data of the host can't be read.")
_NUMBERS = {"memory_mb", "cpu_mhz", "disk_free_mb"}
_OWN = {"product", "version", "wake.sha256"}


class Work(StrEnum):
    """What a device is to do next."""

    DEPLOY = "deploymentBase"
    CANCEL = "cancelAction"
    CONFIRM = "confirmationBase"


class Mode(StrEnum):
    """How ``configData`` meets what is known (hawkBit)."""

    MERGE = "merge"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Poll:
    """The answer to "is there work": ``run_id`` with ``work``; ``sleep`` in seconds."""

    sleep: int
    work: Work | None
    run_id: int | None
    installed: int | None
    wants_data: bool


@dataclass(frozen=True, slots=True)
class FileOf:
    """A file of a deployment; ``url`` opens it for a week without a token."""

    artefact: Artefact
    url: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A run as its updater sees it. ``window`` None: at any time; moments are UTC."""

    run: Run
    download: str  # skip, attempt, forced
    update: str
    window: bool | None
    opens_at: datetime | None
    ends_at: datetime | None
    files: Sequence[FileOf]


def poll(device: Device) -> Poll:
    """Is there work for this device? Two queries."""
    moment = now()
    run = next((run for run in runs.live_of(device.pk) if _offered(run, moment)), None)
    installed = runs.last_succeeded(device.pk)
    wants = device.reported_at is None or device.reported_at < moment - REPORTED_EVERY
    sleep = int(settings.OKIBI_UPDATES_POLL)
    if run is None:
        return Poll(sleep, None, None, installed, wants)
    return Poll(min(sleep, BUSY_POLL), _work(run), run.pk, installed, wants)


@transaction.atomic
def deployment(device: Device, run_id: int) -> Deployment:
    """What is to be done, and whether it may be done now; the run knows that its host has seen it.

    Raises NotAllowedError (none, another's, nobody agreed at the host), RunOverError.
    """
    moment = now()
    run = runs.of_device(device.pk, run_id, lock=True)
    _refuse_over(run, moment)
    if _work(run) is Work.CONFIRM:
        raise NotAllowedError(ASK)
    found = _deployment(run, device, moment)
    if RunState(run.state) in NOT_BEGUN:
        event = RunEvent.POSTPONE if found.window is False else RunEvent.OFFER
        run.heard_at = moment
        runs.move(run, event, moment)
    return found


@transaction.atomic
def installed(device: Device, run_id: int) -> Deployment:
    """The run that put on the device what runs there. Raises NotAllowedError."""
    run = runs.of_device(device.pk, run_id)
    if run.state != RunState.SUCCEEDED.value:
        raise NotAllowedError(runs.GONE)
    return _deployment(run, device, now())


@transaction.atomic
def asked_at_host(device: Device, run_id: int) -> Deployment:
    """What the person at the host is to agree to. Raises NotAllowedError, RunOverError."""
    run = runs.of_device(device.pk, run_id)
    _refuse_over(run, now())
    if _work(run) is not Work.CONFIRM:
        raise NotAllowedError(runs.GONE)
    return _deployment(run, device, now())


@transaction.atomic
def answered_at_host(device: Device, run_id: int, said: Said, *, yes: bool) -> None:
    """The person at the host agreed or not. Inside a confirmed agreement only. Raises NotAllowedError, RunOverError."""
    moment = now()
    run = runs.of_device(device.pk, run_id, lock=True)
    _refuse_over(run, moment)
    if not run.asks_host:
        raise NotAllowedError(runs.GONE)
    if run.consented_at is not None:
        if yes:
            return  # said twice
        raise RunOverError(OVER)
    actor = Actor("person", device.person_id, run.host.name)
    run.heard_at = moment
    if yes:
        run.consented_at = moment
        run.save(update_fields=["consented_at", "heard_at"])
        runs.record_run("update.consented", run, actor, moment)
    else:
        why = (said.details[0] if said.details else "—")[: runs.LONGEST_DETAIL]
        run.message = {"ru": why, "en": why}
        runs.move(run, RunEvent.REJECT, moment)
        runs.record_run("update.rejected", run, actor, moment, why=why)
    word = "confirmed" if yes else "denied"
    runs.add_step(run, moment, word, "none", said.code, said.details)


def to_cancel(device: Device, run_id: int) -> Run:
    """The run that is to be stopped. Raises NotAllowedError, RunOverError."""
    run = runs.of_device(device.pk, run_id)
    if run.state == RunState.CANCELLED.value:
        raise RunOverError(OVER)
    if run.state != RunState.CANCELLING.value:
        raise NotAllowedError(runs.GONE)
    return run


@transaction.atomic
def config_data(device: Device, mode: Mode, data: Mapping[str, str]) -> None:
    """What the updater says of its host: a report of its environment, and what it runs. Raises InputError."""
    if len(data) > MOST_KEYS or any(len(key) > LONGEST_KEY or len(text) > LONGEST_VALUE for key, text in data.items()):
        raise InputError(BAD_DATA)
    report: dict[str, Any] = {} if mode is Mode.REPLACE else _copy(device.report)
    for key, text in data.items():
        if key not in _OWN:
            _put(report, key, None if mode is Mode.REMOVE else text)
    kept = {"product": device.product, "version": device.version}
    told = {key: data[key].strip() for key in kept if key in data and mode is not Mode.REMOVE}
    pinned = data.get("wake.sha256", "").strip().lower()
    if pinned and mode is not Mode.REMOVE:
        _pin(device, pinned)
    installation_report.reported(device.pk, report=report, **{**kept, **told})


def installed_by_hand(device: Device, product: str, version: str) -> None:
    """Something was installed without us (hawkBit: ``installedBase``). Raises InputError for an unknown product."""
    if not product or len(product) > 40 or len(version) > 40 or product not in releases.lines():
        raise InputError(BAD_DATA)
    installation_report.reported(device.pk, product=product, version=version, report=device.report)


# ---------------------------------------------------------------- inside


def _offered(run: Run, at: datetime) -> bool:
    """Whether an updater is told of a run: what it is installing it may always finish."""
    return RunState(run.state) not in BEFORE_INSTALLING or _allowed(run, at)


def _allowed(run: Run, at: datetime) -> bool:
    stopping = run.state == RunState.CANCELLING.value
    return run.agreement.is_in_force(at) and (stopping or run.release.state == ReleaseState.PUBLISHED.value)


def _refuse_over(run: Run, at: datetime) -> None:
    over = run.state == RunState.CANCELLING.value or run.ended_at is not None or run.host.way in REMOTE
    if over or not _offered(run, at):
        raise RunOverError(OVER)


def _work(run: Run) -> Work:
    if run.state == RunState.CANCELLING.value:
        return Work.CANCEL
    return Work.CONFIRM if run.asks_host and run.consented_at is None else Work.DEPLOY


def _deployment(run: Run, device: Device, at: datetime) -> Deployment:
    windows = run.agreement.hours
    window = None if windows.is_any_time else windows.is_open(at)
    wish = _wish(run, at)
    line = releases.lines().get(run.release.product)
    free = line is not None and line.free
    return Deployment(
        run=run,
        download=wish,
        update="skip" if window is False else wish,
        window=window,
        opens_at=windows.next_opening(at) if window is False else None,
        ends_at=windows.end_of(at),
        files=[FileOf(each, file_address(each, free=free)) for each in files_for(device, run.release)],
    )


def _wish(run: Run, at: datetime) -> str:
    now_or_never = run.force == Force.TIMEFORCED and run.forced_at is not None and run.forced_at <= at
    return "forced" if run.force == Force.FORCED or now_or_never else "attempt"


def _pin(device: Device, fingerprint: str) -> None:
    if len(fingerprint) != 64 or set(fingerprint) - set("0123456789abcdef"):
        raise InputError(BAD_DATA)
    moment = now()
    for host in runs.pin(device.pk, fingerprint):
        actor = Actor("person", device.person_id, host.name)
        data = {"host": host.name, "fingerprint": fingerprint}
        record("update.certificate", ("agreement", host.agreement_id), actor, data, moment)


def _copy(report: object) -> dict[str, Any]:
    """A report's own tables, so that a change is not written into what was read."""
    if not isinstance(report, dict):
        return {}
    return {key: dict(value) if isinstance(value, dict) else value for key, value in report.items()}


def _put(report: dict[str, Any], key: str, text: str | None) -> None:
    """``system.family`` into the table ``system``; what has no table stands in ``app``. None takes it out."""
    table, dot, name = key.partition(".")
    if not dot:
        table, name = ("", key) if key in _NUMBERS else ("app", key)
    where: Any = report
    if table:
        if not isinstance(report.get(table), dict):
            report[table] = {}
        where = report[table]
    if text is None:
        where.pop(name, None)
    else:
        where[name] = int(text) if name in _NUMBERS and text.isascii() and text.isdigit() else text
