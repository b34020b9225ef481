"""Mailings: prepared, previewed, started at a pace, watched line by line, paused, ended, repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from okibi.accounts.roles import Role
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said
from okibi.console.given import posted, whole_number
from okibi.flows import mobile_mailing
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.mailings import audience, registry, selectors, services
from okibi.mailings.kinds import LEFT_OUT_TITLES, LINE_TITLES, MAILING_TITLES, LineState, MailingState
from okibi.policy.wording import span
from okibi.releases import selectors as releases
from okibi.schemes.services import in_force
from okibi.tickets.selectors import COUNT_LIMIT

if TYPE_CHECKING:
    from okibi.journal.services import Actor
    from okibi.mailings.models import Line, Mailing

SENDERS = (Role.RELEASES, Role.LEADING, Role.ADMIN)
PACES = (60, 600, services.FASTEST)  # letters per minute whose time is said
MOST_LEFT_OUT = 200  # of the preview; the counts are whole
STATE_KINDS = {MailingState.SENDING: "acc", MailingState.PAUSED: "warn", MailingState.FINISHED: "good"}
LINE_KINDS = {
    LineState.BOUNCED: "bad",
    LineState.FAILED: "bad",
    LineState.OPENED: "acc",
    LineState.DOWNLOADED: "acc",
    LineState.INSTALLED: "good",
}


def _chip(mailing: Mailing) -> dict[str, str]:
    state = MailingState(mailing.state)
    return {"kind": STATE_KINDS.get(state, ""), "text": said(MAILING_TITLES[state])}


def _product(code: str) -> str:
    found = in_force(now()).scheme.product(code)
    return said(found.name) if found else code


@page
@require_GET
def mailings(request: HttpRequest) -> HttpResponse:
    """All mailings, the newest first, and published versions that have none yet."""
    rows = selectors.all_mailings()
    have = {each.release_id for each, _ in rows}
    shown = [
        {"mailing": each, "title": f"{_product(each.release.product)} {each.release.version}", "course": course}
        | {"chip": _chip(each)}
        for each, course in rows
    ]
    published = [
        each
        for product in mobile_mailing.mobile_products(in_force(now()).scheme)
        for each in releases.published(product)[:1]
    ]
    waiting = [
        {"release": each, "title": f"{_product(each.product)} {each.version}"}
        for each in published
        if each.pk not in have
    ]
    context = {
        "to_mend": registry.to_mend(COUNT_LIMIT),
        "rows": shown,
        "waiting": waiting,
        "tab": "mailings",
        "may_send": staff_of(request).has_role(*SENDERS),
    }
    return render(request, "console/mailings/list.html", context)


@page(roles=SENDERS)
@require_POST
def prepare(request: HttpRequest, release_id: int) -> HttpResponse:
    """Make the draft of a version that was published without one."""
    release = releases.by_id(release_id)
    made = services.plan(release, in_force(now()).scheme.zone, actor_of(request))
    return redirect("console-mailing", made.pk)


def _course_of(request: HttpRequest, mailing: Mailing) -> dict[str, Any]:
    course = selectors.course(mailing.pk)
    current = request.GET.get("state", "")
    states = [
        {
            "code": state.value,
            "label": said(LINE_TITLES[state]),
            "count": course.counts[state],
            "current": current == state.value,
            "bad": state in {LineState.BOUNCED, LineState.FAILED},
        }
        for state in (
            LineState.BOUNCED, LineState.FAILED, LineState.QUEUED, LineState.HANDED, LineState.SENT, LineState.OPENED,
            LineState.DOWNLOADED, LineState.INSTALLED, LineState.DROPPED,
        )
        if course.counts[state] or current == state.value
    ]  # fmt: skip
    going_on = mailing.state == MailingState.SENDING or course.counts[LineState.HANDED] > 0
    return {"mailing": mailing, "course": course, "states": states, "chip": _chip(mailing), "going_on": going_on}


def _line(line: Line) -> dict[str, Any]:
    state = LineState(line.state)
    happened = line.installed_at or line.downloaded_at or line.opened_at or line.sent_at or line.handed_at
    return {"line": line, "chip": {"kind": LINE_KINDS.get(state, ""), "text": said(LINE_TITLES[state])}, "at": happened}


@page
@require_GET
def mailing(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """One mailing: while it is a draft, who gets it and who does not; afterwards its course and lines."""
    found = selectors.by_id(mailing_id)
    draft = found.state == MailingState.DRAFT
    after = whole_number(request.GET.get("after", "0")) or 0
    state = request.GET.get("state", "")
    query = request.GET.get("q", "").strip()[:200]
    only = LineState(state) if state in {each.value for each in LineState} else None
    rows = [] if draft else selectors.lines(mailing_id, only, query, after)
    shown = rows[: selectors.PAGE]
    context = {
        **_course_of(request, found),
        "title": f"{_product(found.release.product)} {found.release.version}",
        "notes": found.release.notes(get_language() or "ru"),
        "draft": draft,
        "preview": _preview(found) if draft else None,
        "rows": [_line(each) for each in shown],
        "state": state,
        "query_text": query,
        "older": after + selectors.PAGE if len(rows) > selectors.PAGE else None,
        "may_send": staff_of(request).has_role(*SENDERS),
        "fastest": services.FASTEST,
        "tab": "mailings",
    }
    return render(request, "console/mailings/mailing.html", context)


def _takes(letters: int) -> list[str]:
    """How long so many letters take at paces to choose from; nothing for what is over in a minute anyway."""
    paces = [pace for pace in PACES if letters > pace]
    return [
        _("At %(pace)s a minute: %(takes)s.") % {"pace": pace, "takes": said(span(timedelta(minutes=letters / pace)))}
        for pace in paces
    ]


def _preview(found: Mailing) -> dict[str, Any]:
    judged = audience.audience_of(found.release, now(), in_force(now()).scheme.zone)
    out = [{"email": email, "why": said(LEFT_OUT_TITLES[why])} for email, why in judged.left_out[:MOST_LEFT_OUT]]
    counts = [{"why": said(LEFT_OUT_TITLES[why]), "count": count} for why, count in judged.counts.items()]
    told = {"takes": _takes(len(judged.taken))}
    return told | {"taken": len(judged.taken), "out": out, "counts": counts, "left_out": len(judged.left_out)}


@page
@require_GET
def course(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The moving part of the page: the bar and the counts."""
    return render(request, "console/mailings/course.html", _course_of(request, selectors.by_id(mailing_id)))


def _pace(request: HttpRequest) -> int:
    return whole_number(posted(request, "per_minute")) or 0


Act = Callable[[HttpRequest, int, "Actor"], object]
ACTS: dict[str, Act] = {
    "start": lambda request, pk, actor: mobile_mailing.start(pk, _pace(request), actor),
    "pause": lambda _request, pk, actor: services.pause(pk, actor),
    "resume": lambda _request, pk, actor: mobile_mailing.resume(pk, actor),
    "stop": lambda request, pk, actor: services.stop(pk, posted(request, "reason"), actor),
    "pace": lambda request, pk, actor: services.change_pace(pk, _pace(request), actor),
    "remind": lambda _request, pk, actor: mobile_mailing.remind(pk, actor),
    "add_late": lambda _request, pk, actor: mobile_mailing.add_late(pk, actor),
}


def _done(name: str, given: object) -> str:
    if name == "add_late":
        return _("Addresses added: %(n)s") % {"n": given}
    words = {
        "start": _("The mailing has begun."),
        "pause": _("The mailing is paused."),
        "resume": _("The mailing goes on."),
        "stop": _("The mailing is stopped."),
        "pace": _("The pace is changed."),
        "remind": _("Reminders are on their way."),
    }
    return words[name]


@page(roles=SENDERS)
@require_POST
def act(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """One act on a mailing; a refusal is said on its page."""
    name = posted(request, "act")
    if name in ACTS:
        try:
            messages.success(request, _done(name, ACTS[name](request, mailing_id, actor_of(request))))
        except OkibiError as error:
            messages.error(request, said(error.sentence))
    return redirect("console-mailing", mailing_id)


@page(roles=SENDERS)
@require_POST
def revoke(request: HttpRequest, line_id: int) -> HttpResponse:
    """The personal link of one letter leads nowhere from now on."""
    line = services.revoke(line_id, actor_of(request))
    messages.success(request, _("The link of %(address)s is taken back.") % {"address": line.address})
    return redirect("console-mailing", line.mailing_id)
