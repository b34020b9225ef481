"""The way out of an answer: by which messenger, from which number, until when one may write, and what else there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from okibi.accounts.selectors import active_staff
from okibi.channels.messenger.formatting import FORMATTED
from okibi.channels.messenger.kinds import shape_of
from okibi.channels.messenger.shape import MB, Limits
from okibi.channels.messenger.templates import MessageTemplate
from okibi.channels.registry import channel
from okibi.console.access import staff_of, staff_required
from okibi.console.addresses import ticket_address
from okibi.console.given import posted, whole_number
from okibi.flows import messenger_out
from okibi.flows.answers import answering_channel
from okibi.flows.messenger_out import Standing, defaults_of, standing_of
from okibi.flows.other_ways import Way, chosen, ways_of
from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.wording import span
from okibi.tickets import selectors

if TYPE_CHECKING:
    from okibi.accounts.models import Staff
    from okibi.tickets.models import Ticket

TEMPLATE = "template:"
MINUTE = timedelta(minutes=1)
SOON = 2 * 3600  # seconds before the end at which the window is shown as a warning
_FIELD = re.compile(r"{{\s*(\d{1,2})\s*}}")
PARAMETERS = {
    "number": Sentence("номер заявки", "number of the request"),
    "name": Sentence("имя заявителя", "name of the requester"),
    "subject": Sentence("тема", "subject"),
    "link": Sentence("ссылка на заявку", "link to the request"),
    "text": Sentence("текст", "text"),
}
REFUSAL_BY_TEMPLATE = Sentence(
    ru="Отказ шаблоном не отправить: отправьте шаблон, дождитесь ответа и откажите с основанием, или откажите письмом.",
    en="A refusal can't go by a template: send one, wait for the answer and refuse with a ground, or refuse by e-mail.",
)


def ways(ticket: Ticket, given: Mapping[str, str] | None = None, at: datetime | None = None) -> dict[str, Any] | None:
    """What the composer says of ways; None where there is only one and nothing to know of it."""
    moment = at or now()
    standing = standing_of(ticket, moment)
    others = standing.other_ways if standing else ways_of(ticket, moment)
    if standing is None and not others:
        return None
    closed = standing is not None and not standing.can_write
    templates = [template_view(ticket, each) for each in standing.templates] if standing and closed else []
    options = [way_view(way) for way in others]
    wanted = (given or {}).get("way", "")
    codes = [*([] if closed else [""]), *(each["code"] for each in (*templates, *options))]
    return {
        "line": line(ticket, standing, moment) if standing else None,
        "line_url": ticket_address("console-ticket-window", ticket.number),
        "url": ticket_address("console-ticket-ways", ticket.number),
        "default": channel(answering_channel(ticket)).title,
        "closed": closed,
        "templates": templates,
        "others": options,
        "several": bool(templates or options),
        "chosen": wanted if wanted in codes else (codes[0] if codes else ""),
        "consent": (given or {}).get("consent", ""),
        "limits": limits_words(ticket.channel) if standing else None,
    }


def line(ticket: Ticket, standing: Standing, at: datetime) -> dict[str, Any]:
    """By which messenger, from which number, until when."""
    owner = owner_of(standing.specialist)
    return {
        "title": channel(ticket.channel).title,
        "account": standing.title or standing.account,
        "number": standing.number,
        "owner": owner,
        "closed": not standing.can_write,
        "until": standing.until,
        "left": span_of(standing.until, at) if standing.until and standing.can_write else None,
        "soon": bool(standing.until and standing.can_write and (standing.until - at).total_seconds() < SOON),
    }


def owner_of(login: str) -> str:
    """The name of the specialist whose number it is, "" where it is everybody's."""
    people = active_staff() if login else []
    return next((person.name for person in people if person.email.casefold() == login.casefold()), "")


def span_of(until: datetime, at: datetime) -> Sentence:
    """What is left, in whole minutes: «2 часа 5 минут»; less than one is said so."""
    minutes = int((until - at).total_seconds()) // 60
    return span((until - at) - ((until - at) % MINUTE)) if minutes else Sentence("меньше минуты", "less than a minute")


def way_view(way: Way) -> dict[str, Any]:
    """One other address."""
    return {"code": way.code, "title": way.title, "address": way.address, "verified": way.verified,
            "agreed": way.consent}  # fmt: skip


def template_view(ticket: Ticket, template: MessageTemplate) -> dict[str, Any]:
    """A template as text with its fields standing in it, filled in: what one sees is what is sent."""
    code = f"{TEMPLATE}{template.name}|{template.language}"
    values = defaults_of(ticket, template)
    pieces: list[dict[str, Any]] = []
    seen: set[int] = set()
    at = 0
    for found in _FIELD.finditer(template.body):
        number = int(found[1])
        pieces.append({"text": template.body[at : found.start()]})
        label = PARAMETERS.get(template.parameters[number - 1], PARAMETERS["text"])
        hint = template.hints[number - 1] if number <= len(template.hints) else ""
        field = {"name": f"value-{number}-{code}", "value": values[number - 1], "label": label, "hint": hint}
        pieces.append(field if number not in seen else {"text": "…"})
        seen.add(number)
        at = found.end()
    pieces.append({"text": template.body[at:]})
    return {"code": code, "title": template.title, "pieces": [piece for piece in pieces if piece != {"text": ""}]}


def limits_words(kind: str) -> Sentence:
    """How long a message may be, which files go, what marks format it."""
    limits: Limits = shape_of(kind).limits
    names = {"image/": ("картинки", "pictures"), "audio/": ("звук", "sound"), "video/": ("видео", "video"),
             "": ("другие файлы", "other files") if len(limits.sizes) > 1 else ("файлы", "files")}  # fmt: skip
    ru = ", ".join(f"{names[key][0]} до {size // MB} МБ" for key, size in limits.sizes.items())
    en = ", ".join(f"{names[key][1]} up to {size // MB} MB" for key, size in limits.sizes.items())
    marks = kind in FORMATTED
    return Sentence(
        f"До {limits.text} знаков в сообщении, длиннее уйдёт частями; {ru}."
        + (" Оформление: *жирный*, _курсив_, ~зачёркнутый~." if marks else " Без оформления."),
        f"Up to {limits.text} characters a message, longer goes in parts; {en}."
        + (" Formatting: *bold*, _italic_, ~struck~." if marks else " No formatting."),
    )


def sent_by_template(request: HttpRequest, ticket: Ticket, staff: Staff, act: str) -> bool:
    """Where the form chose a template, send it; gives whether it did. Raises InputError, TemplateError."""
    code = posted(request, "way")
    if not code.startswith(TEMPLATE):
        return False
    if act != "reply":
        raise InputError(REFUSAL_BY_TEMPLATE)
    name, _, language = code.removeprefix(TEMPLATE).partition("|")
    values = values_of(request.POST, code)
    last_seen = whole_number(posted(request, "last_seen"))
    messenger_out.send_template(ticket.pk, name, language, values, staff, last_seen=last_seen)
    return True


def values_of(posted_: QueryDict, code: str) -> list[str]:
    """The values of a template's fields, in their order."""
    found: list[str] = []
    while (value := posted_.get(f"value-{len(found) + 1}-{code}")) is not None:
        found.append(value)
    return found


def way_of(request: HttpRequest, ticket: Ticket) -> Way | None:
    """The other way that the form chose, None for the request's own. Raises InputError."""
    return chosen(ticket, posted(request, "way"), posted(request, "consent"))


@staff_required
@require_GET
def window(request: HttpRequest, number: str) -> HttpResponse:
    """The line with what is left, once a minute; when it closes, the ways are asked for anew."""
    ticket = selectors.access_ticket(number)
    standing = standing_of(ticket)
    if standing is None:
        return HttpResponse(status=404)
    shown = line(ticket, standing, now())
    response = render(
        request,
        "console/messengers/line.html",
        {"line": shown, "line_url": ticket_address("console-ticket-window", number)},
    )
    if shown["closed"] != (request.GET.get("closed") == "1"):
        response.headers["HX-Trigger"] = "window-changed"
    return response


@staff_required
@require_GET
def ways_part(request: HttpRequest, number: str) -> HttpResponse:
    """The ways anew: when somebody wrote, and when the window closes or opens."""
    staff_of(request)
    ticket = selectors.access_ticket(number)
    given = {"way": request.GET.get("way", ""), "consent": request.GET.get("consent", "")}
    return render(request, "console/messengers/ways.html", {"ways": ways(ticket, given)})
