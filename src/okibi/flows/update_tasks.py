"""The jobs of automatic updates."""

from procrastinate.contrib.django import app

from okibi.flows import update_wake


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="wake_hosts")
def wake_hosts(timestamp: int = 0) -> int:
    """Tell hosts that granted a port to look for their update, shortly before their hours; gives how many answered."""
    del timestamp
    return update_wake.wake_due()
