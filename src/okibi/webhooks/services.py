"""Keeping endpoints and telling them."""

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from okibi.journal.codes import CODES
from okibi.journal.models import Entry
from okibi.journal.services import Actor, record
from okibi.kernel import outgoing, stopping
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError, NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.webhooks.errors import WebhookCodesError, WebhookOffError, WebhookUrlError
from okibi.webhooks.models import Delivery, Endpoint
from okibi.webhooks.signature import headers, new_secret

log = structlog.get_logger(__name__)

# the waits that Standard Webhooks proposes: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
CLAIM_FOR = timedelta(minutes=2)  # far longer than one attempt may take
TIMEOUT = 15.0  # seconds
BATCH = 50  # of one endpoint in one round
AT_ONCE = 8  # endpoints told at the same moment
GIVE_UP_AFTER = timedelta(days=5)  # an endpoint that failed all that time is switched off
LONGEST_REST = timedelta(minutes=5)  # of its other calls: one that it can't take must not hold up the rest
KEPT = timedelta(days=30)  # a delivery that ended stays in the log
GONE = 410

Describe = Callable[[Entry], Mapping[str, Any]]

NOT_FOUND = Sentence(ru="Такого адреса нет.", en="There is no such endpoint.")
SAID_GONE = Sentence(ru="получатель ответил 410 Gone", en="the receiver answered 410 Gone")
FAILED_LONG = Sentence(ru="пять дней подряд ни одной удачной доставки", en="not one delivery succeeded for five days")


def _codes(wanted: Sequence[str]) -> list[str]:
    unknown = sorted(set(wanted) - CODES.keys())
    if unknown:
        raise WebhookCodesError(", ".join(unknown))
    return sorted(set(wanted))


def _address(url: str) -> str:
    try:
        outgoing.checked(url, inside=settings.OKIBI_WEBHOOKS_INSIDE)
    except InputError as error:
        raise WebhookUrlError(error.sentence) from None
    return url.strip()


@transaction.atomic
def create(url: str, codes: Sequence[str], note: str, actor: Actor) -> Endpoint:
    """A new endpoint; ``codes`` empty: everything. Its ``secret`` is to be shown once. Raises InputError."""
    endpoint = Endpoint.objects.create(
        url=_address(url),
        codes=_codes(codes),
        note=note.strip()[:200],
        secret=new_secret(),
        created_at=now(),
        created_by=actor.name,
    )
    record("webhook.created", ("webhook", endpoint.pk), actor, {"url": endpoint.url})
    return endpoint


@transaction.atomic
def change(endpoint_id: int, url: str, codes: Sequence[str], note: str, actor: Actor) -> Endpoint:
    """Another address, other events. Raises InputError, NotAllowedError."""
    address = _address(url)
    endpoint = _lock(endpoint_id)
    endpoint.url, endpoint.codes, endpoint.note = address, _codes(codes), note.strip()[:200]
    endpoint.save(update_fields=["url", "codes", "note"])
    record("webhook.changed", ("webhook", endpoint.pk), actor, {"url": endpoint.url})
    return endpoint


@transaction.atomic
def new_signature(endpoint_id: int, actor: Actor) -> Endpoint:
    """Another secret, from the next call on. Raises NotAllowedError."""
    endpoint = _lock(endpoint_id)
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret"])
    record("webhook.secret_changed", ("webhook", endpoint.pk), actor, {"url": endpoint.url})
    return endpoint


@transaction.atomic
def switch(endpoint_id: int, actor: Actor, *, on: bool) -> Endpoint:
    """Start or stop telling it. What happens while it is off is not told later. Raises NotAllowedError."""
    endpoint = _lock(endpoint_id)
    endpoint.is_active, endpoint.stopped_why, endpoint.failing_since, endpoint.rest_until = on, "", None, None
    endpoint.save(update_fields=["is_active", "stopped_why", "failing_since", "rest_until"])
    code = "webhook.switched_on" if on else "webhook.switched_off"
    record(code, ("webhook", endpoint.pk), actor, {"url": endpoint.url, "why": "—"})
    return endpoint


@transaction.atomic
def delete(endpoint_id: int, actor: Actor) -> None:
    """Forget it and its log. Raises NotAllowedError."""
    endpoint = _lock(endpoint_id)
    record("webhook.deleted", ("webhook", endpoint.pk), actor, {"url": endpoint.url})
    endpoint.delete()


@transaction.atomic
def test(endpoint_id: int, actor: Actor) -> Delivery:
    """An act that this endpoint is told of in the usual way, whatever codes it asked for.

    Raises InputError when it is off, NotAllowedError when there is none.
    """
    endpoint = _lock(endpoint_id)
    if not endpoint.is_active:
        raise WebhookOffError
    entry = record("webhook.tested", ("webhook", endpoint.pk), actor, {"url": endpoint.url})
    Endpoint.objects.filter(pk=endpoint_id).update(rest_until=None)
    moment = now()
    told, _ = Delivery.objects.get_or_create(  # the journal's trigger made it where the code was asked for
        endpoint=endpoint,
        entry_id=entry.pk,
        defaults={"code": entry.code, "next_attempt_at": moment, "created_at": moment},
    )
    wake()
    return told


def replay(endpoint_id: int, delivery_id: int) -> None:
    """Tell it once more, now, with the same id: a receiver that had it knows. Raises NotAllowedError."""
    done = Delivery.objects.filter(pk=delivery_id, endpoint=endpoint_id, ended_at__isnull=False).update(
        state=Delivery.State.QUEUED, attempts=0, next_attempt_at=now(), ended_at=None
    )
    if not done and not Delivery.objects.filter(pk=delivery_id, endpoint=endpoint_id).exists():
        raise NotAllowedError(NOT_FOUND)
    Endpoint.objects.filter(pk=endpoint_id).update(rest_until=None)  # whoever replays wants to see it now
    wake()


def wake() -> None:
    """Have the worker look now (a NOTIFY, told on commit)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('okibi_webhooks', '')")


def _lock(endpoint_id: int) -> Endpoint:
    found = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if found is None:
        raise NotAllowedError(NOT_FOUND)
    return found


# ---------------------------------------------------------------- telling


def drain(describe: Describe) -> int:
    """Tell what is due; gives how many calls were made. Several workers may do it at once.

    ``describe``: what a receiver is told of an entry. A slow endpoint holds up nobody but itself.
    """
    done = 0
    while not stopping.asked():
        endpoints = list(_due().values_list("endpoint", flat=True).distinct()[:AT_ONCE])
        if not endpoints:
            return done
        with ThreadPoolExecutor(len(endpoints)) as pool:
            calls = [pool.submit(copy_context().run, _tell_endpoint, pk, describe) for pk in endpoints]
        told = sum(call.result() for call in calls)
        if not told:
            return done
        done += told
    return done


def _due() -> Any:
    moment = now()
    awake = Q(endpoint__rest_until__isnull=True) | Q(endpoint__rest_until__lte=moment)
    states = [Delivery.State.QUEUED, Delivery.State.SENDING]
    return Delivery.objects.filter(awake, state__in=states, next_attempt_at__lte=moment, endpoint__is_active=True)


def _tell_endpoint(endpoint_id: int, describe: Describe) -> int:
    """In a thread of its own, with a database connection of its own."""
    try:
        endpoint = Endpoint.objects.get(pk=endpoint_id)
        done = 0
        while done < BATCH and not stopping.asked() and (delivery := _claim(endpoint_id)):
            done += 1
            if not _tell(endpoint, delivery, describe):
                break  # its other calls can wait until this one is tried again
    finally:
        connection.close()
    return done


@transaction.atomic
def _claim(endpoint_id: int) -> Delivery | None:
    row: Delivery | None = (
        _due().filter(endpoint=endpoint_id).select_for_update(skip_locked=True, of=("self",)).order_by("id").first()
    )
    if row:
        row.state, row.attempts, row.next_attempt_at = Delivery.State.SENDING, row.attempts + 1, now() + CLAIM_FOR
        row.save(update_fields=["state", "attempts", "next_attempt_at"])
    return row


def _tell(endpoint: Endpoint, row: Delivery, describe: Describe) -> bool:
    """One call; gives whether the receiver took it."""
    entry = Entry.objects.get(pk=row.entry_id)
    body = json.dumps(describe(entry), ensure_ascii=False, separators=(",", ":")).encode()
    begin = time.monotonic()
    try:
        answer = outgoing.post(
            endpoint.url,
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "okibi-webhooks/1",
                **headers(endpoint.secret, f"evt_{row.entry_id}", now(), body),
            },
            timeout=TIMEOUT,
            inside=settings.OKIBI_WEBHOOKS_INSIDE,
        )
    except OkibiError as error:
        row.status, row.answer = None, error.sentence.en[:500]
    else:
        row.status, row.answer = answer.status, answer.text.replace("\x00", "")[:500]
    row.milliseconds = int((time.monotonic() - begin) * 1000)
    taken = row.status is not None and 200 <= row.status < 300
    _mark(endpoint, row, taken=taken)
    log.info("webhook_told", endpoint=endpoint.pk, entry=row.entry_id, status=row.status, attempts=row.attempts)
    return taken


@transaction.atomic
def _mark(endpoint: Endpoint, row: Delivery, *, taken: bool) -> None:
    moment = now()
    if taken:
        row.state, row.ended_at = Delivery.State.DELIVERED, moment
    elif row.attempts > len(RETRY_AFTER):
        row.state, row.ended_at = Delivery.State.FAILED, moment
    else:
        row.state, row.next_attempt_at = Delivery.State.QUEUED, moment + _wait(row.attempts)
    row.save(update_fields=["state", "ended_at", "next_attempt_at", "status", "answer", "milliseconds"])
    if taken and endpoint.failing_since:
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, rest_until=None)
        endpoint.failing_since = None
    elif not taken:
        _trouble(endpoint, row, moment)


def _wait(attempts: int) -> timedelta:
    """The wait after that many attempts, up to a tenth longer so that many rows do not come back in one moment."""
    wait = RETRY_AFTER[attempts - 1]
    return wait + wait * (secrets.randbelow(1000) / 10_000)


def _trouble(endpoint: Endpoint, row: Delivery, moment: datetime) -> None:
    """Let its other calls rest for a while too; switch it off when it is gone for good."""
    since = endpoint.failing_since = endpoint.failing_since or moment
    endpoint.rest_until = min(row.next_attempt_at, moment + LONGEST_REST)
    why = SAID_GONE if row.status == GONE else FAILED_LONG if moment - since > GIVE_UP_AFTER else None
    if why:
        endpoint.is_active, endpoint.stopped_why = False, why.ru
        data = {"url": endpoint.url, "why": why.as_dict()}
        record("webhook.switched_off", ("webhook", endpoint.pk), data=data, at=moment)
    endpoint.save(update_fields=["failing_since", "rest_until", "is_active", "stopped_why"])


def forget_old() -> int:
    """Drop what ended long ago from the log; gives how many rows."""
    return Delivery.objects.filter(ended_at__lt=now() - KEPT).delete()[0]
