"""Who may fetch which version by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.downloads import WHY, Access, Ground, Version, Why, access
from okibi.policy.entitlement import HolderKind, Licence, Trial, TrialSource

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MAY, OCTOBER = datetime(2026, 5, 12, 9, tzinfo=UTC), datetime(2026, 10, 1, 9, tzinfo=UTC)


def licence(number="Л-1", products=("desktop",), until=None, maintained=None, revoked=None):
    return Licence(
        number, HolderKind.ORGANISATION, "ООО «Рябина»", frozenset(products), valid_from=date(2025, 1, 1),
        valid_until=until, revoked_on=revoked, maintenance_until=maintained,
    )  # fmt: skip


def trial(number="П-1", until=date(2026, 12, 1)):
    return Trial(number, "desktop", TrialSource.SITE, date(2026, 11, 1), until)


def version(published=OCTOBER, *, current=True, free=False):
    return Version("desktop", published, current, free)


CASES = {
    "what is free is anybody's": (version(free=True), [], [], False, Access(Ground.FREE)),
    "free to its customers as well": (version(free=True), [licence()], [], True, Access(Ground.FREE)),
    "nobody showed anything": (version(), [], [], False, Access(None, why=Why.UNKNOWN)),
    "nobody's rights count where nobody showed them": (
        version(), [licence()], [], False, Access(None, why=Why.UNKNOWN)),
    "a perpetual licence": (version(), [licence()], [], True, Access(Ground.LICENCE, "Л-1")),
    "maintenance ended after it came out": (
        version(), [licence(maintained=date(2026, 10, 31))], [], True, Access(Ground.LICENCE, "Л-1")),
    "maintenance ended on the day it came out": (
        version(), [licence(maintained=date(2026, 10, 1))], [], True, Access(Ground.LICENCE, "Л-1")),
    "maintenance ended before it came out": (
        version(), [licence(maintained=date(2026, 9, 30))], [], True, Access(None, why=Why.MAINTENANCE_ENDED)),
    "the version before is still theirs": (
        version(MAY, current=False), [licence(maintained=date(2026, 9, 30))], [], True, Access(Ground.LICENCE, "Л-1")),
    "a licence that ran out": (
        version(), [licence(until=date(2026, 11, 1))], [], True, Access(None, why=Why.NO_RIGHT)),
    "a licence that was revoked": (
        version(), [licence(revoked=date(2026, 11, 1))], [], True, Access(None, why=Why.NO_RIGHT)),
    "a licence of another product": (
        version(), [licence(products=("mobile",))], [], True, Access(None, why=Why.NO_RIGHT)),
    "the second licence helps": (
        version(), [licence(maintained=date(2026, 9, 30)), licence("Л-2")], [], True, Access(Ground.LICENCE, "Л-2")),
    "a trial": (version(), [], [trial()], True, Access(Ground.TRIAL, "П-1")),
    "a trial of the past": (version(MAY, current=False), [], [trial()], True, Access(None, why=Why.ONLY_CURRENT)),
    "a trial that is over": (version(), [], [trial(until=date(2026, 11, 10))], True, Access(None, why=Why.NO_RIGHT)),
    "a trial helps where maintenance ended": (
        version(), [licence(maintained=date(2026, 9, 30))], [trial()], True, Access(Ground.TRIAL, "П-1")),
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "licences", "trials", "known", "found"), CASES.values(), ids=CASES)
def test_who_may_fetch_a_version(wanted, licences, trials, known, found):
    assert access(NOW, UTC, wanted, licences, trials, known=known) == found


@given(st.integers(0, 900), st.integers(0, 900), st.booleans())
def test_whoever_may_have_a_version_may_have_every_one_before_it(first, later, current):
    rights = [licence(maintained=date(2026, 6, 1))]
    days = sorted([first, later])
    older, newer = (version(NOW - timedelta(days=900 - day), current=current) for day in days)
    if access(NOW, UTC, newer, rights, known=True).given:
        assert access(NOW, UTC, older, rights, known=True).given


def test_every_refusal_has_its_sentence():
    assert set(WHY) == set(Why)
