"""Who is covered (scheme.md §1): every edge moment is a row."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.entitlement import HolderKind, Licence, Trial, TrialSource, judge, judge_sms_module, next_change
from okibi.policy.verdict import Status

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 20, 12, tzinfo=MOSCOW)
TODAY = NOON.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def licence(number="L-1", until=None, **values):
    defaults = {"holder_kind": HolderKind.ORGANISATION, "holder": "ООО «Рябина»", "products": frozenset({"desktop"})}
    return Licence(number, valid_until=until, **defaults | {"valid_from": date(2026, 1, 1)} | values)


def trial(number="T-1", first=date(2026, 11, 1), last=date(2026, 11, 30), **values):
    return Trial(
        number, values.pop("product", "desktop"), values.pop("source", TrialSource.SITE), first, last, **values
    )


PERSON = licence(holder_kind=HolderKind.PERSON, holder="Анна Вольская")
CASES = {
    "a perpetual licence": ([licence()], [], "licence", "L-1"),
    "a natural person's licence": ([PERSON], [], "licence", "L-1"),
    "a licence ends today: covered to midnight": ([licence(until=TODAY)], [], "licence", "L-1"),
    "a licence ended yesterday": ([licence(until=YESTERDAY)], [], "licence_expired", "L-1"),
    "a licence begins today": ([licence(valid_from=TODAY)], [], "licence", "L-1"),
    "a licence begins tomorrow": ([licence(valid_from=TOMORROW)], [], "licence_not_begun", "L-1"),
    "a licence revoked today": ([licence(revoked_on=TODAY)], [], "licence_revoked", "L-1"),
    "a licence to be revoked tomorrow": ([licence(revoked_on=TOMORROW)], [], "licence", "L-1"),
    "revoked after it had ended": ([licence(until=YESTERDAY, revoked_on=TODAY)], [], "licence_expired", "L-1"),
    "maintenance is over, the right is not": ([licence(maintenance_until=YESTERDAY)], [], "licence", "L-1"),
    "the later of two licences": ([licence("L-1", TODAY), licence("L-2", TOMORROW)], [], "licence", "L-2"),
    "the perpetual of two licences": ([licence("L-1", TOMORROW), licence("L-2")], [], "licence", "L-2"),
    "one expired, one running": ([licence("L-1", YESTERDAY), licence("L-2", TODAY)], [], "licence", "L-2"),
    "a trial from the site": ([], [trial()], "trial", "T-1"),
    "a trial from elsewhere": ([], [trial(source=TrialSource.OTHER)], "trial", "T-1"),
    "a trial that ended yesterday": ([], [trial(last=YESTERDAY)], "trial_expired", "T-1"),
    "a trial that begins tomorrow": ([], [trial(first=TOMORROW)], "trial_not_begun", "T-1"),
    "a revoked trial": ([], [trial(revoked_on=TODAY)], "trial_revoked", "T-1"),
    "a licence and a trial that end alike": ([licence(until=TODAY)], [trial(last=TODAY)], "licence", "L-1"),
    "an expired licence, but a trial runs": ([licence(until=YESTERDAY)], [trial()], "trial", "T-1"),
    "the nearest miss speaks": ([licence(until=date(2026, 1, 31))], [trial(last=YESTERDAY)], "trial_expired", "T-1"),
    "a licence for another product": ([licence(products=frozenset({"mobile"}))], [], "other_product", None),
    "an expired one for this, a valid one for another": (
        [licence("L-1", YESTERDAY), licence("L-2", products=frozenset({"mobile"}))],
        [],
        "licence_expired",
        "L-1",
    ),
    "nothing at all": ([], [], "no_licence", None),
}


@pytest.mark.parametrize(("licences", "trials", "ground", "number"), CASES.values(), ids=CASES)
def test_coverage_of_the_desktop_at_noon(licences, trials, ground, number):
    line = judge(NOON, MOSCOW, "desktop", licences, trials)
    assert (line.ground, line.evidence.get("number")) == (ground, number)
    assert line.status is (Status.MET if ground in {"licence", "trial"} else Status.UNMET)
    assert line.status is Status.MET or (line.detail.ru and line.detail.en)


def test_the_ground_names_its_date_in_both_languages():
    line = judge(NOON, MOSCOW, "desktop", [licence(until=date(2026, 11, 3))], [])
    assert line.sentence.ru == "Лицензия L-1 истекла 3 ноября 2026 года."
    assert line.sentence.en == "Licence L-1 expired on 3 November 2026."


def test_the_last_day_ends_at_the_next_midnight_of_the_policys_zone():
    last_moment = datetime(2026, 11, 20, 20, 59, 59, 999999, tzinfo=UTC)  # 23:59:59.999999 in Moscow
    held = [licence(until=TODAY)]
    assert judge(last_moment, MOSCOW, "desktop", held, []).status is Status.MET
    assert judge(last_moment + timedelta(microseconds=1), MOSCOW, "desktop", held, []).status is Status.UNMET


def test_any_product_will_do_where_none_is_named():
    assert judge(NOON, MOSCOW, None, [licence(products=frozenset({"mobile"}))], []).status is Status.MET


def test_a_module_has_to_be_in_the_licence():
    without = judge(NOON, MOSCOW, "desktop", [licence()], [], module="sms")
    within = judge(NOON, MOSCOW, "desktop", [licence(modules=frozenset({"sms"}))], [], module="sms")
    assert (without.ground, within.ground) == ("module_missing", "licence")
    assert "sms" in without.sentence.ru


def test_a_stranger_is_unknown_not_uncovered():
    line = judge(NOON, MOSCOW, "desktop", [], [], known=False)
    assert (line.status, line.ground) == (Status.UNKNOWN, "unknown_person")


def test_too_many_seats_are_said_and_support_goes_on():
    line = judge(NOON, MOSCOW, "desktop", [licence(seats=5)], [], seats_in_use=6)
    assert line.status is Status.MET
    assert "6" in line.detail.en
    assert judge(NOON, MOSCOW, "desktop", [licence(seats=5)], [], seats_in_use=5).detail.en == ""


CHANGES = {
    "never for a perpetual licence": ([licence()], [], None),
    "at the midnight after the last day": ([licence(until=TODAY)], [], TOMORROW),
    "at the first midnight": ([licence(valid_from=TOMORROW)], [], TOMORROW),
    "at the revocation": ([licence(revoked_on=TOMORROW)], [], TOMORROW),
    "not where a trial goes on": ([licence(until=TODAY)], [trial()], date(2026, 12, 1)),
    "not for another product": ([licence(products=frozenset({"mobile"}), until=TODAY)], [], None),
    "never where nothing is held": ([], [], None),
}


@pytest.mark.parametrize(("licences", "trials", "day"), CHANGES.values(), ids=CHANGES)
def test_the_next_moment_at_which_coverage_changes(licences, trials, day):
    expected = datetime(day.year, day.month, day.day, tzinfo=MOSCOW) if day else None
    assert next_change(NOON, MOSCOW, licences, trials, product="desktop") == expected


days = st.dates(date(2026, 11, 1), date(2026, 12, 20))
maybe = st.none() | days
licences_st = st.lists(
    st.builds(licence, number=st.sampled_from("ABC"), until=maybe, valid_from=days, revoked_on=maybe), max_size=3
)
trials_st = st.lists(st.builds(trial, first=days, last=days, revoked_on=maybe), max_size=2)


@given(licences_st, trials_st)
def test_coverage_stays_until_the_next_change_and_turns_over_there(licences, trials):
    def status(moment):
        return judge(moment, MOSCOW, "desktop", licences, trials).status

    change = next_change(NOON, MOSCOW, licences, trials, product="desktop")
    end = change or NOON + timedelta(days=60)
    moments = [NOON + timedelta(days=n) for n in range(60) if NOON + timedelta(days=n) < end]
    assert {status(moment) for moment in moments} == {status(NOON)}
    assert change is None or status(change) is not status(NOON)


@given(licences_st, trials_st, st.builds(licence, until=maybe, valid_from=days))
def test_one_more_licence_never_ends_coverage(licences, trials, more):
    before = judge(NOON, MOSCOW, "desktop", licences, trials).status
    after = judge(NOON, MOSCOW, "desktop", [*licences, more], trials).status
    assert before is Status.UNMET or after is Status.MET


@pytest.mark.parametrize(
    ("connected", "status"), [(True, Status.MET), (False, Status.UNMET), (None, Status.UNKNOWN)], ids=str
)
def test_the_sms_module_is_covered_only_while_a_gateway_is_connected(connected, status):
    line = judge_sms_module(NOON, connected)
    assert line.status is status
    assert line.evidence["gateway_seen_at"] == "2026-11-20T12:00:00+03:00"
