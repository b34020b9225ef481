"""Files of releases in the signed metadata: added when a release is published, taken out when it is halted.

A signature never says more than its signer meant: only the files of the release at hand are added, what was signed
before stays as it is or goes.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from okibi.kernel import blobs
from okibi.policy.release_states import ReleaseState
from okibi.policy.versions import parse_version
from okibi.releases.models import Artefact, Release
from okibi.releases.trust import keys, store
from okibi.releases.trust.errors import TrustError, not_delegated, same_names
from okibi.releases.trust.framework import Signer, TargetFile, Targets
from okibi.releases.trust.repository import ReleaseRepository, is_there
from okibi.releases.trust_paths import target_path


@transaction.atomic
def offer(release: Release, signers: Sequence[Signer] = ()) -> bool:
    """Sign the release's files for appcasts and, where there are release keys, into its product's metadata.

    Gives whether metadata was signed. Raises TrustError where the product has no key, or it is not at hand.
    """
    artefacts = list(release.artefacts.select_related("blob"))
    _sign_for_appcasts(artefacts)
    if not is_there():
        return False
    store.lock()
    repository = ReleaseRepository(signers)
    if release.product not in repository.products:
        raise not_delegated(release.product)
    fresh = _targets(release, artefacts)
    if fresh.items() <= repository.targets(release.product).targets.items():
        return False
    with repository.edit_targets(release.product) as targets:
        targets.targets.update(fresh)
        _drop_what_is_gone(release.product, targets)
    repository.announce()
    return True


@transaction.atomic
def retract(product: str, signers: Sequence[Signer] = ()) -> bool:
    """Take what is not offered any more out of the product's metadata; gives whether nothing of it is left there.

    Without the product's key the metadata stays as it is (nothing else could be signed); the files are not served.
    """
    if not is_there() or not stale(product):
        return True
    store.lock()
    repository = ReleaseRepository(signers)
    try:
        with transaction.atomic(), repository.edit_targets(product) as targets:
            _drop_what_is_gone(product, targets)
    except TrustError:
        return False
    repository.announce()
    return True


def stale(product: str) -> list[str]:
    """The paths that metadata still names although their release is halted, withdrawn or gone."""
    repository = ReleaseRepository()
    if product not in repository.products:
        return []
    return sorted(set(repository.targets(product).targets) - _offered(product))


def unsigned(product: str) -> list[str]:
    """The versions that are offered and stand in no metadata: published before the product had a key. Lowest first."""
    repository = ReleaseRepository()
    if product not in repository.products:
        return []
    missing = _offered(product) - set(repository.targets(product).targets)
    versions = {path.split("/")[1] for path in missing}
    return sorted(versions, key=parse_version)


def _drop_what_is_gone(product: str, targets: Targets) -> None:
    offered = _offered(product)
    targets.targets = {path: target for path, target in targets.targets.items() if path in offered}


def _offered(product: str) -> set[str]:
    found = Artefact.objects.filter(release__product=product, release__state=ReleaseState.PUBLISHED.value)
    return {target_path(product, each.release.version, each.name) for each in found.select_related("release")}


def _targets(release: Release, artefacts: Iterable[Artefact]) -> dict[str, TargetFile]:
    found: dict[str, TargetFile] = {}
    for artefact in artefacts:
        path = target_path(release.product, release.version, artefact.name)
        if path in found:
            raise same_names(artefact.name)
        custom = {
            "version": release.version,
            "channel": release.channel,
            "platform": artefact.platform,
            "architecture": artefact.architecture,
            "kind": artefact.kind,
        }
        found[path] = TargetFile(artefact.size, {"sha256": artefact.sha256}, path, {"custom": custom})
    return found


def _sign_for_appcasts(artefacts: Iterable[Artefact]) -> None:
    """Plain Ed25519 over a whole file, as appcasts want it; only Windows' installers are ever offered by one."""
    if not keys.appcast_public():
        return
    for artefact in artefacts:
        if artefact.platform == "windows" and not artefact.signature:
            artefact.signature = keys.appcast_signature(blobs.read(artefact.blob))
            artefact.save(update_fields=["signature"])
