"""A release from the registry's word "published" to everything that follows from it.

One transaction: the registry publishes, and every next step either writes in the same transaction or leaves a job that
runs once it is committed; so a version is never offered half. scheme.md §3, docs/howto/publish-a-release.md.
"""

from collections.abc import Callable

from django.db import transaction

from okibi.journal.services import Actor
from okibi.releases import services
from okibi.releases.models import Release

Step = Callable[[Release, Actor], None]

STEPS: tuple[Step, ...] = ()
"""What follows from a publication, in this order: signed metadata, mailings, the requests that waited for it."""


@transaction.atomic
def publish(release_id: int, actor: Actor) -> Release:
    """Offer a checked release to everybody it is for. Raises ReleaseError, ReleaseStateError, NotAllowedError."""
    release = services.publish(release_id, actor)
    for step in STEPS:
        step(release, actor)
    return release
