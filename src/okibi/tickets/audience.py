"""Whom news of a request may concern, without reading the request."""

from collections.abc import Collection
from dataclasses import dataclass

from okibi.tickets.models import Ticket
from okibi.tickets.requester_selectors import NOT_GUESSED


@dataclass(frozen=True, slots=True)
class Audience:
    """The device, the person and the organisation of a request."""

    device_id: int | None
    person_id: int | None
    organisation_id: int | None
    number: str


def audiences(ticket_ids: Collection[int]) -> dict[int, Audience]:
    """By the id of the request; one query. Whose it is by a guess only is nobody's."""
    rows = Ticket.objects.filter(NOT_GUESSED, pk__in=ticket_ids).values_list(
        "pk", "device_id", "requester_id", "organisation_id", "number"
    )
    return {pk: Audience(device, person, organisation, number) for pk, device, person, organisation, number in rows}
