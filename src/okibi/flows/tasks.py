"""The jobs of the flows: each drains what there is in steps and may run twice at once or twice over.

A worker that was asked to stop ends between two steps; the rest is there for the next one, and a wake-up with it.
"""

from collections.abc import Callable

from procrastinate.contrib.django import app

from okibi.channels import inbox, outbox
from okibi.channels.tasks import nudge_intake
from okibi.flows.coverage import rejudge_due
from okibi.flows.delivery_report import on_sent
from okibi.flows.escalation import watch
from okibi.flows.intake import take
from okibi.flows.release_told import tell_all
from okibi.journal.services import seal
from okibi.kernel import stopping

STEPS = 500  # of one run; the next run goes on


@app.task(queueing_lock="intake")
def intake() -> int:
    """Take in what was received; gives how many."""
    done = 0
    while done < STEPS and not stopping.asked():
        taken = inbox.process_batch(take)
        if not taken:
            return done
        done += taken
    nudge_intake()
    return done


@app.task(queueing_lock="outbox")
def send_outbox() -> int:
    """Send what is due; gives how many rows were taken."""
    return outbox.drain(on_sent, STEPS)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="release_told")
def tell_who_waits(timestamp: int = 0) -> int:
    """Every minute, and at once after a publication: requesters whose version is out hear of it; gives how many."""
    del timestamp
    return tell_all()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sweep")
def sweep(timestamp: int) -> dict[str, int]:
    """Every minute: what a lost wake-up left, terms that came near, coverage that changed, the journal's seals."""
    del timestamp
    steps: dict[str, Callable[[], int]] = {
        "intake": intake,
        "sent": send_outbox,
        "told": watch,
        "alive": rejudge_due,
        "sealed": seal,
    }
    return {name: step() for name, step in steps.items() if not stopping.asked()}
