"""The telephone's own jobs: calls that nobody ended, recordings that exchanges keep."""

from procrastinate.contrib.django import app

from okibi.flows import phone_call, phone_recordings


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="phone_calls")
def settle_calls(timestamp: int = 0) -> int:
    """End calls of which no more was heard; gives how many."""
    del timestamp
    return phone_call.settle_due()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="phone_recordings")
def fetch_recordings(timestamp: int = 0) -> int:
    """Fetch the recordings that are due; gives how many were tried."""
    del timestamp
    return phone_recordings.fetch_due()
