"""Whom the desk owes a call, and one such call: what to say, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from okibi.calls import selectors
from okibi.calls.kinds import TaskKind, TryOutcome
from okibi.console.addresses import ticket_address
from okibi.console.customers.gate import page
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display

if TYPE_CHECKING:
    from okibi.calls.models import CallTask

KINDS = {
    TaskKind.CALL_BACK: Sentence("Перезвонить", "Call back"),
    TaskKind.ANSWER: Sentence("Ответ звонком", "Answer by call"),
    TaskKind.REFUSAL: Sentence("Отказ звонком", "Refusal by call"),
}
OUTCOMES = {
    TryOutcome.SAID: Sentence("сказано", "said"),
    TryOutcome.NOT_REACHED: Sentence("не дозвонились", "not reached"),
    TryOutcome.LEFT_WORD: Sentence("передано через других", "word was left"),
}


def task_view(task: CallTask) -> dict[str, Any]:
    """A task as the list, its page and the ticket show it."""
    ticket = task.ticket
    moment = now()
    return {
        "id": task.pk,
        "url": reverse("console-calls-task", args=[task.pk]),
        "kind": KINDS[TaskKind(task.kind)],
        "who": task.person_name or display(task.number),
        "organisation": ticket.organisation_name,
        "number": task.number,
        "shown": display(task.number),
        "tel": f"tel:{task.number}" if task.number else "",
        "script": task.script,
        "ticket": ticket.number,
        "ticket_subject": ticket.subject,
        "ticket_url": ticket_address("console-ticket", ticket.number),
        "next_at": task.next_try_at,
        "due": task.next_try_at <= moment,
        "open": task.state == "open",
        "state": task.state,
        "closing": task.closing,
        "tries": [
            {"at": each.at, "outcome": OUTCOMES[TryOutcome(each.outcome)], "by": each.staff.name if each.staff else "",
             "note": each.note}
            for each in task.trials.all()
        ],
    }  # fmt: skip


@page
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks, who is due first comes first."""
    rows = [task_view(task) for task in selectors.open_tasks()]
    context = {
        "tab": "tasks",
        "groups": [
            group for group in ([row for row in rows if row["due"]], [r for r in rows if not r["due"]]) if group
        ],
    }
    return render(request, "console/calls/tasks.html", context)


@page
@require_GET
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One call to make: what to say, the number, and how it ended."""
    found = selectors.task(task_id)
    context = {"task": task_view(found), "back": reverse("console-calls-tasks")}
    return render(request, "console/calls/task.html", context)
