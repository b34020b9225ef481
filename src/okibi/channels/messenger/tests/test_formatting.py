"""Marks in WhatsApp's messages become HTML that nobody can smuggle anything into."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.channels.messenger.formatting import html_of
from okibi.channels.messenger.reasons import in_words

CASES = {
    "bold, italic, struck": ("*да* _нет_ ~так~", "<p><strong>да</strong> <em>нет</em> <del>так</del></p>"),
    "code keeps its marks": ("`a_b_c` и ```x *y*```", "<p><code>a_b_c</code> и <code>x *y*</code></p>"),
    "lines and paragraphs": ("*а*\nб\n\nв", "<p><strong>а</strong><br>б</p><p>в</p>"),
    "tags are words": ("*<b>*", "<p><strong>&lt;b&gt;</strong></p>"),
    "a name with underscores is none": ("файл report_final_2.docx", ""),
    "arithmetic is none": ("2 * 3 * 4", ""),
    "nothing to format": ("просто текст", ""),
}


@pytest.mark.parametrize(("text", "html"), CASES.values(), ids=CASES)
def test_marks(text, html):
    assert html_of(text) == html


@given(st.text(alphabet="аб*_~`<>&\"'\n \x00", max_size=60))
def test_whatever_is_written_only_our_own_tags_come_out(text):
    left = re.sub(r"</?(p|strong|em|del|code)>|<br>", "", html_of(text))
    assert "<" not in left
    assert ">" not in left


REASONS = {
    "131026: Message undeliverable": "у этого номера нет WhatsApp, или он не принимает сообщения фирм (131026)",
    "24_HOURS_EXCEEDED": "прошло больше 24 часов с последнего сообщения клиента",
    "noAccount": "у этого номера нет WhatsApp",
    "something new": "something new",
}


@pytest.mark.parametrize(("why", "words"), REASONS.items())
def test_a_reason_in_words(why, words):
    assert in_words(why).ru == words
