"""A version is out: everybody whose request waited for it hears so in their own channel, with the way to get it.

Who is to be told is asked of the database, not of a list that was made at the publication: a version that is widened to
everybody later, a request that is planned for a version already out and a process that died in the middle are one case.
Each request is told in a transaction of its own that claims it; scheme.md §3, design.md §5 "A version ships".
"""

from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from okibi.customers.models import EmailAddress
from okibi.flows import letters, sms_notices
from okibi.flows.answers import automatic_fields, can_be_told, mail_if_unread, send_letter
from okibi.flows.links import downloads
from okibi.journal.services import SYSTEM, Actor, record
from okibi.kernel import stopping
from okibi.kernel.clock import now
from okibi.policy.platforms import Place
from okibi.policy.scheme import Scheme
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.ticket_states import State
from okibi.releases.models import Release
from okibi.schemes.services import by_id
from okibi.tickets import fix_selectors, fixes, services
from okibi.tickets.models import Fix, Message, Ticket

JOB = "okibi.flows.tasks.tell_who_waits"
BATCH = 100
STEPS = 50  # batches of one run; the next run goes on


def tell_all() -> int:
    """Tell everybody whose version is out; gives how many. A worker that was asked to stop ends between two."""
    done = 0
    for _ in range(STEPS):
        ids = fix_selectors.to_tell(BATCH)
        for ticket_id in ids:
            if stopping.asked():
                return done
            done += tell(ticket_id)
        if len(ids) < BATCH:
            break
    return done


def on_publication(release: Release, actor: Actor) -> None:
    """A step of ``flows.release_publication``: the job begins when the publication is committed."""
    del release, actor
    transaction.on_commit(wake)


def wake() -> None:
    """Begin now rather than within a minute; where a run already stands in the queue, it will see the rows."""
    with suppress(AlreadyEnqueued):
        app.configure_task(JOB, queueing_lock="release_told").defer(timestamp=0)


@transaction.atomic
def tell(ticket_id: int) -> bool:
    """Tell one requester that their version is out; False where somebody was faster or nothing waits any more."""
    ticket = services.lock(ticket_id)
    fix = fixes.of_ticket(ticket, lock=True)
    release = fix_selectors.release_with(fix) if fix else None
    if fix is None or release is None or ticket.state != State.PLANNED.value or not _is_due(fix):
        return False
    moment = now()
    fixes.told(fix, release.pk, moment)
    record("ticket.version_out", ("ticket", ticket.pk), SYSTEM, {"version": release.version}, moment)
    if not can_be_told(ticket):
        return True
    scheme = by_id(ticket.scheme_id).scheme
    fields = automatic_fields(ticket, scheme, version=release.version, **way_to_get_it(ticket, release, scheme))
    letter = letters.write("version_out", ticket.language, fields)
    row = send_letter(ticket, letter, key=f"version_out:{ticket.pk}:{release.pk}", automatic=True)
    message = services.add_message(
        ticket, Message.Kind.AUTOMATIC, moment, channel=row.channel, text=letter.text,
        external_id=row.external_id, outbound=row,
    )  # fmt: skip
    mail_if_unread(message, ticket, scheme)
    sms_notices.tell(ticket, SmsEvent.VERSION_OUT, moment, key=str(release.pk), version=release.version)
    return True


def _is_due(fix: Fix) -> bool:
    """Not told yet, or told of a version that was withdrawn since."""
    return fix.told_at is None or (
        fix.arrived_at is None and fix.release is not None and fix.release.withdrawn_at is not None
    )


def way_to_get_it(ticket: Ticket, release: Release, scheme: Scheme) -> dict[str, Any]:
    """Fields of a letter: the page of the product, and for a mobile version the address that the mailing goes to."""
    part = scheme.product(release.product)
    mobile = part is not None and part.place is Place.MOBILE
    return {
        "product": part.name if part else None,
        "download": downloads(release.product),
        "mobile": mobile,
        "mailed": mailed_to(ticket) if mobile else "",
    }


def mailed_to(ticket: Ticket) -> str:
    """The requester's address in the registry of the mobile version mailing, "" where none stands there."""
    if ticket.requester_id is None:
        return ""
    rows = EmailAddress.objects.filter(person_id=ticket.requester_id, mobile_mailing=True, bounced_at__isnull=True)
    return rows.order_by("pk").values_list("address", flat=True).first() or ""
