"""What a device or a form says is checked for sense: words that can be seen, a moment at which they can be written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from okibi.flows.ipv_request import _believed, checked_text
from okibi.kernel.errors import InputError
from okibi.website.forms import WordsField

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FAR_EAST, FAR_WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@pytest.mark.parametrize(
    ("sentence", "said", "believed"),
    [
        ("an hour ago, offline", NOON - timedelta(hours=1), NOON - timedelta(hours=1)),
        ("a month ago, offline", NOON - timedelta(days=30), NOON - timedelta(days=30)),
        ("nothing", None, NOON),
        ("a clock that is a minute ahead", NOON + timedelta(minutes=1), NOON),
        ("the year 2999", datetime(2999, 1, 1, tzinfo=UTC), NOON),
        ("the year 1", datetime(1, 1, 1, tzinfo=UTC), NOON),
        ("the first moment there is, far in the east", datetime.min.replace(tzinfo=FAR_EAST), NOON),
        ("the last moment there is, far in the west", datetime.max.replace(tzinfo=FAR_WEST), NOON),
        ("a clock that was never set", datetime(1970, 1, 1, tzinfo=UTC), NOON),
    ],
)
def test_a_moment_of_writing_is_believed_only_where_it_may_be(sentence, said, believed):
    assert _believed(said, NOON) == believed, sentence


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2800\ufeff\u200d", "\u202e\u2066\u3164"])
def test_words_that_nobody_sees_are_refused_like_none(text):
    with pytest.raises(InputError):
        checked_text(text, ())
    assert WordsField(required=False).clean(text) == ""


def test_words_that_are_seen_are_taken():
    assert checked_text(" Не печатает \u200b👍", ()) == "Не печатает \u200b👍"
    assert WordsField().clean("Не печатает") == "Не печатает"
