"""Who may fetch which version from the site by hand.

What is free is anybody's; a licence with maintenance covers versions published until its end (``version_right``); a
trial covers the trial build, which is the current version: whoever tries the software does not try its past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from types import MappingProxyType

from okibi.kernel.sentence import Sentence
from okibi.policy.entitlement import Licence, Trial
from okibi.policy.version_right import VersionRight, version_right


class Ground(StrEnum):
    """On which ground a file is handed out."""

    FREE = "free"
    LICENCE = "licence"
    TRIAL = "trial"


class Why(StrEnum):
    """Why it is not."""

    UNKNOWN = "unknown"  # nobody showed anything
    NO_RIGHT = "no_right"
    MAINTENANCE_ENDED = "maintenance_ended"
    ONLY_CURRENT = "only_current"  # a trial, and not the current version


WHY: Mapping[Why, Sentence] = MappingProxyType(
    {
        Why.UNKNOWN: Sentence(
            "Войдите в личный кабинет или назовите номер лицензии.", "Sign in to the portal, or give a licence number."
        ),
        Why.NO_RIGHT: Sentence(
            "Ни лицензии, ни пробной версии на этот продукт сейчас нет.",
            "No licence and no trial of this product runs now.",
        ),
        Why.MAINTENANCE_ENDED: Sentence(
            "Версия вышла после окончания сопровождения по лицензии.",
            "The version came out after the licence's maintenance had ended.",
        ),
        Why.ONLY_CURRENT: Sentence(
            "Пробная версия — только текущая версия продукта.", "A trial is of the product's current version only."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a product. ``published_at`` is aware; ``current``: the highest that is offered."""

    product: str
    published_at: datetime
    current: bool
    free: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """``ground`` with the number of the right behind it ("" for what is free), or ``why`` not."""

    ground: Ground | None
    number: str = ""
    why: Why | None = None

    @property
    def given(self) -> bool:
        return self.ground is not None


def access(
    at: datetime,
    zone: tzinfo,
    version: Version,
    licences: Sequence[Licence] = (),
    trials: Sequence[Trial] = (),
    *,
    known: bool = False,
) -> Access:
    """Judge at ``at`` (aware); days are those of ``zone``. ``known``: somebody showed a number or is signed in."""
    if version.free:
        return Access(Ground.FREE)
    if not known:
        return Access(None, why=Why.UNKNOWN)
    ended = False
    for licence in licences:
        right = version_right(at, zone, version.product, version.published_at, [licence], [])
        if right is VersionRight.GRANTED:
            return Access(Ground.LICENCE, licence.number)
        ended = ended or right is VersionRight.MAINTENANCE_ENDED
    for trial in trials:
        if version_right(at, zone, version.product, version.published_at, [], [trial]) is VersionRight.GRANTED:
            return Access(Ground.TRIAL, trial.number) if version.current else Access(None, why=Why.ONLY_CURRENT)
    return Access(None, why=Why.MAINTENANCE_ENDED if ended else Why.NO_RIGHT)
