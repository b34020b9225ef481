"""Jobs of releases."""

from procrastinate.contrib.django import app

from okibi.kernel.later import later

online = later("okibi.releases.trust.online")


@app.periodic(cron="*/5 * * * *")  # so often for a desk that was off for longer than they hold
@app.task(queueing_lock="releases.renew_metadata")
def renew_metadata(timestamp: int) -> list[str]:  # noqa: ARG001  given by the queue
    """Every five minutes: snapshot and timestamp are signed anew once half of their life is over."""
    renewed: list[str] = online.renew()
    return renewed
