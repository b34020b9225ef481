import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.kernel.sentence import Sentence
from okibi.policy.verdict import Coverage, Line, Status, Verdict, worst

statuses = st.lists(st.sampled_from(Status), max_size=6)


def line(status: Status, subject: str = "os") -> Line:
    return Line(subject, status, "meets", Sentence("да", "yes"), Sentence("вот", "so"), {"required": "x", "seen": None})


CASES = {
    "nothing judged is unknown": ([], Status.UNKNOWN, Coverage.UNKNOWN),
    "all met is covered": ([Status.MET, Status.MET], Status.MET, Coverage.COVERED),
    "one unknown leaves it open": ([Status.MET, Status.UNKNOWN], Status.UNKNOWN, Coverage.UNKNOWN),
    "one unmet outweighs an unknown": ([Status.UNKNOWN, Status.UNMET, Status.MET], Status.UNMET, Coverage.UNCOVERED),
}


@pytest.mark.parametrize(("lines", "status", "coverage"), CASES.values(), ids=CASES)
def test_the_lines_make_the_whole(lines, status, coverage):
    verdict = Verdict(tuple(line(each) for each in lines))
    assert (verdict.status, verdict.coverage) == (status, coverage)


@given(statuses)
def test_a_stored_verdict_reads_back_the_same(found):
    verdict = Verdict(tuple(line(each) for each in found), "sha256:1")
    assert Verdict.from_json(verdict.to_json()) == verdict


@given(statuses, statuses)
def test_joined_verdicts_are_as_bad_as_the_worse(one, two):
    joined = Verdict(tuple(map(line, one))) + Verdict(tuple(map(line, two)))
    assert joined.status is worst([*one, *two])


def test_a_stored_status_that_does_not_exist_is_refused():
    stored = line(Status.MET).to_json() | {"status": "maybe"}
    with pytest.raises(ValueError, match="maybe"):
        Line.from_json(stored)


def test_a_line_is_found_by_its_subject():
    verdict = Verdict((line(Status.MET), line(Status.UNMET, "cpu")))
    assert verdict.line("cpu") == verdict.with_status(Status.UNMET)[0]
    assert verdict.line("disk") is None
