"""The worker's process: takes jobs from the queue until it is told to stop, and finishes the step in hand.

Jobs look at ``kernel.stopping`` between two steps, so a stop takes as long as one letter or one mail. A step that takes
longer than the grace (a mail server that does not answer) is cut off; its row says so and is soon taken again.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from procrastinate.contrib.django import app

from okibi.channels import outbox
from okibi.channels.tasks import nudge_intake, nudge_outbox
from okibi.flows.webhooks import tell
from okibi.kernel import stopping
from okibi.ops import stalled
from okibi.webhooks import runner

CONCURRENCY = 4  # jobs at once; each drains a batch
GRACE = 6.0  # seconds that a running step has when we stop; the supervisor waits a little longer


def work() -> int:
    """Work until SIGTERM or SIGINT. First all is woken: a worker killed before us may have left something."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        nudge_intake()
        nudge_outbox()
    connections.close_all()
    asyncio.run(_work())
    return 0


async def _work() -> None:
    connector: Any = app.connector  # a DjangoConnector; jobs deferred by a job still go through Django's transaction
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        watching = [asyncio.create_task(stalled.watch(worker)), asyncio.create_task(runner.watch(tell))]
        working = asyncio.create_task(
            worker.run_worker_async(
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                install_signal_handlers=False,
                fetch_job_polling_interval=5.0,
                update_heartbeat_interval=stalled.HEARTBEAT,
                stalled_worker_timeout=stalled.STALLED_AFTER,
            )
        )
        _stop_by_signal(working)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            for watcher in watching:
                watcher.cancel()
            await asyncio.gather(*watching, return_exceptions=True)


def _stop_by_signal(working: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping.asked():
            return
        stopping.ask()
        working.cancel()  # it waits for its running jobs, without end
        loop.call_later(GRACE, threading.Thread(target=_end, daemon=True).start)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def _end() -> None:
    """The grace is over, a step still runs in a thread, and threads can't be stopped. Its job is found as stalled."""
    with contextlib.suppress(Exception):
        outbox.let_go()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
