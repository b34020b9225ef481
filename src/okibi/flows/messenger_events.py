"""What a messenger says beside messages: what became of ours, reactions, edits, withdrawals, other numbers, echoes.

They may come before what they are about: then they are tried again a little later, and after that they are put on
record as being about nothing we have.
"""

from datetime import datetime, timedelta

from okibi.channels import outbox
from okibi.channels.inbox import Outcome
from okibi.channels.messenger import conversations
from okibi.channels.messenger.values import (
    Delivery,
    DeliveryState,
    Edit,
    Notice,
    NumberChange,
    Reaction,
    TemplateNews,
    Told,
)
from okibi.channels.models import Inbound, Outbound
from okibi.channels.port import Incoming
from okibi.channels.registry import channel
from okibi.customers.messenger_models import MessengerIdentity
from okibi.customers.services import change_number
from okibi.flows import messenger_in
from okibi.flows.messenger_in import running_ticket
from okibi.flows.messenger_templates import take_news
from okibi.flows.promise import Promise, stop_clock
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel import blobs
from okibi.kernel.errors import OutsideError
from okibi.kernel.sentence import Sentence
from okibi.policy.ticket_states import Event
from okibi.tickets import conversation_selectors, services
from okibi.tickets.models import Message, Ticket

PATIENCE = 2  # tries before an event is about nothing we have: 10 seconds and a minute
EARLY = Sentence(ru="событие пришло раньше своего сообщения", en="the event came before its message")
TELEPHONE = Sentence(ru="Телефон поддержки", en="The desk's telephone")
STANDS_ON_ENDED = timedelta(days=14)  # an echo on a request that ended, and how long one waits for a request
SHOWN = 60  # characters of a message in the journal


class NotYetError(OutsideError):
    """An event whose message is not there (yet): it is tried again later."""

    code = "messenger_not_yet"


def take_event(row: Inbound, incoming: Incoming, told: Told, identity: MessengerIdentity | None) -> Outcome:
    """Whatever is no message. Raises NotYetError."""
    at, event = row.received_at, told.event
    if isinstance(event, Delivery):
        return _delivered(row, event, at)
    if isinstance(event, TemplateNews | Notice):
        return take_news(row.channel, event)
    if event is None:
        return Outcome("notice")
    if isinstance(event, NumberChange):
        return _number_changed(row, incoming, event, identity)
    message = conversation_selectors.message_by_external_id(row.channel, event.target)
    if message is None:
        return _early(row)
    name = incoming.sender.name or incoming.sender.address
    about = ("ticket", message.ticket_id)
    data: dict[str, object] = {"name": name, "message": message.pk}
    if isinstance(event, Reaction):
        code = "messenger.reaction" if event.emoji else "messenger.reaction_removed"
        record(code, about, Actor("person", None, name), {**data, "emoji": event.emoji, "on": _short(message.text)}, at)
        return Outcome("reaction", message.ticket_id)
    if not _may(message, incoming, told):
        return Outcome("not_theirs", message.ticket_id)
    if isinstance(event, Edit):
        record("messenger.edited", about, Actor("person", None, name), {**data, "was": message.text}, at)
        services.edit_message(message, event.text)
        word = "edited"
    else:
        record("messenger.revoked", about, Actor("person", None, name), data, at)
        services.revoke_message(message)
        word = "revoked"
    if not told.echo:
        services.mark_unread(message.ticket, at)
    return Outcome(word, message.ticket_id)


def take_echo(row: Inbound, incoming: Incoming) -> Outcome:
    """Staff answered by telephone: it stands on the ticket as the desk's answer, and stops the clock as one.

    Where no request runs, it stands on the one that ended lately and changes nothing there; where there is none, it
    waits for the request that the client's answer opens.
    """
    at = row.received_at
    known = conversation_selectors.message_by_external_id(row.channel, incoming.external_id)
    if known is not None or outbox.by_external_id(incoming.external_id) is not None:
        return Outcome("own", known.ticket_id if known else None)
    address = incoming.sender.address
    found = conversation_selectors.newest_of(row.channel, address, ended_after=at - STANDS_ON_ENDED)
    if found is None:
        conversations.keep_echo(row.channel, messenger_in.account_of(row), address, row.pk)
        return Outcome("echo")
    ticket = services.lock(found.pk)
    actor = Actor("system", None, TELEPHONE.ru)
    message = _echoed(ticket, row, incoming)
    record("messenger.echo", ("ticket", ticket.pk), actor, {"message": message.pk}, at)
    if ticket.ended_at is not None:
        ticket.last_message_at = at
        services.save(ticket, "last_message_at")
        return Outcome("echo", ticket.pk)
    change_state(ticket, Event.REPLY, actor, at)
    promise = Promise.of(ticket)
    if not promise.only_decision_counts:
        stop_clock(ticket, promise, actor, at)
    return Outcome("echo", ticket.pk)


def place_echoes(ticket: Ticket, row: Inbound, incoming: Incoming) -> None:
    """What staff wrote by telephone before stands on the request that its answer opened; it stops no clock."""
    if incoming.messenger is None:
        return
    for echo in conversations.take_echoes(row.channel, messenger_in.account_of(row), incoming.sender.address):
        if row.received_at - echo.received_at < STANDS_ON_ENDED:
            message = _echoed(ticket, echo, channel(echo.channel).parse(blobs.read(echo.raw), echo.envelope))
            actor = Actor("system", None, TELEPHONE.ru)
            record("messenger.echo", ("ticket", ticket.pk), actor, {"message": message.pk}, echo.received_at)


def _echoed(ticket: Ticket, row: Inbound, incoming: Incoming) -> Message:
    message = services.add_message(
        ticket, Message.Kind.REPLY, row.received_at, author_name=TELEPHONE.in_language(ticket.language),
        channel=row.channel, text=incoming.text, external_id=incoming.external_id[:200], inbound=row,
        messenger={**messenger_in.shape_of_words(incoming.messenger), "echo": True},
    )  # fmt: skip
    messenger_in.expect_files(row, incoming, message)
    return message


def _delivered(row: Inbound, news: Delivery, at: datetime) -> Outcome:
    found = outbox.by_key(row.channel, news.own_key) or outbox.by_vendor_id(row.channel, news.external_id)
    if found is None:
        return _early(row)
    if not outbox.mark_progress(found, news):
        return Outcome("status", found.subject_id if found.subject_kind == "ticket" else None)
    if news.external_id:
        services.name_message(found.pk, news.external_id)
    if news.state is DeliveryState.FAILED and found.subject_kind == "ticket" and found.subject_id:
        code = "messenger.window_closed" if news.window_closed else "messenger.failed"
        data = {"to": found.recipient, "why": news.reason, "outbound": found.pk, "automatic": found.automatic}
        record(code, ("ticket", found.subject_id), data=data, at=at)
    return Outcome("status", found.subject_id if found.subject_kind == "ticket" else None)


def _number_changed(
    row: Inbound, incoming: Incoming, event: NumberChange, identity: MessengerIdentity | None
) -> Outcome:
    if identity is None:
        return Outcome("notice")
    was = incoming.sender.address
    running = running_ticket(row.channel, was, row.received_at)
    change_number(identity.pk, event.e164)
    if running is None:
        return Outcome("number_changed")
    ticket = services.lock(running.pk)
    ticket.requester_address, ticket.requester_sure = event.e164, False
    services.save(ticket, "requester_address", "requester_sure")
    name = incoming.sender.name or was
    data = {"name": name, "was": was, "now": event.e164}
    record("messenger.number_changed", ("ticket", ticket.pk), data=data, at=row.received_at)
    return Outcome("number_changed", ticket.pk)


def _early(row: Inbound) -> Outcome:
    if row.attempts < PATIENCE:
        raise NotYetError(EARLY)
    return Outcome("about_nothing")


def _may(message: Message, incoming: Incoming, told: Told) -> bool:
    """Who wrote a message may change it: the requester theirs, the desk's telephone the desk's."""
    if told.echo:
        return message.kind == Message.Kind.REPLY
    return message.kind == Message.Kind.INCOMING and message.author_address == incoming.sender.address


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def on_sent(row: Outbound) -> None:
    """The outbox tells that one of a messenger's messages reached an end."""
    if row.external_id:
        services.name_message(row.pk, row.external_id)
    if row.subject_kind != "ticket" or row.subject_id is None:
        return
    codes = {
        Outbound.State.SENT: "messenger.sent",
        Outbound.State.FAILED: "messenger.failed",
        Outbound.State.UNCERTAIN: "messenger.failed",
        Outbound.State.NO_WINDOW: "messenger.window_closed",
    }
    code = codes.get(Outbound.State(row.state))
    if code:
        data = {"to": row.recipient, "why": row.error, "outbound": row.pk, "automatic": row.automatic}
        record(code, ("ticket", row.subject_id), data=data)
