"""Reading endpoints and their log."""

from collections.abc import Sequence

from django.db.models import Count, Max, Q

from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.webhooks.models import Delivery, Endpoint
from okibi.webhooks.services import FAILED_LONG, NOT_FOUND, SAID_GONE

PAGE = 50


def endpoints() -> Sequence[Endpoint]:
    """All of them, newest first; each with ``waiting``, ``failed`` (calls) and ``told_at``."""
    return list(
        Endpoint.objects.annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state__in=["queued", "sending"])),
            failed=Count("deliveries", filter=Q(deliveries__state="failed")),
            told_at=Max("deliveries__ended_at", filter=Q(deliveries__state="delivered")),
        ).order_by("-id")
    )


def endpoint(endpoint_id: int) -> Endpoint:
    """Raises NotAllowedError."""
    found = Endpoint.objects.filter(pk=endpoint_id).first()
    if found is None:
        raise NotAllowedError(NOT_FOUND)
    return found


def stopped_because(endpoint: Endpoint) -> Sentence | None:
    """Why the product itself switched it off; None where a person did, or where it is on."""
    why = endpoint.stopped_why
    return {said.ru: said for said in (SAID_GONE, FAILED_LONG)}.get(why, Sentence(why, why)) if why else None


def call(endpoint_id: int, delivery_id: int) -> Delivery:
    """One call with its endpoint. Raises NotAllowedError."""
    found = Delivery.objects.select_related("endpoint").filter(pk=delivery_id, endpoint=endpoint_id).first()
    if found is None:
        raise NotAllowedError(NOT_FOUND)
    return found


def log(
    endpoint_id: int, before: int | None = None, state: str = "", limit: int = PAGE, *, troubled: bool = False
) -> Sequence[Delivery]:
    """Its calls, newest first; ``before``: older than that delivery's id; ``troubled``: those not taken at last."""
    rows = Delivery.objects.filter(endpoint=endpoint_id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    if state:
        rows = rows.filter(state=state)
    if troubled:
        rows = rows.filter(Q(state=Delivery.State.FAILED) | Q(state=Delivery.State.QUEUED, attempts__gt=0))
    return list(rows[:limit])
