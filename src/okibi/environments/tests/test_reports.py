"""A device's report in the API's shape is judged as the policy reads it, and nonsense in it is as good as unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.environments.reports import plain_report, policy_report
from okibi.policy.platform_judge import judge
from okibi.policy.platforms import SCHEME_DEFAULTS, Place, environment_from_report
from okibi.policy.verdict import Status

WINDOWS = {"family": "windows", "name": "Windows 10 Pro", "version": "10.0.19045", "architecture": "x64"}
ENOUGH = {"dotnet": {"release": 528040}, "cpu_mhz": 2000, "memory_mb": 8192, "disk_free_mb": 50_000}
JUDGED = {
    "a good workstation": (Place.WORKSTATION, {"system": WINDOWS, **ENOUGH}, Status.MET),
    "too little memory": (Place.WORKSTATION, {"system": WINDOWS, **ENOUGH, "memory_mb": 256}, Status.UNMET),
    "an old Windows": (
        Place.WORKSTATION, {"system": WINDOWS | {"name": "Windows XP", "version": "5.1.2600"}, **ENOUGH}, Status.UNMET,
    ),
    "an old .NET": (Place.WORKSTATION, {"system": WINDOWS, **ENOUGH, "dotnet": {"version": "3.5"}}, Status.UNMET),
    "nothing said of the disk": (
        Place.WORKSTATION, {"system": WINDOWS, **ENOUGH, "disk_free_mb": None}, Status.UNKNOWN,
    ),
    "a telephone": (Place.MOBILE, {"system": {"family": "android", "version": "14", "api_level": 34}}, Status.MET),
    "an old telephone": (Place.MOBILE, {"system": {"family": "android", "version": "7.1"}}, Status.UNMET),
    "a server": (
        Place.SERVER,
        {
            "system": {"family": "windows", "name": "Windows Server 2019 Standard", "version": "10.0.17763",
                       "edition": "ServerStandard", "architecture": "x86"}, **ENOUGH,
        },
        Status.MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "report", "status"), JUDGED.values(), ids=JUDGED)
def test_it_is_judged(place, report, status):
    environment = environment_from_report(policy_report(report), place)
    verdict = judge(environment, SCHEME_DEFAULTS[place])
    assert verdict.status is status, verdict.lines


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
REPORTS = st.dictionaries(
    st.sampled_from(["system", "dotnet", "cpu_mhz", "memory_mb", "disk_free_mb", "locale", "app", "x"]),
    ANYTHING | st.dictionaries(st.sampled_from(["family", "name", "version", "edition", "release"]), ANYTHING),
)


@given(report=REPORTS)
def test_nonsense_is_as_good_as_unsaid(report):
    read = policy_report(report)
    assert all(isinstance(value, str) and value for value in read.values())
    environment_from_report(read)
    assert isinstance(plain_report(report), dict)


def test_a_report_without_end_is_not_stored():
    assert plain_report({"app": {"log": "x" * 20_000}}) == {}
    assert plain_report({"app": {"name": "касса\x00"}})["app"]["name"].startswith("касса")
