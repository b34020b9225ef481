"""Lists of versions for pages of the desk."""

from collections.abc import Sequence

from okibi.policy.release_states import ReleaseState
from okibi.policy.versions import parse_version
from okibi.releases.keys import version_key
from okibi.releases.models import Artefact, Release

MOST = 300  # of all products together


def latest() -> Sequence[Release]:
    """Versions of all products, the highest first within each, files with them; two queries."""
    return list(Release.objects.order_by("product", "-version_key", "-id").prefetch_related("artefacts")[:MOST])


def with_files(release: Release) -> Sequence[Artefact]:
    """The files of a version in the order they came."""
    return list(release.artefacts.order_by("added_at", "pk"))


def numbered(product: str, version: str) -> Release | None:
    """The version of that number that is not withdrawn. Raises VersionError."""
    same = Release.objects.filter(product=product, version_key=version_key(parse_version(version)))
    return same.exclude(state=ReleaseState.WITHDRAWN.value).first()
