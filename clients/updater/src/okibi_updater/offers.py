"""What the desk offers and takes back, and whether an offer may come here at all."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from okibi_sdk.words import Sentence
from okibi_updater import reports
from okibi_updater.ddi import Artefact, Deployment
from okibi_updater.journal import OVER, TOUCHED, Journal, Run, State
from okibi_updater.problems import RefusedError
from okibi_updater.settings import Kind, Product, Settings
from okibi_updater.versions import order

if TYPE_CHECKING:
    from okibi_updater.engine import Engine

SUFFIXES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ARCHIVE: (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".nupkg"),
    Kind.EXE: (".exe",),
    Kind.MSI: (".msi",),
    Kind.SCRIPT: (),
}


def take(engine: "Engine", offered: Deployment) -> None:
    """Take an offer on, unless it is known. An untouched update that the desk no longer names is dropped."""
    journal, settings = engine.journal, engine.settings
    current = journal.current()
    if current and current.action != offered.action:
        if current.state in TOUCHED:
            return
        engine.end(current, State.CANCELLED, tell=False)
    known = journal.run(offered.action)
    if known:
        _again(journal, known)
        return
    product = settings.products.get(offered.product)
    artefact = _fitting(offered, product) or Artefact("", "")
    run = Run(
        offered.action,
        offered.href,
        offered.product,
        offered.version,
        installed(journal, product) if product else "",
        artefact.target,
        artefact.sha256,
        artefact.size,
        existed=bool(product and product.folder.exists()),
        begun=time.time(),
    )
    with journal.whole():
        journal.begin(run)
        journal.step(run.action, run.state, f"{run.product} {run.old} → {run.version}")
        journal.say(run.action, "feedback", run.href, reports.step(State.ACCEPTED, settings.language))
    engine.passed("accepted")


def _again(journal: Journal, known: Run) -> None:
    """The desk still offers what is over and was told: it lost the closing word (a restored copy); say it again."""
    if known.state in OVER and not any(report.action == known.action for report in journal.unsent()):
        journal.repeat_closing(known.action)


def _fitting(offered: Deployment, product: Product | None) -> Artefact | None:
    suffixes = SUFFIXES[product.installer] if product else ()
    return next((each for each in offered.artefacts if not suffixes or each.name.lower().endswith(suffixes)), None)


def cancel(engine: "Engine", href: str, number: str, action: str) -> None:
    """The desk wants an update stopped: done while nothing was touched, else it is told that it is too late."""
    journal, language = engine.journal, engine.settings.language
    run = journal.run(action)
    if run is None or run.state not in TOUCHED | OVER or run.state is State.CANCELLED:
        words = Sentence("отменено до установки", "stopped before the installation").in_(language)
        with journal.whole():
            if run and run.state is not State.CANCELLED:
                journal.change(action, state=State.CANCELLED, ended=time.time(), waits="")
                journal.step(action, State.CANCELLED, words)
            journal.say(action, "cancel", href, reports.feedback("closed", "success", 0, 200, words))
    elif not journal.note(f"cancel {number}"):
        words = Sentence("поздно: установка уже идёт", "too late: the installation has begun").in_(language)
        with journal.whole():
            journal.say(action, "cancel", href, reports.feedback("rejected", "none", 0, 409, words))
            journal.write_note(f"cancel {number}", "told")


def installed(journal: Journal, product: Product) -> str:
    """The version that runs: the product's own file, else what was installed by us, else what the settings say."""
    if product.version_file:
        with suppress(OSError, UnicodeDecodeError):
            return (product.folder / product.version_file).read_text(encoding="utf-8-sig").strip()[:100]
    return journal.installed(product.code) or product.version


def is_here(settings: Settings, journal: Journal, run: Run) -> bool:
    """Whether that version is here already. Raises RefusedError for a lower one, and where what runs is not known."""
    product = settings.products[run.product]
    old, new = installed(journal, product), order(run.version)
    if not old and product.folder.exists():
        raise RefusedError(
            Sentence(
                f"Не известно, какая версия стоит: укажите products.{product.code}.version.",
                f"Which version is here is not known: set products.{product.code}.version.",
            )
        )
    if old and new < order(old):
        raise RefusedError(
            Sentence(
                f"Версия {run.version} ниже установленной {old}.",
                f"Version {run.version} is lower than the installed {old}.",
            )
        )
    return bool(old) and new == order(old)
