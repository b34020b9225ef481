import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.versions import ProductVersion, VersionError, find_versions, is_fixed_by, parse_range, parse_version

IN_ORDER = [
    *("0.9", "4.2.0-alpha", "4.2.0-alpha.1", "4.2.0-alpha.beta", "4.2.0-beta", "4.2.0-beta.2", "4.2.0-beta.11"),
    *("4.2.0-rc.1", "4.2", "4.2.0.1", "4.2.1", "4.2.1.1043", "4.3.0-beta.2", "4.3", "4.10", "10.0"),
]
parts = st.lists(st.integers(0, 20), min_size=1, max_size=4).map(tuple)
pre = st.lists(st.integers(0, 5) | st.sampled_from(["alpha", "beta", "rc"]), max_size=3).map(tuple)
versions = st.builds(ProductVersion, parts, pre)


def test_versions_come_in_their_order():
    assert [str(version) for version in sorted(map(parse_version, reversed(IN_ORDER)))] == IN_ORDER


@given(versions, versions, versions)
def test_the_order_is_total(one, two, three):
    assert (one < two) + (one == two) + (one > two) == 1
    assert not (one <= two <= three) or one <= three
    assert one != two or hash(one) == hash(two)


@given(versions)
def test_a_version_written_out_reads_back_the_same(version):
    assert parse_version(str(version)) == version


@pytest.mark.parametrize("text", ["4.2", "4.2.0", "v4.2", " 4.2 ", "4.2+build.7"])
def test_the_same_version_in_other_words(text):
    assert parse_version(text) == parse_version("4.2.0.0")


@pytest.mark.parametrize("text", ["", "4.", ".4", "4..2", "4.2.1.1043.5", "четыре", "4.2-", "4.2 beta", "-4", "٤.٢"])
def test_what_is_no_version(text):
    with pytest.raises(VersionError):
        parse_version(text)


FIXES = {
    "the version itself": ("4.2.1", "4.2.1", True),
    "a build of it": ("4.2.1", "4.2.1.1043", True),
    "an older one": ("4.2.1", "4.2.0.9999", False),
    "its own pre-release": ("4.3.0", "4.3.0-beta.2", False),
}


@pytest.mark.parametrize(("fixed_in", "running", "fixed"), FIXES.values(), ids=FIXES)
def test_a_device_has_the_fix(fixed_in, running, fixed):
    assert is_fixed_by(parse_version(fixed_in), parse_version(running)) is fixed


def test_a_range_is_half_open():
    found = parse_range(">=4.2 <4.5")
    inside = [text for text in ("4.1.9", "4.2", "4.4.99", "4.5-beta", "4.5") if parse_version(text) in found]
    assert inside == ["4.2", "4.4.99", "4.5-beta"]
    assert parse_version("0.1") in parse_range("*")
    assert str(found) == ">=4.2 <4.5"


@pytest.mark.parametrize("text", ["", ">=4.5 <4.2", "4.2", ">4", "<", ">=4 >=5"])
def test_what_is_no_range(text):
    with pytest.raises(VersionError):
        parse_range(text)


def test_versions_in_free_words_are_found_and_dates_are_not():
    text = "Стоит 4.2.1.1043, ждём 4.3.0-beta.2 с 10.12.2026, раньше была v4.2."
    assert [str(version) for version in find_versions(text)] == ["4.2.1.1043", "4.3.0-beta.2", "v4.2"]
