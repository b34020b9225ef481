"""Reading releases: for release managers all of them, for everybody else what is published."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from okibi.kernel.errors import NotAllowedError
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Choice, Offered, Ring, choose
from okibi.policy.versions import ProductVersion, parse_version
from okibi.releases import rings
from okibi.releases.kinds import ReleaseChannel
from okibi.releases.models import Artefact, ProductLine, Release, TrustedFile
from okibi.releases.services import GONE

SHIPPED = (ReleaseState.PUBLISHED.value, ReleaseState.HALTED.value)


@dataclass(frozen=True, slots=True)
class Installation:
    """Who asks for an update. ``key`` is stable for one installation; ``running`` None: nothing is installed yet."""

    key: str
    running: ProductVersion | None = None
    channel: str = ReleaseChannel.STABLE.value
    ring: Ring = Ring.EVERYBODY


def by_id(release_id: int) -> Release:
    """In any state. Raises NotAllowedError."""
    found = Release.objects.filter(pk=release_id).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def of_product(product: str) -> Sequence[Release]:
    """Every release of a product, the highest version first, artefacts with them; two queries."""
    return list(Release.objects.filter(product=product).order_by("-version_key", "-id").prefetch_related("artefacts"))


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is offered in a channel, the highest version first; whether it is free, and who asks for it."""

    releases: Sequence[Release]
    free: bool
    ring: Ring


def shelf(product: str, channel: str, numbers: Iterable[str] = ()) -> Shelf:
    """All that an answer to "is there an update" needs, in two queries. ``numbers``: by which rings know who asks."""
    free = ProductLine.objects.filter(product=product, free=True)
    rows = list(_published(product, channel).annotate(is_free=Exists(free), in_ring=rings.ring_within(numbers)))
    if not rows:
        return Shelf(rows, free.exists(), Ring.EVERYBODY)
    first: Any = rows[0]
    return Shelf(rows, first.is_free, Ring(first.in_ring or Ring.EVERYBODY.value))


def published(product: str, channel: str = ReleaseChannel.STABLE.value) -> Sequence[Release]:
    """What is offered in a channel, the highest version first; beta means stable ones too; two queries."""
    return list(_published(product, channel))


def _published(product: str, channel: str) -> QuerySet[Release]:
    channels = [ReleaseChannel.STABLE.value, channel]
    found = Release.objects.filter(product=product, state=ReleaseState.PUBLISHED.value, channel__in=channels)
    return found.order_by("-version_key").prefetch_related("artefacts")


def update_for(
    product: str, asking: Installation, fits: Callable[[Release], bool] = lambda _: True
) -> tuple[Release, Choice] | None:
    """The release that an installation is offered, by ring, share, floors and force; None: it has the latest.

    ``fits``: what is not for it at all (no right to it, no file for its machine) is as if it were not there.
    """
    return chosen(published(product, asking.channel), asking, fits)


def chosen(
    offered: Iterable[Release], asking: Installation, fits: Callable[[Release], bool] = lambda _: True
) -> tuple[Release, Choice] | None:
    """The same out of releases that were read already."""
    releases = {str(each.pk): each for each in offered if fits(each)}
    choice = choose(map(_offered, releases.values()), asking.key, asking.running, asking.ring)
    return (releases[choice.release.key], choice) if choice else None


def artefact(artefact_id: int) -> Artefact:
    """A file of a release that has been published at some time, with its release. Raises NotAllowedError."""
    found = Artefact.objects.select_related("release").filter(pk=artefact_id, release__state__in=list(SHIPPED)).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def release_of(artefact_id: int) -> int:
    """The release that a file belongs to, whatever its state. Raises NotAllowedError."""
    found = Artefact.objects.filter(pk=artefact_id).values_list("release_id", flat=True).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def offered_file(product: str, version: str, sha256: str) -> Artefact:
    """A file of a release that is offered now, its bytes not loaded. Raises NotAllowedError; halted is not offered."""
    named = {"release__product": product, "release__version": version, "blob_id": sha256}
    found = (
        Artefact.objects.select_related("release", "blob")
        .defer("blob__data")
        .filter(**named, release__state=ReleaseState.PUBLISHED.value)
        .first()
    )
    if found is None:
        raise NotAllowedError(GONE)
    return found


def offered_package(product: str, name: str) -> Artefact:
    """A file of the highest release that offers one under this name. Raises NotAllowedError."""
    found = (
        Artefact.objects.select_related("release", "blob")
        .defer("blob__data")
        .filter(release__product=product, release__state=ReleaseState.PUBLISHED.value, kind="nupkg", name=name)
        .order_by("-release__version_key")
        .first()
    )
    if found is None:
        raise NotAllowedError(GONE)
    return found


def offered_release(product: str, version: str) -> Release:
    """A release that is offered now. Raises NotAllowedError."""
    found = Release.objects.filter(product=product, version=version, state=ReleaseState.PUBLISHED.value).first()
    if found is None:
        raise NotAllowedError(GONE)
    return found


def trusted(role: str, version: int | None) -> TrustedFile | None:
    """Signed metadata of The Update Framework as it is given out; None for the version: the newest one."""
    found = TrustedFile.objects.filter(role=role)
    return found.order_by("-version").first() if version is None else found.filter(version=version).first()


def lines() -> dict[str, ProductLine]:
    """The rules of packages by product code."""
    return {each.product: each for each in ProductLine.objects.all()}


def _offered(release: Release) -> Offered:
    return Offered(
        key=str(release.pk),
        version=parse_version(release.version),
        ring=Ring(release.ring),
        percent=release.percent,
        floor=release.floor,
        forced_below=parse_version(release.forced_below) if release.forced_below else None,
    )
