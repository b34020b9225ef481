"""Lists of versions for pages of the desk."""

from collections.abc import Sequence

from okibi.releases.models import Artefact, Release

MOST = 300  # of all products together


def latest() -> Sequence[Release]:
    """Versions of all products, the highest first within each, files with them; two queries."""
    return list(Release.objects.order_by("product", "-version_key", "-id").prefetch_related("artefacts")[:MOST])


def with_files(release: Release) -> Sequence[Artefact]:
    """The files of a version in the order they came."""
    return list(release.artefacts.order_by("added_at", "pk"))
