"""Who may have a version: a right that runs, with maintenance that had not ended when the version came out."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import StrEnum

from okibi.policy.entitlement import Licence, Trial, judge
from okibi.policy.verdict import Status


class VersionRight(StrEnum):
    """Whether a version may be had, or what keeps it from that."""

    GRANTED = "granted"
    NO_RIGHT = "no_right"  # neither licence nor trial of the product runs
    MAINTENANCE_ENDED = "maintenance_ended"  # a licence runs, its maintenance ended before the version came out


def version_right(
    at: datetime,
    zone: tzinfo,
    product: str,
    published_at: datetime,
    licences: Sequence[Licence],
    trials: Sequence[Trial],
) -> VersionRight:
    """Judge at ``at`` (aware) a version published at ``published_at`` (aware); days are those of ``zone``.

    A licence without an end of maintenance covers every version while it runs; a trial does so by itself.
    """
    published = published_at.astimezone(zone).date()
    maintained = [each for each in licences if each.maintenance_until is None or published <= each.maintenance_until]
    if judge(at, zone, product, maintained, trials).status is Status.MET:
        return VersionRight.GRANTED
    if judge(at, zone, product, licences, trials).status is Status.MET:
        return VersionRight.MAINTENANCE_ENDED
    return VersionRight.NO_RIGHT
