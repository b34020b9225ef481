"""Jobs that a killed worker left in the state "doing" go back into the queue; every handler is idempotent.

Not a periodic job: a job left behind may hold the very lock or the last free slot that such a job would wait for.
"""

import asyncio
import logging

from procrastinate import App, exceptions
from procrastinate.jobs import Status

from okibi.kernel.standing import HEARTBEAT, STALLED_AFTER

__all__ = ["HEARTBEAT", "STALLED_AFTER", "requeue", "watch"]

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds between two looks


async def watch(app: App) -> None:
    """Look again and again, until cancelled. A database that is away for a while is no reason to stop."""
    while True:
        try:
            await requeue(app, STALLED_AFTER)
        except exceptions.ConnectorException as error:
            log.warning("stalled jobs not looked at", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY)


async def requeue(app: App, seconds: float) -> int:
    """Give back the jobs of workers without a sign of life for that many seconds; gives how many."""
    manager = app.job_manager
    count = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:
            # Another one of its kind waits already and will do this one's work too.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except exceptions.ConnectorException:
            continue  # another worker was quicker
        log.warning("job given back", extra={"job": job.id, "task": job.task_name})
        count += 1
    return count
