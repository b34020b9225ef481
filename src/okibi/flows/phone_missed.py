"""A call that nobody took. In hours it becomes a request with a task to call back; out of hours it is on record.

One call makes one request, however often the exchange tells of it; more missed calls of a number that waits to be
called back join its request. A hidden number stays on record only: there is nobody to call.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from okibi.calendars.services import work_calendar
from okibi.calls import owed, selectors, services
from okibi.calls.kinds import CallState, TaskKind, TaskState
from okibi.calls.models import Call, CallTask
from okibi.calls.rules import first_try
from okibi.channels import inbox
from okibi.channels.inbox import Outcome
from okibi.channels.models import Inbound
from okibi.channels.phone.adapter import pack
from okibi.channels.port import Incoming, Party
from okibi.channels.telephone.kinds import SPOKEN
from okibi.channels.telephone.words import length_of
from okibi.flows import letters
from okibi.flows.answers import fields_of
from okibi.flows.phone_hours import hours_at
from okibi.flows.states import change_state
from okibi.journal.services import SYSTEM, record
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display
from okibi.policy.ticket_states import Event, State
from okibi.schemes.services import by_id, in_force
from okibi.tickets import services as tickets
from okibi.tickets.models import Ticket

MAY_BE_CORRECTED = timedelta(seconds=3)  # pushes that came together are all read within this
SUBJECT = Sentence("Пропущенный звонок", "Missed call")


def missed(call: Call, data: Mapping[str, object], at: datetime, news: int | None) -> None:
    """A call has ended without an answer: the request is stored first, like all that is received.

    ``news``: the push that said so. While earlier ones of its exchange are being read by others, one of them may say
    that somebody took the call: then the request waits a little, and :func:`join` looks again.
    """
    hours = hours_at(call.started_at)
    if not hours.is_open:
        opens = f"{hours.opens_at:%d.%m.%Y %H:%M}" if hours.opens_at else "—"
        record("call.out_of_hours", ("call", call.pk), data={**data, "opens": opens}, at=at)
        return
    record("call.missed", ("call", call.pk), data=data, at=at)
    if not call.number:
        return
    language = call.person.language if call.person else "ru"
    raw = pack(
        sender=Party(call.number, call.person.name if call.person else ""),
        subject=SUBJECT.in_language(language),
        text=_words(call).in_language(language),
        facts={"language": language},
        sent_at=call.started_at,
    )
    corrected = news is not None and inbox.earlier_wait(call.exchange, than=news)
    rest = MAY_BE_CORRECTED if corrected else timedelta()
    key = f"missed:{call.exchange}:{call.account}:{call.key}"[:200]
    inbox.receive(SPOKEN, key, raw, "call", {"call": call.pk}, rest)


def _words(call: Call) -> Sentence:
    """What stands on the request; moments in the scheme's zone."""
    waited = length_of(max(int(((call.ended_at or call.started_at) - call.started_at).total_seconds()), 0))
    local = call.started_at.astimezone(in_force(call.started_at).scheme.zone)
    number = display(call.number)
    if call.answered_at is not None:
        return Sentence(
            f"Пропущенный звонок с {number}, {local:%d.%m.%Y в %H:%M}: перевели на коллегу, но никто не ответил.",
            f"Missed call from {number}, {local:%d.%m.%Y at %H:%M}: handed over to a colleague, and nobody answered.",
        )
    return Sentence(
        f"Пропущенный звонок с {number}, {local:%d.%m.%Y в %H:%M}. Никто не ответил, ждали {waited.ru}.",
        f"Missed call from {number}, {local:%d.%m.%Y at %H:%M}. Nobody answered; they waited {waited.en}.",
    )


# ---------------------------------------------------------------- the request


def join(row: Inbound, incoming: Incoming) -> Outcome | None:
    """A missed call of a number that waits to be called back joins its request; None where a new one is to be opened.

    Two missed calls of one number at the same moment wait for one another.
    """
    call = _call_of(row)
    if call is None:
        return None
    if call.state != CallState.MISSED:
        return Outcome("answered_after_all", call.ticket_id)
    number = incoming.sender.address
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"missed:{number}"])
    task = next((each for each in _call_backs(number)), None)
    if task is None:
        return None
    ticket = tickets.lock(task.ticket_id)
    services.tie_ticket(call.pk, ticket)
    owed.call_back(ticket, number, task.person_name, task.script, row.received_at, _first_try(ticket, row.received_at))
    tickets.mark_unread(ticket, row.received_at, unproved=ticket.sender_unproved)
    record("call.missed_again", ("ticket", ticket.pk), data=_shown(call), at=row.received_at)
    return Outcome("continued", ticket.pk)


def owe_call_back(row: Inbound, ticket: Ticket) -> None:
    """A request that was just opened out of a missed call: the call belongs to it, and somebody calls back."""
    call = _call_of(row)
    if call is None:
        return
    services.tie_ticket(call.pk, ticket)
    scheme = by_id(ticket.scheme_id).scheme
    script = letters.write("spoken_call_back", ticket.language, fields_of(ticket, scheme)).text
    at = row.received_at
    owed.call_back(ticket, ticket.requester_address, ticket.requester_name, script, at, _first_try(ticket, at))
    record("call.owed", ("ticket", ticket.pk), data=_shown(call), at=at)


def answered_after_all(call: Call, data: Mapping[str, object], at: datetime) -> None:
    """News that came late: somebody took the call. A request that nobody touched and no other call joined goes away."""
    if call.ticket_id is None:
        return
    ticket = tickets.lock(call.ticket_id)
    record("call.answered_after_all", ("ticket", ticket.pk), data=data, at=at)
    others = [other for other in selectors.of_ticket(ticket.pk) if other.pk != call.pk]
    tasks = [task for task in owed.open_of_ticket(ticket) if task.kind == TaskKind.CALL_BACK]
    if others or not tasks or any(task.tries for task in tasks):
        return
    for task in tasks:
        owed.close(task, TaskState.WITHDRAWN, at)
    if ticket.state == State.NEW.value and ticket.assignee_id is None:
        change_state(ticket, Event.WITHDRAW, SYSTEM, at)


def _call_of(row: Inbound) -> Call | None:
    call_id = row.envelope.get("call")
    return Call.objects.select_for_update().filter(pk=call_id).first() if isinstance(call_id, int) else None


def _call_backs(number: str) -> list[CallTask]:
    return [task for task in selectors.open_tasks_of_number(number) if task.kind == TaskKind.CALL_BACK]


def _first_try(ticket: Ticket, at: datetime) -> datetime:
    return first_try(at, work_calendar(by_id(ticket.scheme_id).scheme))


def _shown(call: Call) -> dict[str, object]:
    number = display(call.number)
    return {"call": call.pk, "number": number, "who": f"{call.person.name}, {number}" if call.person else number}
