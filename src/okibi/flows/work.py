"""What a specialist does with a ticket beside answering it and refusing it."""

from datetime import datetime

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.calls import owed
from okibi.calls import services as calls
from okibi.channels.telephone.kinds import is_spoken
from okibi.flows import phone_owed, sms_notices
from okibi.flows.promise import Promise, restart_clock, stop_clock
from okibi.flows.reply import say
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import Event, State, apply
from okibi.tickets import fixes, services
from okibi.tickets.models import Message, Ticket

NO_VERSION = Sentence(ru="Назовите версию, в которой это будет.", en="Name the version in which it will be.")
NO_REASON = Sentence(
    ru="Скажите, почему берёте заявку без права на поддержку.", en="Say why you take it on without cover."
)
ITSELF = Sentence(ru="Заявку нельзя объединить с самой собой.", en="A request can't be merged into itself.")
NO_CLASS = Sentence(ru="Такого класса в схеме поддержки нет.", en="The support scheme has no such class.")


def _begin(ticket_id: int, staff: Staff) -> tuple[Ticket, Actor, datetime]:
    return services.lock(ticket_id), Actor("staff", staff.pk, staff.name), now()


@transaction.atomic
def assign(ticket_id: int, staff: Staff, assignee: Staff | None) -> Ticket:
    """Give the ticket to somebody (or take it oneself); None puts it back to nobody."""
    ticket, actor, moment = _begin(ticket_id, staff)
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return ticket
    if assignee:
        change_state(ticket, Event.ASSIGN, actor, moment)
    ticket.assignee = assignee
    services.save(ticket, "assignee")
    mine = assignee is not None and assignee.pk == staff.pk
    data = {} if mine else {"assignee": assignee.name if assignee else "—"}
    record("ticket.taken" if mine else "ticket.assigned", ("ticket", ticket.pk), actor, data, moment)
    return ticket


@transaction.atomic
def change_class(ticket_id: int, staff: Staff, kind: str) -> Ticket:
    """Another class: the term is counted anew from the same start, by the scheme the ticket was judged by."""
    ticket, actor, moment = _begin(ticket_id, staff)
    promise = Promise.of(ticket)
    if kind not in promise.scheme.classes:
        raise InputError(NO_CLASS)
    if kind == ticket.kind:
        return ticket
    was = (
        promise.scheme.classes[ticket.kind].title
        if ticket.kind in promise.scheme.classes
        else Sentence(ticket.kind, ticket.kind)
    )
    ticket.kind, ticket.kind_by = kind, "staff"
    services.save(ticket, "kind", "kind_by")
    restart_clock(ticket, moment)
    data = {"was": was.as_dict(), "now": promise.scheme.classes[kind].title.as_dict()}
    record("ticket.class_changed", ("ticket", ticket.pk), actor, data, moment)
    return ticket


@transaction.atomic
def wait(ticket_id: int, staff: Staff) -> Ticket:
    """Wait for the requester: the clock stands still until they write."""
    ticket, actor, moment = _begin(ticket_id, staff)
    change_state(ticket, Event.WAIT, actor, moment)
    return ticket


@transaction.atomic
def resume(ticket_id: int, staff: Staff) -> Ticket:
    """Work on without waiting any longer: the clock runs again."""
    ticket, actor, moment = _begin(ticket_id, staff)
    change_state(ticket, Event.RESUME, actor, moment)
    return ticket


@transaction.atomic
def plan(ticket_id: int, staff: Staff, version: str, text: str = "") -> Ticket:
    """Accept it into a version and tell the requester: for a suggestion, this is the decision that stops the clock."""
    ticket, actor, moment = _begin(ticket_id, staff)
    if not version.strip():
        raise InputError(NO_VERSION)
    if is_spoken(ticket.channel):
        _could(ticket, staff, Event.PLAN)
        named = version.strip()[:40]
        message = say(ticket, staff, Message.Kind.REPLY, "planned", text, (), moment, version=named)
        phone_owed.when_said(message, staff, Event.PLAN, {"version": named})
        return ticket
    change_state(ticket, Event.PLAN, actor, moment)
    ticket.planned_version = version.strip()[:40]
    ticket.assignee = ticket.assignee or staff
    services.save(ticket, "planned_version", "assignee")
    fixes.tie(ticket, moment)
    message = say(ticket, staff, Message.Kind.REPLY, "planned", text, (), moment, version=ticket.planned_version)
    record("ticket.planned", ("ticket", ticket.pk), actor, {"version": ticket.planned_version}, moment)
    stop_clock(ticket, Promise.of(ticket), actor, moment)
    sms_notices.tell_of_answer(ticket, SmsEvent.ANSWER, message)
    return ticket


@transaction.atomic
def solve(ticket_id: int, staff: Staff, text: str = "") -> Ticket:
    """Solved: the requester is told, and may reopen it by answering."""
    ticket, actor, moment = _begin(ticket_id, staff)
    if is_spoken(ticket.channel):
        _could(ticket, staff, Event.SOLVE)
        days = Promise.of(ticket).scheme.desk.reopen_days
        message = say(ticket, staff, Message.Kind.REPLY, "solved", text, (), moment, reopen_days=days)
        phone_owed.when_said(message, staff, Event.SOLVE)
        return ticket
    change_state(ticket, Event.SOLVE, actor, moment)
    ticket.assignee = ticket.assignee or staff
    services.save(ticket, "assignee")
    promise = Promise.of(ticket)
    days = promise.scheme.desk.reopen_days
    message = say(ticket, staff, Message.Kind.REPLY, "solved", text, (), moment, reopen_days=days)
    stop_clock(ticket, promise, actor, moment)
    sms_notices.tell_of_answer(ticket, SmsEvent.SOLVED, message)
    return ticket


def _could(ticket: Ticket, staff: Staff, event: Event) -> None:
    """A decision that is still to be said: whether it could be at all, and who has it now. Raises ConflictError."""
    apply(State(ticket.state), event)
    ticket.assignee = ticket.assignee or staff
    services.save(ticket, "assignee")


@transaction.atomic
def close(ticket_id: int, staff: Staff) -> Ticket:
    """Close without a letter: what was solved long ago, or what needs no answer."""
    ticket, actor, moment = _begin(ticket_id, staff)
    change_state(ticket, Event.CLOSE, actor, moment)
    return ticket


@transaction.atomic
def reopen(ticket_id: int, staff: Staff) -> Ticket:
    """Open it again by hand; the reaction term of the first time stays on record."""
    ticket, actor, moment = _begin(ticket_id, staff)
    change_state(ticket, Event.REOPEN, actor, moment)
    why = Sentence(ru=f"решил(а) {staff.name}", en=f"by {staff.name}")
    record("ticket.reopened", ("ticket", ticket.pk), actor, {"why": why.as_dict()}, moment)
    return ticket


@transaction.atomic
def take_on(ticket_id: int, staff: Staff, reason: str) -> Ticket:
    """Work on an uncovered request all the same, with a reason on record; the term starts now."""
    ticket, actor, moment = _begin(ticket_id, staff)
    if not reason.strip():
        raise InputError(NO_REASON)
    change_state(ticket, Event.TAKE_ON, actor, moment, reason=reason)
    ticket.taken_on_reason = reason.strip()
    ticket.assignee = ticket.assignee or staff
    ticket.clock_start, ticket.rejudge_at = moment, None
    services.save(ticket, "taken_on_reason", "assignee", "clock_start", "rejudge_at")
    restart_clock(ticket, moment)
    record("ticket.taken_on", ("ticket", ticket.pk), actor, {"reason": reason.strip()}, moment)
    return ticket


@transaction.atomic
def merge(gone_id: int, keep_id: int, staff: Staff) -> Ticket:
    """Two tickets about one thing become one: messages move to ``keep``, ``gone`` closes and points there."""
    if gone_id == keep_id:
        raise InputError(ITSELF)
    first, second = (services.lock(pk) for pk in sorted((gone_id, keep_id)))  # one order: two merges can't deadlock
    gone, keep = (first, second) if first.pk == gone_id else (second, first)
    actor, moment = Actor("staff", staff.pk, staff.name), now()
    change_state(gone, Event.MERGE, actor, moment)
    gone.merged_into = keep
    services.save(gone, "merged_into")
    services.move_messages(gone, keep)
    calls.move_ticket(gone, keep)
    owed.move_ticket(gone, keep, moment)
    record("ticket.merged", ("ticket", gone.pk), actor, {"number": keep.number}, moment)
    record("ticket.absorbed", ("ticket", keep.pk), actor, {"number": gone.number}, moment)
    return keep
