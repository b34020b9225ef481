"""A device says what it runs. Requests that waited for that version close, and their requesters are asked whether it
works; a device that went back to less opens them again. design.md §5 "A version ships".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from okibi.customers.selectors import card_ids
from okibi.environments import services as environments
from okibi.environments.kinds import EnrolledBy
from okibi.environments.models import Device
from okibi.flows import letters, mobile_mailing, sms_notices
from okibi.flows.answers import automatic_fields, can_be_told, mail_if_unread, send_letter
from okibi.flows.promise import Promise
from okibi.flows.states import change_state
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.policy.fix_arrival import Promised, Report, has_arrived, is_rolled_back
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import Event, State
from okibi.policy.versions import ProductVersion, VersionError, parse_version
from okibi.policy.works_answer import Works, read_works
from okibi.releases.keys import version_key
from okibi.tickets import fix_selectors, fixes, services
from okibi.tickets.models import Fix, Message, Ticket

VOUCHED = {EnrolledBy.INVITATION.value, EnrolledBy.EMAIL.value, EnrolledBy.ACCESS.value}  # no licence number alone


@transaction.atomic
def reported(device_id: int, *, product: str, version: str, report: Mapping[str, Any]) -> Device:
    """What the device says of its environment now, and what follows from it. Raises NoSuchDeviceError."""
    device = environments.reported(device_id, product=product, version=version, report=report)
    follow(device)
    return device


@transaction.atomic
def follow(device: Device) -> list[Ticket]:
    """Close what waited for the version that the device runs, reopen what it lost; gives the requests it changed."""
    try:
        running = parse_version(device.version)
    except VersionError:
        return []
    if not device.product:
        return []
    mobile_mailing.told_version(device)
    moment = now()
    return [*_arrived(device, running, moment), *_gone_back(device, running, moment)]


def _arrived(device: Device, running: ProductVersion, at: datetime) -> list[Ticket]:
    key = version_key(running)
    people = frozenset(card_ids(device.person_id)) if device.person_id is not None else frozenset()
    vouched = device.organisation_id if device.enrolled_by in VOUCHED else None
    ids = fix_selectors.awaited(device.product, key, people, device.pk, vouched)
    report = Report(running, device.pk, people, vouched)
    return [ticket for ticket_id in ids if (ticket := _close(ticket_id, device, report, at)) is not None]


def _close(ticket_id: int, device: Device, report: Report, at: datetime) -> Ticket | None:
    ticket = services.lock(ticket_id)
    fix = fixes.of_ticket(ticket, lock=True)
    if fix is None or ticket.state != State.PLANNED.value:
        return None
    shipped = fix_selectors.shipped(fix.product, fix.version_key, version_key(report.version))
    if not has_arrived(_promised(ticket, fix), report, [parse_version(each.version) for each in shipped]):
        return None
    actor = _actor(device)
    fixes.arrived(fix, shipped[-1].pk, device.pk, device.version, at)
    change_state(ticket, Event.VERSION_SHIPPED, actor, at)
    data = {"device": environments.named(device), "version": device.version}
    record("ticket.version_arrived", ("ticket", ticket.pk), actor, data, at)
    _ask(ticket, device, fix, at)
    return ticket


def _promised(ticket: Ticket, fix: Fix) -> Promised:
    """The device that placed it counts alone where it runs the product itself; a browser doesn't."""
    own = ticket.device
    bound = own is not None and own.product == fix.product and own.revoked_at is None
    return Promised(
        fixed_in=parse_version(fix.version),
        device=ticket.device_id if bound else None,
        person=ticket.requester_id,
        organisation=ticket.organisation_id,
    )


def _ask(ticket: Ticket, device: Device, fix: Fix, at: datetime) -> None:
    """Does it work now? In the channel of the request."""
    if not can_be_told(ticket):
        return
    promise = Promise.of(ticket)
    days = promise.scheme.desk.reopen_days
    named = device.name or device.user_name
    fields = automatic_fields(ticket, promise.scheme, version=device.version, device=named, reopen_days=days)
    letter = letters.write("works_now", ticket.language, fields)
    key = f"works_now:{ticket.pk}:{fix.release_id or 0}:{at.timestamp():.0f}"
    row = send_letter(ticket, letter, key=key, automatic=True)
    message = services.add_message(
        ticket, Message.Kind.AUTOMATIC, at, channel=row.channel, text=letter.text,
        external_id=row.external_id, outbound=row,
    )  # fmt: skip
    mail_if_unread(message, ticket, promise.scheme)
    sms_notices.tell_of_answer(ticket, SmsEvent.SOLVED, message)


def _gone_back(device: Device, running: ProductVersion, at: datetime) -> list[Ticket]:
    found = []
    for ticket_id in fix_selectors.had_by(device.pk, device.product, version_key(running)):
        ticket = services.lock(ticket_id)
        fix = fixes.of_ticket(ticket, lock=True)
        if fix is None or fix.gone_back_at is not None or not is_rolled_back(parse_version(fix.version), running):
            continue
        days = Promise.of(ticket).scheme.desk.reopen_days
        if ticket.ended_at is None or at - ticket.ended_at >= timedelta(days=days):
            continue
        fixes.gone_back(fix, at)
        actor = _actor(device)
        change_state(ticket, Event.REOPEN, actor, at)
        services.mark_unread(ticket, at)
        ticket.sort_at = services.sort_moment(ticket)
        services.save(ticket, "sort_at")
        data = {"device": environments.named(device), "version": device.version, "fix": fix.version}
        record("ticket.version_gone_back", ("ticket", ticket.pk), actor, data, at)
        found.append(ticket)
    return found


def takes_as_confirmed(ticket: Ticket, text: str, actor: Actor, at: datetime) -> bool:
    """A bare "yes" to "does it work now?" closes the request that was asked; gives whether this was one.

    Everything else is the requester's word: it opens the request again, as after any answer.
    """
    if ticket.state != State.SOLVED.value or read_works(text) is not Works.YES:
        return False
    fix = fixes.of_ticket(ticket)
    if fix is None or fix.arrived_at is None or fix.gone_back_at is not None:
        return False
    change_state(ticket, Event.CONFIRM, actor, at)
    record("ticket.confirmed", ("ticket", ticket.pk), actor, at=at)
    return True


def _actor(device: Device) -> Actor:
    name = device.person.name if device.person else device.user_name or environments.named(device)
    return Actor("person", device.person_id, name)
