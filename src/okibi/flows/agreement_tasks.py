"""The agreements' own job: those whose last day has passed end by themselves."""

from procrastinate.contrib.django import app

from okibi.flows import update_agreement


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="agreements")
def expire_agreements(timestamp: int = 0) -> int:
    """Every five minutes; gives how many ended. What may run asks for the moment itself, not for this."""
    del timestamp
    return update_agreement.expire_due()
