"""Jobs of the product itself."""

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

from okibi.kernel import once_only, rates

KEEP_FAILED_HOURS = 30 * 24


@app.periodic(cron="17 0 * * *")
@app.task(queueing_lock="ops.tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001  given by the queue
    """Every night: remove sessions that have ended."""
    call_command("clearsessions")


@app.periodic(cron="23 0 * * *")
@app.task(queueing_lock="ops.forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  given by the queue
    """Every night: forget jobs that failed a month ago."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, include_failed=True)


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="ops.forget_answers")
def forget_answers(timestamp: int) -> int:  # noqa: ARG001  given by the queue
    """Every hour: forget answers that nobody will ask for again, and counts of calls of the past."""
    return once_only.forget_old() + rates.forget_old()
