"""Reading what requests wait for: who is to be told, whom a device's report concerns, how a release stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.policy.ticket_states import State
from okibi.releases.kinds import ReleaseChannel
from okibi.releases.models import Release
from okibi.tickets.models import Fix

PLANNED = State.PLANNED.value
ENDED = [State.SOLVED.value, State.CLOSED.value]
WORKED_ON = [State.NEW.value, State.OPEN.value, State.WAITING.value, State.PLANNED.value]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many requests of a release stand where. ``customers``: how many organisations or people wait."""

    waiting: int = 0  # for its publication
    told: int = 0  # that it is out; their devices have not reported it
    closed: int = 0
    back: int = 0  # it arrived, and the request is open again
    customers: int = 0

    @property
    def all(self) -> int:
        return self.waiting + self.told + self.closed + self.back


def to_tell(limit: int = 100) -> list[int]:
    """Ids of tickets whose version is out for everybody and whose requesters were not told of one that still stands."""
    heard_of_one_withdrawn = Q(release__state=ReleaseState.WITHDRAWN.value, arrived_at__isnull=True)
    rows = Fix.objects.filter(Q(told_at__isnull=True) | heard_of_one_withdrawn, ticket__state=PLANNED)
    return list(rows.filter(Exists(out_for_everybody())).order_by("tied_at").values_list("pk", flat=True)[:limit])


def out_for_everybody() -> QuerySet[Release]:
    """Releases that bring an outer fix's version and that anybody may have."""
    return Release.objects.filter(
        product=OuterRef("product"),
        version_key__gte=OuterRef("version_key"),
        state=ReleaseState.PUBLISHED.value,
        channel=ReleaseChannel.STABLE.value,
        ring=Ring.EVERYBODY.value,
    )


def release_with(fix: Fix) -> Release | None:
    """The lowest release that brings it to everybody."""
    rows = Release.objects.filter(
        product=fix.product,
        version_key__gte=fix.version_key,
        state=ReleaseState.PUBLISHED.value,
        channel=ReleaseChannel.STABLE.value,
        ring=Ring.EVERYBODY.value,
    )
    return rows.order_by("version_key").first()


def shipped(product: str, least: str, most: str) -> list[Release]:
    """Releases of a product that were ever published, by key from ``least`` to ``most``, both included, the lowest
    first.
    """
    rows = Release.objects.filter(
        product=product, version_key__gte=least, version_key__lte=most, published_at__isnull=False
    )
    return list(rows.order_by("version_key", "id"))


def awaited(product: str, most: str, people: Collection[int], device_id: int, organisation_id: int | None) -> list[int]:
    """Ids of planned tickets that a report of a version with key ``most`` may close; the policy says which it does."""
    whose = Q(ticket__device_id=device_id)
    if people:
        whose |= Q(ticket__requester_id__in=people)
    elif organisation_id is not None:
        whose |= Q(ticket__organisation_id=organisation_id)
    rows = Fix.objects.filter(whose, product=product, version_key__lte=most, ticket__state=PLANNED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def had_by(device_id: int, product: str, above: str) -> list[int]:
    """Ids of ended tickets whose fix this device once reported, and whose version is above a key."""
    rows = Fix.objects.filter(
        device_id=device_id,
        product=product,
        version_key__gt=above,
        gone_back_at__isnull=True,
        ticket__state__in=ENDED,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def standing_of(release: Release) -> Standing:
    """How the requests of a release stand; two queries."""
    rows = of_release(release)
    told, arrived = Q(told_at__isnull=False), Q(arrived_at__isnull=False)
    open_now = Q(ticket__state=PLANNED)
    found = rows.aggregate(
        waiting=Count("pk", filter=open_now & ~told),
        told=Count("pk", filter=open_now & told & ~arrived),
        closed=Count("pk", filter=arrived & Q(ticket__state__in=ENDED)),
        back=Count("pk", filter=arrived & Q(ticket__state__in=WORKED_ON)),
        organisations=Count("ticket__organisation", filter=open_now, distinct=True),
        people=Count(
            "ticket__requester_address", filter=open_now & Q(ticket__organisation__isnull=True), distinct=True
        ),
    )
    customers = found.pop("organisations") + found.pop("people")
    return Standing(**found, customers=customers)


def requests_of(release: Release, limit: int = 200) -> Sequence[Fix]:
    """The requests of a release, tickets with them: who waits first, then what it closed; two queries."""
    rows = of_release(release).filter(Q(ticket__state=PLANNED) | Q(arrived_at__isnull=False)).select_related("ticket")
    return list(rows.order_by(F("arrived_at").asc(nulls_first=True), "tied_at", "pk")[:limit])


def of_release(release: Release) -> QuerySet[Fix]:
    """Whom this release told, and who waits for a version up to it that no earlier one brings; one query here."""
    before = (
        Release.objects.filter(product=release.product, version_key__lt=release.version_key)
        .exclude(state=ReleaseState.WITHDRAWN.value)
        .order_by("-version_key")
        .values_list("version_key", flat=True)
        .first()
    )
    waits = Q(release__isnull=True, product=release.product, version_key__lte=release.version_key)
    return Fix.objects.filter(Q(release=release) | waits & Q(version_key__gt=before or ""))
