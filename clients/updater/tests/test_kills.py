"""Killed at every step, started again: the whole old version or the whole new one, and one closing word to the desk."""

import json

import pytest

from clients.updater.tests.hosts import NEW, OLD

FORWARD = {
    "archive": [
        "accepted", "told", "downloading", "download goes on", "downloaded", "unpack half", "ready", "backing_up",
        "stopped", "backup half", "installing", "exchanged", "installed", "checking", "started", "health asked",
        "succeeded", "cleaned",
    ],
    "script": [
        "accepted", "downloading", "downloaded", "ready", "backing_up", "stopped", "backup half", "installing",
        "program runs", "installed", "checking", "started", "health asked", "succeeded", "cleaned",
    ],
}  # fmt: skip
BACK = {
    "archive": ["rolling_back", "stopped to go back", "exchanged", "restored", "rolled_back"],
    "script": ["rolling_back", "stopped to go back", "restore half", "exchanged", "restored", "rolled_back"],
}
COMMANDS = 'stop = ["true"]\nstart = ["true"]\n[products.desktop.health]\n'
WELL = COMMANDS + 'command = ["test", "-s", "{folder}/app.txt"]'
ILL = COMMANDS + 'command = ["grep", "-q", "one", "{folder}/app.txt"]\nlimit = 0.05'
EARLY = {"accepted", "downloading", "downloaded", "ready", "started", "health asked", "succeeded", "cleaned"}
SAME = {("script", point) for point in EARLY}  # nothing there depends on the installer


def offered(host, installer, more):
    host.set_up(installer, more)
    file = "program.zip" if installer == "archive" else "install.sh"
    return host.desk.offer("7", "2.0", file)


def restarted(host, action, renames=False):
    """Starts until nothing more is to do; one more than needed."""
    for _ in range(4):
        assert host.killer.run(host, renames=renames) == 0
        if action.over and not host.leftovers():
            return


def whole(host, action):
    """Which version stands there: all of it, nothing beside it, and the desk knows."""
    (closing,) = action.closings
    assert host.leftovers() == []
    version = {json.dumps(OLD, sort_keys=True): "1.0", json.dumps(NEW, sort_keys=True): "2.0"}[
        json.dumps(host.tree(), sort_keys=True)
    ]
    assert closing["result"]["finished"] == ("success" if version == "2.0" else "failure")
    assert host.desk.told[-1]["data"]["version"] == version
    return version, closing["code"]


def cases(table, long=frozenset()):
    return [
        pytest.param(
            installer,
            point,
            id=f"{installer}-{point.replace(' ', '-')}",
            marks=[pytest.mark.long] if (installer, point) in long else [],
        )
        for installer, points in table.items()
        for point in points
    ]


@pytest.mark.parametrize(("installer", "point"), cases(FORWARD, SAME))
def test_killed_on_the_way_forward(host, installer, point):
    action = offered(host, installer, WELL)
    assert host.killer.run(host, point) == 9
    restarted(host, action)
    version, code = whole(host, action)
    cut_short = installer == "script" and point in {"installing", "program runs", "installed"}
    assert (version, code) == (("1.0", 290) if cut_short else ("2.0", 200))


@pytest.mark.parametrize(("installer", "point"), cases(BACK))
def test_killed_on_the_way_back(host, installer, point):
    action = offered(host, installer, ILL)
    nth = 2 if (installer, point) == ("archive", "exchanged") else 1
    assert host.killer.run(host, point, nth) == 9
    restarted(host, action)
    assert whole(host, action) == ("1.0", 290)


@pytest.mark.parametrize("point", ["moved aside", "installing"])
@pytest.mark.parametrize("more", [WELL, ILL], ids=["well", "ill"])
def test_where_names_can_t_be_exchanged_it_ends_whole_too(host, point, more):
    action = offered(host, "archive", more)
    assert host.killer.run(host, point, 2 if more is ILL and point == "moved aside" else 1, renames=True) == 9
    restarted(host, action, renames=True)
    assert whole(host, action) == (("2.0", 200) if more is WELL else ("1.0", 290))


@pytest.mark.parametrize("installer", FORWARD)
@pytest.mark.parametrize("more", [WELL, ILL], ids=["well", "ill"])
def test_the_points_are_all_there_are(host, installer, more, tmp_path):
    offered(host, installer, more)
    assert host.killer.run(host, points=str(tmp_path / "points")) == 0
    passed = set(json.loads((tmp_path / "points").read_text()))
    known = set(FORWARD[installer]) | {"told", "download goes on"} | (set(BACK[installer]) if more is ILL else set())
    assert passed <= known
    assert set(BACK[installer] if more is ILL else FORWARD[installer]) <= passed


@pytest.mark.long
@pytest.mark.parametrize(
    "again", ["rolling_back", "installing", "checking", "exchanged", "restored", "started", "told"]
)
@pytest.mark.parametrize(
    ("installer", "point"), cases({"archive": FORWARD["archive"][6:-1], "script": FORWARD["script"][3:-1]})
)
@pytest.mark.parametrize("more", [WELL, ILL], ids=["well", "ill"])
def test_killed_twice(host, installer, point, again, more):
    action = offered(host, installer, more)
    host.killer.run(host, point)
    host.killer.run(host, again)
    restarted(host, action)
    version, _ = whole(host, action)
    assert version == "1.0" or more is WELL
