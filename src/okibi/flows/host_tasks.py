"""The jobs of hosts that run no updater: each round is short, and the next one goes on."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from django.db import connections
from procrastinate.contrib.django import app

from okibi.flows import host_access, host_runs
from okibi.kernel import stopping

AT_ONCE = 4


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="reach_hosts", lock="reach_hosts")
def reach_hosts(timestamp: int = 0) -> int:
    """Go on with every update by SSH or WinRM whose hours are open; gives at how many hosts something was done."""
    del timestamp
    found, until = host_runs.due(), monotonic() + host_runs.SLICE

    def go(run_id: int) -> None:
        try:
            if monotonic() < until and not stopping.asked():
                host_runs.advance(run_id, until)
        finally:
            connections.close_all()  # of this thread

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(go, found))
    return len(found)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="try_hosts", lock="try_hosts")
def try_hosts(timestamp: int = 0) -> int:
    """Try the way to hosts whose hours begin soon; gives how many could not be reached."""
    del timestamp
    return host_access.try_before_hours()
