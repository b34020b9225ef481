"""Whether a file is what the release's keys have signed: asked before we carry it to a customer's host ourselves."""

from typing import Any

from tuf.api.exceptions import RepositoryError

from okibi.kernel.clock import now
from okibi.releases.models import Artefact
from okibi.releases.trust import store
from okibi.releases.trust.framework import Metadata
from okibi.releases.trust.repository import ReleaseRepository
from okibi.releases.trust_paths import target_path


def is_signed(artefact: Artefact) -> bool:
    """Root, targets and the product's role each carry enough valid signatures in force, and name this very file."""
    repository, moment, product = ReleaseRepository(), now(), artefact.release.product
    found: dict[str, Any] = {}
    try:
        for role in ("root", "targets", product):
            row = store.newest(role)
            if row is None:
                return False
            judged = Metadata.from_bytes(bytes(row.body))
            repository.authority(role, judged).verify_delegate(role, judged.signed_bytes, judged.signatures)
            if judged.signed.is_expired(moment):
                return False
            found = dict(getattr(judged.signed, "targets", {}))
    except (RepositoryError, ValueError, KeyError):
        return False
    target = found.get(target_path(product, artefact.release.version, artefact.name))
    return target is not None and (target.length, target.hashes.get("sha256")) == (artefact.size, artefact.sha256)
