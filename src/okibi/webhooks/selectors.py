"""Reading endpoints and their log."""

from collections.abc import Sequence

from django.db.models import Count, Max, Q

from okibi.kernel.errors import NotAllowedError
from okibi.webhooks.models import Delivery, Endpoint
from okibi.webhooks.services import NOT_FOUND

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


def log(endpoint_id: int, before: int | None = None, state: str = "", limit: int = PAGE) -> Sequence[Delivery]:
    """Its calls, newest first; ``before``: older than that delivery's id."""
    rows = Delivery.objects.filter(endpoint=endpoint_id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    if state:
        rows = rows.filter(state=state)
    return list(rows[:limit])
