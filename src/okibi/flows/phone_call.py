"""An exchange tells of a call: who is it, who hears of it, and what follows when it ends.

While it rings, every console learns of it by the journal (``call.ringing``). What a call that nobody took becomes is
told in ``flows.phone_missed``.
"""

from datetime import datetime, timedelta

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.accounts.selectors import active_staff
from okibi.calls import selectors, services
from okibi.calls.kinds import CallState, TaskKind
from okibi.calls.models import Call
from okibi.calls.services import Change
from okibi.channels.inbox import Outcome
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming
from okibi.channels.registry import channel
from okibi.channels.telephone.adapter import ExchangeChannel
from okibi.channels.telephone.numbers import is_extension
from okibi.channels.telephone.values import CallEvent, Direction, What
from okibi.customers.selectors import people_by_phone
from okibi.flows import phone_answer, phone_dial, phone_missed, phone_recordings
from okibi.flows.phone_hours import hours_at
from okibi.flows.phone_words import said_of
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import OutsideError
from okibi.kernel.sentence import Sentence

STALE_AFTER = timedelta(days=1)  # a push about an older call is kept and changes nothing: nobody replays the past
SETTLED_AFTER = timedelta(seconds=30)  # of silence, before a call whose stretches are over is taken for ended
PATIENCE = 2  # tries before a recording is of a call that nobody told of
EARLY = Sentence("запись пришла раньше своего звонка", "the recording came before its call")


class CallNotYetError(OutsideError):
    """News of a call that nobody told of (yet): they are tried again later."""

    code = "call_not_yet"


def take_event(row: Inbound, incoming: Incoming) -> Outcome:
    """One push of an exchange. Raises CallNotYetError."""
    event = incoming.call
    if event is None or event.what in {What.NOTICE, What.VOICE}:
        return Outcome("notice")
    if event.what is What.REFUSED:
        return Outcome("dial_refused" if phone_dial.refused(event) else "notice")
    if is_extension(event.said):
        return Outcome("internal")  # two telephones of the desk
    if _is_stale(event, row.received_at):
        return Outcome("stale")
    if event.what is What.RECORDING and not services.is_known(event):
        if row.attempts < PATIENCE:
            raise CallNotYetError(EARLY)
        return Outcome("about_nothing")
    change = services.take(event, row.received_at, _staff_of(event))
    call = change.call
    if change.fresh:
        _recognise(call)
        if call.in_hours is None:
            services.judge_hours(call, in_hours=hours_at(call.started_at).is_open)
        _tell(change, event, row)
        phone_recordings.expect(call, event, row.received_at)
    return Outcome(call.state, call.ticket_id)


def _is_stale(event: CallEvent, at: datetime) -> bool:
    said = event.at or event.ended_at or event.started_at
    return said is not None and at - said > STALE_AFTER


def _staff_of(event: CallEvent) -> Staff | None:
    """Whose telephone it is, by the exchange's account."""
    adapter = channel(event.exchange)
    account = adapter.account(event.account) if isinstance(adapter, ExchangeChannel) else None
    email = account.staff_of(event.extension, event.user) if account else ""
    return next((staff for staff in active_staff() if staff.email.lower() == email), None) if email else None


def _recognise(call: Call) -> None:
    """Whose number it is: one person's, or nobody's while several share it."""
    if call.person_id is not None or not call.e164:
        return
    people = people_by_phone(call.e164)
    if len(people) == 1:
        call.person = people[0]
        call.save(update_fields=["person"])


# ---------------------------------------------------------------- what is told


def _tell(change: Change, event: CallEvent, row: Inbound) -> None:
    call, at = change.call, row.received_at
    if event.what is What.RINGING and call.state == CallState.RINGING and change.was in {"", CallState.RINGING}:
        record("call.ringing", ("call", call.pk), data=said_of(call), at=at)
    elif change.answered:
        record("call.answered", ("call", call.pk), data=said_of(call), at=at)
    elif event.what is What.TRANSFERRED:
        record("call.transferred", ("call", call.pk), data=said_of(call), at=at)
    if change.concluded or change.corrected:
        _over(change, at, row.pk)


def _over(change: Change, at: datetime, news: int | None = None) -> None:
    call = change.call
    if call.state == CallState.MISSED:
        phone_missed.missed(call, said_of(call), at, news)
        return
    if change.corrected:
        phone_missed.answered_after_all(call, said_of(call), at)
    record("call.ended", ("call", call.pk), data=said_of(call), at=at)
    _belongs_to_what_is_owed(call, at)
    if call.ticket_id:
        record("call.talked", ("ticket", call.ticket_id), _actor(call), said_of(call), at)


def _belongs_to_what_is_owed(call: Call, at: datetime) -> None:
    """A talk with somebody whom the desk owed a call is about that request; a call-back is thereby done."""
    if not call.talk_seconds:
        return
    for task in selectors.open_tasks_of_number(call.number):
        if call.ticket_id is None:
            services.tie_ticket(call.pk, task.ticket)
            call.ticket = task.ticket
        if task.kind == TaskKind.CALL_BACK and call.direction == Direction.IN:
            phone_answer.reached_by_their_call(task.pk, call, _actor(call), at)


def _actor(call: Call) -> Actor:
    staff = call.answered_by
    return Actor("staff", staff.pk, staff.name) if staff else SYSTEM


# ---------------------------------------------------------------- calls that nobody ended


def settle_due() -> int:
    """End the calls of which no more was heard; gives how many."""
    moment, ended = now(), 0
    for pk in selectors.unsettled(moment - SETTLED_AFTER):
        with transaction.atomic():
            change = services.settle(pk, moment)
            if change is not None:
                _over(change, moment)
                ended += 1
    return ended
