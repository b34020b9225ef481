"""Writing calls: events of exchanges made one call each, whatever order and however often they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from okibi.accounts.models import Staff
from okibi.calls.errors import NoSuchCallError
from okibi.calls.kinds import CallState
from okibi.calls.models import LIVE, Call, Leg
from okibi.calls.rules import Stretch, was_missed
from okibi.channels.telephone.values import CallEvent, Direction, What
from okibi.customers.models import Person
from okibi.kernel.statements import insert_once
from okibi.tickets.models import Ticket

FORWARDED_WITHIN = timedelta(seconds=30)  # a call of that number that begins so soon after goes on with it
HELD_FOR = timedelta(seconds=15)  # a stretch that began so shortly before the talk's end was its transfer
RINGS_FOR = timedelta(minutes=10)  # nobody rings longer: the exchange forgot to say how it ended
TALKS_FOR = timedelta(hours=4)
SUMMED_UP = "summary:"  # begins the key of a stretch that only the summary told of
CONCLUDED = (CallState.ENDED, CallState.MISSED)


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changed. ``was`` is the state before, "" for a new call; ``fresh``: something is new at all."""

    call: Call
    was: str
    fresh: bool = True
    answered: bool = False  # a person took it, just now

    @property
    def concluded(self) -> bool:
        """Whether the call has ended by this event."""
        return self.call.state in CONCLUDED and self.was not in CONCLUDED

    @property
    def corrected(self) -> bool:
        """Whether news that came late says otherwise of a call that had its end."""
        return self.was in CONCLUDED and self.call.state != self.was

    @property
    def began(self) -> bool:
        return not self.was


@transaction.atomic
def take(event: CallEvent, at: datetime, staff: Staff | None = None) -> Change:
    """Put one event on its call. ``at``: when it was received; ``staff``: whom its extension belongs to.

    A stretch only moves on: an event that is older than what was taken (by the leg's sequence) adds the moment that it
    tells and undoes nothing. The call's row is locked until the commit.
    """
    moment = min(event.at or at, at)
    row, was = _call_of(event, moment, at)
    if event.what is What.RECORDING:
        return Change(row, was)
    if event.what is What.SUMMARY:
        _summed_up(row, event, moment, staff)
        return _derived(row, was, at, final=True)
    leg = _leg_of(row, event, moment, staff)
    if event.seq is not None:
        if event.seq == leg.seq:
            return Change(row, was, fresh=False)
        leg.seq = max(event.seq, leg.seq or event.seq)
    answered = _moved(leg, event, moment)
    if was in CONCLUDED and event.call_key == row.key:  # it comes late: whatever it tells of is over
        leg.ended_at = leg.ended_at or row.ended_at or moment
        leg.answered_at = min(leg.answered_at, leg.ended_at) if leg.answered_at else None
        answered = False
    leg.save()
    if event.final:
        _own_legs(row, event).filter(ended_at=None).update(ended_at=moment)
    _learn(row, event, leg)
    if event.new_key_on_transfer and event.what is What.ENDED:
        _take_in_transfer(row, leg, moment, at)
    if event.goes_on_as:
        _take_in_named(row, event, at)
    return _derived(row, was, at, final=event.final, answered=answered)


def is_known(event: CallEvent) -> bool:
    """Whether anything was told of its call before."""
    return _known(event) is not None


@transaction.atomic
def settle(call_id: int, at: datetime) -> Change | None:
    """End a call of which nothing more was heard. None where it has its end already, or may still go on.

    A call whose stretches are all over needs no further word of the exchange; one that rings or is talked about is
    over when nothing was heard of it for longer than anybody rings or talks.
    """
    row = Call.objects.select_for_update().filter(pk=call_id, state__in=LIVE, part_of=None).first()
    if row is None:
        return None
    patience = RINGS_FOR if row.state == CallState.RINGING else TALKS_FOR
    if row.legs.filter(ended_at=None).exists() and row.last_event_at > at - patience:
        return None
    row.legs.filter(ended_at=None).update(ended_at=row.last_event_at)
    return _derived(row, row.state, at, final=True)


# ---------------------------------------------------------------- finding


def _call_of(event: CallEvent, moment: datetime, at: datetime) -> tuple[Call, str]:
    """The call, locked, and the state that it had; made where there is none."""
    found = _known(event)
    if found is None and event.new_key_on_transfer:
        found = _forwarded(event, moment)
    if found is not None:
        row = _locked(found)
        return row, row.state
    row = Call(
        exchange=event.exchange,
        account=event.account,
        key=event.call_key,
        direction=event.direction.value,
        said=event.said[:64],
        e164=event.e164,
        hidden=event.hidden,
        our_number=event.our_number[:64],
        started_at=event.started_at or moment,
        last_event_at=at,
    )
    if insert_once(row):
        return _locked(row.pk), ""
    row = Call.objects.get(exchange=event.exchange, account=event.account, key=event.call_key)
    row = _locked(row.part_of_id or row.pk)
    return row, row.state


def _known(event: CallEvent) -> int | None:
    whose = {"exchange": event.exchange, "account": event.account}
    for key in (event.leg_key, event.transferred_from):
        found = Leg.objects.filter(**whose, key=key).values_list("call_id", flat=True).first() if key else None
        if found:
            return found
    row = Call.objects.filter(**whose, key=event.call_key).values_list("pk", "part_of_id").first()
    return (row[1] or row[0]) if row else None


def _forwarded(event: CallEvent, moment: datetime) -> int | None:
    """The call of the same number that was sent on a moment ago, where the exchange gives it a new key."""
    if not event.e164 or event.direction is not Direction.IN:
        return None
    legs = Leg.objects.filter(
        call__exchange=event.exchange, call__account=event.account, call__e164=event.e164, call__direction="in",
        cause="forwarded", ended_at__gte=moment - FORWARDED_WITHIN, ended_at__lte=moment + FORWARDED_WITHIN,
    )  # fmt: skip
    return legs.order_by("-ended_at").values_list("call_id", flat=True).first()


def _locked(call_id: int) -> Call:
    return Call.objects.select_for_update().get(pk=call_id)


def _leg_of(row: Call, event: CallEvent, moment: datetime, staff: Staff | None) -> Leg:
    key = event.leg_key or event.call_key
    transferred = bool(event.transferred_from) or (row.key != event.call_key)
    leg = Leg(
        call=row, exchange=event.exchange, account=event.account, key=key, extension=event.extension[:64],
        user=event.user[:120], staff=staff, by_machine=event.by_machine, by_transfer=transferred,
        started_at=event.started_at or moment,
    )  # fmt: skip
    if insert_once(leg):
        return leg
    leg = Leg.objects.get(exchange=event.exchange, account=event.account, key=key)
    if event.seq is None or leg.seq is None or event.seq > leg.seq:  # an older event knows no better who it was
        leg.extension, leg.user = event.extension[:64] or leg.extension, event.user[:120] or leg.user
        leg.staff_id = staff.pk if staff else leg.staff_id
    leg.by_transfer = leg.by_transfer or transferred
    return leg


# ---------------------------------------------------------------- what happened


def _moved(leg: Leg, event: CallEvent, moment: datetime) -> bool:
    """Move one stretch on, never back; gives whether a person took it just now."""
    leg.by_machine = event.by_machine
    if event.what is What.RINGING:
        leg.started_at = min(leg.started_at, event.started_at or moment)
    elif event.what is What.ANSWERED:
        news = leg.answered_at is None and not leg.by_machine
        leg.answered_at = leg.answered_at or event.answered_at or moment
        return news
    elif event.what is What.ENDED:
        leg.ended_at = leg.ended_at or event.ended_at or moment
        leg.cause = "forwarded" if event.forwarded else event.cause[:64] or leg.cause
        if event.answered and leg.answered_at is None:
            leg.answered_at = event.answered_at or leg.ended_at - timedelta(seconds=event.talk_seconds or 0)
    return False


def _learn(row: Call, event: CallEvent, leg: Leg) -> None:
    """What one event knows and the call does not yet."""
    if not row.e164 and not row.hidden:
        row.e164, row.said, row.hidden = event.e164, row.said or event.said[:64], event.hidden
    row.our_number = row.our_number or event.our_number[:64]
    row.started_at = min(row.started_at, leg.started_at)
    if not leg.by_machine:
        row.extension = leg.extension or leg.user[:64] or row.extension
    row.cause = leg.cause or row.cause


def _summed_up(row: Call, event: CallEvent, moment: datetime, staff: Staff | None) -> None:
    """The exchange's own account of the whole call has the last word on moments and on who spoke."""
    ended = event.ended_at or moment
    row.started_at = min(row.started_at, event.started_at or ended)
    own = _own_legs(row, event)
    if event.answered and not own.filter(answered_at__isnull=False, by_machine=False).exists():
        spoke = event.answered_at or ended - timedelta(seconds=event.talk_seconds or 0)
        leg = Leg(
            call=row, exchange=event.exchange, account=event.account, key=f"{SUMMED_UP}{event.call_key}"[:200],
            extension=event.extension[:64], user=event.user[:120], staff=staff, started_at=row.started_at,
            answered_at=spoke, ended_at=ended,
        )  # fmt: skip
        insert_once(leg)
    own.filter(ended_at=None).update(ended_at=ended)
    row.talk_seconds = None if row.parts.exists() else event.talk_seconds  # of several, each tells of its own alone
    row.cause = event.cause[:64] or row.cause
    row.our_number = row.our_number or event.our_number[:64]
    if not row.e164 and not row.hidden:
        row.e164, row.said, row.hidden = event.e164, row.said or event.said[:64], event.hidden


def _derived(row: Call, was: str, at: datetime, *, final: bool, answered: bool = False) -> Change:
    """State, moments and who spoke, out of the stretches."""
    legs = list(row.legs.order_by("started_at", "pk"))
    talks = [leg for leg in legs if leg.answered_at is not None and not leg.by_machine]
    told = [leg for leg in talks if not leg.key.startswith(SUMMED_UP)]
    if told and len(told) < len(talks):  # what the summary stood in for was told after all
        Leg.objects.filter(call=row, key__startswith=SUMMED_UP).delete()
        legs, talks = [leg for leg in legs if not leg.key.startswith(SUMMED_UP)], told
    alive = [leg for leg in legs if leg.ended_at is None]
    row.answered_at = min((leg.answered_at for leg in talks if leg.answered_at), default=None)
    if talks:
        last = max(talks, key=lambda leg: (leg.answered_at, leg.pk))
        row.answered_by_id = last.staff_id or row.answered_by_id
        row.extension = last.extension or last.user[:64] or row.extension
    if alive:
        row.state = CallState.TALKING if any(leg in talks for leg in alive) else CallState.RINGING
        row.ended_at = None
    elif final or was in CONCLUDED:
        row.ended_at = max((leg.ended_at for leg in legs if leg.ended_at), default=at)
        row.state = _end_of(row, legs)
        if row.talk_seconds is None or not final:
            row.talk_seconds = _spoken(talks)
    row.last_event_at = max(row.last_event_at, at)
    row.save()
    return Change(row, was, answered=answered)


def _end_of(row: Call, legs: Sequence[Leg]) -> CallState:
    if row.direction != Direction.IN:
        return CallState.ENDED
    stretches = [Stretch(leg.answered_at, leg.ended_at, leg.by_machine, leg.by_transfer) for leg in legs]
    return CallState.MISSED if was_missed(stretches) else CallState.ENDED


def _spoken(talks: Sequence[Leg]) -> int:
    """Seconds in which somebody of the desk spoke: a transfer that overlaps counts once."""
    spans = sorted((leg.answered_at, leg.ended_at) for leg in talks if leg.answered_at and leg.ended_at)
    total, until = 0.0, None
    for begin, end in spans:
        start = max(begin, until) if until else begin
        total += max((end - start).total_seconds(), 0)
        until = max(until, end) if until else end
    return int(total)


def _own_legs(row: Call, event: CallEvent) -> "QuerySet[Leg]":
    """The stretches that the end of ``event``'s call ends: all, or of a call with parts those of that part."""
    if not row.parts.exists():
        return row.legs.all()
    keys = (event.call_key, f"{SUMMED_UP}{event.call_key}")
    return row.legs.filter(Q(key__in=keys) | Q(key__startswith=f"{event.call_key}:"))


def _take_in_named(row: Call, event: CallEvent, at: datetime) -> None:
    """The exchange says under which key the call goes on: whatever came or comes with that key belongs to this one."""
    if event.goes_on_as == row.key:
        return
    whose = {"exchange": row.exchange, "account": row.account, "key": event.goes_on_as}
    part = Call(
        **whose, direction=row.direction, said=row.said, e164=row.e164, hidden=row.hidden, our_number=row.our_number,
        state=CallState.ENDED, started_at=at, ended_at=at, last_event_at=at, part_of=row,
    )  # fmt: skip
    if insert_once(part):
        return
    other = Call.objects.select_for_update().get(**whose)
    if other.part_of_id or other.state == CallState.MISSED or other.parts.exists():
        return
    other.legs.update(call=row, by_transfer=True)
    other.recordings.update(call=row)
    other.part_of, other.state, other.last_event_at = row, CallState.ENDED, at
    other.save(update_fields=["part_of", "state", "last_event_at"])


def _take_in_transfer(row: Call, leg: Leg, moment: datetime, at: datetime) -> None:
    """The talk ended while another call of that number had just begun: it was handed over, and both are one call."""
    if not row.e164 or leg.answered_at is None or row.direction != Direction.IN:
        return
    others = Call.objects.select_for_update().filter(
        exchange=row.exchange, account=row.account, e164=row.e164, direction="in", state__in=LIVE, part_of=None,
        started_at__gte=max(leg.answered_at, moment - HELD_FOR), started_at__lte=moment,
    )  # fmt: skip
    for other in others.exclude(pk=row.pk).order_by("pk"):
        other.legs.update(call=row, by_transfer=True)
        other.part_of, other.state, other.last_event_at = row, CallState.ENDED, at
        other.ended_at = moment
        other.save(update_fields=["part_of", "state", "last_event_at", "ended_at"])


# ---------------------------------------------------------------- ties


def tie_person(call_id: int, person: Person) -> Call:
    """Whose call it is; all calls of the same number that nobody has become theirs too. Raises NoSuchCallError."""
    row = _one(call_id)
    same = Call.objects.filter(e164=row.e164, person=None) if row.e164 else Call.objects.filter(pk=row.pk)
    same.update(person=person)
    Call.objects.filter(pk=row.pk).update(person=person)
    row.person = person
    return row


def tie_ticket(call_id: int, ticket: Ticket) -> Call:
    """Which request a call is about. Raises NoSuchCallError."""
    row = _one(call_id)
    Call.objects.filter(pk=row.pk).update(ticket=ticket)
    row.ticket = ticket
    return row


def judge_hours(row: Call, *, in_hours: bool) -> None:
    """Whether support was open when the call began, once and for all."""
    row.in_hours = in_hours
    row.save(update_fields=["in_hours"])


def _one(call_id: int) -> Call:
    row = Call.objects.select_related("part_of").filter(pk=call_id).first()
    if row is None:
        raise NoSuchCallError
    return row.part_of or row


def repoint_person(gone_id: int, keep_id: int) -> int:
    """Calls of a card that was merged away are those of the kept one."""
    return Call.objects.filter(person_id=gone_id).update(person_id=keep_id)


def move_ticket(gone: Ticket, keep: Ticket) -> int:
    """Calls of a request that was merged into another; gives how many."""
    return Call.objects.filter(ticket=gone).update(ticket=keep)
