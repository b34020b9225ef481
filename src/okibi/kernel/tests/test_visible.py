"""A text that nobody can see is an empty one, whatever it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.kernel.visible import has_words

INVISIBLE = st.text(
    " \t\n\r\x00\x07\xa0\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200d"
    "\u2028\u202e\u2060\u2800\u3000\u3164\ufe0f\ufeff\uffa0"
)


@given(INVISIBLE)
def test_invisible_characters_are_no_words_however_many(text):
    assert not has_words(text)


@pytest.mark.parametrize("words", ["?", "1", "ё", "👍", "👨‍👩‍👧", "印刷", "é", "…", "नमस्ते"])
@given(around=INVISIBLE)
def test_one_that_is_seen_makes_words_whatever_stands_around_it(words, around):
    assert has_words(f"{around}{words}{around}")
