"""A text as SMS: alphabet, segments, what is left, what made it dear."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.sms_text import SmsAlphabet, measure

GSM, UCS = SmsAlphabet.GSM7, SmsAlphabet.UCS2
texts = st.text(
    st.sampled_from("abc €^[]{}~|\\\n@ёЖщ№«»—😀𝄞é") | st.characters(blacklist_categories=("Cs",)), max_size=400
)


@pytest.mark.parametrize(
    ("said", "text", "alphabet", "count", "left"),
    [
        ("nothing", "", GSM, 1, 160),
        ("Latin letters", "OK", GSM, 1, 158),
        ("a full one", "a" * 160, GSM, 1, 0),
        ("one more makes two", "a" * 161, GSM, 2, 145),
        ("a euro takes two places", "€" * 80, GSM, 1, 0),
        ("a pair is not parted", "€" * 81, GSM, 2, 143),
        ("Russian", "Заявка решена", UCS, 1, 57),
        ("seventy Russian letters", "я" * 70, UCS, 1, 0),
        ("seventy-one", "я" * 71, UCS, 2, 63),
        ("half a smile is never sent", "я" * 66 + "😀" + "я" * 5, UCS, 2, 60),
    ],
)
def test_what_a_text_takes(said, text, alphabet, count, left):
    sms = measure(text)
    assert (sms.alphabet, sms.count, sms.left) == (alphabet, count, left), said


def test_what_forced_the_dearer_alphabet_is_named_and_a_plain_form_offered():
    sms = measure("Ticket № 26-001042 — “solved”. " + "x" * 60)
    assert sms.forced == ("№", "—", "“", "”")
    assert sms.plain.startswith('Ticket N 26-001042 - "solved".')
    assert measure(sms.plain).count == 1


def test_no_plain_form_where_nothing_is_saved():
    assert measure("Заявка № 1").plain == ""


@given(texts)
def test_nothing_is_lost_and_no_segment_is_too_long(text):
    sms = measure(text)
    assert "".join(sms.segments) == text
    assert 0 <= sms.left <= 160
    longest = {GSM: 160, UCS: 70}[sms.alphabet] if sms.count == 1 else {GSM: 153, UCS: 67}[sms.alphabet]
    for segment in sms.segments:
        units = len(segment.encode("utf-16-be")) // 2 if sms.alphabet is UCS else len(segment)
        assert units <= longest


@given(texts)
def test_another_counter_says_the_same(text):
    theirs = smsutil.split(text)
    assert measure(text).count == max(1, len(theirs.parts))
