"""Who may have a version: maintenance decides by the day it came out, in the policy's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from okibi.policy.entitlement import HolderKind, Licence, Trial, TrialSource
from okibi.policy.version_right import VersionRight, version_right

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
NEXT_DAY_IN_MOSCOW = datetime(2026, 6, 1, 22, tzinfo=UTC)


def licence(**changes):
    given = {"valid_from": date(2024, 1, 1), "products": frozenset({"mobile"})} | changes
    return Licence("Л-1", HolderKind.ORGANISATION, "ООО «Рябина»", **given)


def trial(until):
    return Trial("П-1", "mobile", TrialSource.SITE, date(2026, 11, 1), until)


@pytest.mark.parametrize(
    ("held", "published", "expected"),
    [
        ([licence()], TODAY, VersionRight.GRANTED),
        ([licence(maintenance_until=date(2026, 11, 23))], TODAY, VersionRight.GRANTED),
        ([licence(maintenance_until=date(2026, 11, 22))], TODAY, VersionRight.MAINTENANCE_ENDED),
        ([licence(maintenance_until=date(2026, 6, 1))], datetime(2026, 5, 1, tzinfo=UTC), VersionRight.GRANTED),
        ([licence(maintenance_until=date(2026, 6, 1))], NEXT_DAY_IN_MOSCOW, VersionRight.MAINTENANCE_ENDED),
        ([licence(maintenance_until=date(2026, 1, 1)), licence()], TODAY, VersionRight.GRANTED),
        ([licence(valid_until=date(2026, 11, 22))], TODAY, VersionRight.NO_RIGHT),
        ([licence(products=frozenset({"desktop"}))], TODAY, VersionRight.NO_RIGHT),
        ([trial(date(2026, 11, 23))], TODAY, VersionRight.GRANTED),
        ([trial(date(2026, 11, 22))], TODAY, VersionRight.NO_RIGHT),
        ([], TODAY, VersionRight.NO_RIGHT),
    ],
)  # fmt: skip
def test_the_right_to_a_version(held, published, expected):
    licences = [each for each in held if isinstance(each, Licence)]
    trials = [each for each in held if isinstance(each, Trial)]
    assert version_right(TODAY, MOSCOW, "mobile", published, licences, trials) is expected
