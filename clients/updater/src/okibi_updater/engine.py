"""One update from its offer to its end. Each step is written down before it begins and may be repeated after a kill.

accepted → downloading → downloaded → ready → backing_up → installing → checking → succeeded
                                                   ↘            ↘          ↘ rolling_back → rolled_back
before backing_up it may be cancelled, refused or fail: nothing was touched.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from okibi_sdk.words import Sentence
from okibi_sdk.words import Sentence as S  # noqa: N817 - short where sentences stand in a row
from okibi_updater import commands, disk, health, reports
from okibi_updater.ddi import Door
from okibi_updater.installers import INSTALLERS, Installer, Job, Place
from okibi_updater.journal import TOUCHED, Journal, Run, State
from okibi_updater.offers import is_here
from okibi_updater.problems import InstallError, LaterError, RefusedError, StrangerError, UpdaterError
from okibi_updater.settings import Kind, Product, Settings, Soft
from okibi_updater.trust import Progress, Trust

TRIES = 3  # recoveries of one update before the old version is taken back
LOOK = 20.0  # seconds between two looks for a cancelling while a file comes


class StoppedError(Exception):
    """The update was cancelled while a file came."""


@dataclass
class Engine:
    """``trust`` opens the repository anew; ``look`` asks the desk for a cancelling; ``flush`` tells what waits."""

    settings: Settings
    journal: Journal
    door: Door | None = None
    trust: Callable[[], Trust] | None = None
    look: Callable[[], None] = field(default=lambda: None)
    flush: Callable[[], None] = field(default=lambda: None)
    passed: disk.Passed = disk.nothing
    exchange: disk.Exchange = disk.exchanged

    # ------------------------------------------------------------ going on

    def recover(self) -> None:
        """After a start: end what a kill cut short, on the new version or on the old one. Needs no network.

        Raises LaterError while an installer that was left behind still runs, or where going back fails.
        """
        run = self.journal.current()
        if run and run.state in TOUCHED:
            product = self._product(run)
            commands.wait_for(self._job(run).place.lock, product.limit + 5)
            run = self.journal.change(run.action, tries=run.tries + 1)
            if run.state is State.BACKING_UP:
                with suppress(UpdaterError):
                    self._job(run).call(product.start)
                self._to(run, State.READY)
            elif run.state is not State.ROLLING_BACK and (run.tries > TRIES or not self._may_go_on(run)):
                self._roll_back(run, S("прервано на середине", "cut short"))
            self.advance(touched_only=True)
        self.clean()

    def _may_go_on(self, run: Run) -> bool:
        return run.state is State.CHECKING or self._installer(run).again

    def advance(self, *, touched_only: bool = False) -> None:
        """On to the end, or to where it has to wait. Raises LaterError, StrangerError."""
        while (run := self.journal.current()) and not (touched_only and run.state not in TOUCHED):
            try:
                _STEPS[run.state](self, run)
            except StoppedError:
                break
            except (LaterError, StrangerError):
                raise
            except UpdaterError as error:
                self._fault(run, error)
            except OSError as error:
                self._fault(run, InstallError(S("Ошибка системы.", "A fault of the system."), str(error)))
            after = self.journal.run(run.action)
            if after is None or after.state is run.state:
                break
            if not touched_only:
                self.flush()
        if not touched_only:
            self.clean()

    def _fault(self, run: Run, error: UpdaterError) -> None:
        told = error.sentence.in_(self.settings.language)
        if run.state is State.ROLLING_BACK:
            self.journal.step(run.action, run.state, f"{told} {' '.join(error.details)}")
            raise LaterError(
                S(
                    "Прежняя версия пока не возвращена: повторим.",
                    "The old version is not back yet: it will be tried again.",
                ),
                told,
                *error.details,
            ) from error
        if run.state in TOUCHED:
            self._roll_back(run, error.sentence, *error.details)
        else:
            state = State.REFUSED if isinstance(error, RefusedError) else State.FAILED
            self.end(run, state, error.number, told, *error.details)

    # ------------------------------------------------------------ the steps

    def _accept(self, run: Run) -> None:
        self._product(run)
        if not run.target:
            raise RefusedError(S("Подходящего файла не предложено.", "No fitting file was offered."))
        if is_here(self.settings, self.journal, run):
            self.end(
                run,
                State.SUCCEEDED,
                200,
                S("эта версия уже стоит", "this version is here already").in_(self.settings.language),
            )
            return
        self._to(run, State.DOWNLOADING)

    def _download(self, run: Run) -> None:
        assert self.door
        assert self.trust
        offered = self.door.deployment(run.href)
        if offered is None:
            self.end(run, State.CANCELLED, tell=False)
            return
        if offered.download == "skip":
            self._wait(run, "download")
            return
        trust = self.trust()
        trust.refresh()
        found = trust.find(run.target, run.product, run.version)
        signed = str(found.hashes.get("sha256", ""))
        if run.sha256 and signed and run.sha256 != signed:
            raise RefusedError(
                S("Сервер назвал не тот файл, что подписан.", "The server named another file than the signed one.")
            )
        job = self._job(run)
        disk.need(job.place.work, 2 * found.length + job.product.room)
        trust.download(found, job.file, self._progress(run))
        self._to(run, State.DOWNLOADED, sha256=_digest(job), size=found.length)

    def _progress(self, run: Run) -> Progress:
        """Told by steps of five in a hundred; the desk is asked for a cancelling now and then."""
        told, looked = 0, time.monotonic()

        def progress(here: int, of: int) -> None:
            nonlocal told, looked
            self.passed("download goes on")
            percent = here * 100 // max(of, 1)
            if percent >= told + 5:
                told = percent
                body = reports.step(
                    State.DOWNLOADING, self.settings.language, progress=percent * reports.DOWNLOAD_SHARE // 100
                )
                self.journal.say(run.action, "progress", run.href, body)
            if time.monotonic() - looked > LOOK:
                looked = time.monotonic()
                with suppress(LaterError):
                    self.flush()
                    self.look()
                if self.journal.run(run.action) != run:
                    raise StoppedError

        return progress

    def _prepare(self, run: Run) -> None:
        job, installer = self._job(run), self._installer(run)
        self._same_file(job)
        room = installer.room(job) + job.product.room
        disk.need(job.product.folder.parent, room)
        disk.need(job.place.work, room)
        installer.prepare(job)
        self._to(run, State.READY)

    def _gate(self, run: Run) -> None:
        """The last look at the desk: cancelled, window, force, consent."""
        assert self.door
        self.look()
        if self.journal.run(run.action) != run:
            raise StoppedError
        offered, product = self.door.deployment(run.href), self._product(run)
        if offered is None:
            self.end(run, State.CANCELLED, tell=False)
        elif not offered.window or offered.update == "skip":
            self._wait(run, "window")
        elif offered.update != "forced" and self.journal.consent(run.action) == "denied":
            raise RefusedError(S("Отклонено на этом компьютере.", "Declined at this host."))
        elif offered.update != "forced" and product.soft is Soft.ASK and not self.journal.consent(run.action):
            self._wait(run, "consent")
        elif is_here(self.settings, self.journal, run):
            self.end(
                run,
                State.SUCCEEDED,
                200,
                S("эта версия уже стоит", "this version is here already").in_(self.settings.language),
            )
        else:
            self._same_file(self._job(run))
            self._to(run, State.BACKING_UP, existed=product.folder.exists(), waits="")

    def _back_up(self, run: Run) -> None:
        job = self._job(run)
        job.call(job.product.stop)
        self.passed("stopped")
        self._installer(run).back_up(job)
        self._to(run, State.INSTALLING, swapped=True)

    def _install(self, run: Run) -> None:
        self._installer(run).install(self._job(run))
        self.passed("installed")
        self._to(run, State.CHECKING)

    def _check(self, run: Run) -> None:
        job = self._job(run)
        job.call(job.product.start)
        self.passed("started")
        if job.product.health.asked:
            health.check(job.product.health, job.values, job.place.log, self.passed)
        self.end(run, State.SUCCEEDED, 200, f"{run.old} → {run.version}".strip(" →"))

    def _return(self, run: Run) -> None:
        """The old version takes its place again."""
        job, language = self._job(run), self.settings.language
        if run.swapped:
            with suppress(UpdaterError):
                job.call(job.product.stop)  # what doesn't work may not stop either
            self.passed("stopped to go back")
            self._installer(run).restore(job)
            self.passed("restored")
        works = S("прежняя версия работает", "the old version works")
        try:
            job.call(job.product.start)
            if run.existed and job.product.health.asked:
                health.check(job.product.health, job.values, job.place.log)
        except UpdaterError as error:
            works = S("прежняя версия на месте, но не отвечает", "the old version is in its place, but doesn't answer")
            self.journal.step(run.action, run.state, error.sentence.in_(language))
        self.end(run, State.ROLLED_BACK, 500, run.reason, works.in_(language))

    # ------------------------------------------------------------ writing down

    def _to(self, run: Run, state: State, **values: object) -> None:
        body = reports.step(state, self.settings.language)
        with self.journal.whole():
            self.journal.change(run.action, state=state, **values)
            self.journal.step(run.action, state, "")
            self.journal.say(run.action, "feedback", run.href, body)
        self.passed(state)

    def _wait(self, run: Run, reason: str) -> None:
        if run.waits != reason:
            with self.journal.whole():
                self.journal.change(run.action, waits=reason)
                self.journal.step(run.action, run.state, reports.WAITS[reason].in_(self.settings.language))
                self.journal.say(
                    run.action, "feedback", run.href, reports.waiting(reason, run.state, self.settings.language)
                )

    def _roll_back(self, run: Run, why: Sentence, *details: str) -> None:
        reason = " ".join((why.in_(self.settings.language), *details))[: reports.LONGEST]
        self._to(run, State.ROLLING_BACK, reason=reason)

    def end(self, run: Run, state: State, number: int = 0, *details: str, tell: bool = True) -> None:
        """One transaction: the end, the version that runs, the closing word."""
        with self.journal.whole():
            self.journal.change(run.action, state=state, ended=time.time(), waits="")
            self.journal.step(run.action, state, " ".join(details))
            if state is State.SUCCEEDED:
                self.journal.install(run.product, run.version)
            if tell:
                self.journal.say(
                    run.action, "closing", run.href, reports.closing(state, self.settings.language, number, *details)
                )
        self.passed(state)

    def clean(self) -> None:
        """Take away what updates that are over have left; the package stays for going back by its own installer."""
        for run in self.journal.not_cleaned():
            if run.product in self.settings.products:
                job = self._job(run)
                with suppress(OSError):
                    self._installer(run).clean(job)
                    if run.state is State.SUCCEEDED and job.file.exists():
                        self._keep_package(job)
                    disk.remove(job.place.work)
                    self.journal.change(run.action, cleaned=True)
                    self.passed("cleaned")
            else:
                self.journal.change(run.action, cleaned=True)

    def _keep_package(self, job: Job) -> None:
        if job.product.installer is Kind.ARCHIVE:
            return
        kept = job.place.previous
        disk.remove(kept)
        kept.mkdir(parents=True)
        job.file.replace(kept / job.file.name)

    # ------------------------------------------------------------ small things

    def _product(self, run: Run) -> Product:
        found = self.settings.products.get(run.product)
        if found is None:
            raise RefusedError(
                S(f"Продукта {run.product} нет в настройках.", f"There is no product {run.product} in the settings.")
            )
        return found

    def _job(self, run: Run) -> Job:
        place = Place(self._product(run), self.settings.home, run.action)
        place.work.mkdir(parents=True, exist_ok=True)
        return Job(place, run, self.passed, self.exchange)

    def _installer(self, run: Run) -> Installer:
        return INSTALLERS[self._product(run).installer]()

    def _same_file(self, job: Job) -> None:
        """The file is still the one that TUF judged."""
        if not job.file.exists() or _digest(job) != job.run.sha256:
            disk.remove(job.file)
            raise RefusedError(S("Загруженный файл изменился на диске.", "The downloaded file changed on the disk."))


def _digest(job: Job) -> str:
    with job.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_STEPS: dict[State, Callable[[Engine, Run], None]] = {
    State.ACCEPTED: Engine._accept,  # noqa: SLF001 - the table of the class's own steps
    State.DOWNLOADING: Engine._download,  # noqa: SLF001
    State.DOWNLOADED: Engine._prepare,  # noqa: SLF001
    State.READY: Engine._gate,  # noqa: SLF001
    State.BACKING_UP: Engine._back_up,  # noqa: SLF001
    State.INSTALLING: Engine._install,  # noqa: SLF001
    State.CHECKING: Engine._check,  # noqa: SLF001
    State.ROLLING_BACK: Engine._return,  # noqa: SLF001
}
