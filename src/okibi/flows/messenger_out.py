"""What goes out by a messenger: answers in parts that it takes, from the account that was written to, inside the window
or by a template, or another way with consent; read marks.
"""

import json
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
from okibi.channels.registry import ADAPTERS, channel
from okibi.customers.selectors import card
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError
from okibi.kernel.sentence import Sentence
from okibi.tickets import conversation_selectors, services
from okibi.tickets.models import Message, Ticket

NO_TEMPLATE = Sentence(ru="Такого шаблона у этой учётной записи нет.", en="This account has no such template.")
NOT_CLOSED = Sentence(
    ru="Это сообщение не ждёт другого пути: оно отправлено или ещё в очереди.",
    en="This message waits for no other way: it was sent, or is still in the queue.",
)
NO_CONSENT = Sentence(
    ru="Запишите согласие: чем и когда человек согласился на другой адрес.",
    en="Write down the consent: how and when the person agreed to another address.",
)
NO_SUCH_WAY = Sentence(ru="Этим способом написать нельзя.", en="Nothing can be sent that way.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a specialist knows before writing. ``until`` None: no end; ``templates``: in the ticket's language."""

    account: str
    can_write: bool
    until: datetime | None
    templates: tuple[MessageTemplate, ...]
    other_ways: tuple[tuple[str, str], ...]  # (channel, address) of the same person


def standing_of(ticket: Ticket, at: datetime | None = None) -> Standing | None:
    """Until when one may write on this ticket, and what else there is; None where no messenger carries it."""
    if not is_messenger(ticket.channel):
        return None
    account = conversation_selectors.account_of(ticket)
    window = conversations.window_of(ticket.channel, account, ticket.requester_address)
    known = cast("MessengerChannel", channel(ticket.channel)).account(account)
    templates = tuple(each for each in known.templates if each.language[:2] == ticket.language) if known else ()
    return Standing(account, window.is_open(at or now()), window.until, templates, _other_ways(ticket))


def _other_ways(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    if ticket.requester_id is None:
        return ()
    person = card(ticket.requester_id)
    return tuple(("email", email.address) for email in person.emails.all() if email.bounced_at is None)


def put_letter(
    ticket: Ticket, to: Party, text: str, *, key: str, automatic: bool, files: Sequence[Mapping[str, str]] = ()
) -> Outbound:
    """An answer as the messages that the messenger takes: its text in parts, then each file. Gives the first row.

    All leave from the account that the requester wrote to last; the first answers their latest message.
    """
    limits = shape_of(ticket.channel).limits
    account = conversation_selectors.account_of(ticket)
    context = conversation_selectors.last_incoming_id(ticket)
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
                kind=ticket.channel, key=own, to=to, subject="", text=piece, headers=headers, files=attached,
                automatic=automatic, about=("ticket", ticket.pk),
            )
        )  # fmt: skip
    return rows[0]


@transaction.atomic
def by_template(outbound_id: int, name: str, language: str, values: Sequence[str], staff: Staff) -> Outbound:
    """The way out of a closed window: an approved template instead. Raises InputError, ConflictError, TemplateError."""
    row, ticket = _closed(outbound_id)
    account = row.headers.get("account", "")
    known = cast("MessengerChannel", channel(row.channel)).account(account)
    template = known.template(name, language) if known else None
    if template is None:
        raise InputError(NO_TEMPLATE)
    text = template.filled(values)
    key = f"template:{row.pk}"
    headers = {"account": account, "own": key, "template": name, "language": language,
               "parameters": json.dumps(list(values), ensure_ascii=False)}  # fmt: skip
    made = outbox.put(
        kind=row.channel, key=key, to=Party(row.recipient, row.recipient_name), subject="", text=text, headers=headers,
        about=("ticket", ticket.pk),
    )  # fmt: skip
    services.add_message(
        ticket, Message.Kind.REPLY, now(), staff=staff, author_name=staff.name, channel=row.channel, text=text,
        outbound=made,
    )  # fmt: skip
    data = {"title": template.title.as_dict(), "outbound": made.pk}
    record("messenger.template", ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data)
    return made


@transaction.atomic
def by_other_way(outbound_id: int, way: str, address: str, consent: str, staff: Staff) -> Outbound:
    """The same words to another address of the person, their consent on record. Raises InputError, ConflictError."""
    row, ticket = _closed(outbound_id)
    if not consent.strip():
        raise InputError(NO_CONSENT)
    if way not in ADAPTERS or (way, address) not in _other_ways(ticket):
        raise InputError(NO_SUCH_WAY)
    text = row.text
    made = outbox.put(
        kind=way, key=f"moved:{row.pk}:{way}", to=Party(address, row.recipient_name),
        subject=f"[{ticket.number}] {ticket.subject}", text=text, files=row.attachments, about=("ticket", ticket.pk),
    )  # fmt: skip
    data = {"way": channel(way).title.as_dict(), "to": address, "consent": consent.strip()[:500], "outbound": made.pk}
    record("messenger.moved", ("ticket", ticket.pk), Actor("staff", staff.pk, staff.name), data)
    return made


def _closed(outbound_id: int) -> tuple[Outbound, Ticket]:
    row = outbox.by_id(outbound_id)
    if row is None or row.state != Outbound.State.NO_WINDOW or row.subject_kind != "ticket" or row.subject_id is None:
        raise ConflictError(NOT_CLOSED)
    return row, services.lock(row.subject_id)


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
