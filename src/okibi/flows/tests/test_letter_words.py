"""What letters count stands in the form that its language wants."""

import pytest

from okibi.flows.templatetags.letters import days, within_days


@pytest.mark.parametrize(
    ("count", "there_are", "within", "english"),
    [
        (0, "0 дней", "0 дней", "0 days"),
        (1, "1 день", "1 дня", "1 day"),
        (2, "2 дня", "2 дней", "2 days"),
        (5, "5 дней", "5 дней", "5 days"),
        (11, "11 дней", "11 дней", "11 days"),
        (14, "14 дней", "14 дней", "14 days"),
        (21, "21 день", "21 дня", "21 days"),
        (102, "102 дня", "102 дней", "102 days"),
    ],
)
def test_days_agree_with_their_number(count, there_are, within, english):
    assert (days(count).ru, within_days(count).ru) == (there_are, within)
    assert days(count).en == within_days(count).en == english
