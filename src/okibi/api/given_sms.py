"""What systems give to have SMS sent, as shapes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from okibi.api.given import Line, Moment, Short
from okibi.api.paging import Paging
from okibi.channels.clean import text_safe
from okibi.sms.keyed import MOST, Wanted

SmsWords = Annotated[str, Field(max_length=2000), AfterValidator(text_safe)]
Reference = Annotated[str, Field(max_length=100), AfterValidator(text_safe)]


class SmsHow(BaseModel):
    """When it leaves, and before whom. ``at_once``: quiet hours do not hold it, as for a code that somebody waits for.
    ``time_zone``: the recipient's (``Asia/Vladivostok``), where it is known.
    """

    priority: Literal["low", "normal", "high"] = "normal"
    not_before: Moment | None = None
    expires_at: Moment | None = None
    at_once: StrictBool = False
    time_zone: Short = ""


class SmsGiven(SmsHow):
    """One SMS. ``to``: a mobile number in any notation. ``reference``: your own name of it, one SMS for ever."""

    to: Line
    text: SmsWords
    reference: Reference = ""

    def wanted(self) -> Wanted:
        """As the room takes it."""
        return _wanted(self, self.to, self.text, self.reference)


class SmsOfBatchGiven(BaseModel):
    """One line of a batch; without a text it gets the batch's."""

    to: Line
    text: SmsWords | None = None
    reference: Reference = ""


class SmsBatchGiven(SmsHow):
    """Up to a thousand SMS; ``text`` is for those that have none of their own."""

    text: SmsWords = ""
    messages: Annotated[list[SmsOfBatchGiven], Field(min_length=1, max_length=MOST)]

    def wanted(self) -> list[Wanted]:
        """As the room takes them."""
        return [
            _wanted(self, each.to, self.text if each.text is None else each.text, each.reference)
            for each in self.messages
        ]


class SmsTextGiven(BaseModel):
    """A text to be measured."""

    text: Annotated[str, Field(max_length=20_000), AfterValidator(text_safe)]


class SmsAsked(Paging):
    """Which of the key's SMS; what is left out does not count. ``to``: a number in any notation."""

    state: Literal[
        "", "queued", "sending", "sent", "delivered", "failed", "uncertain", "expired", "cancelled", "blocked"
    ] = ""
    to: Line = ""
    reference: Reference = ""
    since: Moment | None = None


class SmsInAsked(Paging):
    """``since``: what came at that moment or later."""

    since: Moment | None = None


def _wanted(how: SmsHow, to: str, text: str, reference: str) -> Wanted:
    return Wanted(
        to=to, text=text, reference=reference, priority=how.priority, not_before=how.not_before,
        expires_at=how.expires_at, at_once=how.at_once, zone=how.time_zone,
    )  # fmt: skip
