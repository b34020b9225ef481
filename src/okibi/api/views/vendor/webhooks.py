"""Webhooks: who hears of what, what became of each telling, and telling once more."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shapes_webhooks
from okibi.api.auth import ApiKey, key_of
from okibi.api.given import Id
from okibi.api.given_webhooks import WebhookCallsAsked, WebhookChanges, WebhookGiven
from okibi.api.problems import language_of
from okibi.api.repeats import answer, repeatable
from okibi.kernel.once_only import Answer
from okibi.webhooks import selectors, services
from okibi.webhooks.errors import WebhookOffError

router = Router(tags=["vendor: webhooks"])
KEY = ApiKey(Scope.WEBHOOKS_MANAGE)
ONE = "/webhooks/{webhook_id}"


@router.get("/webhooks", response=shapes.Page[shapes_webhooks.Webhook], auth=KEY, operation_id="listWebhooks")
def listed(request: HttpRequest) -> dict[str, Any]:
    """All of them, newest first, on one page."""
    language = language_of(request)
    return {"items": [_shown(each, language) for each in selectors.endpoints()], "next": None}


@router.post("/webhooks", response={201: shapes_webhooks.NewWebhook}, auth=KEY, operation_id="createWebhook")
@repeatable(needed=True)
def create(request: HttpRequest, given: WebhookGiven) -> Answer:
    """A new one; its secret is shown this once."""
    made = services.create(given.url, given.codes, given.note, key_of(request).actor)
    shown = {**_one(request, made.pk), "secret": made.secret}
    return answer(201, shown, {"Location": f"/api/v1/webhooks/{made.pk}"})


@router.get(ONE, response=shapes_webhooks.Webhook, auth=KEY, operation_id="getWebhook")
def one(request: HttpRequest, webhook_id: Id) -> dict[str, Any]:
    """One of them."""
    return _one(request, webhook_id)


@router.put(ONE, response=shapes_webhooks.Webhook, auth=KEY, operation_id="changeWebhook")
def change(request: HttpRequest, webhook_id: Id, given: WebhookChanges) -> dict[str, Any]:
    """Another address, other events, on or off: all of it as it is to be."""
    actor = key_of(request).actor
    known = services.change(webhook_id, given.url, given.codes, given.note, actor)
    if known.is_active != given.active:
        services.switch(webhook_id, actor, on=given.active)
    return _one(request, webhook_id)


@router.delete(ONE, response={204: None}, auth=KEY, operation_id="deleteWebhook")
def delete(request: HttpRequest, webhook_id: Id) -> Status[None]:
    """Forget it and its log."""
    services.delete(webhook_id, key_of(request).actor)
    return Status(204, None)


@router.post(ONE + "/secret", response=shapes_webhooks.WebhookSecret, auth=KEY, operation_id="renewWebhookSecret")
@repeatable(needed=True)
def secret(request: HttpRequest, webhook_id: Id) -> Answer:
    """Another secret, from the next call on."""
    return answer(200, {"secret": services.new_signature(webhook_id, key_of(request).actor).secret})


@router.post(ONE + "/test", response={201: shapes_webhooks.WebhookCall}, auth=KEY, operation_id="testWebhook")
@repeatable(needed=True)
def test(request: HttpRequest, webhook_id: Id) -> Answer:
    """Tell it something harmless, whatever it listens to."""
    return answer(201, _call(services.test(webhook_id, key_of(request).actor)))


# ---------------------------------------------------------------- its log


@router.get(
    ONE + "/calls", response=shapes.Page[shapes_webhooks.WebhookCall], auth=KEY, operation_id="listWebhookCalls"
)
def calls(request: HttpRequest, webhook_id: Id, asked: Query[WebhookCallsAsked]) -> dict[str, Any]:
    """What it was told, newest first, for thirty days."""
    del request
    selectors.endpoint(webhook_id)
    found = selectors.log(webhook_id, int(asked.cursor or 0) or None, asked.state, asked.limit + 1)
    shown = found[: asked.limit]
    return {"items": [_call(each) for each in shown], "next": str(shown[-1].pk) if len(found) > len(shown) else None}


@router.post(
    ONE + "/calls/{call_id}/replay",
    response=shapes_webhooks.WebhookCall,
    auth=KEY,
    operation_id="replayWebhookCall",
)
@repeatable(needed=True)
def replay(request: HttpRequest, webhook_id: Id, call_id: Id) -> Answer:
    """Tell it once more, with the same id: a receiver that had it knows."""
    del request
    if not selectors.call(webhook_id, call_id).endpoint.is_active:
        raise WebhookOffError
    services.replay(webhook_id, call_id)
    return answer(200, _call(selectors.call(webhook_id, call_id)))


def _one(request: HttpRequest, webhook_id: int) -> dict[str, Any]:
    selectors.endpoint(webhook_id)
    found = next(each for each in selectors.endpoints() if each.pk == webhook_id)
    return _shown(found, language_of(request))


def _shown(row: Any, language: str) -> dict[str, Any]:
    why = selectors.stopped_because(row)
    return {
        "id": row.pk,
        "url": row.url,
        "codes": row.codes,
        "note": row.note,
        "active": row.is_active,
        "stopped_why": why.in_language(language) if why else "",
        "waiting": row.waiting,
        "failed": row.failed,
        "told_at": row.told_at,
        "created_at": row.created_at,
    }


def _call(row: Any) -> dict[str, Any]:
    ended = row.ended_at is not None
    return {
        "id": row.pk,
        "event_id": f"evt_{row.entry_id}",
        "code": row.code,
        "state": row.state,
        "attempts": row.attempts,
        "next_attempt_at": None if ended else row.next_attempt_at,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "status": row.status,
        "answer": row.answer,
        "milliseconds": row.milliseconds,
    }
