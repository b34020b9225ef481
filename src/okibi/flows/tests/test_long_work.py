"""Long work is done in steps by a job: it goes on after a crash, twice over does no harm, its progress can be seen."""

from datetime import date

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from okibi.calendars import services as calendars
from okibi.customers.importing import run as importing
from okibi.customers.importing.columns import Kind
from okibi.customers.models import Person
from okibi.flows import calendar_changes, customer_import, reply
from okibi.flows.calendar_tasks import import_customers, recount_terms
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.models import Chore
from okibi.kernel.sentence import Sentence
from okibi.policy.worktime import DayKind
from okibi.tickets.models import Ticket
from tests.cast import Cast, make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"
OLEG = Actor("staff", 7, "Олег Лесин")
TOWN = Sentence(ru="праздник города", en="town holiday")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def tickets(count: int) -> list[Ticket]:
    return [placed(mail(subject=f"Ошибка {number}")) for number in range(count)]


def holiday(when: date = date(2026, 11, 24)) -> Chore:
    _, chore = calendar_changes.correct(
        lambda: calendars.set_day(when, DayKind.HOLIDAY, None, None, TOWN, SYSTEM), SYSTEM
    )
    return chore


def jobs(task: str) -> list[int]:
    return [job.args["chore_id"] for job in ProcrastinateJob.objects.filter(task_name=task).order_by("id")]


def moved() -> int:
    return Entry.objects.filter(code="ticket.recounted").count()


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(calendar_changes, "BATCH", 2)
    monkeypatch.setattr(customer_import, "BATCH", 1)


def test_a_correction_queues_one_job_and_moves_nothing_itself(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = tickets(1)[0]
        chore = holiday()
    assert jobs(calendar_changes.TASK) == [chore.pk]
    assert (chore.total, chore.done, chore.finished_at) == (1, 0, None)
    before = ticket.due_at
    ticket.refresh_from_db()
    assert ticket.due_at == before


def test_the_job_moves_what_runs_and_leaves_what_was_answered(cast):
    with time_machine.travel(FRIDAY, tick=False):
        first, answered, last = tickets(3)
        reply.reply(answered.pk, cast.oleg, "Перезапустите.")
        chore = holiday()
        recount_terms(chore_id=chore.pk)
    for ticket, day in ((first, 25), (answered, 24), (last, 25)):
        ticket.refresh_from_db()
        assert ticket.due_at.day == day
    chore.refresh_from_db()
    assert (chore.done, chore.total, chore.changed) == (2, 2, 2)
    assert chore.finished_at is not None


def test_it_goes_on_where_it_was_killed_and_counts_nothing_twice(cast, small_batches):
    with time_machine.travel(FRIDAY, tick=False):
        tickets(5)
        chore = holiday()
        assert calendar_changes.step(chore.pk)  # two of five, then the worker dies
        chore.refresh_from_db()
        assert (chore.done, chore.changed, moved()) == (2, 2, 2)
        recount_terms(chore_id=chore.pk)
        recount_terms(chore_id=chore.pk)
    chore.refresh_from_db()
    assert (chore.done, chore.changed, moved()) == (5, 5, 5)


def test_a_later_correction_takes_the_place_of_one_that_still_runs(cast, small_batches):
    with time_machine.travel(FRIDAY, tick=False):
        tickets(3)
        first = holiday()
        calendar_changes.step(first.pk)
        second = holiday(date(2026, 11, 25))
        assert not calendar_changes.step(first.pk)
        recount_terms(chore_id=second.pk)
    assert {ticket.due_at.day for ticket in Ticket.objects.all()} == {26}


def test_a_long_chore_queues_its_next_run(cast, small_batches, monkeypatch):
    monkeypatch.setattr("okibi.flows.calendar_tasks.STEPS", 1)
    with time_machine.travel(FRIDAY, tick=False):
        tickets(3)
        chore = holiday()
        recount_terms(chore_id=chore.pk)
    assert jobs(calendar_changes.TASK) == [chore.pk, chore.pk]


def test_with_nothing_running_there_is_no_job(db):
    chore = holiday()
    assert chore.finished_at is not None
    assert jobs(calendar_changes.TASK) == []


LICENCES = "Номер;Организация;Продукты;Действует с;Действует до\nЛ-9;ООО «Кедр»;desktop;01.01.2026;31.12.2031\n"


def test_a_large_import_writes_first_and_then_judges_waiting_requests(cast, small_batches):
    waiting = [placed(mail("kirill@kedr.example.org", subject=str(number))) for number in range(2)]
    looked = importing.dry_run(Kind.LICENCES, LICENCES.encode(), "л.csv", customer_import.catalogue())
    assert looked.plan.counts == {"created": 1, "changed": 0, "same": 0, "bad": 0}
    chore = customer_import.begin(looked.token, 1, "л.csv", "licences", OLEG)
    assert jobs(customer_import.TASK) == [chore.pk]
    assert customer_import.step(chore.pk)
    assert cast.kedr.licences.filter(number="Л-9").exists()
    import_customers(chore_id=chore.pk)
    import_customers(chore_id=chore.pk)
    chore.refresh_from_db()
    assert (chore.changed, chore.problem) == (2, None)
    assert chore.finished_at is not None
    assert {Ticket.objects.get(pk=ticket.pk).state for ticket in waiting} == {"new"}
    assert Entry.objects.filter(code="import.done").count() == 1


def test_data_that_changed_since_the_dry_run_loads_nothing_and_says_so(cast):
    people = "Организация;Имя;E-mail\nООО «Рябина»;Глеб Рогов;gleb@example.org\n"
    looked = importing.dry_run(Kind.PEOPLE, people.encode(), "л.csv", customer_import.catalogue())
    customer_import.run_import(looked.token, customer_import.catalogue(), OLEG)
    chore = customer_import.begin(looked.token, 1, "л.csv", "people", OLEG)
    import_customers(chore_id=chore.pk)
    chore.refresh_from_db()
    assert customer_import.changed_meanwhile(chore)
    assert Person.objects.filter(name="Глеб Рогов").count() == 1
