"""The tray of what could not be read says why, in words."""

import pytest

from okibi.channels import inbox


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("UnreadableError: unreadable; no_date", inbox.NOTHING_IN_IT),
        ("UnreadableError: no event of a CTI push", inbox.NOT_UNDERSTOOD),
        ("IndexError: list index out of range", inbox.OUR_FAULT),
        (inbox.KILLED.en, inbox.KILLED),
    ],
)
def test_why_something_lies_in_the_tray_is_said_in_words(error, why):
    assert inbox.why_unreadable(error) == why
