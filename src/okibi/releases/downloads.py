"""What is offered on the site, and what was handed out there."""

from collections.abc import Iterable, Sequence

from django.db.models import Count

from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.releases.kinds import ReleaseChannel
from okibi.releases.models import Artefact, Download, Release
from okibi.releases.services import GONE

OFFERED = {
    "state": ReleaseState.PUBLISHED.value,
    "channel": ReleaseChannel.STABLE.value,
    "ring": Ring.EVERYBODY.value,
}


def offered(products: Iterable[str]) -> Sequence[Release]:
    """Stable versions of these products that everybody has come to, the highest first, files with them; two queries."""
    rows = Release.objects.filter(product__in=list(products), **OFFERED)
    return list(rows.order_by("-version_key").prefetch_related("artefacts"))


def file_of(product: str, artefact_id: int) -> Artefact:
    """A file that stands on the product's page, its bytes not loaded. Raises NotAllowedError."""
    named = {f"release__{name}": value for name, value in OFFERED.items()}
    rows = Artefact.objects.select_related("release", "blob").defer("blob__data")
    found = rows.filter(pk=artefact_id, release__product=product, **named).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def is_current(release: Release) -> bool:
    """Whether no higher version is offered."""
    rows = Release.objects.filter(product=release.product, version_key__gt=release.version_key, **OFFERED)
    return not rows.exists()


def handed_out(artefact: Artefact, ground: str, number: str) -> None:
    """Put on record that somebody began to fetch a file."""
    Download.objects.create(artefact=artefact, at=now(), ground=ground, number=number[:40])


def counts(release_id: int) -> dict[str, int]:
    """How often the files of a release were fetched by hand, by ground."""
    rows = Download.objects.filter(artefact__release_id=release_id).values_list("ground")
    return dict(rows.annotate(count=Count("pk")))
