"""Updates of hosts that run no updater: we sign in ourselves and carry the version there. docs/adr/0021.

Each pass is short and begins by looking where the host stands, so a worker may be killed at any moment: the file goes
on where it broke off, and the driver at the host, which begins once whoever asks how often, ends by itself on the new
version or on the old one. What we see is told by the same reports that an updater makes.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.db import transaction
from django.db.models import F, Q

from okibi.flows import host_access, update_runs
from okibi.flows.host_run_words import (
    ACCESS_GONE,
    BEGINS,
    COPIED,
    COPYING,
    CUT_TWICE,
    DONE,
    HERE,
    HIGHER,
    NEVER_BEGAN,
    NO_FILE,
    NO_ROOM,
    NOT_BEGUN_IN_TIME,
    NOT_SIGNED,
    OTHER_BYTES,
    SILENT,
    WAITING,
)
from okibi.flows.update_plan import file_for
from okibi.flows.update_runs import Said
from okibi.journal.services import SYSTEM
from okibi.kernel import blobs, stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.update_states import (
    BEFORE_INSTALLING,
    CHECKING_CODE,
    ROLLED_BACK_CODE,
    RunState,
)
from okibi.policy.versions import VersionError, parse_version
from okibi.releases.models import Artefact
from okibi.releases.trust.judged import is_signed
from okibi.updates import runs, vault
from okibi.updates.models import Run
from okibi.updates.recipe import Recipe, recipe_of
from okibi.updates.remote import told, words
from okibi.updates.remote.values import Dialect, Line, LostError, ReachError, Seen, Shell, Task
from okibi.updates.remote.ways import dialect_of
from okibi.updates.vault import REMOTE, ClosedError

HOLD = timedelta(minutes=1)  # a worker that died lets go of a host after that; a living one says so oftener
SLICE = 45.0  # seconds of one pass at one host
LOOK = 1.0  # seconds between two looks at a driver
TOLD_EVERY = 3.0  # seconds between two reports of a file on its way
GIVE_UP = timedelta(hours=2)  # without a sign of a host that was installing
MOST = 32  # hosts of one round
MOST_LOOKED_AT = 5000
BEGINS_IN = timedelta(minutes=10)  # a driver that has not begun by then never will
DECISIVE = {
    each.code
    for each in (words.KEY_NEW, words.KEY_CHANGED, words.NO_LOGIN, words.LOGIN_REFUSED, words.BAD_KEY, words.NO_SHELL)
}

Passed = Callable[[str], None]


class PauseError(Exception):
    """Enough for one pass; the next one goes on."""


def due() -> list[int]:
    """Runs that have something to do now: the longest waiting first."""
    moment = now()
    free = Q(held_until=None) | Q(held_until__lte=moment)
    rows = Run.objects.select_related("agreement", "release").filter(free, host__way__in=REMOTE, state__in=runs.LIVE)
    found = rows.order_by(F("heard_at").asc(nulls_first=True), "id")[:MOST_LOOKED_AT]
    return [run.pk for run in found if _has_work(run, moment)][:MOST]


def advance(run_id: int, until: float | None = None, passed: Passed = lambda _: None) -> None:
    """One pass at one host, ``until`` a moment of the monotonic clock. ``passed``: named moments, for trials."""
    run = _claimed(run_id)
    if run is None:
        return
    try:
        _Pass(run, monotonic() + SLICE if until is None else until, passed).go()
    except (PauseError, OkibiError):  # called off, withdrawn or out of time: what the row says counts
        pass
    finally:
        Run.objects.filter(pk=run_id).update(held_until=None)


def _has_work(run: Run, at: datetime) -> bool:
    state = RunState(run.state)
    if state not in BEFORE_INSTALLING or state is RunState.CANCELLING:
        return True
    return _allowed(run, at) and (run.agreement.hours.is_open(at) or state is RunState.SCHEDULED)


def _allowed(run: Run, at: datetime) -> bool:
    return run.agreement.is_in_force(at) and run.release.state == "published"


@transaction.atomic
def _claimed(run_id: int) -> Run | None:
    moment = now()
    rows = Run.objects.filter(pk=run_id).filter(Q(held_until=None) | Q(held_until__lte=moment))
    return runs.by_id(run_id) if rows.update(held_until=moment + HOLD) else None


class _Pass:
    """What one worker does at one host before it lets go."""

    def __init__(self, run: Run, until: float, passed: Passed) -> None:
        self.run, self.until, self.passed = run, until, passed
        self.trail: list[Line] = []

    @property
    def state(self) -> RunState:
        return RunState(self.run.state)

    def go(self) -> None:
        if self.state is RunState.CANCELLING:
            assert self.run.device is not None
            self._tidy()
            update_runs.told_of_stopping(self.run.device, self.run.pk, Said("canceled"))
            return
        if self.state in BEFORE_INSTALLING and not self.run.agreement.hours.is_open(now()):
            if self.state is RunState.SCHEDULED:
                self._say("scheduled", WAITING)
            return
        try:
            login = vault.for_run(self.run, now())
        except ClosedError:
            if self.state not in BEFORE_INSTALLING:
                update_runs.lost_sight(self.run.pk, ACCESS_GONE)
            return
        host = self.run.host
        try:
            with host_access.session(host, login, self.trail) as shell:
                self._signed_in()
                self._work(shell, dialect_of(host))
        except ReachError as error:
            self._unreached(error)
        except LostError:
            host_access.keep_test(host, words.LOST, self.trail)
            self._lost()

    def _signed_in(self) -> None:
        if self.run.woken_at is None:
            moment = now()
            Run.objects.filter(pk=self.run.pk).update(woken_at=moment)
            runs.record_run("update.signed_in", self.run, SYSTEM, moment, login=self.run.host.login)
        self.passed("signed in")

    def _unreached(self, error: ReachError) -> None:
        host_access.keep_test(self.run.host, error.tried, self.trail)
        if error.tried.code in DECISIVE and self.state in BEFORE_INSTALLING:
            self._say("rejected", error.tried.sentence)
        elif error.tried.code in DECISIVE:
            update_runs.lost_sight(self.run.pk, error.tried.sentence)
        else:
            self._lost()
        host_access.showed(self.run.host, error)

    def _lost(self) -> None:
        """It is tried again; one that was installing and is silent for too long ends named."""
        run = runs.by_id(self.run.pk)
        heard = run.heard_at or run.created_at
        if RunState(run.state) not in BEFORE_INSTALLING and now() - heard >= GIVE_UP:
            self._say("closed", SILENT, result="failure")

    # ------------------------------------------------------------ at the host

    def _work(self, shell: Shell, dialect: Dialect) -> None:
        recipe = recipe_of(self.run.host.recipe)
        file = file_for(self.run.host, self.run.release)
        if recipe is None or file is None:
            self._refuse(NO_FILE)
            return
        task = _task(self.run, recipe, file)
        seen = dialect.look(shell, task)
        if self.state in BEFORE_INSTALLING and not seen.begun:
            self._bring(shell, dialect, task, file, seen)
            self._begin(shell, dialect, task)
        elif self.state in BEFORE_INSTALLING:
            self._say("proceeding", BEGINS)
        elif not seen.begun:
            self._begin_late(shell, dialect, task)
        self._watch(shell, dialect, task)

    def _bring(self, shell: Shell, dialect: Dialect, task: Task, file: Artefact, seen: Seen) -> None:
        """The package is at the host, whole. Raises PauseError; OkibiError where the run is over."""
        if not seen.there:
            self._fits(shell, dialect, task, file)
        have = seen.have
        if have > task.size:
            dialect.drop_file(shell, task)
            have = 0
        dialect.make_room(shell, task)
        if have < task.size:
            self._say("download", COPYING, done=have, of=task.size)
            dialect.pour(shell, task, self._pieces(file, have))
        self.passed("copied")
        if dialect.digest(shell, task) != task.sha256:
            dialect.drop_file(shell, task)
            if have:
                raise PauseError  # it was put together of two passes: once more, in one piece
            self._say("closed", OTHER_BYTES, result="failure")
            raise PauseError
        self._say("downloaded", COPIED)
        self.passed("downloaded")

    def _fits(self, shell: Shell, dialect: Dialect, task: Task, file: Artefact) -> None:
        facts = dialect.facts(shell, task.recipe)
        host_access.found(self.run.host, facts, task.recipe)
        if not is_signed(file):
            self._refuse(NOT_SIGNED)
        if facts.lacks:
            self._refuse(words.lacking(facts.lacks).sentence)
        if (way := words.in_the_way(facts.denied, facts.mounted)) is not None:
            self._refuse(way.sentence)
        if facts.free_mb is not None and host_access.too_little(facts.free_mb, task.size):
            self._refuse(NO_ROOM)
        try:
            running, wanted = parse_version(facts.version), parse_version(task.version)
        except VersionError:
            self._refuse(words.NO_VERSION.sentence)
        if running == wanted:
            self._say("closed", HERE, result="success")
            raise PauseError
        if running > wanted:
            self._refuse(HIGHER)

    def _pieces(self, file: Artefact, have: int) -> Iterator[bytes]:
        sent, reported = have, monotonic()
        for piece in blobs.pieces(file.blob, have):
            yield piece
            sent += len(piece)
            self.passed("piece")
            if monotonic() - reported >= TOLD_EVERY:
                reported = monotonic()
                self._say("download", COPYING, done=sent, of=file.size)
                self._go_on()

    def _begin(self, shell: Shell, dialect: Dialect, task: Task) -> None:
        """The last look: called off, withdrawn, halted, out of hours. It is said before the first file is touched."""
        self._go_on()
        self._say("proceeding", BEGINS)
        self.passed("proceeding")
        dialect.begin(shell, task)
        self.passed("begun")

    def _begin_late(self, shell: Shell, dialect: Dialect, task: Task) -> None:
        """A worker died between saying that it begins and beginning. Nothing was touched."""
        moment = now()
        ready = _allowed(self.run, moment) and self.run.agreement.hours.is_open(moment)
        said = self.run.steps.filter(execution="proceeding").order_by("-id").first()
        late = said is not None and moment - said.at > BEGINS_IN
        if late or not ready or dialect.digest(shell, task) != task.sha256:
            if late and ready:
                self._say("rejected", NEVER_BEGAN)
            else:
                self._say("canceled", NOT_BEGUN_IN_TIME)
            raise PauseError
        dialect.begin(shell, task)

    def _watch(self, shell: Shell, dialect: Dialect, task: Task) -> None:
        """See the driver to its end, as long as this pass lasts."""
        while True:
            self._may_look()
            seen = dialect.look(shell, task)
            self._tell_steps(seen)
            if seen.result:
                self._end(shell, dialect, task, seen)
                return
            if seen.begun and not seen.alive:
                self._cut(shell, dialect, task, restoring=seen.restoring)
            self._rest()

    def _may_look(self) -> None:
        """Raises PauseError where the access is over: a login is used inside it alone, whatever goes on there."""
        self.run = runs.by_id(self.run.pk)
        if not self.run.agreement.is_in_force(now()):
            update_runs.lost_sight(self.run.pk, ACCESS_GONE)
            raise PauseError

    def _tell_steps(self, seen: Seen) -> None:
        known = self.run.progress_done or 0 if self.state in {RunState.INSTALLING, RunState.CHECKING} else 0
        for number, word in enumerate(seen.steps[known:], known + 1):
            code = CHECKING_CODE if word in told.CHECKED_FROM else None
            self._say(
                "proceeding", told.step_of(word), code=code, done=min(number, told.MOST_STEPS), of=told.MOST_STEPS
            )
        if len(seen.steps) <= known:
            runs.heard(self.run, now())
            self._hold()
        self.passed("looked")

    def _cut(self, shell: Shell, dialect: Dialect, task: Task, *, restoring: bool) -> None:
        """The driver is gone without a result: the host was switched off. The old version is brought back, once."""
        seen = dialect.look(shell, task)  # it may have ended between two questions
        if seen.result or seen.alive:
            return
        if restoring:
            self._say("closed", CUT_TWICE, result="failure")
            raise PauseError
        dialect.begin(shell, task, restore=True)

    def _end(self, shell: Shell, dialect: Dialect, task: Task, seen: Seen) -> None:
        end, words_ = seen.result[0], told.end_of(seen.result)
        tail = [seen.tail] if seen.tail else []
        if end == "ok":
            self._say("closed", DONE, f"{task.old} → {seen.version or task.version}", *tail, result="success", code=200)
        elif end in told.WENT_BACK:
            self._say("closed", words_, *tail, result="failure", code=ROLLED_BACK_CODE)
        else:
            self._say("closed", words_, *tail, result="failure", code=500)
        self.passed("ended")
        with contextlib.suppress(LostError):
            dialect.clean(shell, task)

    # ------------------------------------------------------------ small things

    def _tidy(self) -> None:
        """Take what was carried there away again, where the way and the hours let us."""
        host, recipe = self.run.host, recipe_of(self.run.host.recipe)
        file = file_for(host, self.run.release)
        if recipe is None or file is None:
            return
        with contextlib.suppress(ClosedError, ReachError, LostError):
            login = vault.for_run(self.run, now())
            with host_access.session(host, login, self.trail) as shell:
                dialect_of(host).clean(shell, _task(self.run, recipe, file))

    def _say(
        self, execution: str, sentence: Sentence, *details: str, result: str = "none", code: int | None = None,
        done: int | None = None, of: int | None = None,
    ) -> None:  # fmt: skip
        """A report, as an updater would make it. Raises OkibiError where the run takes no more of them."""
        assert self.run.device is not None
        said = Said(execution, result, code, [sentence.ru, *details], done, of, sentence)
        self.run = update_runs.told(self.run.device, self.run.pk, said)
        self._hold()

    def _hold(self) -> None:
        """Nobody else comes to this host meanwhile."""
        Run.objects.filter(pk=self.run.pk).update(held_until=now() + HOLD)

    def _refuse(self, why: Sentence) -> None:
        installing = self.state not in BEFORE_INSTALLING
        self._say("closed" if installing else "rejected", why, result="failure" if installing else "none")
        raise PauseError

    def _go_on(self) -> None:
        """Raises PauseError where this pass, the hours or the run's right to begin are over."""
        self.run = runs.by_id(self.run.pk)
        moment = now()
        called_off = self.state is RunState.CANCELLING or self.state not in BEFORE_INSTALLING
        if called_off or not _allowed(self.run, moment) or not self.run.agreement.hours.is_open(moment):
            raise PauseError
        if stopping.asked() or monotonic() > self.until:
            raise PauseError

    def _rest(self) -> None:
        if stopping.asked() or monotonic() + LOOK > self.until:
            raise PauseError
        sleep(LOOK)


def _task(run: Run, recipe: Recipe, file: Artefact) -> Task:
    return Task(
        name=f"run-{run.pk}-{file.sha256[:8]}",
        recipe=recipe,
        file=file.name,
        sha256=file.sha256,
        size=file.size,
        version=run.release.version,
        old=run.version_before,
    )
