"""Who is offered a release: rings, shares that only grow, floors, force, and never a lower version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.rollout import Offered, Ring, choose, in_percentage, in_ring
from okibi.policy.versions import parse_version

percents = st.integers(0, 100)
names = st.text(max_size=20)


def release(version, **rules):
    return Offered(version, parse_version(version), **rules)


@given(names, names, percents, percents)
def test_whoever_has_it_keeps_it_when_the_share_grows(rollout, installation, one, other):
    less, more = sorted((one, other))
    assert in_percentage(rollout, installation, more) or not in_percentage(rollout, installation, less)


@given(names, names)
def test_nobody_at_nought_everybody_at_a_hundred(rollout, installation):
    assert not in_percentage(rollout, installation, 0)
    assert in_percentage(rollout, installation, 100)


def test_a_tenth_is_about_a_tenth_and_another_one_for_every_release():
    first = {n for n in range(5000) if in_percentage("7", str(n), 10)}
    second = {n for n in range(5000) if in_percentage("8", str(n), 10)}
    assert 400 < len(first) < 600
    assert len(first & second) < 120


@pytest.mark.parametrize(
    ("mine", "reached", "gets"),
    [
        (Ring.INTERNAL, Ring.INTERNAL, True),
        (Ring.PILOT, Ring.INTERNAL, False),
        (Ring.EVERYBODY, Ring.PILOT, False),
        (Ring.INTERNAL, Ring.EVERYBODY, True),
        (Ring.EVERYBODY, Ring.EVERYBODY, True),
    ],
)
def test_an_inner_ring_comes_first(mine, reached, gets):
    assert in_ring(mine, reached) is gets


OLD, NEXT, LAST = release("4.1.0"), release("4.2.0"), release("4.3.0")
FLOOR = release("4.2.0", floor=True)
STALLED = release("4.3.0", percent=0)
FORCED = release("4.3.0", percent=0, forced_below=parse_version("4.2.0"))


@pytest.mark.parametrize(
    ("said", "releases", "running", "version", "forced"),
    [
        ("the highest", [OLD, NEXT, LAST], "4.1.0", "4.3.0", False),
        ("nothing where the latest runs", [OLD, NEXT], "4.2.0", None, None),
        ("never a lower one", [OLD, NEXT], "5.0.0", None, None),
        ("a floor is not jumped over", [OLD, FLOOR, LAST], "4.1.0", "4.2.0", False),
        ("from the floor on", [OLD, FLOOR, LAST], "4.2.0", "4.3.0", False),
        ("a floor binds no new installation", [OLD, FLOOR, LAST], None, "4.3.0", False),
        ("outside the share: what came before", [OLD, NEXT, STALLED], "4.1.0", "4.2.0", False),
        ("force is stronger than the share", [OLD, NEXT, FORCED], "4.1.0", "4.3.0", True),
        ("force is for who runs less", [OLD, NEXT, FORCED], "4.2.0", None, None),
    ],
)
def test_what_an_installation_is_offered(said, releases, running, version, forced):
    choice = choose(releases, "device", parse_version(running) if running else None)
    assert (choice and str(choice.release.version)) == version, said
    assert (choice and choice.forced) == forced, said


def test_the_vendors_own_devices_do_not_wait_for_a_share():
    own = release("4.3.0", percent=0)
    assert choose([own], "device", parse_version("4.2"), Ring.INTERNAL) is not None
