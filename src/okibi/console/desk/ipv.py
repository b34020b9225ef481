"""What ИПВ adds to a ticket's page: the device, what the requester read, what they think of the answer, who types."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okibi.console.access import actor_of, staff_required
from okibi.console.mailings import asked
from okibi.console.updates import asked as agreed
from okibi.flows.device_views import DeviceView, views
from okibi.flows.enrolment import revoke
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.templatetags.okibi_ui import moment_text
from okibi.tickets import requester_selectors, selectors
from okibi.tickets.requester_selectors import Mine

if TYPE_CHECKING:
    from okibi.tickets.models import Message, Ticket

CHANNEL = "ipv"
OTHERS = 5  # tickets of the same device that the card names
NO_DEVICE = Sentence(ru="У этой заявки нет устройства.", en="This request has no device.")
UNPROVED_DEVICE = Sentence(
    "Устройство не подтверждено: кто пишет, известно только с его слов.",
    "The device is not confirmed: who writes is known by their own word only.",
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the requester read in ИПВ, and which answers go by e-mail when nobody reads them. Moments are UTC."""

    readings: tuple[tuple[int, datetime], ...] = ()
    letters: dict[int, datetime] = field(default_factory=dict)

    def read_at(self, message_id: int) -> datetime | None:
        """When that message was first known to be read."""
        return min((at for up_to, at in self.readings if up_to >= message_id), default=None)


NO_MARKS = Marks()


def marks_of(ticket: Ticket) -> Marks:
    """Two queries for a request of ИПВ, none for another."""
    if ticket.device_id is None and ticket.channel != CHANNEL:
        return NO_MARKS
    return Marks(tuple(requester_selectors.readings(ticket)), requester_selectors.letters_to_come(ticket))


def read_words(message: Message, marks: Marks) -> str:
    """Whether the requester read this answer: «прочитано в ИПВ 12:41», or when it goes by e-mail."""
    if message.channel != CHANNEL:
        return ""
    read = marks.read_at(message.pk)
    if read:
        return _("read in IPV %(at)s") % {"at": moment_text(read, "short")}
    later = marks.letters.get(message.pk)
    if later:
        return _("not read yet, goes by e-mail %(at)s") % {"at": moment_text(later, "short")}
    return _("not read yet")


def device_card(ticket: Ticket) -> dict[str, Any] | None:
    """The device that placed the request, as it is now, and its other requests; None where there is no device."""
    if ticket.device_id is None or ticket.device is None:
        return None
    view = views([ticket.device])[0]
    found = requester_selectors.page(Mine(ticket.device_id), limit=OTHERS + 1).rows
    others = [
        {"number": row.number, "subject": row.subject, "url": reverse("console-ticket", args=[row.number])}
        for row in found
        if row.pk != ticket.pk
    ]
    return {
        "view": view,
        "facts": _facts(view),
        "others": others[:OTHERS],
        "proved": ticket.device.person_id is not None,
        "cut_url": reverse("console-device-cut", args=[ticket.number]),
    }


def _facts(view: DeviceView) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"name": _("Device"), "value": " · ".join(filter(None, [str(view.kind.label), view.name]))}
    ]
    if view.product.en or view.version:
        product = Sentence(f"{view.product.ru} {view.version}".strip(), f"{view.product.en} {view.version}".strip())
        facts.append({"name": _("Product"), "value": product})
    facts.append({"name": _("Last seen"), "value": moment_text(view.last_seen_at)})
    if view.environment.en:
        facts.append({"name": _("Runs"), "value": view.environment})
    if view.revoked_at:
        gone = ", ".join(filter(None, [moment_text(view.revoked_at), view.revoked_by]))
        facts.append({"name": _("Was cut off"), "value": gone})
    return facts


def rating_card(ticket: Ticket) -> dict[str, Any] | None:
    """What the requester thinks of the answer; asked for only where there may be one."""
    if ticket.reacted_at is None and ticket.ended_at is None:
        return None
    rating = requester_selectors.rating_of(ticket)
    if rating is None:
        return None
    stars = "★" * rating.score + "☆" * (5 - rating.score)
    return {"stars": stars, "score": rating.score, "text": rating.text, "at": rating.at}


def cards(ticket: Ticket) -> dict[str, Any]:
    """What the aside shows beside verdict and clock."""
    return {
        "device": device_card(ticket),
        "rating": rating_card(ticket),
        "asked": asked.card(ticket),
        "updates": agreed.card(ticket),
    }


@staff_required
@require_POST
def cut_off(request: HttpRequest, number: str) -> HttpResponse:
    """The device of this request opens nothing any more."""
    ticket = selectors.access_ticket(number)
    if ticket.device is None:
        raise NotAllowedError(NO_DEVICE)
    revoke(ticket.device.public_id, actor_of(request))
    messages.success(request, _("The device is cut off."))
    return redirect("console-ticket", number)
