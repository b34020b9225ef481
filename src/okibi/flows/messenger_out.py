"""What goes out by a messenger: answers in parts that it takes, from the account that was written to, inside the window
or by a template, or another way with consent; read marks.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.channels import outbox
from okibi.channels.messenger import conversations, parts
from okibi.channels.messenger.adapter import MessengerChannel
from okibi.channels.messenger.kinds import is_messenger, shape_of
from okibi.channels.messenger.templates import MessageTemplate
from okibi.channels.models import Outbound
from okibi.channels.port import Party
from okibi.channels.registry import channel
from okibi.flows import sms_out
from okibi.flows.links import where_is
from okibi.flows.messenger_check import check_window
from okibi.flows.other_ways import NO_CONSENT, NO_SUCH_WAY, Way, chosen, put_on_record, ways_of
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.tickets import conversation_selectors, services
from okibi.tickets.models import Message, Ticket

NO_TEMPLATE = Sentence(ru="Такого шаблона у этой учётной записи нет.", en="This account has no such template.")
ALREADY = Sentence(ru="Вместо этого сообщения уже отправлено другое.", en="Something was sent instead of it already.")
NOT_CLOSED = Sentence(
    ru="Это сообщение не ждёт другого пути: оно отправлено или ещё в очереди.",
    en="This message waits for no other way: it was sent, or is still in the queue.",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a specialist knows before writing. ``until`` None: no end; ``templates``: in the ticket's language."""

    account: str
    can_write: bool
    until: datetime | None
    templates: tuple[MessageTemplate, ...]
    other_ways: tuple[Way, ...]  # to the same person
    title: str = ""  # of the account, as people call it
    number: str = ""  # E.164, where it has one
    specialist: str = ""  # login of whose number it is, "" where it is everybody's


def standing_of(ticket: Ticket, at: datetime | None = None) -> Standing | None:
    """Until when one may write on this ticket, and what else there is; None where no messenger carries it."""
    if not is_messenger(ticket.channel):
        return None
    account = conversation_selectors.account_of(ticket)
    window = conversations.window_of(ticket.channel, account, ticket.requester_address)
    ours_there = cast("MessengerChannel", channel(ticket.channel))
    known = ours_there.account(account)
    approved = ours_there.templates(known) if known else ()
    templates = tuple(each for each in approved if each.language[:2] == ticket.language)
    moment = at or now()
    ours = (known.title, known.number, known.specialist) if known else ("", "", "")
    return Standing(account, window.is_open(moment), window.until, templates, ways_of(ticket, moment), *ours)


def put_letter(
    ticket: Ticket,
    to: Party,
    text: str,
    *,
    key: str,
    automatic: bool,
    files: Sequence[Mapping[str, str]] = (),
    way: Way | None = None,
) -> Outbound:
    """An answer as the messages that the messenger takes: its text in parts, then each file. Gives the first row.

    All leave from the account that the requester wrote to last; the first answers their latest message. ``way``: by
    another messenger than the request's.
    """
    kind = way.channel if way else ticket.channel
    limits = shape_of(kind).limits
    account = way.account if way else conversation_selectors.account_of(ticket)
    context = "" if way else conversation_selectors.last_incoming_id(ticket)
    pieces: list[tuple[str, list[Mapping[str, str]]]] = [(piece, []) for piece in parts.cut(text, limits.text)]
    pieces += [("", [file]) for file in files]
    rows = []
    for number, (piece, attached) in enumerate(pieces):
        own = key if number == 0 else f"{key}:{number}"
        headers = {"account": account, "own": own}
        if number == 0 and context and not automatic:
            headers["context"] = context
        rows.append(
            outbox.put(
                kind=kind, key=own, to=to, subject="", text=piece, headers=headers, files=attached,
                automatic=automatic, about=("ticket", ticket.pk),
            )
        )  # fmt: skip
    return rows[0]


def closed_upon(outbound_id: int) -> tuple[Outbound, Ticket]:
    """A message that the window closed upon, and its request, only to look at. Raises ConflictError."""
    row = _no_window(outbound_id)
    return row, conversation_selectors.ticket_of(row.subject_id or 0)


@transaction.atomic
def by_template(outbound_id: int, name: str, language: str, values: Sequence[str], staff: Staff) -> Outbound:
    """The way out of a closed window: an approved template instead. Raises InputError, ConflictError, TemplateError."""
    row, ticket = _closed(outbound_id)
    key = f"template:{row.pk}"
    if outbox.by_key(ticket.channel, key) is not None:
        raise ConflictError(ALREADY)
    return _template(ticket, row.headers.get("account", ""), (name, language, values), staff, key)


@transaction.atomic
def once_more(outbound_id: int, staff: Staff) -> None:
    """They wrote and the window is open again: the same words go out. Raises ConflictError, WindowClosedError."""
    row, ticket = _closed(outbound_id)
    check_window(ticket, now())
    outbox.send_again(row.pk)
    data = {"to": row.recipient, "outbound": row.pk}
    record("message.again", ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data)


@transaction.atomic
def send_template(
    ticket_id: int, name: str, language: str, values: Sequence[str], staff: Staff, *, last_seen: int | None = None
) -> Outbound:
    """An approved template to the requester, so that they may answer and one may write freely again.

    No answer to what was asked: the clock goes on. Raises InputError, TemplateError, ChangedMeanwhileError.
    """
    ticket = services.lock(ticket_id)
    services.check_seen(ticket, last_seen)
    account = conversation_selectors.account_of(ticket) if is_messenger(ticket.channel) else ""
    return _template(ticket, account, (name, language, values), staff, f"template:{secrets.token_hex(8)}")


def _template(ticket: Ticket, account: str, asked: tuple[str, str, Sequence[str]], staff: Staff, key: str) -> Outbound:
    name, language, values = asked
    ours = cast("MessengerChannel", channel(ticket.channel)) if account else None
    known = ours.account(account) if ours else None
    approved = ours.templates(known) if ours and known else ()
    template = next((each for each in approved if (each.name, each.language) == (name, language)), None)
    if template is None:
        raise InputError(NO_TEMPLATE)
    given = [value.strip() for value in values]
    text = template.filled(given)
    headers = {"account": account, "own": key, **template.headers(given)}
    made = outbox.put(
        kind=ticket.channel, key=key, to=Party(ticket.requester_address, ticket.requester_name), subject="", text=text,
        headers=headers, about=("ticket", ticket.pk),
    )  # fmt: skip
    services.add_message(
        ticket, Message.Kind.REPLY, now(), staff=staff, author_name=staff.name, channel=ticket.channel, text=text,
        outbound=made, messenger={"template": template.title.as_dict()},
    )  # fmt: skip
    data = {"title": template.title.as_dict(), "outbound": made.pk}
    record("messenger.template", ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data)
    return made


def defaults_of(ticket: Ticket, template: MessageTemplate) -> list[str]:
    """What a template's fields are filled with unless somebody writes something else."""
    values = {
        "number": ticket.number,
        "name": ticket.requester_name,
        "subject": ticket.subject[:200],
        "link": where_is(ticket),
        "text": "",
    }
    return [values.get(each, "") for each in template.parameters]


@transaction.atomic
def by_other_way(outbound_id: int, way: str, address: str, consent: str, staff: Staff) -> Outbound:
    """The same words to another address of the person, their consent on record. Raises InputError, ConflictError."""
    row, ticket = _closed(outbound_id)
    named = next((each for each in ways_of(ticket) if (each.channel, each.address) == (way, address)), None)
    if named is None:
        raise InputError(NO_CONSENT if not consent.strip() else NO_SUCH_WAY)
    known = chosen(ticket, named.code, consent)
    if outbox.by_key(way, f"moved:{row.pk}:{way}") is not None:
        raise ConflictError(ALREADY)
    if way == sms_out.SMS:
        to = Party(address, row.recipient_name)
        made = sms_out.put_letter(
            ticket, to, row.text, key=f"moved:{row.pk}:{way}", automatic=False, files=row.attachments
        )
        if known is not None:
            put_on_record(ticket, known, staff, now(), made.pk)
        return made
    made = outbox.put(
        kind=way, key=f"moved:{row.pk}:{way}", to=Party(address, row.recipient_name),
        subject=f"[{ticket.number}] {ticket.subject}", text=row.text, files=row.attachments,
        about=("ticket", ticket.pk), headers={"account": named.account} if named.account else {},
    )  # fmt: skip
    if known is not None:
        put_on_record(ticket, known, staff, now(), made.pk)
    return made


def _closed(outbound_id: int) -> tuple[Outbound, Ticket]:
    row = _no_window(outbound_id)
    return row, services.lock(row.subject_id or 0)


def _no_window(outbound_id: int) -> Outbound:
    row = outbox.by_id(outbound_id)
    if row is None or row.state != Outbound.State.NO_WINDOW or row.subject_kind != "ticket" or row.subject_id is None:
        raise ConflictError(NOT_CLOSED)
    return row


def mark_read(ticket: Ticket) -> Outbound | None:
    """The desk looked: whoever wrote sees that, where the messenger has such marks."""
    if not is_messenger(ticket.channel):
        return None
    account = conversation_selectors.account_of(ticket)
    last = conversations.last_message_of(ticket.channel, account, ticket.requester_address)
    if not account or not last:
        return None
    headers = {"account": account, "act": "read", "message": last}
    return outbox.put(
        kind=ticket.channel, key=f"read:{ticket.channel}:{last}"[:120], to=Party(ticket.requester_address), subject="",
        text="", headers=headers, about=("read", ticket.pk),
    )  # fmt: skip


def seen_by_desk(ticket: Ticket) -> None:
    """A specialist opened a request: it stands out no more, and who wrote by a messenger sees that it was read."""
    was_unread = ticket.unread
    services.mark_read(ticket)
    if was_unread:
        mark_read(ticket)
