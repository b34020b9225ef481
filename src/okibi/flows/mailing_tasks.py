"""The mailings' own job: letters leave at the pace that was chosen."""

from procrastinate.contrib.django import app

from okibi.flows import mobile_mailing


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="mailings")
def send_mailings(timestamp: int = 0) -> int:
    """Queue the letters that are due; gives how many. What a lost wake-up left is found every minute."""
    del timestamp
    return mobile_mailing.send_due()
