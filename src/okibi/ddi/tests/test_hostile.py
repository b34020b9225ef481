"""Whatever an updater that was taken over sends: 400, 404, 405 or 413, and nothing moves."""

import pytest

from okibi.updates.models import Run
from okibi.updates.tests.fleet import run_of

pytestmark = pytest.mark.django_db
DEEP = '{"status":' * 30_000
NONSENSE = {
    "nothing": "",
    "no JSON": "{",
    "a list": [],
    "no status": {},
    "a status that is a text": {"status": "closed"},
    "no result": {"status": {"execution": "closed"}},
    "an unknown word": {"status": {"execution": "melting", "result": {"finished": "none"}}},
    "closed without an end": {"status": {"execution": "closed", "result": {"finished": "none"}}},
    "a code that is a text": {"status": {"execution": "proceeding", "result": {}, "code": "7"}},
    "a code beyond all": {"status": {"execution": "proceeding", "result": {}, "code": 2**70}},
    "a bar below nothing": {"status": {"execution": "proceeding", "result": {"progress": {"cnt": -1, "of": 5}}}},
    "details that are a text": {"status": {"execution": "proceeding", "result": {}, "details": "x"}},
    "details of tables": {"status": {"execution": "proceeding", "result": {}, "details": [{}]}},
    "not UTF-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_400_and_moves_nothing(updater, fleet, release, case):
    fleet.start(release)
    rest = f"/deploymentBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, NONSENSE[case]).status_code == 400
    assert (run_of(updater.host).state, run_of(updater.host).steps.count()) == ("scheduled", 0)


def test_what_is_too_large_or_too_deep_is_not_read(updater, fleet, release):
    fleet.start(release)
    rest = f"/deploymentBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, " " * 70_000).status_code == 413
    assert updater.send("POST", rest, DEEP[:60_000]).status_code == 400


def test_a_report_is_cut_to_what_is_kept(updater, fleet, release):
    fleet.start(release)
    updater.tell("proceeding", details=["x" * 600] * 50)
    kept = run_of(updater.host).steps.get().details
    assert (len(kept), {len(text) for text in kept}) == (20, {500})


@pytest.mark.parametrize(
    "data",
    [
        {str(number): "x" for number in range(65)},
        {"a" * 129: "x"},
        {"a": "x" * 513},
        {"wake.sha256": "not hex"},
        {"a": {"b": "c"}},
        [],
        None,
    ],
    ids=["too many", "a long key", "a long value", "no fingerprint", "a table in it", "a list", "nothing"],
)
def test_data_of_a_host_that_can_not_be(updater, data):
    assert updater.send("PUT", "/configData", {"mode": "merge", "data": data}).status_code == 400


def test_other_methods_and_addresses(updater):
    assert updater.send("POST", "", {}).status_code == 405
    assert updater.get("/configData").status_code == 405
    assert updater.get("/softwaremodules/1").status_code == 404
    assert updater.get("/deploymentBase/99999999999999999999").status_code == 404


@pytest.mark.parametrize("mode", ["melt", [], {}, 1, None], ids=["unknown", "a list", "a table", "a number", "nothing"])
def test_a_mode_that_is_none(updater, mode):
    assert updater.send("PUT", "/configData", {"mode": mode, "data": {}}).status_code == 400


@pytest.mark.parametrize("word", [[], {}, True, "yes"], ids=["a list", "a table", "a flag", "another word"])
def test_a_consent_that_is_none(updater, fleet, release, word):
    fleet.start(release, asks_host=True)
    rest = f"/confirmationBase/{run_of(updater.host).pk}/feedback"
    assert updater.send("POST", rest, {"confirmation": word}).status_code == 400


def test_feedback_without_end_is_not_kept_without_end(updater, fleet, release, monkeypatch):
    monkeypatch.setattr("okibi.updates.runs.MOST_STEPS", 3)
    fleet.start(release)
    for _ in range(5):
        updater.tell("proceeding")
    assert Run.objects.get().steps.count() == 3
