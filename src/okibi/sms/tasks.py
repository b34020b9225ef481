"""Wake-ups of the job that takes what came in to the desk and tells what became of its SMS (``okibi.flows.sms_tasks``).

As in ``okibi.channels.tasks``: a conditional INSERT after the commit; the minutely run of the job picks up the rest.
"""

from django.db import connection, transaction

MOVE = "okibi.flows.sms_tasks.move_sms"

_INSERT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, priority, lock, args)
    VALUES ('default', %s, 'sms', 0, NULL, '{}')
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def nudge() -> None:
    """Have the desk's side looked at as soon as the current transaction is committed."""
    if not any(waiting[1] is _wake for waiting in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [MOVE])
