"""Wake-ups of the two jobs that drain what was received and what is to be sent (both defined in ``okibi.flows.tasks``).

A wake-up must never be lost between "the job looked and saw nothing" and "the row became visible". Three ways were
tried beside a ``receive`` of 3 kB (400 mails, one run, 2 busy cores, private PostgreSQL with fsync, a job
waiting; ``receive`` alone took 1.0 and 1.4 ms in two runs of the same, so smaller differences say nothing):

- *inside the row's transaction*, with its savepoint (1.9 ms): a second writer meets the first one's uncommitted
  job and either waits for that whole transaction, or trusts a job that may start before its own row is visible. The
  first makes writers queue up, the second loses wake-ups.
- *defer after the commit and catch AlreadyEnqueued* (1.6 ms): right, but every repeat is an error in the server's log.
- *a conditional INSERT after the commit* (1.5 ms, taken): the row is visible before the job is looked for. Either a job
  that has not started stands in the queue, and it will see the row; or there is none, and the INSERT makes one. It
  writes nothing while a job waits. Chosen for what it can't lose; its speed is not told apart from the one above.

``NOTIFY`` alone was refused because a worker that is away never hears it.

Rows that wait for their moment (the next try, the end of a rest or of a dead worker's claim) have one scheduled job, at
the earliest, with a lock of its own so that it never stands in the way of "now". Workers look for such jobs every 5
seconds.

What remains is a process killed between the commit and the INSERT: the minutely sweep of both jobs picks that up.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from procrastinate.contrib.django import app

from okibi.kernel.statements import run

INTAKE = "okibi.flows.tasks.intake"
SEND_OUTBOX = "okibi.flows.tasks.send_outbox"

# procrastinate keeps one unstarted job per queueing lock (a partial unique index): a conflict means "it stands".
_INSERT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, priority, lock, args)
    VALUES (%s, %s, %s, %s, %s, '{}')
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""

_INSERT_AT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, priority, lock, args, scheduled_at)
    VALUES (%s, %s, %s, %s, %s, '{}', %s)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE SET scheduled_at = EXCLUDED.scheduled_at
    WHERE procrastinate_jobs.scheduled_at > EXCLUDED.scheduled_at
"""


def nudge_intake() -> None:
    """Have what was received looked at as soon as the current transaction is committed."""
    _once_on_commit(_wake_intake)


def nudge_outbox() -> None:
    """Have what is queued sent as soon as the current transaction is committed."""
    _once_on_commit(_wake_outbox)


def wake_intake_at(moment: datetime) -> None:
    """Have the intake run at ``moment`` (aware) too, as soon as the current transaction is committed."""
    transaction.on_commit(partial(_wake, INTAKE, "intake-later", moment), robust=True)


def wake_outbox_at(moment: datetime) -> None:
    """Have the sender run at ``moment`` (aware) too, as soon as the current transaction is committed."""
    transaction.on_commit(partial(_wake, SEND_OUTBOX, "outbox-later", moment), robust=True)


def wake_task(task_name: str, queueing_lock: str, moment: datetime | None = None) -> None:
    """The same for another job, at ``moment`` (aware) or at once; a lock of its own for each of the two."""
    transaction.on_commit(partial(_wake, task_name, queueing_lock, moment), robust=True)


def _once_on_commit(wake: Callable[[], None]) -> None:
    """A transaction that puts many rows wakes their job once."""
    if not any(waiting[1] is wake for waiting in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


def _wake_intake() -> None:
    _wake(INTAKE, "intake")


def _wake_outbox() -> None:
    _wake(SEND_OUTBOX, "outbox")


def _wake(task_name: str, queueing_lock: str, moment: datetime | None = None) -> None:
    task = app.tasks.get(task_name)  # unknown in a process that loads no flows: its defaults are procrastinate's own
    queue, priority, lock = (task.queue, task.priority, task.lock) if task else ("default", 0, None)
    values: list[str | int | datetime | None] = [queue, task_name, queueing_lock, priority, lock]
    if moment is None:
        run(_INSERT, values)
    else:
        run(_INSERT_AT, [*values, moment])
