"""Who is offered a release, and when: rings, percentages by a stable hash, versions that may not be jumped over.

The rule of the bucket: ``int(sha256(rollout + ":" + installation)[:4]) / 2**32 < percent / 100``: stable for one
installation, monotone when the percentage grows, another order for every release.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from okibi.policy.versions import ProductVersion


class Ring(StrEnum):
    """Who comes first. Everybody of an inner ring is in the outer ones too."""

    INTERNAL = "internal"
    PILOT = "pilot"
    EVERYBODY = "everybody"


_ORDER = tuple(Ring)


def in_ring(mine: Ring, reached: Ring) -> bool:
    """Whether a release that has reached a ring is for an installation of ring ``mine``."""
    return _ORDER.index(mine) <= _ORDER.index(reached)


def in_percentage(rollout: str, installation: str, percent: int) -> bool:
    """Whether the installation belongs to the first ``percent`` (0–100) of this rollout."""
    bucket = int.from_bytes(hashlib.sha256(f"{rollout}:{installation}".encode()).digest()[:4], "big")
    return bucket * 100 < percent * 2**32


@dataclass(frozen=True, slots=True)
class Offered:
    """A published release as the rule of rollout sees it.

    ``floor``: whoever runs less has to take this one before any later one. ``forced_below``: whoever runs less must
    update now, whatever ring and percentage say.
    """

    key: str
    version: ProductVersion
    ring: Ring = Ring.EVERYBODY
    percent: int = 100
    floor: bool = False
    forced_below: ProductVersion | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What an installation is offered, and whether it must take it."""

    release: Offered
    forced: bool


def choose(
    releases: Iterable[Offered], installation: str, running: ProductVersion | None, ring: Ring = Ring.EVERYBODY
) -> Choice | None:
    """The release for an installation: the highest it may have, or the lowest floor on the way; never a lower one.

    ``running`` None: nothing is installed yet, so floors bind nobody.
    """
    newer = [each for each in releases if running is None or each.version > running]
    mine = [each for each in newer if _reaches(each, installation, running, ring)]
    if not mine:
        return None
    best = max(mine, key=lambda each: each.version)
    floors = [each for each in newer if each.floor and each.version < best.version] if running is not None else []
    chosen = min(floors, key=lambda each: each.version) if floors else best
    return Choice(chosen, any(_forces(each, running) for each in mine))


def _forces(release: Offered, running: ProductVersion | None) -> bool:
    return running is not None and release.forced_below is not None and running < release.forced_below


def _reaches(release: Offered, installation: str, running: ProductVersion | None, ring: Ring) -> bool:
    if _forces(release, running):
        return True
    return in_ring(ring, release.ring) and (
        ring is not Ring.EVERYBODY or in_percentage(release.key, installation, release.percent)
    )
