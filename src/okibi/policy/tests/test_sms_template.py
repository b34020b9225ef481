"""Places of a text: found, checked, filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.sms_template import Place, faults_of, filled, missing_in, places_of


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Касса готова", ()),
        ("{name}, {number}", (Place.NAME, Place.NUMBER)),
        ("{name} {name}", (Place.NAME,)),
        ("{nome} {}", ()),
    ],
)
def test_places_of_a_text(text, places):
    assert places_of(text) == places


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{name}: {code}", []),
        ("{nome}", [1]),
        ("Раз\n{name\nтри}", [2, 3]),
        ("{{name}}", [1]),
        ("{}", [1]),
        ("{Name}", [1]),
    ],
)
def test_faults_have_their_lines(text, lines):
    assert [fault.line for fault in faults_of(text)] == lines


@pytest.mark.parametrize(
    ("values", "missing"),
    [({}, Place.NAME), ({"name": " "}, Place.NAME), ({"name": "Анна"}, Place.CODE), ({"name": "А", "code": "1"}, None)],
)
def test_the_first_place_that_nothing_fills(values, missing):
    assert missing_in("{name}: {code}", values) == missing


@given(st.dictionaries(st.sampled_from([each.value for each in Place]), st.text(max_size=20), min_size=6))
def test_values_are_put_in_as_they_are(values):
    whole = " ".join(f"{{{name}}}" for name in values)
    assert filled(whole, values) == " ".join(value.strip() for value in values.values())


@given(st.text(alphabet=st.characters(exclude_characters="{}"), max_size=80))
def test_a_text_without_braces_stays_as_it_is(text):
    assert faults_of(text) == ()
    assert filled(text, {"name": "Анна"}) == text
