"""The jobs of ИПВ: letters for what stays unread, and pushes that wake a device."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okibi.flows import ipv_fallback, ipv_push


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ipv_fallback")
def mail_unread(timestamp: int) -> int:
    """Every minute: answers that nobody read in time go by e-mail too; gives how many."""
    del timestamp
    return ipv_fallback.mail_unread()


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="ipv_forget")
def forget_enrolments(timestamp: int) -> int:
    """Every night: enrolments of long ago are deleted; gives how many."""
    del timestamp
    return ipv_fallback.forget_old_enrolments()


@app.task(retry=RetryStrategy(max_attempts=4, exponential_wait=5))
def push(ticket_id: int) -> int:
    """Wake the devices of a request's author; gives how many pushes left. Tried again while a push server is away."""
    return ipv_push.push(ticket_id)
