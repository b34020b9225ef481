"""The job between the SMS room and the desk: what came in goes to the inbox, what became of answers to tickets."""

from procrastinate.contrib.django import app

from okibi.flows import sms_alerts, sms_callbacks, sms_campaigns, sms_in, sms_out
from okibi.sms import inward


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sms")
def move_sms(timestamp: int = 0) -> dict[str, int]:
    """Every minute and when woken; gives how many came in and how many fates were told."""
    del timestamp
    came, told = inward.take(sms_in.take), sms_out.tell_fates()
    return {"in": came, "told": told, "told_keys": sms_callbacks.tell_keys()}


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sms-campaigns")
def send_campaigns(timestamp: int = 0) -> int:
    """Queue the SMS of campaigns that are due; gives how many. What a lost wake-up left is found every minute."""
    del timestamp
    return sms_campaigns.send_due()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sms-lines")
def watch_lines(timestamp: int = 0) -> dict[str, int]:
    """What is wrong with lines, and telling administrators of it once."""
    del timestamp
    return sms_alerts.watch()
