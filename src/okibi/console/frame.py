"""What every console page shows around its content: sections with counts, the working-time lamp, who is signed in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from okibi.accounts.roles import Role
from okibi.calendars.services import work_calendar
from okibi.calls.selectors import due_count as calls_due
from okibi.channels.telephone.connected import is_connected
from okibi.console.access import staff_of
from okibi.console.addresses import address
from okibi.console.sms.present import SEERS as SMS_SEERS
from okibi.flows.answers import zone_name
from okibi.journal.selectors import latest_id
from okibi.kernel.clock import now
from okibi.kernel.sentence import Sentence
from okibi.mailings.registry import to_mend
from okibi.policy.scheme import Scheme
from okibi.policy.wording import clock_time, on_moment
from okibi.schemes.services import in_force
from okibi.sms.troubles import running_count
from okibi.tickets.selectors import COUNT_LIMIT, MENTIONS, Queue, section_counts

if TYPE_CHECKING:
    from okibi.accounts.models import Staff

HOT = {Queue.OVERDUE}
KEYS = {
    Queue.MINE: "g m",
    Queue.NOBODY: "g n",
    Queue.DUE: "g d",
    Queue.OVERDUE: "g o",
    Queue.WAITING: "g w",
    Queue.ALL: "g a",
}


def queue_titles() -> dict[Queue, str]:
    """The queues' names in the reader's language."""
    return {
        Queue.MINE: _("Mine"),
        Queue.NOBODY: _("Nobody's"),
        Queue.DUE: _("Due soon"),
        Queue.OVERDUE: _("Overdue"),
        Queue.WAITING: _("Waiting for the requester"),
        Queue.UNCOVERED: _("Not covered"),
        Queue.ALL: _("All"),
    }


def shown_count(count: int) -> str:
    """A count as the sections show it: nothing for none, «999+» above the limit."""
    if not count:
        return ""
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count)


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: lazy, so that fragments and other doors pay nothing for it."""
    if not request.path.startswith("/console/") or not request.user.is_authenticated:
        return {}
    latest = cache(latest_id)  # asked once per page
    return {
        "nav": SimpleLazyObject(lambda: navigation(request, latest)),
        "working": SimpleLazyObject(lambda: _lamp(latest(), now().replace(second=0, microsecond=0))),
        "me": SimpleLazyObject(lambda: _me(request)),
        "rings": SimpleLazyObject(is_connected),
        "events_url": "/console/events",
        "last_event_id": SimpleLazyObject(latest),
    }


def navigation(request: HttpRequest, latest: Callable[[], int] = latest_id) -> list[dict[str, Any]]:
    """The sections of the console with their counts: one query. ``latest``: the journal's newest entry."""
    staff = staff_of(request)
    counts = section_counts(staff.pk, now())
    titles = queue_titles()
    here = request.path
    queues = [
        {
            "label": titles[queue],
            "url": address("console-queue", queue.value),
            "count": shown_count(counts.get(queue.value, 0)),
            "hot": queue in HOT and counts.get(queue.value, 0) > 0,
            "current": False,
            "key": KEYS.get(queue, ""),
        }
        for queue in Queue
    ]
    called = counts.get(MENTIONS, 0)
    mine = {"label": _("For me"), "url": address("console-mentions"), "current": False, "key": "g f"}
    queues.insert(1, {**mine, "count": shown_count(called), "hot": called > 0})
    bounced = _addresses_to_mend(latest())
    records = [
        _link(_("Customers"), "console-customers", ""),
        _link(_("Licences"), "console-customers-licences", ""),
        {**_link(_("Mailing"), "console-mailings", ""), "count": shown_count(bounced), "hot": bounced > 0},
        _link(pgettext("nav", "Updates"), "console-updates", ""),
        _link(_("Reports"), "console-reports", ""),
        _link(_("Unreadable mail"), "console-unreadable", ""),
    ]
    talk = [
        {**_link(_("Calls"), "console-calls", "g c"), "count": shown_count(calls_due(now()))},
        _link(_("Request by telephone"), "console-calls-new", "p"),
    ]
    if staff.has_role(*SMS_SEERS):
        wrong = _lines_in_trouble(latest())
        talk.append({**_link(_("SMS"), "console-sms", "g s"), "count": shown_count(wrong), "hot": wrong > 0})
    groups: list[dict[str, Any]] = [
        {"title": _("Requests"), "items": queues},
        {"title": _("Telephone"), "items": talk},
        {"title": _("Records"), "items": records},
        {"title": _("Desk"), "items": _desk_links(staff)},
    ]
    _mark_current(here, [item for group in groups for item in group["items"]])
    return groups


def _desk_links(staff: "Staff") -> list[dict[str, Any]]:
    """What belongs to the desk itself, by role."""
    desk = [
        (_("Support scheme"), "console-policy", ""),
        (_("Calendar"), "console-calendar", ""),
        (_("Answer templates"), "console-answers", ""),
        (_("Help articles"), "console-articles", ""),
        (_("Versions"), "console-releases", ""),
        (_("System"), "console-system", ""),
    ]
    if staff.has_role(Role.LEADING, Role.ADMIN):
        desk.append((_("Messengers"), "console-messengers", ""))
        desk.append((_("Exchanges"), "console-calls-exchanges", ""))
    if staff.has_role(Role.ADMIN):
        desk.append((_("Staff"), "console-staff", ""))
        desk.append((_("Integrations"), "console-integrations", ""))
    return [_link(*item) for item in desk]


def _mark_current(here: str, items: list[dict[str, Any]]) -> None:
    """The section whose address is the longest beginning of this page's."""
    matching = [item for item in items if here.startswith(item["url"])]
    if matching:
        max(matching, key=lambda item: len(item["url"]))["current"] = True


def _link(label: str, name: str, key: str) -> dict[str, Any]:
    url = address(name)
    return {"label": label, "url": url, "current": False, "key": key}


@lru_cache(maxsize=8)
def _lines_in_trouble(latest: int) -> int:
    """SMS lines with something wrong, kept until something happens: whoever is told of one writes an entry."""
    del latest
    return running_count()


@lru_cache(maxsize=8)
def _addresses_to_mend(latest: int) -> int:
    """Addresses of the mailing's registry that take no mail: what marks, mends or takes one out writes an entry."""
    del latest
    return to_mend(COUNT_LIMIT)


@lru_cache(maxsize=8)
def _lamp(latest: int, minute: datetime) -> dict[str, Any]:
    """The lamp of this minute, kept until something happens: who changes the scheme or the calendar writes an entry."""
    del latest, minute
    return working_lamp(in_force(now()).scheme)


def working_lamp(scheme: Scheme) -> dict[str, Any]:
    """Whether the desk works at this moment, and until or from when."""
    calendar, moment = work_calendar(scheme), now()
    local = calendar.local(moment)
    if calendar.is_open(moment):
        until = clock_time(calendar.closing(local.date()))
        zone = zone_name(scheme.zone)
        return {"open": True, "text": Sentence(f"Работаем до {until}, {zone.ru}", f"Open until {until}, {zone.en}")}
    opening = calendar.next_opening(moment)
    said = on_moment(opening, local.year)
    return {"open": False, "text": Sentence(f"Откроемся {said.ru}", f"Opens {said.en}")}


def _me(request: HttpRequest) -> dict[str, Any]:
    staff = staff_of(request)
    roles = ", ".join(str(Role(role).label) for role in staff.roles)
    links = [{"url": address("console-staff-profile"), "label": _("Profile and security")}]
    return {
        "name": staff.name,
        "initials": staff.initials,
        "role": roles,
        "links": links,
        "sign_out_url": address("account_logout"),
    }
