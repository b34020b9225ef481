"""Answers by SMS, and what the gateways tell became of them."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from okibi.channels import outbox
from okibi.channels.messenger import parts
from okibi.channels.messenger.values import Delivery, DeliveryState
from okibi.channels.models import Outbound
from okibi.channels.port import Party
from okibi.channels.sms.adapter import external_id_of
from okibi.flows.links import where_is
from okibi.journal.services import record
from okibi.kernel.clock import now
from okibi.sms.models import Sms
from okibi.tickets.models import Ticket

SMS = "sms"
LONGEST = 600  # characters: nine segments of Russian
FILES = {"ru": "Файлы: {0}", "en": "Files: {0}"}
BATCH = 200
UNTOLD = ("queued", "sending", "sent")  # states that are no news: the outbox said "sent" when the queue took it
FAILED = {"failed", "expired", "cancelled", "blocked"}


def put_letter(
    ticket: Ticket, to: Party, text: str, *, key: str, automatic: bool, files: Sequence[Mapping[str, str]]
) -> Outbound:
    """An answer as SMS of a length that telephones take; files by the link to the request. Gives the first row."""
    if files:
        text = f"{text.strip()}\n{FILES[ticket.language].format(where_is(ticket))}"
    rows = []
    for number, piece in enumerate(parts.cut(text, LONGEST)):
        own = key if number == 0 else f"{key}:{number}"
        rows.append(
            outbox.put(
                kind=SMS, key=own, to=to, subject="", text=piece, headers={"own": own}, automatic=automatic,
                about=("ticket", ticket.pk),
            )
        )  # fmt: skip
    return rows[0]


def tell_fates() -> int:
    """What became of the desk's SMS, onto their outbox rows and tickets; gives how many were told."""
    told = 0
    while told < BATCH:
        with transaction.atomic():
            rows = Sms.objects.select_for_update(skip_locked=True).filter(source="desk").exclude(told=F("state"))
            row = rows.exclude(state__in=UNTOLD).order_by("id").first()
            if row is None:
                return told
            _tell(row)
            Sms.objects.filter(pk=row.pk).update(told=row.state)
        told += 1
    return told


def _tell(row: Sms) -> None:
    found = outbox.by_key(SMS, row.key)
    if found is None:
        return
    if row.state == Sms.State.UNCERTAIN:
        _record(found, "sms.uncertain", row.error)
        return
    state = DeliveryState.FAILED if row.state in FAILED else DeliveryState.DELIVERED
    news = Delivery(external_id_of(row), state, row.ended_at, own_key=row.key, reason=row.error or row.state)
    if outbox.mark_progress(found, news) and state is DeliveryState.FAILED:
        _record(found, "message.failed", row.error or row.state)


def _record(found: Outbound, code: str, why: str) -> None:
    if found.subject_kind == "ticket" and found.subject_id is not None:
        data = {"to": found.recipient, "why": why, "outbound": found.pk, "automatic": found.automatic}
        record(code, ("ticket", found.subject_id), data=data, at=now())
