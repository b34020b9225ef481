"""Who is told by SMS: the policy allows, the person wishes, and an unproved number hears number and term alone."""

import pytest

from okibi.policy.scheme_values import SmsEvent, SmsNotices, UnlessAsked
from okibi.policy.sms_notices import SmsWish, Told, Why, wants, why_not

ALL = tuple(SmsEvent)
ASKED = SmsNotices(ALL, UnlessAsked.OFF, 5, 2)
VERIFIED = SmsNotices(ALL, UnlessAsked.VERIFIED, 5, 2)
SOME = SmsNotices((SmsEvent.RECEIPT,), UnlessAsked.VERIFIED, 5, 2)
NOTHING = SmsNotices()
YES, NO, UNSAID = SmsWish.YES, SmsWish.NO, SmsWish.UNSAID
RECEIPT, ANSWER, SOLVED, OUT = SmsEvent.RECEIPT, SmsEvent.ANSWER, SmsEvent.SOLVED, SmsEvent.VERSION_OUT

CASES = {
    "who asked for it is told": (ASKED, RECEIPT, Told(YES, True), None),
    "who said nothing is not told": (ASKED, RECEIPT, Told(UNSAID, True), Why.WISH),
    "another policy tells verified numbers that said nothing": (VERIFIED, SOLVED, Told(UNSAID, True), None),
    "but none that nobody proved": (VERIFIED, RECEIPT, Told(UNSAID, False), Why.WISH),
    "who said no is never told": (VERIFIED, RECEIPT, Told(NO, True), Why.WISH),
    "an unproved number hears number and term": (ASKED, RECEIPT, Told(YES, False), None),
    "and no news of an answer": (ASKED, ANSWER, Told(YES, False), Why.UNPROVED),
    "nor that it is solved": (ASKED, SOLVED, Told(YES, False), Why.UNPROVED),
    "nor of a version": (ASKED, OUT, Told(YES, False), Why.UNPROVED),
    "what the policy does not name is told to nobody": (SOME, SOLVED, Told(YES, True), Why.POLICY),
    "a policy without the section tells nothing": (NOTHING, RECEIPT, Told(YES, True), Why.POLICY),
    "the last of a day goes": (ASKED, SOLVED, Told(YES, True, 4), None),
    "one more does not": (ASKED, SOLVED, Told(YES, True, 5), Why.ENOUGH),
    "an unproved number has less of a day": (ASKED, RECEIPT, Told(YES, False, 2), Why.ENOUGH),
}


@pytest.mark.parametrize(("rule", "event", "number", "why"), CASES.values(), ids=CASES)
def test_who_is_told(rule, event, number, why):
    assert why_not(rule, event, number) is why


def test_under_a_policy_that_tells_nothing_nobody_wants_anything():
    assert not any(wants(NOTHING, wish, is_proved=True) for wish in SmsWish)
