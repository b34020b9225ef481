"""A reasoned refusal, in the same form in which the request was placed (scheme §5)."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.channels.telephone.kinds import is_spoken
from okibi.flows import phone_owed, sms_notices
from okibi.flows.other_ways import Way
from okibi.flows.promise import Promise, stop_clock
from okibi.flows.reply import say
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.policy.refusals import Refusal, RefusalError, RefusalGround
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import Event, State, apply
from okibi.tickets import services
from okibi.tickets.models import Message
from okibi.tickets.services import FileLike

NO_GROUND = Sentence(ru="Выберите основание отказа.", en="Please choose the ground of the refusal.")


@transaction.atomic
def refuse(
    ticket_id: int,
    staff: Staff,
    ground: RefusalGround | None,
    reasons: str,
    *,
    way_out: str = "",
    facts: Mapping[str, str] | None = None,
    files: Sequence[FileLike] = (),
    last_seen_message: int | None = None,
    way: Way | None = None,
) -> Message:
    """Refuse with a ground and reasons; the letter names both. A refusal is a decision: it stops every clock.

    Who called hears it in a call: until then the request stays as it is, and its clock runs (``flows.phone_answer``).
    Raises InputError where the reasons say nothing, ConflictError where the ticket is past refusing.
    """
    ticket = services.lock(ticket_id)
    services.check_seen(ticket, last_seen_message)
    if ground is None:
        raise RefusalError(NO_GROUND, missing="ground")
    refusal = Refusal(ground=ground, reasons=reasons.strip(), facts=dict(facts or {}))
    moment = now()
    actor = Actor("staff", staff.pk, staff.name)
    told = {"ground": ground.value, "reasons": refusal.reasons, "way_out": way_out.strip()}
    decided = {**told, "facts": dict(facts or {})}
    by_call = way is None and is_spoken(ticket.channel)
    if by_call:
        apply(State(ticket.state), Event.REFUSE, ground=ground, reason=reasons)  # whether it could be
    else:
        change_state(ticket, Event.REFUSE, actor, moment, ground=ground, reason=reasons)
        ticket.refusal = decided
    ticket.assignee = ticket.assignee or staff
    services.save(ticket, "refusal", "assignee")
    promise = Promise.of(ticket)
    message = say(
        ticket, staff, Message.Kind.REFUSAL, "refusal", refusal.reasons, files, moment, way=way, ground=ground.sentence,
        reasons=refusal.reasons, way_out=way_out.strip(), reopen_days=promise.scheme.desk.reopen_days,
    )  # fmt: skip
    if by_call:
        phone_owed.when_said(message, staff, Event.REFUSE, decided)
        return message
    record("ticket.refused", ("ticket", ticket.pk), actor, {"ground": ground.sentence.as_dict()}, moment)
    stop_clock(ticket, promise, actor, moment)
    sms_notices.tell_of_answer(ticket, SmsEvent.ANSWER, message)
    return message
