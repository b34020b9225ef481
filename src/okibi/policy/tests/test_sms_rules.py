"""SMS: states that never go back, words that mean stop, hours that are quiet."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.sms_hours import is_quiet, not_before, zone_of
from okibi.policy.sms_states import SmsState, before, is_over, may_become
from okibi.policy.sms_words import Wish, wish_of

MOSCOW = ZoneInfo("Europe/Moscow")
NIGHT = (time(22), time(8))
ENDS = {"delivered", "failed", "expired", "cancelled", "blocked"}


@given(st.lists(st.sampled_from(list(SmsState)), max_size=30))
def test_whatever_is_asked_for_an_end_stays_and_what_was_handed_over_is_never_queued_again(asked):
    state, was_over = SmsState.QUEUED, False
    for then in asked:
        if may_become(state, then):
            assert state.value not in ENDS
            assert not (was_over and then in {SmsState.QUEUED, SmsState.SENDING})
            state, was_over = then, was_over or is_over(then)


def test_each_state_can_be_reached_but_the_first():
    assert [state.value for state in SmsState if not before(state)] == []
    assert before(SmsState.QUEUED) == (SmsState.SENDING,)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("СТОП", Wish.OUT), ("  стоп. ", Wish.OUT), ("«Stop!»", Wish.OUT), ("STOP", Wish.OUT),
        ("CTOП", Wish.OUT),  # with Latin C, T and O
        ("SТОР", Wish.OUT), ("Отписаться", Wish.OUT), ("старт", Wish.IN), ("START", Wish.IN),
        ("STOP 12345", None), ("стоп, касса не печатает", None), ("", None), ("не стоп", None),
    ],
)  # fmt: skip
def test_a_wish_is_the_word_alone(text, wish):
    assert wish_of(text) is wish


@pytest.mark.parametrize(
    ("clock", "then"),
    [("03:40", "08:00"), ("22:00", "08:00"), ("07:59", "08:00"), ("08:00", "08:00"), ("21:59", "21:59")],
)
def test_nothing_leaves_at_night(clock, then):
    moment = datetime.combine(datetime(2026, 11, 23), time.fromisoformat(clock), tzinfo=MOSCOW)
    assert not_before(moment, NIGHT, MOSCOW).astimezone(MOSCOW).strftime("%H:%M") == then


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC)),
    st.tuples(st.times(), st.times()),
    st.sampled_from(["Europe/Moscow", "Asia/Kamchatka", "Europe/London", "America/New_York"]).map(ZoneInfo),
)
def test_the_moment_found_is_not_quiet_and_not_a_day_away(moment, quiet, zone):
    found = not_before(moment, quiet, zone)
    assert not is_quiet(found, quiet, zone)
    assert timedelta(0) <= found - moment <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("number", "zone"), [("+79000000017", "Europe/Moscow"), ("+375291234567", "Europe/Moscow"),
                         ("+390612345678", "Europe/Rome"), ("900", "Europe/Moscow")],
)  # fmt: skip
def test_a_number_of_one_zone_lives_there_and_any_other_at_home(number, zone):
    assert str(zone_of(number, MOSCOW)) == zone
