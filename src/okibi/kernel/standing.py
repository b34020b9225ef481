"""How what the product stands on is: its queue of jobs, its workers, its database, its disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from okibi.kernel.statements import run

HEARTBEAT = 5.0  # seconds between a worker's signs of life
STALLED_AFTER = 20.0  # seconds without one

_JOBS = """
    SELECT count(*) FILTER (WHERE j.status = 'todo'),
           count(*) FILTER (WHERE j.status = 'doing'),
           count(*) FILTER (WHERE j.status = 'failed'),
           count(*) FILTER (WHERE j.status = 'doing'
                            AND (w.id IS NULL OR w.last_heartbeat < now() - %s * interval '1 second'))
    FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
"""
_OLDEST = """
    SELECT coalesce(now() - min(coalesce(j.scheduled_at, e.at)), interval '0')
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
    WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""
_WORKERS = """
    SELECT count(*) FILTER (WHERE last_heartbeat >= now() - %s * interval '1 second'), max(last_heartbeat)
    FROM procrastinate_workers
"""
_DATABASE = "SELECT current_setting('server_version'), pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Jobs:
    """Counts by state; ``stalled`` of the running ones have no living worker. ``oldest``: age of what is due."""

    waiting: int
    running: int
    failed: int
    stalled: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Workers:
    """How many work, and when one gave its last sign of life (aware UTC; None: there never was one)."""

    alive: int
    last_sign: datetime | None


@dataclass(frozen=True, slots=True)
class Database:
    """The server's version as it says it ("18.1"), and the size of our database in bytes."""

    version: str
    size: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk under a folder, in bytes."""

    free: int
    total: int


def jobs() -> Jobs:
    """The queue. Finished jobs are deleted, so that the table is short."""
    waiting, running, failed, stalled = run(_JOBS, [STALLED_AFTER])[0]
    return Jobs(waiting, running, failed, stalled, run(_OLDEST)[0][0])


def workers() -> Workers:
    """The workers, on whatever machine."""
    return Workers(*run(_WORKERS, [STALLED_AFTER])[0])


def database() -> Database:
    """The database that this process is connected to."""
    version, size = run(_DATABASE)[0]
    return Database(version.split()[0], size)


def disk(folder: Path) -> Disk | None:
    """The disk under that folder; None where the folder is not (another machine has it)."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(usage.free, usage.total)
