"""Webhooks: where the vendor's own systems are told, what became of every call, and telling again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts.roles import Role
from okibi.console.access import actor_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.given import whole_number
from okibi.console.integrations.forms import CHOSEN, EVERYTHING, WebhookForm, without_fields
from okibi.flows.webhooks import as_sent
from okibi.journal.codes import CODES
from okibi.kernel.errors import InputError
from okibi.webhooks import selectors, services

if TYPE_CHECKING:
    from okibi.webhooks.models import Delivery, Endpoint

ADMINS = (Role.ADMIN,)
STATES = {
    "queued": ("", gettext_lazy("waits")),
    "sending": ("acc", gettext_lazy("is being made")),
    "delivered": ("good", gettext_lazy("taken")),
    "failed": ("bad", gettext_lazy("given up")),
}
TROUBLE = "trouble"  # not taken at the last attempt: given up, or to be tried again


def state_of(endpoint: Endpoint) -> dict[str, Any]:
    """On, off (and why), or in trouble, as a chip."""
    if not endpoint.is_active:
        why = selectors.stopped_because(endpoint)
        return {"kind": "bad" if why else "", "text": _("off"), "why": why}
    if endpoint.failing_since:
        return {"kind": "warn", "text": _("does not answer"), "since": endpoint.failing_since}
    return {"kind": "good", "text": _("on")}


def _call_view(row: Delivery) -> dict[str, Any]:
    kind, words = STATES[row.state]
    text = str(words)
    if row.state == "queued" and row.attempts:
        kind, text = "warn", _("will be tried again")
    return {
        "row": row,
        "kind": kind,
        "state": text,
        "sentence": without_fields(said(CODES[row.code])) if row.code in CODES else row.code,
        "url": reverse("console-webhook-call", args=[row.endpoint_id, row.pk]),
        "ended": row.ended_at is not None,
    }


@page(roles=ADMINS)
@require_GET
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One webhook: state, what it is told, and its log."""
    found = selectors.endpoint(endpoint_id)
    shown = request.GET.get("state", "")
    before = request.GET.get("before", "")
    rows = selectors.log(endpoint_id, whole_number(before), troubled=shown == TROUBLE, limit=selectors.PAGE + 1)
    older = f"?state={shown}&before={rows[selectors.PAGE - 1].pk}" if len(rows) > selectors.PAGE else ""
    context = {
        "endpoint": found,
        "state": state_of(found),
        "told": [{"code": code, "text": without_fields(said(CODES[code]))} for code in found.codes if code in CODES],
        "calls": [_call_view(row) for row in rows[: selectors.PAGE]],
        "older_url": older,
        "troubled": shown == TROUBLE,
    }
    return render(request, "console/integrations/webhook.html", context)


def _secret_page(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    context = {
        "title": _("The signing secret"),
        "name": endpoint.url,
        "label": _("The secret"),
        "secret": endpoint.secret,
        "back_url": reverse("console-webhook", args=[endpoint.pk]),
        "back": _("Webhook"),
    }
    return render(request, "console/integrations/once.html", context)


def _form(request: HttpRequest, initial: dict[str, Any] | None = None) -> WebhookForm:
    return WebhookForm(request.POST if request.method == "POST" else None, initial=initial)


@page(roles=ADMINS)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is shown this once."""
    form = _form(request)
    made = tried(form, lambda data: services.create(data["url"], data["codes"], data["note"], actor_of(request)))
    if made is not None:
        return _secret_page(request, made)
    return render(
        request, "console/integrations/webhook_form.html", {"form": form, "inside": settings.OKIBI_WEBHOOKS_INSIDE}
    )


@page(roles=ADMINS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Another address, other events, another note."""
    found = selectors.endpoint(endpoint_id)
    wanted = CHOSEN if found.codes else EVERYTHING
    form = _form(request, {"url": found.url, "note": found.note, "wanted": wanted, "codes": found.codes})

    def save(data: dict[str, Any]) -> Any:
        return services.change(endpoint_id, data["url"], data["codes"], data["note"], actor_of(request))

    if tried(form, save):
        messages.success(request, _("Saved."))
        return redirect("console-webhook", endpoint_id)
    context = {"form": form, "endpoint": found, "inside": settings.OKIBI_WEBHOOKS_INSIDE}
    return render(request, "console/integrations/webhook_form.html", context)


@page(roles=ADMINS)
@never_cache
@require_POST
def secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Another secret, shown this once; the old one is worth nothing from now on."""
    return _secret_page(request, services.new_signature(endpoint_id, actor_of(request)))


@page(roles=ADMINS)
@require_POST
def switch(request: HttpRequest, endpoint_id: int, *, on: bool) -> HttpResponse:
    """Start or stop telling."""
    services.switch(endpoint_id, actor_of(request), on=on)
    messages.success(request, _("The webhook is on.") if on else _("The webhook is off."))
    return redirect("console-webhook", endpoint_id)


@page(roles=ADMINS)
@require_POST
def test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Let something happen that this webhook is told of."""
    act = "webhook.tested"
    return _tried(
        request,
        endpoint_id,
        lambda: services.test(endpoint_id, actor_of(request)),
        _("A call of the kind %(code)s is on its way; see the log.") % {"code": act},
    )


@page(roles=ADMINS)
@require_POST
def delete(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Forget it and its log."""
    services.delete(endpoint_id, actor_of(request))
    messages.success(request, _("The webhook is deleted."))
    return redirect("console-integrations")


@page(roles=ADMINS)
@require_GET
def call(request: HttpRequest, endpoint_id: int, call_id: int) -> HttpResponse:
    """One call: what is sent, what came back."""
    row = selectors.call(endpoint_id, call_id)
    context = {"endpoint": row.endpoint, "call": _call_view(row), "body": as_sent(row.entry_id)}
    return render(request, "console/integrations/call.html", context)


@page(roles=ADMINS)
@require_POST
def replay(request: HttpRequest, endpoint_id: int, call_id: int) -> HttpResponse:
    """Tell it once more, with the same id."""
    return _tried(request, endpoint_id, lambda: services.replay(endpoint_id, call_id), _("The call is made once more."))


def _tried(request: HttpRequest, endpoint_id: int, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except InputError as error:
        messages.error(request, said(error.sentence))
    else:
        messages.success(request, done)
    return redirect("console-webhook", endpoint_id)
