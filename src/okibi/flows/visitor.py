"""Who a customer's request acts for: the device behind a bearer token, its person, and what they may see.

A token reads ``okd_<12 of the device's public id>_<43 of the secret>``; only the secret's SHA-256 is stored.
"""

from dataclasses import dataclass, field

from okibi.customers.selectors import kept
from okibi.environments import services
from okibi.environments.models import Device


@dataclass(frozen=True, slots=True)
class Visitor:
    """A device and what is proved of who uses it.

    ``person_id``: whose e-mail was confirmed on the device, or who was invited. ``organisation_id``: that person's
    organisation, where somebody vouched for it (a card of the desk's, an invitation): a licence number alone
    covers a request, but lets nobody see others' requests. ``is_admin``: administrator of that organisation.
    ``row``: the device as it was read for this call; what outlives the call keeps none.
    """

    device_id: int
    device: str  # the public id
    person_id: int | None
    organisation_id: int | None
    is_admin: bool
    language: str
    row: Device | None = field(default=None, repr=False, compare=False)


def visitor_of(token: str) -> Visitor:
    """Who holds this token. Raises NotAllowedError for an unknown or a revoked one. One query, mostly."""
    device = services.device_of_token(token)
    services.saw(device)
    return of_device(device)


def of_device(device: Device) -> Visitor:
    """The visitor of a device that proved itself."""
    person = kept(device.person) if device.person else None
    proved = person is not None and not person.organisation_claimed
    return Visitor(
        device_id=device.pk,
        device=device.public_id,
        person_id=person.pk if person else None,
        organisation_id=person.organisation_id if person and proved else None,
        is_admin=bool(person and proved and person.organisation_id and person.organisation_admin),
        language=device.language,
        row=device,
    )
