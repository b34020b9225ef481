"""A specialist answers: the words go out in the form the request came in, and the reaction clock stops."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.accounts.selectors import active_staff
from okibi.channels.messenger.kinds import is_messenger
from okibi.channels.models import Outbound
from okibi.channels.telephone.kinds import SPOKEN
from okibi.flows import letters, phone_owed, sms_notices
from okibi.flows.answers import answering_channel, fields_of, form_of, mail_if_unread, send_letter, signature_of
from okibi.flows.messenger_check import check_files, check_window
from okibi.flows.other_ways import Way, put_on_record
from okibi.flows.promise import Promise, stop_clock
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.kernel.visible import has_words
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import Event
from okibi.tickets import mentions, services
from okibi.tickets.models import Message, Ticket
from okibi.tickets.services import FileLike

EMPTY = Sentence(
    ru="Напишите ответ: пустое письмо отправить нельзя.", en="Write an answer: an empty letter can't be sent."
)
DECISIONS = {  # by letter: what stands in the conversation where the specialist added nothing
    "planned": Sentence("Сделаем в версии {version}.", "It will be in version {version}."),
    "solved": Sentence("Заявка решена.", "The request is solved."),
}
ENDINGS = {Event.SOLVE: "ticket.solved", Event.WAIT: "ticket.waiting"}


@transaction.atomic
def reply(
    ticket_id: int,
    staff: Staff,
    text: str,
    files: Sequence[FileLike] = (),
    *,
    then: Event | None = None,
    last_seen_message: int | None = None,
    way: Way | None = None,
) -> Message:
    """Answer the requester; ``then`` may be SOLVE or WAIT; ``way``: not as the request came, with their consent.

    Stops the clock, unless the request is a suggestion (only a decision stops that), or came by telephone: then a
    specialist has yet to say it, and state and clock wait for that (``flows.phone_answer``). Raises InputError for an
    empty text, ChangedMeanwhileError when the requester wrote something the specialist has not seen, WindowClosedError
    and FileRefusedError for what a messenger would not take.
    """
    ticket = services.lock(ticket_id)
    services.check_seen(ticket, last_seen_message)
    if not has_words(text):
        raise InputError(EMPTY)
    moment = now()
    actor = Actor("staff", staff.pk, staff.name)
    change_state(ticket, Event.REPLY, actor, moment)
    if ticket.assignee_id is None:
        ticket.assignee = staff
        services.save(ticket, "assignee")
    message = say(ticket, staff, Message.Kind.REPLY, "reply", text, files, moment, way=way)
    if message.channel == SPOKEN:
        phone_owed.when_said(message, staff, then)
        return message
    record("ticket.replied", ("ticket", ticket.pk), actor, {"message": message.pk}, moment)
    promise = Promise.of(ticket)
    if not promise.only_decision_counts:
        stop_clock(ticket, promise, actor, moment)
    if then:
        change_state(ticket, then, actor, moment)
        if then is Event.SOLVE and promise.only_decision_counts:
            stop_clock(ticket, promise, actor, moment)
    told = SmsEvent.SOLVED if then is Event.SOLVE else SmsEvent.ANSWER
    sms_notices.tell_of_answer(ticket, told, message)
    return message


def say(
    ticket: Ticket,
    staff: Staff,
    kind: str,
    letter_name: str,
    text: str,
    files: Sequence[FileLike],
    at: datetime,
    way: Way | None = None,
    **fields: object,
) -> Message:
    """Put the specialist's words on the ticket and into the outbox. Raises WindowClosedError, FileRefusedError."""
    promise = Promise.of(ticket)
    by = way.channel if way else answering_channel(ticket)
    if way is None and is_messenger(by) and text.strip():
        check_window(ticket, at)
    message = services.add_message(
        ticket,
        kind,
        at,
        files,
        staff=staff,
        author_name=staff.name,
        channel=by,
        text=text.strip() or _in_short(ticket, by, letter_name, fields),
    )
    kept = list(message.attachments.order_by("id"))
    check_files(by, [{"name": row.name, "type": row.type, "size": row.size} for row in kept])
    letter = letters.write(
        letter_name,
        ticket.language,
        fields_of(
            ticket,
            promise.scheme,
            body=text.strip(),
            signature=signature_of(staff, promise.scheme, ticket.language),
            **quote_of(ticket),
            form=form_of(by),
            **fields,
        ),
    )
    attached = [{"name": row.name, "type": row.type, "sha256": row.blob_id} for row in kept]
    row: Outbound = send_letter(ticket, letter, key=f"message:{message.pk}", automatic=False, files=attached, way=way)
    if way is not None:
        put_on_record(ticket, way, staff, at, row.pk)
    message.outbound, message.external_id = row, row.external_id
    message.save(update_fields=["outbound", "external_id"])
    if way is None:
        mail_if_unread(message, ticket, promise.scheme)
    return message


def _in_short(ticket: Ticket, by: str, letter_name: str, fields: Mapping[str, object]) -> str:
    """What the conversation shows of a decision without words of its own; what is to be spoken is written apart."""
    found = DECISIONS.get(letter_name) if by != SPOKEN else None
    return found.in_language(ticket.language).format(**fields) if found else ""


def quote_of(ticket: Ticket) -> dict[str, str]:
    """The requester's latest words, to stand below the answer."""
    last = Message.objects.filter(ticket=ticket, kind=Message.Kind.INCOMING).order_by("-id").first()
    if last is None or not last.text.strip():
        return {"quote": "", "quote_head": ""}
    name = last.author_name or last.author_address
    heads = {"ru": f"{last.at:%d.%m.%Y}, {name}:", "en": f"On {last.at:%d %B %Y} {name} wrote:"}
    return {"quote": last.text, "quote_head": heads.get(ticket.language, heads["ru"])}


@transaction.atomic
def note(ticket_id: int, staff: Staff, text: str, files: Sequence[FileLike] = ()) -> Message:
    """Leave words that only staff see; colleagues called by «@name» hear it. Raises InputError for an empty text."""
    ticket = services.lock(ticket_id)
    if not has_words(text):
        raise InputError(EMPTY)
    moment = now()
    actor = Actor("staff", staff.pk, staff.name)
    message = services.add_message(
        ticket, Message.Kind.NOTE, moment, files, staff=staff, author_name=staff.name, text=text.strip()
    )
    record("ticket.noted", ("ticket", ticket.pk), actor, {"message": message.pk}, moment)
    called = mentions.called_in(text, [person for person in active_staff() if person.pk != staff.pk])
    if called:
        mentions.add(message, called, moment)
        who = ", ".join(person.name for person in called)
        data = {"who": who, "staff": [person.pk for person in called]}
        record("ticket.mentioned", ("ticket", ticket.pk), actor, data, moment)
    return message
