"""Whom the desk owes a call, and one such call: what to say, the number, and how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.calendars.services import work_calendar
from okibi.calls import selectors
from okibi.calls.kinds import TaskKind, TaskState, TryOutcome
from okibi.calls.rules import MAY_GIVE_UP_AFTER, next_try
from okibi.console.access import staff_of
from okibi.console.addresses import ticket_address
from okibi.console.calls.present import call_view
from okibi.console.customers.gate import page, said
from okibi.console.given import posted, whole_number
from okibi.flows import other_ways, phone_answer, phone_dial
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display
from okibi.policy.refusals import RefusalGround
from okibi.schemes.services import by_id

if TYPE_CHECKING:
    from okibi.accounts.models import Staff
    from okibi.calls.models import Call, CallTask

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
ENDS = {
    TaskState.OPEN: ("acc", Sentence("позвонить", "to call")),
    TaskState.REACHED: ("good", Sentence("сказано", "said")),
    TaskState.OTHER_WAY: ("good", Sentence("договорились иначе", "agreed another way")),
    TaskState.GIVEN_UP: ("bad", Sentence("больше не звонить", "given up")),
    TaskState.WITHDRAWN: ("", Sentence("не нужно", "not needed any more")),
}
JUST_NOW = timedelta(minutes=30)  # an outgoing call that began so lately is the one whose outcome is told
UNKNOWN = Sentence(ru="Выберите, чем кончился звонок.", en="Choose how the call ended.")


def task_view(task: CallTask, moment: datetime) -> dict[str, Any]:
    """A task as the list, its page and the ticket show it. Takes no query."""
    ticket = task.ticket
    kind, text = ENDS[TaskState(task.state)]
    ground = task.facts.get("ground")
    return {
        "id": task.pk,
        "url": reverse("console-calls-task", args=[task.pk]),
        "kind": KINDS[TaskKind(task.kind)],
        "who": task.person_name or display(task.number),
        "named": bool(task.person_name),
        "organisation": ticket.organisation_name,
        "listen_url": _listen_url(task) if task.kind == TaskKind.CALL_BACK else "",
        "number": task.number,
        "shown": display(task.number),
        "script": task.script,
        "ground": RefusalGround(ground).sentence if ground in set(RefusalGround) else None,
        "ticket": ticket.number,
        "ticket_subject": ticket.subject,
        "ticket_url": ticket_address("console-ticket", ticket.number),
        "next_at": task.next_try_at,
        "due_at": ticket.due_at if ticket.reacted_at is None else None,
        "due": task.next_try_at <= moment,
        "open": task.state == TaskState.OPEN,
        "state": {"kind": kind, "text": text},
        "closing": task.closing,
        "closed_at": task.closed_at,
        "count": task.tries,
        "tries": [
            {
                "at": each.at,
                "outcome": OUTCOMES[TryOutcome(each.outcome)],
                "by": each.staff.name if each.staff else "",
                "note": each.note,
            }
            for each in task.trials.all()
        ],
    }


def _listen_url(task: CallTask) -> str:
    """Where what they say is written down: on the request that their missed call made."""
    given = {"number": task.number, "person": task.ticket.requester_id or "", "about": task.ticket.number}
    return f"{reverse('console-calls-new')}?{urlencode(given)}"


@page
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks, who is due first comes first."""
    moment = now()
    rows = [task_view(task, moment) for task in selectors.open_tasks()]
    parts = ([row for row in rows if row["due"]], [row for row in rows if not row["due"]])
    return render(request, "console/calls/tasks.html", {"tab": "tasks", "groups": [part for part in parts if part]})


@page
@require_GET
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One call to make."""
    return _shown(request, selectors.task(task_id))


def _shown(request: HttpRequest, found: CallTask, error: str = "", status: int = 200) -> HttpResponse:
    moment = now()
    call = _call_just_now(found)
    again = {}
    if found.state == TaskState.OPEN:
        calendar = work_calendar(by_id(found.ticket.scheme_id).scheme)
        again = {
            outcome.value: next_try(found.tries + 1, outcome, moment, calendar)
            for outcome in (TryOutcome.NOT_REACHED, TryOutcome.LEFT_WORD)
        }
    context = {
        "task": task_view(found, moment),
        "call": call and call_view(call),
        "dial": _dial_words(request) if found.state == TaskState.OPEN else "",
        "again": again,
        "ways": other_ways.ways_of(found.ticket, moment),
        "may_give_up": found.tries >= MAY_GIVE_UP_AFTER,
        "needed": MAY_GIVE_UP_AFTER,
        "error": error,
        "kept": {name: posted(request, name) for name in ("note", "consent", "why", "way")},
        "next": _next_of(found),
    }
    return render(request, "console/calls/task.html", context, status=status)


def _next_of(found: CallTask) -> str:
    """The next task that is due, for whoever works through the queue."""
    due = [each for each in selectors.open_tasks(limit=2) if each.pk != found.pk and each.next_try_at <= now()]
    return reverse("console-calls-task", args=[due[0].pk]) if due else ""


def _call_just_now(found: CallTask) -> Call | None:
    """The call in which it was said, where an exchange told of it."""
    since = now() - JUST_NOW
    calls = selectors.of_number(found.number, 3)
    return next((call for call in calls if call.direction == "out" and call.started_at >= since), None)


def _dial_words(request: HttpRequest) -> str:
    """How the exchange dials for whoever looks, "" where it can't: the number is a link then."""
    seat = phone_dial.seat_of(staff_of(request))
    if seat is None:
        return ""
    given = {"exchange": seat.exchange.title, "seat": seat.name}
    return _("%(exchange)s rings your telephone %(seat)s, then the number") % given


@page
@require_POST
def dialled(request: HttpRequest, task_id: int) -> HttpResponse:
    """Have the exchange ring the specialist and the number; what it refuses is told above what there is to say."""
    found = selectors.task(task_id)
    try:
        seat = phone_dial.dial(found.number, staff_of(request), found.pk)
    except OkibiError as error:
        return _shown(request, found, said(error.sentence), status=422)
    messages.success(request, _("Your telephone %(seat)s rings: pick it up.") % {"seat": seat.name})
    return redirect("console-calls-task", task_id)


@page
@require_POST
def outcome(request: HttpRequest, task_id: int) -> HttpResponse:
    """How a try ended. What was told already (a second press) is not told again."""
    found = selectors.task(task_id)
    if whole_number(posted(request, "tries")) != found.tries and found.state == TaskState.OPEN:
        messages.info(request, _("This try is on record already."))
        return redirect("console-calls-task", task_id)
    try:
        words = _told(request, found, staff_of(request))
    except OkibiError as error:
        return _shown(request, selectors.task(task_id), said(error.sentence), status=422)
    messages.success(request, words)
    after = selectors.task(task_id)
    return redirect("console-calls-task", task_id) if after.state == TaskState.OPEN else redirect("console-calls-tasks")


def _told(request: HttpRequest, found: CallTask, staff: Staff) -> str:
    chosen = posted(request, "outcome")
    if chosen == TaskState.OTHER_WAY:
        phone_answer.by_other_way(found.pk, staff, posted(request, "way"), posted(request, "consent"))
        return _("The answer went the agreed way.")
    if chosen == TaskState.GIVEN_UP:
        phone_answer.give_up(found.pk, staff, posted(request, "why"))
        return _("Nobody calls any more; why is on record.")
    if chosen not in TryOutcome.values:
        raise InputError(UNKNOWN)
    call = _call_just_now(found)
    ended = TryOutcome(chosen)
    phone_answer.carried_out(found.pk, staff, ended, note=posted(request, "note"), call_id=call.pk if call else None)
    return _("Said: it is on the request.") if ended is TryOutcome.SAID else _("The next try is set.")
