"""Whether a device's report means that a promised fix has reached who asked for it.

The version alone is not enough: one with the fix must have been published up to it, and the device be theirs. A build
that nobody published counts as the published version below it. Source: scheme.md §3, design.md §5 "A version ships".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from okibi.policy.versions import ProductVersion, is_fixed_by


@dataclass(frozen=True, slots=True)
class Promised:
    """What a request waits for, and where; ids. ``device``: that placed it, where it runs the product itself."""

    fixed_in: ProductVersion
    device: int | None = None
    person: int | None = None
    organisation: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a device said of itself. ``people``: its person's cards; ``organisation`` only where somebody vouched."""

    version: ProductVersion
    device: int
    people: frozenset[int] = frozenset()
    organisation: int | None = None


def has_arrived(promised: Promised, report: Report, shipped: Iterable[ProductVersion]) -> bool:
    """Whether the report closes the request. ``shipped``: the versions of the product that were ever published."""
    has_fix = any(is_fixed_by(promised.fixed_in, each) and is_fixed_by(each, report.version) for each in shipped)
    return has_fix and is_theirs(promised, report)


def is_theirs(promised: Promised, report: Report) -> bool:
    """The very device, else any device of the person; a device of nobody's (a server) speaks for its organisation."""
    if promised.device is not None:
        return promised.device == report.device
    if report.people:
        return promised.person in report.people
    return report.organisation is not None and promised.organisation == report.organisation


def is_rolled_back(fixed_in: ProductVersion, report: ProductVersion) -> bool:
    """Whether a device that once had the fix runs less than it now."""
    return not is_fixed_by(fixed_in, report)
