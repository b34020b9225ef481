"""What the policy says of this computer, as the panel shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from okibi_sdk import VerdictLine

MACHINE = frozenset({"os", "runtime", "cpu", "memory", "disk", "gateway"})


class Light(StrEnum):
    """The panel's colour."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Panel:
    """``lines``: those of the verdict that are about the machine."""

    light: Light
    lines: tuple[VerdictLine, ...] = ()

    @property
    def wrong(self) -> tuple[VerdictLine, ...]:
        return tuple(line for line in self.lines if line.status == "unmet")


def panel_of(lines: Iterable[VerdictLine]) -> Panel:
    """Red where one line is not met; green where each is; else it's not known."""
    machine = tuple(line for line in lines if line.about in MACHINE)
    if any(line.status == "unmet" for line in machine):
        return Panel(Light.BAD, machine)
    if machine and all(line.status == "met" for line in machine):
        return Panel(Light.GOOD, machine)
    return Panel(Light.UNKNOWN, machine)
