"""The jobs of the requester's side: letters for what stays unread, pushes that wake a device, large archives."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okibi.flows import ipv_fallback, ipv_push
from okibi.flows import personal_data as personal_data_flow


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


@app.task
def personal_data(chore_id: int) -> None:
    """Make the archive of everything about one person."""
    personal_data_flow.make(chore_id)


@app.periodic(cron="37 4 * * *")
@app.task(queueing_lock="personal_data_forget")
def forget_personal_data(timestamp: int) -> int:
    """Every night: archives that were fetched, or were not, within a day are deleted; gives how many."""
    del timestamp
    return personal_data_flow.forget_old()


@app.task(retry=RetryStrategy(max_attempts=4, exponential_wait=5))
def push(ticket_id: int) -> int:
    """Wake the devices of a request's author; gives how many pushes left. Tried again while a push server is away."""
    return ipv_push.push(ticket_id)
