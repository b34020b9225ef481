"""The lines of what waits and what is kept: queues, jobs, backup, journal, disk, versions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from okibi import __version__
from okibi.channels import ways
from okibi.console.addresses import address
from okibi.console.system.lines import Line, State
from okibi.console.system.parts import RUNNING, shown
from okibi.environments import presence
from okibi.journal import seals
from okibi.journal.selectors import latest_of
from okibi.kernel import standing
from okibi.kernel.clock import now
from okibi.kernel.human import size_text
from okibi.schemes.services import in_force

LATE = timedelta(minutes=10)  # what is older than this in a queue stands still
BACKUP_OLD = timedelta(days=2)
UNSEALED_OLD = timedelta(minutes=10)  # the sweep seals every minute
FREE_BAD, FREE_WARN = 1024**3, 5 * 1024**3  # bytes
BACKUPS = "docs/howto/backup-and-restore.md"
LOST = "docs/explanation/nothing-is-lost.md"


def queues() -> Iterator[Line]:
    """What waits to be read, to be sent, to be decided on, to be done."""
    inbox = ways.inbox()
    late = inbox.oldest is not None and now() - inbox.oldest > LATE
    yield Line(
        _("Waiting to be read"),
        State.BAD if late else State.GOOD,
        shown(inbox.waiting),
        at=inbox.oldest if late else None,
        since=_("oldest"),
        advice=_("Messages are kept, but nobody reads them: see whether the worker runs and what its log says."),
        page=LOST,
    )
    yield Line(
        _("Could not be read, tried again"),
        State.WARN if inbox.failed else State.GOOD,
        shown(inbox.failed),
        advice=_("They are tried again by themselves. The log names the reason; an upgrade may be the remedy."),
        page=LOST,
    )
    yield Line(
        _("In the unreadable tray"),
        State.WARN if inbox.unreadable else State.GOOD,
        shown(inbox.unreadable),
        url=address("console-unreadable"),
        advice=_("Look at each in the tray: answer it by hand, or have it read again."),
    )
    yield from _outgoing()
    yield from _jobs()


def _outgoing() -> Iterator[Line]:
    outbox = ways.outbox(shown=0)
    yield Line(
        _("Could not be sent"),
        State.BAD if outbox.failed else State.GOOD,
        shown(outbox.failed),
        advice=_("The list below names each with its reason: try again, or answer in another form."),
    )
    yield Line(
        _("May have been sent"),
        State.WARN if outbox.uncertain else State.GOOD,
        shown(outbox.uncertain),
        advice=_("The line broke after the last byte. Ask the recipient, or try again: they may get it twice."),
    )


def _jobs() -> Iterator[Line]:
    jobs = standing.jobs()
    yield Line(_("Jobs waiting"), State.BAD if jobs.oldest > LATE else State.GOOD, str(jobs.waiting),
               advice=_("Jobs that are due are not done: see whether the worker runs."), page=RUNNING)  # fmt: skip
    yield Line(_("Jobs without a worker"), State.WARN if jobs.stalled else State.GOOD, str(jobs.stalled),
               advice=_("A worker was killed in the middle; its jobs go back into the queue soon."))  # fmt: skip
    yield Line(_("Jobs that failed"), State.WARN if jobs.failed else State.GOOD, str(jobs.failed),
               advice=_("The log says why; they are forgotten after thirty days."), page=RUNNING)  # fmt: skip


def kept() -> Iterator[Line]:
    """Backup, journal, disk and database."""
    backup = latest_of("system.backed_up")
    if backup is None:
        yield Line(
            _("Last backup"),
            State.WARN,
            _("there is none"),
            advice=_("Make one with “okibi backup FILE”, and have it made every night."),
            page=BACKUPS,
        )
    else:
        yield Line(
            _("Last backup"),
            State.WARN if now() - backup.at > BACKUP_OLD else State.GOOD,
            at=backup.at,
            detail=str(backup.data.get("name", "")),
            advice=_("It is older than two days. Make one with “okibi backup FILE”, and have it made every night."),
            page=BACKUPS,
        )
    yield _journal()
    disk = standing.disk(Path(settings.OKIBI_DATA))
    if disk:
        state = State.BAD if disk.free < FREE_BAD else State.WARN if disk.free < FREE_WARN else State.GOOD
        free, total = size_text(disk.free, get_language()), size_text(disk.total, get_language())
        yield Line(
            _("Disk, free"),
            state,
            _("%(free)s of %(total)s") % {"free": free, "total": total},
            advice=_("Without space nothing new can be taken in: free some, or move the data folder."),
            page=RUNNING,
        )


def _journal() -> Line:
    sealed = seals.sealed()
    late = sealed.waiting_since is not None and now() - sealed.waiting_since > UNSEALED_OLD
    return Line(
        _("Journal sealed"),
        State.WARN if late else State.GOOD if sealed.until else State.IDLE,
        "" if sealed.until else _("nothing to seal yet"),
        at=sealed.until,
        since=_("up to the entry of") if sealed.until else "",
        advice=_("Entries wait for their seals: see whether the worker runs."),
        page=RUNNING,
    )


def versions() -> Iterator[Line]:
    """What runs, on what, by which scheme; how many devices are there."""
    database, scheme = standing.database(), in_force(now())
    yield Line(_("OKIBI Support"), State.IDLE, __version__)
    yield Line("PostgreSQL", State.IDLE, database.version)
    yield Line(_("Database, size"), State.IDLE, size_text(database.size, get_language()))
    yield Line(
        _("Support scheme"),
        State.IDLE,
        scheme.digest[:8],
        at=scheme.valid_from,
        since=_("in force from"),
        url=address("console-policy"),
    )
    online, in_use = presence.online(), presence.in_use()
    yield Line(_("Devices online"), State.IDLE, _("%(n)s of %(all)s") % {"n": online, "all": in_use})
