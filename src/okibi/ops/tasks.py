"""Jobs of the product itself: those that a killed worker left behind are put back into the queue."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)
STALLED_AFTER = 60  # seconds without a heartbeat of the job's worker


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ops.requeue_stalled", pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> int:
    """Give jobs of dead workers back to the queue: every handler is idempotent. Gives how many."""
    manager = context.app.job_manager
    count = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await manager.retry_job(job)
        log.warning("job requeued", extra={"job": job.id, "task": job.task_name, "tick": timestamp})
        count += 1
    return count
