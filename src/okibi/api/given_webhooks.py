"""What systems give to manage webhooks, as shapes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from okibi.api.paging import Paging, Serial
from okibi.channels.clean import text_safe

Url = Annotated[str, Field(max_length=500), AfterValidator(text_safe)]
Code = Annotated[str, Field(max_length=64), AfterValidator(text_safe)]
Note = Annotated[str, Field(max_length=200), AfterValidator(text_safe)]


class WebhookGiven(BaseModel):
    """``codes``: of the journal (docs/reference/journal-codes.md); none for every act."""

    url: Url
    codes: Annotated[list[Code], Field(max_length=200)] = Field(default_factory=list)
    note: Note = ""


class WebhookChanges(WebhookGiven):
    """``active``: false stops telling it; what happens meanwhile is not told later."""

    active: StrictBool = True


class WebhookCallsAsked(Paging):
    """``state``: only calls in it."""

    cursor: Serial = ""
    state: Literal["", "queued", "sending", "delivered", "failed"] = ""
