"""SMS one by one: the list, one with its history, a new one, sending again and taking back."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages as said_to
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.given import posted, whole_number
from okibi.console.sms.forms import COUNTED, LONGEST, SendForm
from okibi.console.sms.present import SEERS, SENDERS, STATES, money, sms_view
from okibi.kernel.errors import OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.sms_states import SmsState
from okibi.policy.sms_template import faults_of, places_of
from okibi.policy.sms_text import SmsAlphabet, lines_of_one, measure
from okibi.sms import by_hand, campaign_selectors, campaigns, message_selectors, selectors, services, templates
from okibi.sms.errors import SmsError
from okibi.sms.message_selectors import PAGE, Wanted
from okibi.sms.options import sms_options

UNFILLED = Sentence(
    "Впишите слова вместо {0}: в отдельной SMS поля сами не заполняются.",
    "Write words in place of {0}: in a single SMS fields are not filled by themselves.",
)
MOST_SHOWN = 12  # letters that forced the dearer alphabet


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def _wanted(request: HttpRequest) -> Wanted:
    state = request.GET.get("state", "")
    return Wanted(
        state if state in {each.value for each in SmsState} else "",
        whole_number(request.GET.get("line", "")),
        message_selectors.digits_of(request.GET.get("q", "")[:60]),
    )


@page(roles=SEERS)
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The newest SMS; ``?state=``, ``?line=``, ``?q=`` digits of the number, ``?way=in`` what came in."""
    wanted, before = _wanted(request), whole_number(request.GET.get("before", ""))
    came = request.GET.get("way") == "in"
    found: list[Any] = message_selectors.came_in(wanted, before) if came else message_selectors.sent(wanted, before)
    rows = found[:PAGE]
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    context = {
        "rows": [] if came else [sms_view(each) for each in rows],
        "came": rows if came else [],
        "way": "in" if came else "out",
        "wanted": wanted,
        "query_text": request.GET.get("q", "")[:60],
        "states": [(state.value, title) for state, title in STATES.items()],
        "lines": selectors.names(),
        "narrowed": bool(wanted.state or wanted.line or wanted.digits),
        "older_url": f"?{urlencode({**kept, 'before': rows[-1].pk})}" if len(found) > PAGE else "",
        "may_send": staff_of(request).has_role(*SENDERS),
        "tab": "messages",
    }
    return render(request, "console/sms/messages.html", context)


@page(roles=SEERS)
@require_GET
def message(request: HttpRequest, sms_id: int) -> HttpResponse:
    """One SMS: its text in segments, and what happened to it when."""
    row = message_selectors.by_id(sms_id)
    recipient = campaign_selectors.of_sms(sms_id)
    context = {
        **sms_view(row),
        "measured": measure(row.text),
        "steps": _steps(row),
        "tried": message_selectors.lines_of(row.tried),
        "campaign": recipient.campaign if recipient else None,
        "may_send": staff_of(request).has_role(*SENDERS),
        "again": row.state in {SmsState.FAILED, SmsState.UNCERTAIN},
        "tab": "messages",
    }
    return render(request, "console/sms/message.html", context)


def _steps(row: Any) -> list[dict[str, Any]]:
    """What happened, in the order in which it did."""
    found = [{"at": row.created_at, "text": _("Put into the queue")}]
    if row.not_before > row.created_at:
        found.append({"at": row.not_before, "text": _("May leave from this moment")})
    if row.handed_at:
        found.append({"at": row.handed_at, "text": _("Handed to the gateway, attempt %(n)s") % {"n": row.attempts}})
    if row.sent_at:
        found.append({"at": row.sent_at, "text": _("The network took it")})
    if row.ended_at and row.state != SmsState.SENT:
        found.append({"at": row.ended_at, "text": said(STATES[SmsState(row.state)]).capitalize()})
    return sorted(found, key=lambda step: step["at"])


@page(roles=SENDERS)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """One SMS by hand; a form that is sent twice is one SMS. Taking a kept text keeps what else was typed."""
    if request.method == "POST" and posted(request, "act") == "take":
        given = {name: posted(request, name) for name in ("key", "number", "text", "at_once")}
        form = SendForm(initial={**given, "text": _kept_text(posted(request, "template")) or given["text"]})
    elif request.method == "POST":
        form = SendForm(request.POST)
        row = tried(form, lambda data: _sent(request, data))
        if row is not None:
            said_to.success(request, _("The SMS to %(number)s is in the queue.") % {"number": row.number})
            return redirect("console-sms-message", row.pk)
    else:
        initial = {"key": secrets.token_urlsafe(12), "number": request.GET.get("number", "")[:60]}
        form = SendForm(initial={**initial, "text": _kept_text(request.GET.get("template", ""))})
    context = {"form": form, "templates": templates.all_templates(), "tab": "messages"}
    return render(request, "console/sms/send.html", context)


def _kept_text(chosen: str) -> str:
    number = whole_number(chosen)
    if number is None:
        return ""
    kept = templates.by_id(number)
    return kept.text_ru or kept.text_en


def _sent(request: HttpRequest, data: dict[str, Any]) -> Any:
    """Raises CampaignError: a single SMS has nothing that would fill the fields of a template."""
    if unfilled := places_of(data["text"]):
        names = ", ".join(f"{{{place.value}}}" for place in unfilled)
        raise campaigns.CampaignError("text", Sentence(UNFILLED.ru.format(names), UNFILLED.en.format(names)))
    try:
        return by_hand.send(
            data["number"], data["text"], key=data["key"], at_once=data["at_once"], actor=actor_of(request)
        )
    except SmsError as error:
        field = "text" if error.data.get("field") == "text" else "number"
        raise campaigns.CampaignError(field, error.sentence) from error


@page(roles=SENDERS)
@require_POST
def act(request: HttpRequest, sms_id: int) -> HttpResponse:
    """Send a failed one once more, or take back one that waits."""
    row, actor = message_selectors.by_id(sms_id), actor_of(request)
    try:
        if posted(request, "act") == "again":
            done = services.send_again(row.pk, actor)
            text = _("It leaves once more, as a new SMS.")
        else:
            done = by_hand.take_back(row.pk, actor)
            text = _("Taken back: it does not leave.")
    except OkibiError as error:
        said_to.error(request, said(error.sentence))
        return redirect("console-sms-message", sms_id)
    if done:
        said_to.success(request, text)
    else:
        said_to.error(request, _("The SMS has moved on meanwhile."))
    return redirect("console-sms-message", sms_id)


@page(roles=SEERS)
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Segments of what is being typed: how many, what forced the dearer alphabet, what it costs."""
    field = posted(request, "field")
    text = lines_of_one(posted(request, field))[:LONGEST] if field in COUNTED else ""
    measured = measure(text)
    price = sms_options().price
    others = [letter for letter in measured.forced if not _is_cyrillic(letter)]
    context = {
        "empty": not text.strip(),
        "measured": measured,
        "ucs2": measured.alphabet is SmsAlphabet.UCS2,
        "per": (70 if measured.count == 1 else 67) if measured.alphabet is SmsAlphabet.UCS2
        else (160 if measured.count == 1 else 153),
        "cyrillic": any(_is_cyrillic(letter) for letter in measured.forced),
        "forced": [letter if letter.strip() else f"U+{ord(letter):04X}" for letter in others[:MOST_SHOWN]],
        "more": max(0, len(others) - MOST_SHOWN),
        "saves": measured.count - measure(measured.plain).count if measured.plain else 0,
        "cost": money(None if price is None else price * measured.count),
        "too_long": measured.count > services.MOST,
        "most": services.MOST,
        "places": places_of(text),
        "faults": faults_of(text),
        "with_places": field != "text",
    }  # fmt: skip
    return render(request, "console/sms/count.html", context)
