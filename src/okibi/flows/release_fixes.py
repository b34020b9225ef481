"""«Исправляет заявку N»: a version says which requests it fixes; planning offers the versions that there are."""

import re

from django.db import transaction

from okibi.accounts.models import Staff
from okibi.flows import release_told, work
from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseState
from okibi.policy.ticket_states import State
from okibi.releases import selectors as releases
from okibi.releases.models import Release
from okibi.tickets import fixes, selectors, services
from okibi.tickets.models import Ticket

MOST = 100  # requests of one act
_NUMBER = re.compile(r"#?(\d{2}-\d{6,8})")
NO_NUMBERS = Sentence(ru="Напишите номера заявок, например 26-001042.", en="Write request numbers, say 26-001042.")
WITHDRAWN = Sentence(ru="Версия отозвана.", en="The version is withdrawn.")


def known_versions(product: str, limit: int = 8) -> list[str]:
    """Versions of a product that a request may be planned for: what is not withdrawn, the highest first."""
    rows = releases.of_product(product) if product else []
    return [each.version for each in rows if each.state != ReleaseState.WITHDRAWN.value][:limit]


@transaction.atomic
def fix(release_id: int, numbers: str, staff: Staff) -> list[Ticket]:
    """The version fixes these requests: each is promised for it, and its requester told so, unless it was already.

    All or none. Raises InputError (no such number, another product), ConflictError (a request that has its answer).
    """
    release = releases.by_id(release_id)
    if release.state == ReleaseState.WITHDRAWN.value:
        raise ConflictError(WITHDRAWN)
    found = list(dict.fromkeys(_NUMBER.findall(numbers)))[:MOST]
    if not found:
        raise InputError(NO_NUMBERS, field="numbers")
    tied = [_tied(number, release, staff) for number in found]
    if release.state == ReleaseState.PUBLISHED.value:
        transaction.on_commit(release_told.wake)
    return tied


def _tied(number: str, release: Release, staff: Staff) -> Ticket:
    """A refusal names the request: it may be one of many."""
    try:
        return _tie(_numbered(number), release, staff)
    except ConflictError as error:
        why = error.sentence
        raise ConflictError(Sentence(f"{number}: {why.ru}", f"{number}: {why.en}")) from error


def _tie(ticket_id: int, release: Release, staff: Staff) -> Ticket:
    ticket = services.lock(ticket_id)
    if ticket.product and ticket.product != release.product:
        raise InputError(_another_product(ticket), field="numbers")
    if not ticket.product:
        ticket.product = release.product
        services.save(ticket, "product")
    if ticket.state != State.PLANNED.value:
        return work.plan(ticket.pk, staff, release.version)
    if ticket.planned_version != release.version or fixes.of_ticket(ticket) is None:
        moment = now()
        ticket.planned_version = release.version
        services.save(ticket, "planned_version")
        fixes.tie(ticket, moment)
        actor = Actor("staff", staff.pk, staff.name)
        record("ticket.planned", ("ticket", ticket.pk), actor, {"version": release.version}, moment)
    return ticket


def _numbered(number: str) -> int:
    try:
        return selectors.access_ticket(number).pk
    except NotAllowedError:
        raise InputError(Sentence(f"Заявки {number} нет.", f"There is no request {number}."), field="numbers") from None


def _another_product(ticket: Ticket) -> Sentence:
    return Sentence(
        f"Заявка {ticket.number} — о другом продукте.", f"Request {ticket.number} is about another product."
    )
