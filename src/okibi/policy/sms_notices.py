"""Whether a number may be told something by SMS: what the policy allows, what its owner wished, what was proved.

An SMS never stands for the answer, which keeps the form of the request (scheme.md §5). Whoever wrote a number down may
have written another's: a number that nobody proved hears the number and the term of the request, and nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum

from okibi.policy.scheme_values import SmsEvent, SmsNotices, UnlessAsked


class SmsWish(StrEnum):
    """What somebody said about SMS on their requests; "" is nothing yet."""

    UNSAID = ""
    YES = "yes"
    NO = "no"


class Why(StrEnum):
    """Why a number is not told."""

    POLICY = "policy"  # the policy tells nobody of this
    WISH = "wish"  # they said no, or never asked
    UNPROVED = "unproved"
    ENOUGH = "enough"  # it got as many today as it may


@dataclass(frozen=True, slots=True)
class Told:
    """One number: what its owner wished, whether it was proved to be theirs, how many notices it got in a day."""

    wish: SmsWish
    is_proved: bool
    lately: int = 0


def wants(rule: SmsNotices, wish: SmsWish, *, is_proved: bool) -> bool:
    """Whether a number is to be told of anything at all."""
    if wish is SmsWish.UNSAID:
        return rule.unless_asked is UnlessAsked.VERIFIED and is_proved and bool(rule.events)
    return wish is SmsWish.YES and bool(rule.events)


def why_not(rule: SmsNotices, event: SmsEvent, number: Told) -> Why | None:
    """The first reason not to tell a number of an event; None where it may be told."""
    if event not in rule.events:
        return Why.POLICY
    if not wants(rule, number.wish, is_proved=number.is_proved):
        return Why.WISH
    if not number.is_proved and event is not SmsEvent.RECEIPT:
        return Why.UNPROVED
    most = rule.most_a_day if number.is_proved else rule.most_a_day_unproved
    return Why.ENOUGH if number.lately >= most else None
