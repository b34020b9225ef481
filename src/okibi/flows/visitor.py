"""Who a customer's request acts for: the device behind a bearer token, its person, and what they may see.

A token reads ``okd_<12 of the device's public id>_<43 of the secret>``; only the secret's SHA-256 is stored.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """A device and what is proved of who uses it.

    ``person_id``: whose e-mail was confirmed on the device, or who was invited. ``organisation_id``: that person's
    organisation, where somebody vouched for it (a card of the desk's, an invitation): a licence number alone
    covers a request, but lets nobody see others' requests. ``is_admin``: administrator of that organisation.
    """

    device_id: int
    device: str  # the public id
    person_id: int | None
    organisation_id: int | None
    is_admin: bool
    language: str


def visitor_of(token: str) -> Visitor:
    """Who holds this token. Raises NotAllowedError for an unknown or a revoked one."""
    raise NotImplementedError
