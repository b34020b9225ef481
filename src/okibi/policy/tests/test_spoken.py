"""Numbers and terms as they are read out on the telephone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.spoken import count_in_words, digits_in_words, groups, number_in_words, until

COUNTS = {
    0: ("ноль", "zero"),
    7: ("семь", "seven"),
    12: ("двенадцать", "twelve"),
    20: ("двадцать", "twenty"),
    42: ("сорок два", "forty-two"),
    100: ("сто", "one hundred"),
    219: ("двести девятнадцать", "two hundred nineteen"),
    999: ("девятьсот девяносто девять", "nine hundred ninety-nine"),
}
NUMBERS = {
    "26-001042": "двадцать шесть, ноль ноль один, ноль сорок два",
    "26-000000": "двадцать шесть, ноль ноль ноль, ноль ноль ноль",
    "09-120007": "ноль девять, сто двадцать, ноль ноль семь",
    "26-1000001": "двадцать шесть, один, ноль ноль ноль, ноль ноль один",
}


@pytest.mark.parametrize(("count", "words"), COUNTS.items())
def test_a_count_is_said_in_words(count, words):
    assert (count_in_words(count).ru, count_in_words(count).en) == words


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_a_number_is_dictated_in_groups_with_every_zero(number, words):
    assert number_in_words(number).ru == words


@given(st.from_regex(r"\A[0-9]{2}-[0-9]{6,7}\Z"))
def test_no_digit_of_a_number_is_lost_or_added(number):
    assert "".join(groups(number)) == number.replace("-", "")
    assert all(1 <= len(group) <= 3 for group in groups(number))


@given(st.integers(0, 999), st.integers(0, 999))
def test_two_numbers_never_sound_alike(one, other):
    said = {digits_in_words(f"{count:03}").ru for count in (one, other)}
    assert len(said) == (1 if one == other else 2)


def test_a_term_is_said_with_its_day_and_hour():
    moment = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Europe/Moscow"))
    assert until(moment, 2026).ru == "до вторника, 24 ноября, 20:00"
    assert until(moment, 2025).en == "by Tuesday, 24 November 2026, 20:00"
