"""The jobs of long work that staff began: running terms after a correction of the calendar, large imports,
the walk along the journal's seals.

Each run takes a number of steps and queues the next run, so that one long chore does not hold a worker's slot for good.
"""

from procrastinate.contrib.django import app

from okibi.flows import calendar_changes, customer_import, journal_check
from okibi.kernel import chores

STEPS = 40  # of one run


@app.task
def recount_terms(chore_id: int) -> int:
    """Count running terms anew; gives how many steps were taken."""
    for taken in range(STEPS):
        if not calendar_changes.step(chore_id):
            return taken
    chores.wake(chore_id, calendar_changes.TASK)
    return STEPS


@app.task
def import_customers(chore_id: int) -> int:
    """Write a large file of customers and judge its holders' waiting requests; gives how many steps were taken."""
    for taken in range(STEPS):
        if not customer_import.step(chore_id):
            return taken
    chores.wake(chore_id, customer_import.TASK)
    return STEPS


@app.task
def check_journal(chore_id: int) -> int:
    """Walk along the journal's seals; gives how many steps were taken."""
    for taken in range(STEPS):
        if not journal_check.step(chore_id):
            return taken
    chores.wake(chore_id, journal_check.TASK)
    return STEPS
