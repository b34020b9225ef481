"""A person's own telephone numbers in the application (ИПВ): told of requests by SMS or not, confirmed by a code."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field, StrictBool

from okibi.api import shapes_numbers as shapes
from okibi.api.auth import DEVICE, visitor
from okibi.api.given import Short
from okibi.api.paging import Id
from okibi.api.repeats import answer, kept_by_the_act, repeatable
from okibi.flows import own_numbers
from okibi.flows.own_numbers import OwnNumber
from okibi.kernel.once_only import Answer

router = Router(tags=["device"], auth=DEVICE)
NumberId = Annotated[Id, Path(description="Of one of the person's own numbers, as `GET /numbers` names it.")]


class WishGiven(BaseModel):
    """Whether an SMS tells of what happens to one's requests."""

    on: StrictBool


class NumberCodeGiven(BaseModel):
    """The six digits that came by SMS."""

    code: Annotated[Short, Field(min_length=1)]


@router.get("/numbers", response=shapes.Numbers, operation_id="getNumbers")
def numbers(request: HttpRequest) -> dict[str, Any]:
    """The numbers of the person's card. `sms` is null where a number takes none, or the desk tells nobody by SMS."""
    return {"items": [_shown(each) for each in own_numbers.own_numbers(visitor(request))]}


@router.put("/numbers/{phone_id}/sms", response=shapes.Number, operation_id="wishSms")
@repeatable(needed=False)
def wish(request: HttpRequest, phone_id: NumberId, given: WishGiven) -> Answer:
    """Be told of one's requests by SMS, or no longer. After STOP from the number only START from it brings SMS back."""
    own_numbers.wish_sms(visitor(request), phone_id, on=given.on, source="ipv")
    return _one(request, phone_id)


@router.post("/numbers/{phone_id}/code", response={202: None}, operation_id="sendNumberCode")
@repeatable(needed=False)
def send_code(request: HttpRequest, phone_id: NumberId) -> Answer:
    """Have six digits sent to an own number by SMS. Asked again soon, they are the same."""
    own_numbers.send_code(visitor(request), phone_id)
    return answer(202, None)


@router.post("/numbers/{phone_id}/confirm", response=shapes.Number, operation_id="confirmNumber")
@kept_by_the_act
def confirm(request: HttpRequest, phone_id: NumberId, given: NumberCodeGiven) -> HttpResponse:
    """The code came back: the number is theirs, and SMS may say more than the number and the term of a request."""
    own_numbers.count_guess(visitor(request), phone_id)  # before the act's transaction, which a wrong code undoes
    return _confirmed(request, phone_id, given)


@repeatable(needed=False)
def _confirmed(request: HttpRequest, phone_id: int, given: NumberCodeGiven) -> Answer:
    own_numbers.accept(visitor(request), phone_id, given.code)
    return _one(request, phone_id)


def _one(request: HttpRequest, phone_id: int) -> Answer:
    found = next(each for each in own_numbers.own_numbers(visitor(request)) if each.id == phone_id)
    return answer(200, _shown(found))


def _shown(row: OwnNumber) -> dict[str, Any]:
    told = row.sms and {"on": row.sms.is_on, "stopped": row.sms.is_stopped}
    return {"id": row.id, "number": row.e164, "extension": row.extension, "verified": row.verified, "sms": told}
