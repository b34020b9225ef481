"""A release from the registry's word "published" to everything that follows from it.

One transaction: the registry publishes, and every next step either writes in the same transaction or leaves a job that
runs once it is committed; so a version is never offered half. scheme.md §3, docs/howto/publish-a-release.md.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from okibi.flows import mobile_mailing, release_told
from okibi.journal.services import Actor, record
from okibi.kernel.later import later
from okibi.kernel.sentence import Sentence
from okibi.policy.release_states import ReleaseState, ReleaseStateError
from okibi.policy.update_states import halt_reason
from okibi.releases import selectors, services
from okibi.releases.models import Release
from okibi.updates import runs

if TYPE_CHECKING:
    from okibi.releases.trust.framework import Signer

trust = later("okibi.releases.trust.offers")
Step = Callable[[Release, Actor], None]
NOT_OFFERED = Sentence("Версия сейчас не предлагается.", "The version is not offered now.")

STEPS: tuple[Step, ...] = (mobile_mailing.plan_on_publication, release_told.on_publication)
"""What follows from a publication, in this order: mailings, the requests that waited for it."""


@transaction.atomic
def publish(release_id: int, actor: Actor, signers: "Sequence[Signer]" = ()) -> Release:
    """Offer a checked release to everybody it is for, its files signed first.

    ``signers``: the product's keys, where the installation keeps none. Raises ReleaseError, ReleaseStateError,
    TrustError, NotAllowedError.
    """
    release = services.publish(release_id, actor)
    trust.offer(release, signers)
    for step in STEPS:
        step(release, actor)
    return release


@transaction.atomic
def sign(release_id: int, actor: Actor, signers: "Sequence[Signer]" = ()) -> bool:
    """Sign what was published before its product had a key; gives whether there was something to sign.

    Raises TrustError where the key is not at hand, ReleaseStateError where the version is not offered.
    """
    release = selectors.by_id(release_id)
    if release.state != ReleaseState.PUBLISHED.value:
        raise ReleaseStateError(NOT_OFFERED)
    signed = bool(trust.offer(release, signers))
    if signed:
        record("release.signed", ("release", release.pk), actor, {"version": release.version})
    return signed


@transaction.atomic
def halt(release_id: int, reason: str, actor: Actor, signers: "Sequence[Signer]" = ()) -> Release:
    """Nobody new gets it from now on: no feed names it, no file of it is served, whoever has the keys.

    Automatic updates to it that have not begun to install are called off. Where the product's key is at hand the
    metadata loses it too. Raises ReleaseError, ReleaseStateError.
    """
    release = services.halt(release_id, reason, actor)
    _call_off(release, actor)
    trust.retract(release.product, signers)
    return release


@transaction.atomic
def resume(release_id: int, actor: Actor, signers: "Sequence[Signer]" = ()) -> Release:
    """A halted release goes on, signed again where it was taken out. Raises ReleaseStateError, TrustError."""
    release = services.resume(release_id, actor)
    trust.offer(release, signers)
    return release


@transaction.atomic
def withdraw(release_id: int, reason: str, actor: Actor, signers: "Sequence[Signer]" = ()) -> Release:
    """Take a release back for good; as :func:`halt`. Raises ReleaseError, ReleaseStateError."""
    release = services.withdraw(release_id, reason, actor)
    _call_off(release, actor)
    trust.retract(release.product, signers)
    return release


def _call_off(release: Release, actor: Actor) -> None:
    runs.revoke_release(release.pk, halt_reason(release.reason), actor)
