"""Who called is answered by a call (scheme.md §5): what became of a try, and what follows when the words were said.

The reaction clock stops when the requester heard the answer, or agreed on record to get it another way. Not reached,
and a word left with somebody else, let it run: the next try comes by the rules (``okibi.calls.rules``).
"""

from datetime import datetime

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.calendars.services import work_calendar
from okibi.calls import owed, selectors
from okibi.calls import services as calls
from okibi.calls.errors import TooEarlyToGiveUpError
from okibi.calls.kinds import TaskState, TryOutcome
from okibi.calls.models import Call, CallTask
from okibi.calls.rules import MAY_GIVE_UP_AFTER, next_try
from okibi.channels import by_hand
from okibi.channels.models import Outbound
from okibi.flows import letters, other_ways, sms_notices
from okibi.flows.answers import send_letter
from okibi.flows.letters import Letter
from okibi.flows.promise import Promise, stop_clock
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display
from okibi.policy.refusals import RefusalGround
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import Event, State, possible
from okibi.tickets import fixes, services
from okibi.tickets.models import Ticket

NO_WHY = Sentence(ru="Напишите, почему больше не звонить.", en="Write down why nobody is to call any more.")
CODES = {TryOutcome.NOT_REACHED: "call.not_reached", TryOutcome.LEFT_WORD: "call.left_word"}


@transaction.atomic
def carried_out(
    task_id: int, staff: Staff, outcome: TryOutcome, *, note: str = "", call_id: int | None = None
) -> CallTask:
    """One try: SAID ends the task and brings what it decides; the others set the moment of the next try.

    ``call_id``: the call in which it was, where the exchange told of it. Raises NoSuchCallError, TaskOverError.
    """
    task, ticket, actor, moment = _begin(task_id, staff)
    call = selectors.call(call_id) if call_id is not None else None
    owed.tried(task, outcome, staff, moment, call=call, note=note)
    if call is not None and call.ticket_id is None:
        calls.tie_ticket(call.pk, ticket)
    if outcome is TryOutcome.SAID:
        said(task, ticket, actor, moment)
        return task
    scheme = Promise.of(ticket).scheme
    again = next_try(task.tries, outcome, moment, work_calendar(scheme))
    owed.try_again_at(task, again)
    data = {"number": display(task.number), "next": f"{again.astimezone(scheme.zone):%d.%m.%Y %H:%M}", "note": note}
    record(CODES[outcome], ("ticket", ticket.pk), actor, data, moment)
    return task


def said(task: CallTask, ticket: Ticket, actor: Actor, at: datetime) -> None:
    """The requester heard it: both rows are locked. The clock stops, and what was decided comes true."""
    owed.close(task, TaskState.REACHED, at)
    if task.outbound_id is not None:
        by_hand.carried_out(task.outbound_id, at)
    record("call.said", ("ticket", ticket.pk), actor, {"number": display(task.number), "task": task.pk}, at)
    _decide(task, ticket, actor, at)


@transaction.atomic
def by_other_way(task_id: int, staff: Staff, code: str, consent: str) -> Outbound:
    """The same words by another way of the same person, who agreed: that is an answer too, and stops the clock.

    ``code`` names one of ``other_ways.ways_of(ticket)``. Raises InputError without a consent or for a way that is none
    of this person's, NoSuchCallError, TaskOverError.
    """
    task, ticket, actor, moment = _begin(task_id, staff)
    way = other_ways.chosen(ticket, code, consent, moment)
    if way is None:
        raise InputError(other_ways.NO_SUCH_WAY)
    text = (task.message.text if task.message and task.message.text.strip() else "") or task.script
    letter = Letter(f"[{ticket.number}] {ticket.subject}", text, letters.html_of(text, ticket.language))
    files = []
    if task.message is not None:
        kept = task.message.attachments.order_by("id")
        files = [{"name": each.name, "type": each.type, "sha256": each.blob_id} for each in kept]
    row = send_letter(ticket, letter, key=f"instead:{task.pk}", automatic=False, files=files, way=way)
    was = task.outbound_id
    if task.message is not None:
        task.message.outbound, task.message.channel, task.message.external_id = row, way.channel, row.external_id
        task.message.save(update_fields=["outbound", "channel", "external_id"])
    owed.goes_by(task, row)
    if was is not None:
        by_hand.taken_back(was)
    owed.close(task, TaskState.OTHER_WAY, moment, way.consent)
    other_ways.put_on_record(ticket, way, staff, moment, row.pk)
    _decide(task, ticket, actor, moment)
    return row


@transaction.atomic
def give_up(task_id: int, staff: Staff, why: str) -> CallTask:
    """Nobody calls any more. The clock runs on: an answer that nobody heard is none.

    Raises InputError without a reason, TooEarlyToGiveUpError, NoSuchCallError, TaskOverError.
    """
    task, ticket, actor, moment = _begin(task_id, staff)
    if not why.strip():
        raise InputError(NO_WHY)
    if task.tries < MAY_GIVE_UP_AFTER:
        raise TooEarlyToGiveUpError(task.tries, MAY_GIVE_UP_AFTER)
    owed.close(task, TaskState.GIVEN_UP, moment, why)
    if task.outbound_id is not None:
        by_hand.not_brought(task.outbound_id, why.strip())
    data = {"number": display(task.number), "why": why.strip()[:500]}
    record("call.given_up", ("ticket", ticket.pk), actor, data, moment)
    return task


def reached_by_their_call(task_id: int, call: Call, actor: Actor, at: datetime) -> None:
    """Who was to be called back called again and was answered: nothing is owed any more."""
    found = selectors.task(task_id)
    ticket = services.lock(found.ticket_id)
    task = owed.lock_open(task_id)
    owed.tried(task, TryOutcome.SAID, call.answered_by, at, call=call)
    said(task, ticket, actor, at)


def _begin(task_id: int, staff: Staff) -> tuple[CallTask, Ticket, Actor, datetime]:
    """Ticket and task locked, in this order everywhere."""
    ticket = services.lock(selectors.task(task_id).ticket_id)
    return owed.lock_open(task_id), ticket, Actor("staff", staff.pk, staff.name), now()


def _decide(task: CallTask, ticket: Ticket, actor: Actor, at: datetime) -> None:
    """What the answer decided comes true now that it was heard; a ticket that ended meanwhile keeps its end."""
    promise = Promise.of(ticket)
    event = Event(task.then) if task.then else None
    if event is not None and event not in possible(State(ticket.state)):
        event = None
    decision = event in {Event.REFUSE, Event.PLAN, Event.SOLVE}
    if event is Event.WAIT and not promise.only_decision_counts:
        stop_clock(ticket, promise, actor, at)
    if event is Event.REFUSE:
        _refuse(task, ticket, actor, at)
    elif event is Event.PLAN:
        change_state(ticket, event, actor, at)
        ticket.planned_version = str(task.facts.get("version", ""))[:40]
        services.save(ticket, "planned_version")
        fixes.tie(ticket, at)
        record("ticket.planned", ("ticket", ticket.pk), actor, {"version": ticket.planned_version}, at)
    elif event is not None:
        change_state(ticket, event, actor, at)
    if event is Event.SOLVE:
        sms_notices.tell(ticket, SmsEvent.SOLVED, at, key=f"call{task.pk}")
    if decision or (event is None and not promise.only_decision_counts):
        stop_clock(ticket, promise, actor, at)


def _refuse(task: CallTask, ticket: Ticket, actor: Actor, at: datetime) -> None:
    ground = RefusalGround(task.facts["ground"])
    change_state(ticket, Event.REFUSE, actor, at, ground=ground, reason=str(task.facts["reasons"]))
    ticket.refusal = dict(task.facts)
    services.save(ticket, "refusal")
    record("ticket.refused", ("ticket", ticket.pk), actor, {"ground": ground.sentence.as_dict()}, at)
