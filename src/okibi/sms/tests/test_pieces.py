"""Segments of a long SMS that come one by one, and reports that name an SMS in another notation."""

from datetime import UTC, datetime, timedelta

import pytest

from okibi.kernel import clock
from okibi.sms import pieces, queue
from okibi.sms.gateways.port import Piece, Sent
from okibi.sms.models import LineEvent, SmsIn
from okibi.sms.tests.gateways import ANNA, alive, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = ("Не печатает ", "счета; ", "код: E-17")


def come(line, *numbers, mark="7", sender=ANNA):
    return [pieces.store(line, f"e{n}", sender, Piece(mark, n, len(WORDS), WORDS[n - 1])) for n in numbers]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 2, 3, 1)])
def test_the_last_segment_makes_the_sms_whatever_their_order(order):
    line = alive()[0]
    assert come(line, *order) == [False] * (len(order) - 1) + [True]
    assert SmsIn.objects.get().text == "".join(WORDS)
    assert not LineEvent.objects.exists()


def test_segments_of_two_sms_and_of_two_senders_do_not_mix():
    line = alive()[0]
    come(line, 1, 2)
    come(line, 1, 3, mark="8")
    come(line, 3, sender="+79000000018")
    assert not SmsIn.objects.exists()
    assert come(line, 3) == [True]


def test_what_never_came_is_shown_as_a_hole_and_the_rest_is_not_lost():
    line = alive()[0]
    with clock.at(NOON):
        come(line, 1, 3)
    with clock.at(NOON + timedelta(minutes=10)):
        assert pieces.give_up() == 0
    with clock.at(NOON + pieces.PATIENCE):
        assert pieces.give_up() == 1
        assert pieces.give_up() == 0
    assert SmsIn.objects.get().text == "Не печатает […]код: E-17"


def test_a_segment_that_comes_again_when_its_sms_is_whole_makes_no_other():
    line = alive()[0]
    with clock.at(NOON):
        assert come(line, 1, 2, 3, 2)[2:] == [True, False]  # the answer to it was lost
    with clock.at(NOON + pieces.PATIENCE):
        assert pieces.give_up() == 0
    assert SmsIn.objects.get().text == "".join(WORDS)
    assert not LineEvent.objects.exists()


def test_a_mark_that_comes_round_mixes_no_two_sms():
    line = alive()[0]
    come(line, 1)
    for number, text in enumerate(("Второе ", "сообщение", "!"), start=1):
        pieces.store(line, f"f{number}", ANNA, Piece("7", number, 3, text))
    assert list(SmsIn.objects.order_by("id").values_list("text", flat=True)) == [
        "Не печатает […][…]", "Второе сообщение!",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "known"), [(ANNA, True), ("+79000000018", False), ("", False)])
def test_another_notation_of_a_reference_counts_only_for_its_number(number, known):
    put()
    line = alive()[0]
    (claim,) = queue.claim([line], 1, {})
    queue.hand(claim.sms, 1)
    queue.settle(claim.sms, line, Sent("1a"))
    assert queue.delivered(line, "26", number, 0, ["1a"]) is known
