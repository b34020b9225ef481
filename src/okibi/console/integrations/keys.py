"""The overview of what is connected, and the keys of the public API."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts import api_keys
from okibi.accounts.roles import Role
from okibi.accounts.scopes import Scope
from okibi.console.access import actor_of
from okibi.console.customers.gate import page, tried
from okibi.console.integrations.forms import KeyForm, SmsLimitForm
from okibi.console.integrations.hooks import state_of
from okibi.flows import vendor_keys
from okibi.kernel.clock import now
from okibi.sms import key_limits
from okibi.webhooks import selectors

ADMINS = (Role.ADMIN,)


@page(roles=ADMINS)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Keys and webhooks, each with its state."""
    moment = now()
    every = api_keys.all_keys()
    days = key_limits.days_of([key.public_id for key in every if Scope.SMS_SEND in key.scopes])
    keys = [
        {
            "key": key,
            "sms": days.get(key.public_id),
            "scopes": [str(Scope(scope).label) for scope in key.scopes],
            "ended": bool(key.expires_at and key.expires_at <= moment),
        }
        for key in every
    ]
    hooks = [{"endpoint": each, "state": state_of(each)} for each in selectors.endpoints()]
    return render(request, "console/integrations/overview.html", {"keys": keys, "hooks": hooks})


@page(roles=ADMINS)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a key; its text is shown this once."""
    form = KeyForm(request.POST if request.method == "POST" else None)

    def make(data: dict[str, Any]) -> Any:
        given = (data["name"], data["scopes"], actor_of(request), data["until"], data["sms_day_limit"])
        return vendor_keys.create(*given)

    made = tried(form, make)
    if made is None:
        return render(request, "console/integrations/key_new.html", {"form": form})
    key, text = made
    context = {
        "title": _("A new API key"),
        "name": key.name,
        "label": _("The key"),
        "secret": text,
        "back_url": reverse("console-integrations"),
        "back": _("Integrations"),
        "curl": f'curl -H "Authorization: Bearer {text[:16]}_…" {request.build_absolute_uri("/api/v1/tickets")}',
    }
    return render(request, "console/integrations/once.html", context)


@page(roles=ADMINS)
@require_http_methods(["GET", "POST"])
def sms_limit(request: HttpRequest, key_id: int) -> HttpResponse:
    """How many SMS segments a key may ask for in a day."""
    key = api_keys.key_by_id(key_id)
    day = key_limits.days_of([key.public_id])[key.public_id]
    form = SmsLimitForm(
        request.POST if request.method == "POST" else None, initial={"sms_day_limit": day.most if day.is_own else None}
    )

    def change(data: dict[str, Any]) -> Any:
        return vendor_keys.set_sms_limit(key_id, data["sms_day_limit"], actor_of(request))

    if request.method == "POST" and tried(form, change) is not None:
        messages.success(request, _("Saved."))
        return redirect("console-integrations")
    return render(request, "console/integrations/key_sms.html", {"form": form, "key": key, "day": day})


@page(roles=ADMINS)
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key for good."""
    key = api_keys.revoke_key(key_id, actor_of(request))
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("console-integrations")
