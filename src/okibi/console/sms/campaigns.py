"""Campaigns: written, given recipients, looked at, tried, begun or scheduled, watched, paused, ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib import messages as said_to
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.customers.lists import csv_file
from okibi.console.given import posted, whole_number
from okibi.console.sms.forms import CampaignForm
from okibi.console.sms.present import SEERS, SENDERS, STATES, money, state_chip
from okibi.flows import sms_campaigns
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.policy.sms_states import SmsState
from okibi.policy.sms_template import filled, places_of
from okibi.policy.sms_text import measure
from okibi.schemes.services import in_force
from okibi.sms import campaign_hours, templates
from okibi.sms import campaign_selectors as selectors
from okibi.sms import campaigns as rooms
from okibi.sms.campaign_kinds import CAMPAIGN_TITLES, WHY_TITLES, CampaignState, RecipientState, Why
from okibi.sms.campaigns import CampaignError, Text
from okibi.sms.gateways.reasons import explained
from okibi.sms.options import sms_options

if TYPE_CHECKING:
    from okibi.journal.services import Actor
    from okibi.sms.models import Campaign, Recipient

CHIPS = {
    CampaignState.SCHEDULED: "acc", CampaignState.SENDING: "acc", CampaignState.PAUSED: "warn",
    CampaignState.FINISHED: "good",
}  # fmt: skip
EDITED = (CampaignState.DRAFT,)


def chip(campaign: Campaign) -> dict[str, Any]:
    """A campaign's state as a chip."""
    state = CampaignState(campaign.state)
    return {"kind": CHIPS.get(state, ""), "text": CAMPAIGN_TITLES[state]}


@page(roles=SEERS)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, the newest first."""
    found = selectors.all_campaigns(whole_number(request.GET.get("before", "")))
    rows: list[dict[str, Any]] = [
        {"campaign": row, "chip": chip(row), "to_get": to_get, "gone": gone} for row, to_get, gone in found
    ]
    context = {
        "rows": rows[: selectors.PAGE],
        "older_url": f"?before={rows[selectors.PAGE - 1]['campaign'].pk}" if len(rows) > selectors.PAGE else "",
        "may_send": staff_of(request).has_role(*SENDERS),
        "tab": "campaigns",
    }
    return render(request, "console/sms/campaigns.html", context)


@page(roles=SENDERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, campaign_id: int | None = None) -> HttpResponse:
    """The words of a new campaign, or of a draft."""
    known = selectors.by_id(campaign_id) if campaign_id is not None else None
    if request.method == "POST":
        form = CampaignForm(request.POST)
        row = tried(form, lambda data: _saved(known, data, actor_of(request)))
        if row is not None:
            return redirect("console-sms-campaign", row.pk)
    else:
        form = CampaignForm(initial=_initial(request, known))
    context = {"form": form, "campaign": known, "templates": templates.all_templates(), "tab": "campaigns"}
    return render(request, "console/sms/edit.html", context)


def _saved(known: Campaign | None, data: dict[str, Any], actor: Actor) -> Campaign:
    text = Text(data["name"], data["text_ru"], data["text_en"], data["is_advert"])
    return rooms.create(text, actor) if known is None else rooms.change(known.pk, text, actor)


def _initial(request: HttpRequest, known: Campaign | None) -> dict[str, Any]:
    if known is not None:
        return {"name": known.name, "text_ru": known.text_ru, "text_en": known.text_en, "is_advert": known.is_advert}
    chosen = whole_number(request.GET.get("template", ""))
    if chosen is None:
        return {"is_advert": True}
    kept = templates.by_id(chosen)
    return {"name": kept.name, "text_ru": kept.text_ru, "text_en": kept.text_en, "is_advert": True}


@page(roles=SEERS)
@require_GET
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: before it begins, who gets it and who does not; afterwards its report and recipients."""
    row = selectors.by_id(campaign_id)
    before = row.state in {CampaignState.DRAFT, CampaignState.SCHEDULED}
    context = {
        "campaign": row,
        "chip": chip(row),
        "before": before,
        "texts": _texts(row),
        "may_send": staff_of(request).has_role(*SENDERS),
        "fastest": rooms.FASTEST,
        "key": secrets.token_urlsafe(9),
        "least_start": now().astimezone(in_force(now()).scheme.zone).strftime("%Y-%m-%dT%H:%M"),
        "tab": "campaigns",
        **(_preview(row) if before else {**_course(request, row), **_recipients(request, row)}),
    }
    return render(request, "console/sms/campaign.html", context)


def _texts(row: Campaign) -> list[dict[str, Any]]:
    return [
        {"language": language, "text": text, "measured": measure(text), "places": places_of(text)}
        for language, text in (("ru", row.text_ru), ("en", row.text_en))
        if text
    ]


def _preview(row: Campaign) -> dict[str, Any]:
    found = selectors.preview(row)
    return {
        "preview": found,
        "cost": money(found.cost),
        "price": money(found.price),
        "counts": [{"why": WHY_TITLES[why], "count": count} for why, count in found.counts],
        "left_count": sum(count for _why, count in found.counts),
        "out": [{"row": each, "why": WHY_TITLES[Why(each.why)], "missing": each.missing} for each in found.left_out],
        "samples": [{"row": each, "text": filled(rooms.text_of(row, each), rooms.values_of(each))}
                    for each in found.samples],
        "minutes": found.seconds // 60 + 1,
        "quiet": sms_options().quiet,
    }  # fmt: skip


def _course(request: HttpRequest, row: Campaign) -> dict[str, Any]:
    course = selectors.course(row)
    current = request.GET.get("state", "")
    shown = [(RecipientState.PLANNED.value, _("not queued yet"), course.planned, "")]
    shown += [(state.value, said(title), course.states.get(state.value, 0), state_chip(state.value)["kind"])
              for state, title in STATES.items()]  # fmt: skip
    shown += [(RecipientState.LEFT_OUT.value, _("left out"), course.left_out, ""),
              (RecipientState.DROPPED.value, _("not begun"), course.dropped, "")]  # fmt: skip
    return {
        "course": course,
        "cost": money(course.cost),
        "states": [
            {"code": code, "label": label, "count": count, "kind": kind, "current": code == current}
            for code, label, count, kind in shown
            if count or code == current
        ],
        "moves": row.state in {CampaignState.SENDING, CampaignState.PAUSED} or course.states.get("sent", 0) > 0,
    }


def _recipients(request: HttpRequest, row: Campaign) -> dict[str, Any]:
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    known = {each.value for each in (*RecipientState, *SmsState)}
    after = whole_number(request.GET.get("after", "0")) or 0
    found = selectors.recipients(row, state if state in known else "", query, after)
    rows = found[: selectors.PAGE]
    return {
        "rows": [_recipient(each) for each in rows],
        "state": state,
        "query_text": query,
        "older": after + selectors.PAGE if len(found) > selectors.PAGE else None,
    }


def _recipient(row: Recipient) -> dict[str, Any]:
    if row.sms is not None:
        return {"row": row, "chip": state_chip(row.sms.state), "why": row.sms.error, "at": row.sms.ended_at}
    if row.state == RecipientState.LEFT_OUT:
        return {"row": row, "chip": {"kind": "", "text": _("left out")}, "why": WHY_TITLES[Why(row.why)], "at": None}
    text = _("not begun") if row.state == RecipientState.DROPPED else _("not queued yet")
    return {"row": row, "chip": {"kind": "", "text": text}, "why": "", "at": row.not_before}


@page(roles=SEERS)
@require_GET
def course(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The moving part of a campaign's page."""
    row = selectors.by_id(campaign_id)
    return render(request, "console/sms/course.html", {"campaign": row, "chip": chip(row), **_course(request, row)})


def _pace(request: HttpRequest) -> int:
    return whole_number(posted(request, "per_minute")) or 0


def _starts(request: HttpRequest) -> datetime:
    """A moment typed by the desk's clock. Raises CampaignError."""
    try:
        typed = datetime.fromisoformat(posted(request, "starts_at"))
    except ValueError as error:
        raise CampaignError("starts_at", rooms.PAST) from error
    return typed.replace(tzinfo=in_force(now()).scheme.zone).astimezone(UTC)


def _hour(request: HttpRequest, name: str) -> time | None:
    """An hour of the day; None for an empty field. Raises CampaignError."""
    typed = posted(request, name).strip()
    try:
        return time.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise CampaignError(name, rooms.NO_HOUR) from error


Act = Callable[[HttpRequest, int, "Actor"], object]
ACTS: dict[str, Act] = {
    "start": lambda request, pk, actor: sms_campaigns.start(pk, _pace(request), actor),
    "schedule": lambda request, pk, actor: rooms.schedule(pk, _starts(request), _pace(request), actor),
    "unschedule": lambda _request, pk, actor: rooms.unschedule(pk, actor),
    "pause": lambda _request, pk, actor: rooms.pause(pk, actor),
    "resume": lambda _request, pk, actor: sms_campaigns.resume(pk, actor),
    "stop": lambda request, pk, actor: rooms.stop(pk, posted(request, "reason"), actor),
    "pace": lambda request, pk, actor: rooms.change_pace(pk, _pace(request), actor),
    "hours": lambda request, pk, actor: campaign_hours.set_hours(
        pk, _hour(request, "hours_from"), _hour(request, "hours_until"), actor
    ),
    "test": lambda request, pk, actor: rooms.send_test(
        pk, posted(request, "number"), posted(request, "language"), posted(request, "key"), actor
    ),
    "discard": lambda _request, pk, actor: rooms.discard(pk, actor),
}


def _done(name: str) -> str:
    words = {
        "start": _("The campaign has begun."),
        "schedule": _("The campaign begins by itself."),
        "unschedule": _("The campaign is a draft again."),
        "pause": _("The campaign is paused."),
        "resume": _("The campaign goes on."),
        "stop": _("The campaign is stopped."),
        "pace": _("The pace is changed."),
        "hours": _("The hours are changed."),
        "test": _("The test SMS is in the queue."),
        "discard": _("The draft is deleted."),
    }
    return words[name]


@page(roles=SENDERS)
@require_POST
def act(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One act on a campaign; a refusal is said on its page."""
    name = posted(request, "act")
    if name in ACTS:
        try:
            ACTS[name](request, campaign_id, actor_of(request))
        except OkibiError as error:
            said_to.error(request, said(error.sentence))
        else:
            said_to.success(request, _done(name))
            if name == "discard":
                return redirect("console-sms-campaigns")
    return redirect("console-sms-campaign", campaign_id)


@page(roles=SENDERS)
@require_GET
def file(_request: HttpRequest, campaign_id: int) -> StreamingHttpResponse:
    """Every recipient with what became of their SMS, as CSV."""
    row = selectors.by_id(campaign_id)
    titles = [
        _("Mobile number"), _("Name"), _("Organisation"), _("Language"), _("State"), _("Why"), _("Segments"),
        pgettext("sms", "Line"), _("When"), pgettext("of a file", "Line of the file"),
    ]  # fmt: skip
    return csv_file(f"sms-campaign-{campaign_id}.csv", titles, _cells(row))


def _cells(campaign: Campaign) -> Iterator[list[object]]:
    zone = in_force(now()).scheme.zone
    for row in selectors.all_recipients(campaign):
        shown = _recipient(row)
        text, why, sms = shown["chip"]["text"], shown["why"], row.sms
        at = sms.ended_at if sms else None
        yield [
            row.number or row.written, row.name, row.organisation, row.language,
            text if isinstance(text, str) else said(text), said(explained(why) if isinstance(why, str) else why),
            sms.segments if sms else row.segments, str(sms.line) if sms and sms.line else "",
            at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else "", row.line or "",
        ]  # fmt: skip
