"""The job between the SMS room and the desk: what came in goes to the inbox, what became of answers to tickets."""

from procrastinate.contrib.django import app

from okibi.flows import sms_in, sms_out
from okibi.sms import inward


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sms")
def move_sms(timestamp: int = 0) -> dict[str, int]:
    """Every minute and when woken; gives how many came in and how many fates were told."""
    del timestamp
    return {"in": inward.take(sms_in.take), "told": sms_out.tell_fates()}
