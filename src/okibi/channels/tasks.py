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

What remains is a process killed between the commit and the INSERT: the minutely sweep of both jobs picks that up.
"""

from functools import partial

from django.db import connection, transaction
from procrastinate.contrib.django import app

INTAKE = "okibi.flows.tasks.intake"
SEND_OUTBOX = "okibi.flows.tasks.send_outbox"

# procrastinate keeps one unstarted job per queueing lock (a partial unique index): a conflict means "it stands".
_INSERT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, priority, lock, args)
    VALUES (%s, %s, %s, %s, %s, '{}')
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def nudge_intake() -> None:
    """Have what was received looked at as soon as the current transaction is committed."""
    transaction.on_commit(partial(_wake, INTAKE, "intake"), robust=True)


def nudge_outbox() -> None:
    """Have what is queued sent as soon as the current transaction is committed."""
    transaction.on_commit(partial(_wake, SEND_OUTBOX, "outbox"), robust=True)


def _wake(task_name: str, queueing_lock: str) -> None:
    task = app.tasks.get(task_name)  # unknown in a process that loads no flows: its defaults are procrastinate's own
    queue, priority, lock = (task.queue, task.priority, task.lock) if task else ("default", 0, None)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [queue, task_name, queueing_lock, priority, lock])
