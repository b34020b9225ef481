"""The worker's process: takes jobs from the queue until it is told to stop, and finishes the one in hand."""

import asyncio
import contextlib
from typing import Any

from procrastinate.contrib.django import app

from okibi.ops import stalled

CONCURRENCY = 4  # jobs at once; each drains a batch
GRACE = 6.0  # seconds that a running job has when we stop; then it goes back to the queue


def work() -> int:
    """Work until SIGTERM or SIGINT."""
    asyncio.run(_work())
    return 0


async def _work() -> None:
    connector: Any = app.connector  # a DjangoConnector; jobs deferred by a job still go through Django's transaction
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        watching = asyncio.create_task(stalled.watch(worker))
        try:
            await worker.run_worker_async(
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE,
                fetch_job_polling_interval=5.0,
                update_heartbeat_interval=stalled.HEARTBEAT,
                stalled_worker_timeout=stalled.STALLED_AFTER,
            )
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
