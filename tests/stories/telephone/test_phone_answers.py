"""Who called is answered by a call: only what was said, or agreed to come another way, stops the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.calls import selectors
from okibi.calls.errors import TaskOverError, TooEarlyToGiveUpError
from okibi.calls.kinds import TaskState, TryOutcome
from okibi.calls.models import CallTask
from okibi.channels import outbox
from okibi.channels.models import Outbound
from okibi.flows import other_ways, phone_answer, refusal, reply, work
from okibi.flows.delivery_report import on_sent
from okibi.kernel.errors import InputError
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event
from okibi.tickets.models import Ticket
from tests import exchanges
from tests.simulators import cti
from tests.stories.phone_calls import ANNA, KINDS, MONDAY, intake, push, says

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exchange(settings, tmp_path):
    exchanges.configure(settings, tmp_path, *(exchanges.account(kind) for kind in KINDS))


@pytest.fixture
def ticket(cast, clock):
    """Anna called, and her call was missed and called back: the request is about what she said."""
    push("cti", *cti.missed(ANNA))
    intake()
    found = Ticket.objects.get()
    work.assign(found.pk, cast.vera, cast.vera)
    CallTask.objects.all().delete()
    found.refresh_from_db()
    return found


def drained():
    outbox.drain(on_sent)
    return list(Outbound.objects.order_by("pk").values_list("channel", "state"))


def test_a_refusal_by_call(cast, clock, ticket):
    work.change_class(ticket.pk, cast.vera, "suggestion")
    reasons = "Печать на матричных принтерах больше не поддерживается производителем."
    refusal.refuse(ticket.pk, cast.vera, RefusalGround.OUT_OF_SCOPE, reasons, way_out="Возьмите лазерный принтер.")
    task = CallTask.objects.get()
    ticket.refresh_from_db()
    assert (task.kind, task.number, ticket.state, ticket.reacted_at) == ("refusal", ANNA, "open", None)
    for words in (RefusalGround.OUT_OF_SCOPE.sentence.ru, reasons, "Возьмите лазерный принтер.", ticket.number):
        assert words in task.script
    assert drained() == [("phone", "queued")]

    phone_answer.carried_out(task.pk, cast.vera, TryOutcome.NOT_REACHED)
    task.refresh_from_db()
    assert (task.tries, task.next_try_at) == (1, MONDAY + timedelta(minutes=15))
    clock.move_to(task.next_try_at)
    phone_answer.carried_out(task.pk, cast.vera, TryOutcome.LEFT_WORD, note="секретарь")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("open", None)
    task.refresh_from_db()
    assert task.next_try_at == MONDAY + timedelta(hours=3, minutes=15)

    clock.move_to(task.next_try_at)
    phone_answer.carried_out(task.pk, cast.vera, TryOutcome.SAID)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("refused", MONDAY + timedelta(hours=3, minutes=15))
    assert ticket.refusal["ground"] == RefusalGround.OUT_OF_SCOPE.value
    assert drained() == [("phone", "sent")]
    told = says(("ticket", ticket.pk))
    assert "Вера Синицына: не дозвонились до +7 900 000-00-11, следующая попытка 23.11.2026 10:30" in told
    assert "Вера Синицына: сказано по телефону +7 900 000-00-11" in told
    with pytest.raises(TaskOverError):
        phone_answer.carried_out(task.pk, cast.vera, TryOutcome.SAID)


def test_an_answer_stops_the_clock_when_it_was_said_and_not_when_it_was_written(cast, clock, ticket):
    reply.reply(ticket.pk, cast.vera, "Заново выберите принтер.", then=Event.SOLVE)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("open", None)
    clock.shift(timedelta(hours=1))
    task = CallTask.objects.get()
    assert "Заново выберите принтер." in task.script
    phone_answer.carried_out(task.pk, cast.vera, TryOutcome.SAID)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("solved", MONDAY + timedelta(hours=1))


@pytest.mark.parametrize(("act", "state"), [("plan", "planned"), ("solve", "solved")])
def test_a_decision_comes_true_when_it_was_said(cast, clock, ticket, act, state):
    decide = {
        "plan": lambda: work.plan(ticket.pk, cast.vera, "4.3.0"),
        "solve": lambda: work.solve(ticket.pk, cast.vera),
    }
    decide[act]()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == ("open", None)
    phone_answer.carried_out(CallTask.objects.get().pk, cast.vera, TryOutcome.SAID)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reacted_at) == (state, MONDAY)
    assert ticket.planned_version == ("4.3.0" if act == "plan" else "")


def test_who_agrees_to_another_way_gets_the_answer_there_with_the_consent_on_record(cast, clock, ticket):
    reply.reply(ticket.pk, cast.vera, "Заново выберите принтер.")
    task = CallTask.objects.get()
    (way,) = other_ways.ways_of(ticket)
    with pytest.raises(InputError):
        phone_answer.by_other_way(task.pk, cast.vera, way.code, "")
    with pytest.raises(InputError):
        phone_answer.by_other_way(task.pk, cast.vera, "email||boris@example.org", "сказала по телефону")
    phone_answer.by_other_way(task.pk, cast.vera, way.code, "попросила по телефону прислать письмом")
    ticket.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, ticket.reacted_at) == ("other_way", MONDAY)
    (row,) = Outbound.objects.all()
    assert (row.channel, row.recipient) == ("email", "anna@example.org")
    assert "Заново выберите принтер." in row.text
    assert any("попросила по телефону прислать письмом" in line for line in says(("ticket", ticket.pk)))


def test_nobody_gives_up_after_one_try_and_giving_up_is_no_answer(cast, clock, ticket):
    reply.reply(ticket.pk, cast.vera, "Заново выберите принтер.")
    task = CallTask.objects.get()
    moments = []
    for _ in range(4):
        phone_answer.carried_out(task.pk, cast.vera, TryOutcome.NOT_REACHED)
        task.refresh_from_db()
        moments.append(task.next_try_at)
        if task.tries == 1:
            with pytest.raises(TooEarlyToGiveUpError):
                phone_answer.give_up(task.pk, cast.vera, "не берёт трубку")
        clock.move_to(task.next_try_at)
    assert moments[:3] == [MONDAY + timedelta(minutes=minutes) for minutes in (15, 75, 255)]
    assert moments[3] == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # the next working day at 8:00
    phone_answer.give_up(task.pk, cast.vera, "не берёт трубку")
    task.refresh_from_db()
    ticket.refresh_from_db()
    assert (task.state, ticket.reacted_at) == (TaskState.GIVEN_UP, None)
    assert drained() == [("phone", "bounced")]


def test_merging_takes_calls_and_tasks_along(cast, clock):
    push("cti", *cti.missed(ANNA, "one"), *cti.missed("+79000000012", "two"))
    intake()
    keep, gone = Ticket.objects.order_by("pk")
    work.merge(gone.pk, keep.pk, cast.vera)
    assert {call.key for call in selectors.of_ticket(keep.pk)} == {"one", "two"}
    assert sorted(CallTask.objects.values_list("ticket", "state")) == [(keep.pk, "open"), (gone.pk, "withdrawn")]
