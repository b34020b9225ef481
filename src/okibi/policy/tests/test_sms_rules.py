"""SMS: states that never go back, words that mean stop, hours that are quiet."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okibi.policy.sms_hours import first_open, is_quiet, not_before, zones_of
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


LIVES = {
    "a Russian mobile number belongs to no region: at home": ("+79000000017", "Europe/Moscow"),
    "a Russian number of a town lives there": ("+73832123456", "Asia/Novosibirsk"),
    "a mobile number of Kazakhstan is no Russian one": ("+77012345678", "Asia/Almaty"),
    "one of another of its operators": ("+77771234567", "Asia/Almaty"),
    "a town of Kazakhstan": ("+77172123456", "Asia/Almaty"),
    "a country of one zone": ("+375291234567", "Europe/Moscow"),
    "a town in Italy": ("+390612345678", "Europe/Rome"),
    "a country of several: its outermost ones": ("+34612345678", "Atlantic/Canary Europe/Madrid"),
    "a wide one": ("+61412345678", "Indian/Cocos Australia/Sydney"),
    "no number": ("900", "Europe/Moscow"),
}


@pytest.mark.parametrize(("number", "zones"), LIVES.values(), ids=LIVES)
def test_where_the_owner_of_a_number_may_live(number, zones):
    assert " ".join(map(str, zones_of(number, MOSCOW))) == zones


def test_nobody_of_a_country_with_several_zones_is_woken():
    quiet = (time(21), time(9))
    zones = zones_of("+61412345678", MOSCOW)
    evening = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 23:00 in the east, 18:30 in the west
    assert first_open(evening, [quiet], zones) == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # 9:00 in the west
