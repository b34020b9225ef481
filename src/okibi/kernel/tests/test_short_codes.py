"""A short code is good for a quarter of an hour at least and half an hour at most, and for one thing alone."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.kernel import short_codes
from okibi.kernel.clock import at

SENT = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
SAID = {
    "at once": (timedelta(), "number", "7:3", True),
    "a quarter of an hour later": (timedelta(minutes=15), "number", "7:3", True),
    "half an hour later": (timedelta(minutes=30), "number", "7:3", False),
    "for another number": (timedelta(), "number", "8:3", False),
    "for another purpose": (timedelta(), "messenger", "7:3", False),
}


@pytest.mark.parametrize(("later", "purpose", "about", "good"), SAID.values(), ids=SAID)
def test_what_a_code_is_good_for(later, purpose, about, good):
    with at(SENT):
        code = short_codes.code("number", "7:3")
    with at(SENT + later):
        assert short_codes.fits(purpose, about, code) is good


def test_it_may_be_said_with_spaces_and_never_empty():
    with at(SENT):
        code = short_codes.code("number", "7:3")
        assert short_codes.fits("number", "7:3", f" {code[:3]}-{code[3:]} ")
        assert not short_codes.fits("number", "7:3", "")
