"""A message arrives: who is it, are they covered, which ticket is it about, what is promised, and what are they told.

Everything happens in the transaction in which the message was claimed: a ticket, its clock, its journal and its receipt
are there together or not at all. The message itself was stored before.
"""

from datetime import datetime, timedelta

from okibi.channels import outbox
from okibi.channels.email.options import mail_options
from okibi.channels.inbox import Outcome
from okibi.channels.models import Inbound
from okibi.channels.port import Incoming
from okibi.channels.telephone.kinds import SPOKEN, is_spoken
from okibi.customers.models import Person
from okibi.flows import (
    installation_report,
    letters,
    messenger_events,
    messenger_in,
    phone_call,
    phone_missed,
    sms_in,
    sms_notices,
    update_agreement,
    voice_message,
)
from okibi.flows.answers import answering_channel, automatic_fields, send_letter, shows_all_itself
from okibi.flows.delivery_report import take_bounce
from okibi.flows.judgement import ENTITLEMENT, Judgement, judge
from okibi.flows.links import say_who
from okibi.flows.promise import Promise
from okibi.flows.requester import Requester, requester_of
from okibi.flows.states import change_state
from okibi.flows.threads import thread_of
from okibi.journal.services import Actor, record
from okibi.kernel.sentence import Sentence
from okibi.policy.classify import classify
from okibi.policy.scheme import Scheme
from okibi.policy.ticket_states import Event, LinkedTicket, State, on_requester_message
from okibi.policy.verdict import Line, Status
from okibi.schemes.services import Stored, in_force
from okibi.tickets import selectors, services
from okibi.tickets.kinds import UNPROVED
from okibi.tickets.models import Message, Ticket

NO_SUBJECT = {"ru": "Без темы", "en": "No subject"}
HOUR = 3600  # seconds
AUTOMATIC = Sentence(ru="письмо автоматическое", en="the mail is automatic")
BY_VOICE = Sentence(ru="пришла по телефону, ответ — звонком", en="it came by telephone and is answered by a call")
TOO_MANY = Sentence(ru="на этот адрес и так ушло много писем", en="this address was sent enough letters lately")
CAME_BACK = Sentence(ru="заявитель написал снова", en="the requester wrote again")


def take(row: Inbound, incoming: Incoming) -> Outcome:
    """Make of a received message what it is: a new ticket, more on an old one, or news of a delivery."""
    if incoming.loop:
        return Outcome("loop")
    if incoming.bounce is not None:
        return take_bounce(incoming.bounce, row.received_at)
    if incoming.call is not None:
        return _called(row, incoming)
    if row.channel == SPOKEN:
        return _missed_call(row, incoming)
    identity = None
    if incoming.messenger is not None:
        told = incoming.messenger
        if messenger_in.has_sender(told):
            incoming, identity = messenger_in.met(row, incoming, told)
        if told.event is not None:
            return messenger_events.take_event(row, incoming, told, identity)
        if told.echo:
            return messenger_events.take_echo(row, incoming)
        messenger_in.noted(row, incoming)
    who = requester_of(row, incoming, identity)
    ticket = thread_of(incoming) or messenger_in.goes_on_with(row, incoming) or sms_in.goes_on_with(row, incoming)
    if ticket is not None:
        return continue_ticket(services.lock(ticket.pk), row, incoming, who)
    return open_ticket(row, incoming, who, None)


def _missed_call(row: Inbound, incoming: Incoming) -> Outcome:
    joined = phone_missed.join(row, incoming)
    if joined is not None:
        return joined
    opened = open_ticket(row, incoming, requester_of(row, incoming), None)
    phone_missed.owe_call_back(row, opened.subject)
    return opened


def _called(row: Inbound, incoming: Incoming) -> Outcome:
    if not voice_message.is_voice(incoming):
        return phone_call.take_event(row, incoming)
    who = requester_of(row, incoming)
    incoming, call = voice_message.heard(row, incoming)
    missed = voice_message.missed_before(incoming)
    if missed is not None:
        missed = services.lock(missed.pk)
        outcome = continue_ticket(missed, row, incoming, who)
    else:
        outcome = open_ticket(row, incoming, who, None)
    voice_message.belongs_to(missed or outcome.subject, call, incoming, row.received_at)
    return outcome


def open_ticket(row: Inbound, incoming: Incoming, who: Requester, linked_to: Ticket | None) -> Outcome:
    """A new request: verdict, class, clock, journal and receipt."""
    at, person, device = row.received_at, who.person, who.device
    stored = in_force(at)
    facts = incoming.facts
    language = facts.get("language") or (person.language if person else _language_of(incoming.text))
    product = facts.get("product", "")
    kind, kind_by = _class_of(incoming, stored.scheme)
    words = f"{incoming.subject}\n{incoming.reply}"
    judgement = judge(person, words, _report(incoming), product, stored.scheme, at, stored.digest, device)
    organisation = (person.organisation if person else None) or (device.organisation if device else None)
    covered = judgement.covered is not Status.UNMET
    promise = Promise.at_intake(stored.scheme, kind, at) if covered else None
    moments = promise.moments(at) if promise else {}
    ticket = services.create(
        year=at.astimezone(stored.scheme.zone).year,
        placed_at=at,
        subject=incoming.subject.strip()[:998] or NO_SUBJECT[language],
        kind=kind,
        kind_by=kind_by,
        state=State.NEW.value if covered else State.UNCOVERED.value,
        channel=row.channel,
        language=language,
        requester=person,
        requester_name=(person.name if person else "") or facts.get("name", "") or incoming.sender.name,
        requester_address=(incoming.reply_to or incoming.sender).address,
        requester_sure=incoming.authentic is True or who.sure or (device is not None and person is not None),
        device=device,
        organisation=organisation,
        organisation_name=organisation.name if organisation else facts.get("organisation", "")[:200],
        product=product,
        product_version=facts.get("version", "")[:40],
        scheme_id=stored.version_id,
        verdict=judgement.verdict.to_json(),
        environment=dict(judgement.environment),
        rejudge_at=judgement.rejudge_at,
        clock_start=at,
        sort_at=moments.get("due_at", at),
        linked_to=linked_to,
        **moments,
    )
    unproved = device is not None and person is None
    _say(ticket, row, incoming, person, first=True, unproved=unproved)
    messenger_events.place_echoes(ticket, row, incoming)
    record("ticket.placed", ("ticket", ticket.pk), _actor(incoming, person), {"channel": row.channel}, at)
    if linked_to:
        record("ticket.linked", ("ticket", ticket.pk), data={"number": linked_to.number}, at=at)
    _receipt(ticket, judgement, promise, stored, incoming)
    sms_notices.tell_of_receipt(ticket, incoming)
    return Outcome("opened", ticket.pk, ticket)


def continue_ticket(ticket: Ticket, row: Inbound, incoming: Incoming, who: Requester) -> Outcome:
    """More on a request: reopens what was ended a short while ago, opens a linked one after that."""
    at, person = row.received_at, who.person
    promise = Promise.of(ticket)
    actor = _actor(incoming, person)
    answer = on_requester_message(State(ticket.state), ticket.ended_at, at, promise.scheme.desk.reopen_days)
    if isinstance(answer, LinkedTicket) and not incoming.automatic:
        return open_ticket(row, incoming, who, ticket)
    unproved = not _belongs(ticket, incoming, who)
    _say(ticket, row, incoming, person, unproved=unproved)
    record("ticket.message", ("ticket", ticket.pk), actor, {"automatic": incoming.automatic}, at)
    if incoming.automatic:  # "I am on holiday" neither answers a question nor reopens anything
        return Outcome("automatic", ticket.pk)
    if not unproved and installation_report.takes_as_confirmed(ticket, incoming.reply or incoming.text, actor, at):
        return Outcome("confirmed", ticket.pk)
    update_agreement.takes_as_answer(ticket, incoming, person, at)  # and goes on: a specialist is to see it
    services.mark_unread(ticket, at, unproved=unproved)
    was_ended = ticket.ended_at is not None
    change_state(ticket, Event.REQUESTER_MESSAGE, actor, at)
    if was_ended and ticket.ended_at is None:
        record("ticket.reopened", ("ticket", ticket.pk), actor, {"why": CAME_BACK.as_dict()}, at)
    ticket.sort_at = services.sort_moment(ticket)
    services.save(ticket, "sort_at")
    return Outcome("continued", ticket.pk)


def _belongs(ticket: Ticket, incoming: Incoming, who: Requester) -> bool:
    """Whether the channel proved the sender, or their address is one of the ticket's people.

    A reference or a reply address can be passed on: what joins by them is shown, but marked where this is false.
    """
    person = who.person
    if incoming.authentic is True:
        return True
    if who.device is not None:  # its token proved the device; who uses it, a confirmed e-mail or an invitation
        return person is not None
    colleague = person is not None and person.organisation_id and person.organisation_id == ticket.organisation_id
    if colleague or (person is not None and person.pk == ticket.requester_id):
        return True
    return incoming.sender.address.lower() in selectors.people_of(ticket.pk)


def _say(
    ticket: Ticket,
    row: Inbound,
    incoming: Incoming,
    person: Person | None,
    *,
    first: bool = False,
    unproved: bool = False,
) -> Message:
    folded = incoming.text.removeprefix(incoming.reply)
    message = services.add_message(
        ticket,
        Message.Kind.INCOMING,
        row.received_at,
        [
            {"name": f.name, "type": f.type, "content": f.content, "stored": f.stored}
            | {"inline": f.inline, "content_id": f.content_id}
            for f in incoming.files
        ],
        first=first,
        author_name=(person.name if person else "") or incoming.sender.name or incoming.sender.address,
        author_address=incoming.sender.address,
        channel=row.channel,
        text=incoming.reply or incoming.text,
        folded=folded.strip() if incoming.reply else "",
        html=incoming.html,
        external_id=incoming.external_id[:200],
        inbound=row,
        authentication={**incoming.authentication, **({"sender": UNPROVED} if unproved else {})},
        messenger=messenger_in.shape_of_words(incoming.messenger),
    )
    messenger_in.expect_files(row, incoming, message)
    return message


def _receipt(ticket: Ticket, judgement: Judgement, promise: Promise | None, stored: Stored, incoming: Incoming) -> None:
    """Number, verdict and term, at once; never to a machine, and never too many to one address."""
    at = ticket.placed_at
    if shows_all_itself(ticket):
        return
    if is_spoken(ticket.channel):
        _silent(ticket, BY_VOICE, at)
        return
    ours = {address.lower() for address in mail_options().addresses}
    if incoming.automatic or not ticket.requester_address or ticket.requester_address.lower() in ours:
        _silent(ticket, AUTOMATIC, at)
        return
    if (
        outbox.automatic_since(answering_channel(ticket), ticket.requester_address, HOUR)
        >= stored.scheme.desk.receipts_per_hour
    ):
        _silent(ticket, TOO_MANY, at)
        return
    line = judgement.verdict.line(ENTITLEMENT)
    unknown = line is None or line.status is Status.UNKNOWN
    fields = automatic_fields(
        ticket, stored.scheme, who_link=say_who(ticket) if unknown or judgement.covered is Status.UNMET else ""
    )
    if promise is None and line is not None:
        letter = letters.write("uncovered", ticket.language, {**fields, "ground": line.sentence, "remedy": line.detail})
    else:
        due = (promise or Promise.of(ticket)).explain(at)
        lines = [
            _told(told, sure=ticket.requester_sure)
            for told in judgement.verdict.lines
            if told.status is not Status.UNKNOWN
        ]
        steps = [step.sentence for step in due.steps]
        letter = letters.write("receipt", ticket.language, {**fields, "steps": steps, "verdict": lines})
    row = send_letter(ticket, letter, key=f"receipt:{ticket.pk}", automatic=True, said=[incoming.external_id])
    services.add_message(
        ticket,
        Message.Kind.AUTOMATIC,
        at,
        channel=row.channel,
        text=letter.text,
        external_id=row.external_id,
        outbound=row,
    )


def _told(line: Line, *, sure: bool) -> Sentence:
    """What a letter says of a line: a sender whom nothing proves is not told which licence there is."""
    if line.subject == ENTITLEMENT and not sure:
        return Sentence(ru="Право на поддержку есть.", en="Support covers you.")
    return line.sentence


def _silent(ticket: Ticket, why: Sentence, at: datetime) -> None:
    record(
        "ticket.placed_silently", ("ticket", ticket.pk), data={"why": why.as_dict()}, at=at + timedelta(microseconds=1)
    )


def _class_of(incoming: Incoming, scheme: Scheme) -> tuple[str, str]:
    chosen = incoming.facts.get("kind", "")
    if chosen in scheme.classes:
        return chosen, "requester"
    return classify(incoming.subject, incoming.reply or incoming.text).ticket_class.value, "proposed"


def _report(incoming: Incoming) -> dict[str, str]:
    return {key[4:]: value for key, value in incoming.facts.items() if key.startswith("env_") and value}


def _language_of(text: str) -> str:
    letters_in = [character for character in text.lower() if character.isalpha()]
    if not letters_in:
        return "ru"
    russian = sum("а" <= character <= "я" or character == "ё" for character in letters_in)
    return "ru" if russian * 4 >= len(letters_in) else "en"


def _actor(incoming: Incoming, person: Person | None) -> Actor:
    name = (person.name if person else "") or incoming.sender.name or incoming.sender.address
    return Actor("person", person.pk if person else None, name[:200])
