"""A caller spoke after the signal: the call is on record with its recording, and becomes a request with a player.

Where the exchange told of the same call as a missed one, or this number waits to be called back after a missed call,
the message belongs to that request. Somebody calls back; a hidden number can't be called, but a recording may say one.
"""

from dataclasses import replace
from datetime import datetime

from okibi.calendars.services import work_calendar
from okibi.calls import owed, recordings, selectors, services
from okibi.calls.kinds import TaskKind
from okibi.calls.models import Call
from okibi.calls.rules import first_try
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming
from okibi.channels.sip.document import Ended
from okibi.channels.telephone.kinds import SPOKEN
from okibi.channels.telephone.values import What
from okibi.channels.telephone.words import length_of, other_side
from okibi.customers.selectors import people_by_phone
from okibi.flows import letters
from okibi.flows.answers import fields_of
from okibi.flows.phone_hours import hours_at
from okibi.flows.phone_words import said_of
from okibi.journal.services import record
from okibi.kernel.sentence import Sentence
from okibi.policy.ticket_states import State
from okibi.schemes.services import by_id, in_force
from okibi.tickets.models import Ticket

SUBJECT = Sentence("Голосовое сообщение", "Voice message")
UNTOLD = Sentence(
    "Номер назвал сам звонивший: звонок пришёл не через АТС поддержки.",
    "The caller's own side gave the number: the call did not come by the desk's exchange.",
)
NOT_WHOLE = {
    Ended.LENGTH: Sentence(
        "Запись остановлена: вышло наибольшее время сообщения.", "The recording was stopped at its greatest length."
    ),
    Ended.STOPPED: Sentence(
        "Запись оборвалась: продукт останавливали.", "The recording broke off: the product was stopped."
    ),
    Ended.INTERRUPTED: Sentence(
        "Запись оборвалась: продукт прервался, сказанное до этого сохранено.",
        "The recording broke off: the product was interrupted; what had been said is kept.",
    ),
}


def is_voice(incoming: Incoming) -> bool:
    """Whether somebody left a message; a call in which nobody spoke is a missed one."""
    return incoming.call is not None and incoming.call.what is What.VOICE


def heard(row: Inbound, incoming: Incoming) -> tuple[Incoming, Call]:
    """Put the call on record; the message with subject and text in the caller's language.

    It proves nobody any more: a number that a trunk names is proof only together with a card that has it verified.
    """
    event = incoming.call
    assert event is not None
    change = services.take(replace(event, what=What.ENDED), row.received_at)
    assert change is not None  # only a recording without its call changes nothing
    call = change.call
    people = people_by_phone(call.e164) if call.e164 else []
    if len(people) == 1 and call.person_id is None:
        services.tie_person(call.pk, people[0])
        call.person = people[0]
    services.judge_hours(call, in_hours=hours_at(call.started_at).is_open)
    for file in incoming.files[:1]:
        recordings.keep_ours(call, file.stored, _seconds(incoming), row.received_at)
    language = call.person.language if call.person else "ru"
    text = _words(incoming, call.started_at).in_language(language)
    said = f"{incoming.text.strip()}\n\n{text}" if incoming.text.strip() else text
    facts = {**incoming.facts, "language": language}
    subject = SUBJECT.in_language(language)
    return replace(incoming, subject=subject, text=said, reply=said, facts=facts, authentic=None), call


def missed_before(incoming: Incoming) -> Ticket | None:
    """The request of a missed call of this number that nobody has begun with."""
    for task in selectors.open_tasks_of_number(incoming.sender.address):
        waits = task.kind == TaskKind.CALL_BACK and not task.tries
        if waits and task.ticket.channel == SPOKEN and task.ticket.state == State.NEW.value:
            return task.ticket
    return None


def belongs_to(ticket: Ticket, call: Call, incoming: Incoming, at: datetime) -> None:
    """The call stands on the request, and where its number is known somebody is to call back."""
    services.tie_ticket(call.pk, ticket)
    length = length_of(_seconds(incoming)).as_dict()
    record("call.voice", ("call", call.pk), data={**said_of(call), "length": length}, at=at)
    if not call.number:
        return
    scheme = by_id(ticket.scheme_id).scheme
    script = letters.write("spoken_call_back", ticket.language, fields_of(ticket, scheme)).text
    owed.call_back(ticket, call.number, ticket.requester_name, script, at, first_try(at, work_calendar(scheme)))


def _words(incoming: Incoming, began: datetime) -> Sentence:
    """What stands beside the player; moments in the scheme's zone."""
    assert incoming.call is not None
    who, length = other_side(incoming.call), length_of(_seconds(incoming))
    local = began.astimezone(in_force(began).scheme.zone)
    more = [NOT_WHOLE[end]] if (end := Ended(incoming.facts["voice_ended"])) in NOT_WHOLE else []
    if incoming.authentic is not True and not incoming.call.hidden:
        more.insert(0, UNTOLD)
    return Sentence(
        " ".join([f"Голосовое сообщение, {length.ru}. Звонили {local:%d.%m.%Y в %H:%M}, {who.ru}.",
                  *(sentence.ru for sentence in more)]),
        " ".join([f"Voice message, {length.en}. Called {local:%d.%m.%Y at %H:%M}, {who.en}.",
                  *(sentence.en for sentence in more)]),
    )  # fmt: skip


def _seconds(incoming: Incoming) -> int:
    return int(incoming.facts["voice_seconds"])
