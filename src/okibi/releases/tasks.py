"""Jobs of releases."""

from procrastinate.contrib.django import app

from okibi.kernel.later import later

online = later("okibi.releases.trust.online")


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="releases.renew_metadata")
def renew_metadata(timestamp: int) -> list[str]:  # noqa: ARG001  given by the queue
    """Every hour: snapshot and timestamp are signed anew long before they end."""
    renewed: list[str] = online.renew()
    return renewed
