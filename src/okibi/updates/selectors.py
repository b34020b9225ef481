"""Reading agreements."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.policy.agreement_states import AgreementState
from okibi.updates.models import Agreement, Host
from okibi.updates.services import GONE, digest_of

PAGE = 50
DEAD = Sentence(
    "Ссылка больше не действует: письмо могли прислать заново, или доступ закончился.",
    "The link is no longer valid: the letter may have been sent anew, or the access is over.",
)


def by_id(agreement_id: int) -> Agreement:
    """With whose it is and its request. Raises NotAllowedError."""
    found = _loaded().filter(pk=agreement_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def by_link(token: str) -> Agreement:
    """The agreement of a letter's link, whatever its state. Raises NotAllowedError."""
    found = _loaded().filter(link_hash=digest_of(token)).first() if token else None
    if found is None:
        raise NotAllowedError(DEAD)
    return found


def hosts_of(agreement: Agreement) -> Sequence[Host]:
    """Its computers by name, their devices loaded."""
    return list(Host.objects.filter(agreement=agreement).select_related("device").order_by("name", "pk"))


def hosts_of_all(agreement_ids: Collection[int]) -> dict[int, list[Host]]:
    """The same for many agreements, by the agreement's id; one query."""
    found: dict[int, list[Host]] = {each: [] for each in agreement_ids}
    rows = Host.objects.filter(agreement__in=agreement_ids).select_related("device").order_by("name", "pk")
    for host in rows if found else ():
        found[host.agreement_id].append(host)
    return found


def listed(
    state: AgreementState | None = None, query: str = "", before: int | None = None, size: int = PAGE
) -> Sequence[Agreement]:
    """Newest first, ``host_count`` on each; one more than a page means that there are more. One query."""
    rows = _loaded().annotate(host_count=Count("hosts"))
    if state is not None:
        rows = rows.filter(state=state.value)
    if text := query.strip():
        wanted = Q(organisation__name__icontains=text) | Q(person__name__icontains=text) | Q(ticket__number=text)
        rows = rows.filter(wanted | Q(pk__in=Host.objects.filter(name__icontains=text).values("agreement_id")))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: size + 1])


def counts() -> dict[AgreementState, int]:
    """How many there are in each state; one query."""
    found = dict(Agreement.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state: found.get(state.value, 0) for state in AgreementState}


def of_customer(
    person_ids: Collection[int],
    organisation_id: int | None,
    *,
    whole_organisation: bool,
    before: int | None = None,
    size: int = 200,
    only: int | None = None,
) -> Sequence[Agreement]:
    """What a customer sees, newest first: what they asked for; for an administrator all of the organisation's.

    ``before``: older than that id; ``only``: that one, if it is among them.
    """
    wanted = Q(person_id__in=list(person_ids)) if person_ids else Q(pk__in=[])
    if organisation_id is not None and whole_organisation:
        wanted |= Q(organisation_id=organisation_id)
    rows = _loaded().filter(wanted).annotate(host_count=Count("hosts")).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if only is not None:
        rows = rows.filter(pk=only)
    return list(rows[:size])


def of_ticket(ticket_id: int) -> Sequence[Agreement]:
    """Those of one request, newest first."""
    return list(_loaded().filter(ticket_id=ticket_id).order_by("-pk"))


def waiting_on(ticket_id: int) -> Agreement | None:
    """The one proposal of a request that waits for an answer."""
    rows = _loaded().filter(ticket_id=ticket_id, state=AgreementState.PROPOSED.value)
    return rows.order_by("-pk").first()


def of_people(person_ids: Collection[int]) -> Sequence[Agreement]:
    """What these people asked for or answered, oldest first, for their own archive."""
    ids = list(person_ids)
    return list(_loaded().filter(Q(person_id__in=ids) | Q(granted_by_id__in=ids)).order_by("pk"))


def in_force(at: datetime) -> QuerySet[Agreement]:
    """Under these anything may be installed at a moment."""
    return _loaded().filter(state=AgreementState.CONFIRMED.value, valid_from__lte=at, valid_until__gt=at)


def _loaded() -> QuerySet[Agreement]:
    return Agreement.objects.select_related("organisation", "person__merged_into", "ticket", "asked_by", "granted_by")
