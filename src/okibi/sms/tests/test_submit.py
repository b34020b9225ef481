"""What may be put into the queue, and when it leaves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okibi.kernel import clock
from okibi.policy.sms_words import Wish
from okibi.sms import campaigns, inward, keyed, queue, services
from okibi.sms.errors import SmsBusyError, SmsError
from okibi.sms.models import Consent, Sms
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NIGHT = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 4:40 in Moscow


def test_any_notation_of_a_mobile_number_is_one_number():
    assert {put(text, key=text).number for text in ("8 (900) 000-00-17", "79000000017", ANNA)} == {ANNA}


@pytest.mark.parametrize("number", ["8 800 555-35-35", "+7 495 123-45-67", "900", "MTS", "", "+7900"])
def test_what_takes_no_sms_is_refused(number):
    with pytest.raises(SmsError):
        put(number)


@pytest.mark.parametrize("text", ["", "  \n", "я" * 67 * services.MOST + "я"])
def test_a_text_that_is_none_or_too_long_is_refused(text):
    with pytest.raises(SmsError):
        put(text=text)


def test_a_text_is_measured():
    row = put(text="Заявка №1042 решена. " * 5)
    assert (row.alphabet, row.segments) == ("ucs2", 2)


def test_lines_of_a_text_are_one_letter_each_whatever_a_browser_makes_of_them():
    typed = "Первая строка\r\nвторая\rтретья"
    row = put(text=typed)
    (other,) = keyed.submit("abcdefghijkl", "1", [keyed.Wanted(ANNA, typed)])
    assert row.text == other.text == "Первая строка\nвторая\nтретья"
    text = campaigns.checked(campaigns.Text("x", typed, typed, is_advert=False))
    assert (text.ru, text.en) == (row.text, row.text)


def test_the_same_key_is_one_sms_within_its_source():
    assert put(key="a").pk == put(key="a", text="другое").pk
    assert put(key="a", source="campaign").pk != put(key="a").pk


def test_quiet_hours_are_those_of_whoever_gets_it(office):
    office(sending='[sending]\nquiet = "22:00-08:00"')
    with clock.at(NIGHT):
        assert put(key="home").not_before.isoformat() == "2026-11-23T05:00:00+00:00"
        far = put(key="far", zone=ZoneInfo("Asia/Vladivostok"))
        assert far.not_before == NIGHT  # 11:40 there
        assert put(key="now", at_once=True).not_before == NIGHT


def test_what_waits_too_long_expires_and_never_leaves():
    with clock.at(NIGHT):
        row = put(expires_at=NIGHT + timedelta(minutes=5))
    with clock.at(NIGHT + timedelta(minutes=6)):
        assert queue.claim(alive(), 1, {}) == []
        assert queue.expire() == 1
    row.refresh_from_db()
    assert row.state == Sms.State.EXPIRED


def test_what_is_queued_can_be_taken_back_and_what_a_line_has_can_not():
    first, second = put(key="a"), put(key="b")
    assert services.cancel(first.pk)
    queue.claim(alive()[:1], 1, {})
    assert not services.cancel(second.pk)


def test_who_wants_none_is_told_so_first_and_gets_none_after():
    waiting = put(key="before")
    services.wish(ANNA, Wish.OUT, source="sms", words="СТОП", key="in:1")
    waiting.refresh_from_db()
    confirmation = Sms.objects.get(source=services.CONSENT)
    assert (waiting.state, confirmation.state) == ("blocked", "queued")
    assert "СТАРТ" in confirmation.text
    assert put(key="after").state == "blocked"
    claims = queue.claim(alive(), 1, {})
    assert [claim.sms for claim in claims] == [confirmation.pk]


def test_a_second_wish_is_not_confirmed_again():
    for number in (1, 2):
        services.wish(ANNA, Wish.OUT, source="sms", words="СТОП", key=f"in:{number}")
    assert Sms.objects.filter(source=services.CONSENT).count() == 1
    assert Consent.objects.count() == 2


def test_who_wants_them_again_gets_them_and_the_record_stays():
    services.wish(ANNA, Wish.OUT, source="sms", words="STOP", key="in:1")
    services.wish(ANNA, Wish.IN, source="file", words="договор 17")
    assert put(key="after").state == "queued"
    assert list(Consent.objects.order_by("id").values_list("kind", "source")) == [("out", "sms"), ("in", "file")]


def test_the_desk_answers_whoever_wrote_after_their_stop_and_nobody_else_does():
    services.wish(ANNA, Wish.OUT, source="sms", words="стоп", key="in:1")
    line = alive()[0]
    with clock.at(clock.now() + timedelta(minutes=1)):
        inward.store(line, "7", ANNA, "не работает")
        assert put(key="a", source="desk").state == "queued"
        assert put(key="b", source="campaign").state == "blocked"


def test_two_machines_that_answer_each_other_stop():
    for number in range(services.MOST_AN_HOUR):
        put(key=str(number), source="desk")
    with pytest.raises(SmsBusyError):
        put(key="one more", source="desk")
