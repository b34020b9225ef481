"""Texts kept for again, and who wants SMS or wants none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said_to
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, tried
from okibi.console.given import whole_number
from okibi.console.sms.forms import TextsForm, WishForm
from okibi.console.sms.present import SEERS, SENDERS, wish_source
from okibi.flows import sms_wishes
from okibi.policy.sms_template import MEANINGS
from okibi.policy.sms_text import measure
from okibi.policy.sms_words import Wish
from okibi.sms import campaigns, message_selectors, services, templates
from okibi.sms.errors import SmsError
from okibi.sms.message_selectors import PAGE


@page(roles=SEERS)
@require_GET
def texts(request: HttpRequest) -> HttpResponse:
    """Every text with its length in segments."""
    rows = [
        {"row": each, "languages": [(name, text, measure(text).count) for name, text in (("ru", each.text_ru),
                                                                                        ("en", each.text_en)) if text]}
        for each in templates.all_templates()
    ]  # fmt: skip
    context = {"rows": rows, "may_send": staff_of(request).has_role(*SENDERS), "tab": "texts"}
    return render(request, "console/sms/texts.html", context)


@page(roles=SENDERS)
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """One text, new or changed."""
    known = templates.by_id(template_id) if template_id is not None else None
    if request.method == "POST":
        form = TextsForm(request.POST)
        row = tried(form, lambda data: templates.save(
            template_id, data["name"], data["text_ru"], data["text_en"], actor_of(request)))  # fmt: skip
        if row is not None:
            said_to.success(request, _("The template is kept."))
            return redirect("console-sms-texts")
    else:
        form = TextsForm(
            initial={"name": known.name, "text_ru": known.text_ru, "text_en": known.text_en} if known else {}
        )
    context = {"form": form, "known": known, "meanings": meanings(), "tab": "texts"}
    return render(request, "console/sms/text.html", context)


def meanings() -> list[dict[str, Any]]:
    """The places of a text and what fills them."""
    return [{"place": f"{{{place.value}}}", "meaning": meaning} for place, meaning in MEANINGS.items()]


@page(roles=SENDERS)
@require_POST
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Take a text away."""
    templates.delete(template_id, actor_of(request))
    said_to.success(request, _("The template is deleted."))
    return redirect("console-sms-texts")


KINDS = {"": gettext_lazy("All"), "out": gettext_lazy("Want no SMS"), "in": gettext_lazy("Agree to SMS")}


@page(roles=SEERS)
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """What numbers' owners said, with where it is known from; a wish that was told to us is written down here."""
    form = WishForm(request.POST) if request.method == "POST" else WishForm()
    if form.is_bound:
        kept = tried(form, lambda data: _kept(request, data))
        if kept is not None:
            said_to.success(request, _("Written down."))
            return redirect("console-sms-wishes")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    query = request.GET.get("q", "")[:60]
    found = message_selectors.wishes(
        kind, message_selectors.digits_of(query), whole_number(request.GET.get("before", ""))
    )
    rows = found[:PAGE]
    newest = message_selectors.wish_now([row.number for row in rows])
    asked: dict[str, str] = {name: value for name, value in (("kind", kind), ("q", query)) if value}
    context = {
        "form": form,
        "rows": [{"row": row, "source": wish_source(row.source), "holds": newest.get(row.number) == row.kind}
                 for row in rows],
        "kinds": [{"url": f"?{urlencode({**asked, 'kind': code})}", "label": label, "current": code == kind}
                  for code, label in KINDS.items()],
        "kind": kind,
        "query_text": query,
        "older_url": f"?{urlencode({**asked, 'before': str(rows[-1].pk)})}" if len(found) > PAGE else "",
        "tab": "wishes",
    }  # fmt: skip
    return render(request, "console/sms/wishes.html", context)


def _kept(request: HttpRequest, data: dict[str, Any]) -> object:
    try:
        number = services.numbered(data["number"])
    except SmsError as error:
        raise campaigns.CampaignError("number", error.sentence) from error
    return sms_wishes.said(number, Wish(data["kind"]), source="desk", words=data["words"], actor=actor_of(request))
