"""What a ticket promises: its reaction clock as a policy value, and the moments written back on the row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from okibi.calendars.services import work_calendar
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence
from okibi.policy.clock import ClockState, Pause, ReactionClock, merged
from okibi.policy.scheme import Scheme
from okibi.policy.terms import Due
from okibi.policy.wording import span
from okibi.policy.worktime import WorkCalendar
from okibi.schemes.services import by_id
from okibi.tickets import services
from okibi.tickets.models import Ticket

SUGGESTION = "suggestion"  # only a decision stops its clock (design §6)
IN_TIME = Sentence(ru="срок выполнен", en="within the term")
LATE = Sentence(ru="срок нарушен", en="past the term")


@dataclass(frozen=True, slots=True)
class Promise:
    """A ticket's clock with the scheme it was judged by and the calendar of today."""

    scheme: Scheme
    calendar: WorkCalendar
    clock: ReactionClock
    runs: bool  # False: no term was promised (uncovered)
    only_decision_counts: bool

    @classmethod
    def of(cls, ticket: Ticket) -> "Promise":
        """Reads the pauses: one query."""
        scheme = by_id(ticket.scheme_id).scheme
        kind = scheme.classes[ticket.kind]
        return cls(
            scheme=scheme,
            calendar=work_calendar(scheme),
            clock=ReactionClock(
                start=ticket.clock_start,
                aim=kind.aim,
                due=kind.due,
                pauses=tuple(Pause(begin, end) for begin, end in services.pauses_of(ticket)),
                stopped_at=ticket.reacted_at,
            ),
            runs=ticket.due_at is not None,
            only_decision_counts=ticket.kind == SUGGESTION,
        )

    @classmethod
    def at_intake(cls, scheme: Scheme, kind: str, start: datetime) -> "Promise":
        """The promise of a request that is being placed: no pauses yet, no row to read."""
        terms = scheme.classes[kind]
        clock = ReactionClock(start=start, aim=terms.aim, due=terms.due)
        return cls(scheme, work_calendar(scheme), clock, runs=True, only_decision_counts=kind == SUGGESTION)

    def moments(self, now: datetime) -> dict[str, datetime]:
        """The promised moments as the ticket's row keeps them."""
        due = self.clock.due_at(self.calendar, now)
        return {
            "aim_at": self.clock.aim_at(self.calendar, now),
            "warn_at": self.scheme.warning_at(due, self.calendar),
            "due_at": due,
        }

    def explain(self, now: datetime) -> Due:
        """The due moment with its steps."""
        return self.clock.explain_due(self.calendar, now)


def restart_clock(ticket: Ticket, now: datetime) -> Promise:
    """Count both moments from ``ticket.clock_start`` and write them; what was told about the old ones is forgotten."""
    promise = Promise.of(ticket)
    for field, moment in promise.moments(now).items():
        setattr(ticket, field, moment)
    ticket.sort_at = services.sort_moment(ticket)
    if ticket.reacted_at is None and ticket.due_at and ticket.due_at > now:
        ticket.aim_told_at = ticket.due_told_at = ticket.breached_at = None
    services.save(ticket, "aim_at", "warn_at", "due_at", "sort_at", "aim_told_at", "due_told_at", "breached_at")
    return promise


def stop_clock(ticket: Ticket, promise: Promise, actor: Actor, now: datetime) -> None:
    """The first substantive answer stops the clock, once; whether it was in time goes on record."""
    if ticket.reacted_at is not None or not promise.runs:
        return
    services.close_pause(ticket, now)
    ticket.reacted_at = now
    stopped = Promise.of(ticket)
    ticket.due_at = stopped.clock.due_at(stopped.calendar, now)
    late = stopped.clock.state(stopped.calendar, now) is ClockState.STOPPED_LATE
    if late and ticket.breached_at is None:
        ticket.breached_at = ticket.due_at
    ticket.sort_at = services.sort_moment(ticket)
    services.save(ticket, "reacted_at", "due_at", "breached_at", "sort_at")
    elapsed = stopped.calendar.measure(ticket.clock_start, now) - _paused(stopped, now)
    data = {
        "elapsed": span(elapsed).as_dict(),
        "seconds": elapsed.total_seconds(),
        "outcome": (LATE if late else IN_TIME).as_dict(),
    }
    record("ticket.reacted", ("ticket", ticket.pk), actor, data, now)


def _paused(promise: Promise, now: datetime) -> timedelta:
    """Working time that the clock stood still."""
    stretches = merged(promise.clock.pauses, promise.clock.start, now)
    return sum((promise.calendar.measure(begin, end) for begin, end in stretches), timedelta())
