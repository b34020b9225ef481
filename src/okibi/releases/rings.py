"""Who comes first when a version is offered. Everybody who is not named here is of the outermost ring."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Case, CharField, Subquery, Value, When
from django.db.models.expressions import Combinable

from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.policy.rollout import Ring
from okibi.releases.kinds import ring_in_words
from okibi.releases.models import RingMember


@transaction.atomic
def put(number: str, ring: Ring, actor: Actor) -> None:
    """Put the holder of a licence or trial, or one device, into a ring; «everybody» takes it out of the others."""
    number = " ".join(number.upper().split())[:40]
    if ring is Ring.EVERYBODY:
        RingMember.objects.filter(number=number).delete()
    else:
        values = {"ring": ring.value, "added_at": now(), "added_by": actor.name}
        RingMember.objects.update_or_create(number=number, defaults=values)
    record("release.ring_changed", ("release_ring", 0), actor, {"number": number, "ring": ring_in_words(ring)})


def ring_of(numbers: Iterable[str]) -> Ring:
    """The innermost ring that any of these numbers stands in; one query, none without numbers."""
    asked = [number.upper() for number in numbers if number]
    found = set(RingMember.objects.filter(number__in=asked).values_list("ring", flat=True)) if asked else set()
    return next((ring for ring in Ring if ring.value in found), Ring.EVERYBODY)


def ring_within(numbers: Iterable[str]) -> Combinable:
    """The same as a part of another query: the word of the ring, null for nobody who is named."""
    asked = [number.upper() for number in numbers if number]
    if not asked:
        return Value(None, output_field=CharField())
    inwards = Case(*(When(ring=ring.value, then=Value(place)) for place, ring in enumerate(Ring)))
    found = RingMember.objects.filter(number__in=asked).order_by(inwards)
    return Subquery(found.values("ring")[:1], output_field=CharField())


def members() -> list[RingMember]:
    """Everybody who is named, by ring and number."""
    return list(RingMember.objects.order_by("ring", "number"))
