"""The form that makes an agreement of a request: programs, computers, hours, last day. What was typed is never lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okibi.channels.clean import text_safe
from okibi.console.access import staff_of
from okibi.console.customers.gate import CARD_EDITORS, page, said
from okibi.console.given import posted, whole_number
from okibi.flows import update_agreement as flow
from okibi.kernel.clock import now
from okibi.kernel.errors import OkibiError
from okibi.policy.update_windows import DAY_NAMES, DAYS
from okibi.schemes.services import in_force
from okibi.tickets import selectors as tickets
from okibi.updates import selectors
from okibi.updates.kinds import USUAL_PORTS, WAY_TITLES, Way
from okibi.updates.terms import MOST_HOSTS, USUAL_DAYS, HostWish, TermsError, Wish

if TYPE_CHECKING:
    from okibi.environments.models import Device
    from okibi.tickets.models import Ticket
    from okibi.updates.models import Agreement

BLANK = 2  # rows for computers that are no device of ours
MORE = 5
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk",
    "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "UTC",
)  # fmt: skip
NIGHTS = dict.fromkeys(DAYS, "22:00-06:00")
NO_PORT = -1  # is no port: the terms refuse it beside the field


@dataclass
class Row:
    """One computer as it stands in the form."""

    number: int
    device: int | None = None
    hint: str = ""
    taken: bool = False
    name: str = ""
    way: str = Way.POLL.value
    address: str = ""
    port: str = ""
    error: str = ""


@dataclass
class Typed:
    """The whole form as it was typed, with what was wrong beside each field."""

    products: list[str]
    rows: list[Row]
    windows: dict[str, str]
    zone: str
    last_day: str
    note: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@page(roles=CARD_EDITORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Propose an agreement: the customer is asked at once, in the form in which the request was placed."""
    ticket = tickets.access_ticket(number)
    devices = flow.devices_for(ticket)
    typed = _typed(request, devices) if request.method == "POST" else _fresh(ticket, devices)
    if request.method == "POST" and "more" in request.POST:
        typed.rows += [Row(len(typed.rows) + each) for each in range(MORE)]
    elif request.method == "POST" and (made := _propose(request, ticket, typed)):
        messages.success(request, _("Proposed: the customer is asked for consent."))
        return redirect("console-agreement", made)
    status = 422 if typed.errors else 200
    return render(request, "console/updates/agreement_form.html", _context(ticket, typed), status=status)


def _fresh(ticket: Ticket, devices: Any) -> Typed:
    scheme = in_force(now()).scheme
    rows = [_device_row(number, device) for number, device in enumerate(devices[:MOST_HOSTS])]
    for row, device in zip(rows, devices, strict=False):
        row.taken = device.pk == ticket.device_id or len(devices) == 1
    rows += [Row(len(rows) + each) for each in range(BLANK)]
    possible = flow.updatable(scheme)
    last = now().astimezone(scheme.zone).date() + timedelta(days=USUAL_DAYS)
    chosen = [ticket.product] if ticket.product in possible else possible[:1]
    typed = Typed(chosen, rows, dict(NIGHTS), scheme.zone.key, last.isoformat())
    earlier = selectors.of_ticket(ticket.pk)
    return _as_before(typed, earlier[0]) if earlier else typed


def _as_before(typed: Typed, before: Agreement) -> Typed:
    """The terms of the request's last agreement to begin with; its last day is a new one."""
    hosts = {host.device_id: host for host in selectors.hosts_of(before)}
    own = [host for host in selectors.hosts_of(before) if host.device_id is None]
    for row in typed.rows:
        host = hosts.get(row.device) if row.device else (own.pop(0) if own else None)
        row.taken = host is not None
        if host is not None:
            row.name, row.way, row.address = host.name, host.way, host.address
            row.port = str(host.port or "")
    for host in own:
        row = Row(len(typed.rows), taken=True, name=host.name, way=host.way, address=host.address)
        row.port = str(host.port or "")
        typed.rows.append(row)
    typed.products, typed.zone, typed.note = list(before.products), before.zone, before.note
    typed.windows = {day: ", ".join(before.windows.get(day, ())) for day in DAYS}
    return typed


def _device_row(number: int, device: Device) -> Row:
    named = device.name or device.user_name or device.public_id
    hint = " · ".join(
        part for part in (device.get_kind_display(), f"{device.product} {device.version}".strip()) if part
    )
    return Row(number, device.pk, hint, name=named)


def _typed(request: HttpRequest, devices: Any) -> Typed:
    theirs = {device.pk: device for device in devices}
    count = min(whole_number(posted(request, "rows")) or 0, MOST_HOSTS + MORE)
    rows = []
    for number in range(count):
        device = theirs.get(whole_number(posted(request, f"device-{number}")) or 0)
        row = _device_row(number, device) if device else Row(number)
        row.name = posted(request, f"name-{number}", row.name)[:200]
        row.way = posted(request, f"way-{number}", Way.POLL.value)
        row.address = posted(request, f"address-{number}")[:300]
        row.port = posted(request, f"port-{number}")[:10]
        row.taken = f"take-{number}" in request.POST if device else bool(row.name.strip())
        rows.append(row)
    return Typed(
        products=[text_safe(code) for code in request.POST.getlist("products")],
        rows=rows,
        windows={day: posted(request, day)[:200] for day in DAYS},
        zone=posted(request, "zone")[:64],
        last_day=posted(request, "last_day")[:10],
        note=posted(request, "note")[:4000],
    )


def _propose(request: HttpRequest, ticket: Ticket, typed: Typed) -> int | None:
    """The number of the new agreement; None where something has to be corrected, said beside its field."""
    taken = [row for row in typed.rows if row.taken]
    try:
        return flow.propose(ticket.pk, staff_of(request), _wish(typed, taken)).pk
    except TermsError as error:
        name, _dot, rest = error.field.partition(".")
        why = said(error.sentence)
        if name == "hosts" and rest:
            row = taken[int(rest.partition(".")[0])]
            row.error = why
            typed.errors["hosts"] = f"{row.name}: {why}" if row.name else why
        else:
            typed.errors[error.field if name == "windows" else name] = why
    except OkibiError as error:
        typed.errors["form"] = said(error.sentence)
    return None


def _wish(typed: Typed, taken: list[Row]) -> Wish:
    try:
        last_day = date.fromisoformat(typed.last_day)
    except ValueError:
        last_day = date.min  # refused beside its field
    ways = {each.value for each in Way}
    return Wish(
        products=typed.products,
        hosts=[
            HostWish(
                row.name,
                row.device,
                Way(row.way) if row.way in ways else Way.POLL,
                row.address,
                None if not row.port.strip() else whole_number(row.port.strip()) or NO_PORT,
            )
            for row in taken
        ],
        last_day=last_day,
        zone=typed.zone,
        windows={
            day: [part for part in hours.replace(";", ",").split(",") if part.strip()]
            for day, hours in typed.windows.items()
            if hours.strip()
        },
        note=typed.note,
    )


def _context(ticket: Ticket, typed: Typed) -> dict[str, Any]:
    scheme = in_force(now()).scheme
    possible = flow.updatable(scheme)
    return {
        "ticket": ticket,
        "typed": typed,
        "products": [
            {"code": part.code, "name": part.name, "on": part.code in typed.products}
            for part in scheme.products
            if part.code in possible
        ],
        "ways": [{"code": way.value, "name": WAY_TITLES[way], "port": USUAL_PORTS.get(way, "")} for way in Way],
        "days": [
            {"code": day, "name": DAY_NAMES[day], "hours": typed.windows[day]}
            | {"error": typed.errors.get(f"windows.{day}")}
            for day in DAYS
        ],
        "zones": [*ZONES, *([typed.zone] if typed.zone and typed.zone not in ZONES else [])],
        "most": MOST_HOSTS,
    }  # fmt: skip
