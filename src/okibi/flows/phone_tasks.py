"""The telephone's own job: calls that nobody ended."""

from procrastinate.contrib.django import app

from okibi.flows import phone_call


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="phone_calls")
def settle_calls(timestamp: int = 0) -> int:
    """End calls of which no more was heard; gives how many."""
    del timestamp
    return phone_call.settle_due()
