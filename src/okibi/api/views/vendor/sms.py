"""SMS for the vendor's own systems: sent one by one or by hundreds, followed, taken back; lines; what came in."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.accounts.scopes import Scope
from okibi.api import shapes, shapes_sms, shown_sms
from okibi.api.auth import ApiKey, key_of
from okibi.api.given import Id
from okibi.api.given_sms import SmsAsked, SmsBatchGiven, SmsGiven, SmsInAsked, SmsTextGiven
from okibi.api.paging import page
from okibi.api.problems import language_of
from okibi.api.repeats import answer, repeatable
from okibi.kernel.errors import OkibiError
from okibi.kernel.once_only import Answer
from okibi.policy.sms_text import lines_of_one, measure
from okibi.sms import key_selectors, keyed, selectors
from okibi.sms.services import MOST, digest

router = Router(tags=["vendor: SMS"])
READ, SEND = ApiKey(Scope.SMS_READ), ApiKey(Scope.SMS_SEND)


@router.post("/sms", response={201: shapes_sms.Sms}, auth=SEND, operation_id="sendSms")
@repeatable(needed=True, rate="SENDING")
def send(request: HttpRequest, given: SmsGiven) -> Answer:
    """Put one SMS into the queue. The same `reference` again gives the SMS of that time, whatever the key of the call.
    To a number whose owner wants none it is `blocked`.
    """
    (found,) = keyed.submit(key_of(request).public_id, _call(request), [given.wanted()])
    if isinstance(found, OkibiError):
        raise found
    return answer(201, shown_sms.sms(found), {"Location": f"/api/v1/sms/{found.pk}"})


@router.post("/sms/batches", response={200: shapes_sms.SmsBatch}, auth=SEND, operation_id="sendSmsBatch")
@repeatable(needed=True, rate="SENDING")
def send_batch(request: HttpRequest, given: SmsBatchGiven) -> Answer:
    """Put up to a thousand SMS into the queue. Each line has its own answer: one that is refused holds up no other."""
    owner = key_of(request).public_id
    found = keyed.submit(owner, _call(request), given.wanted())
    taken = [row for row in found if not isinstance(row, OkibiError)]
    used, limit = keyed.used_today(owner)
    body = {
        "accepted": len(taken),
        "refused": len(found) - len(taken),
        "segments": sum(row.segments for row in taken),
        "used_today": used,
        "day_limit": limit,
        "items": [_line(request, place, each) for place, each in enumerate(found)],
    }
    return answer(200, body)


@router.get("/sms", response=shapes.Page[shapes_sms.Sms], auth=READ, operation_id="listSms")
def listed(request: HttpRequest, asked: Query[SmsAsked]) -> dict[str, Any]:
    """The SMS of this key, the newest first."""
    return page(key_selectors.own(key_of(request).public_id, **asked.model_dump()), shown_sms.sms)


@router.post("/sms/segments", response=shapes_sms.SmsSegments, auth=READ, operation_id="measureSms")
def segments(request: HttpRequest, given: SmsTextGiven) -> dict[str, Any]:
    """How many segments a text takes, and which letters made them dear. Nothing is sent."""
    del request
    return shown_sms.measured(measure(lines_of_one(given.text)), MOST)


@router.get("/sms/lines", response=shapes_sms.SmsLines, auth=READ, operation_id="listSmsLines")
def lines(request: HttpRequest) -> dict[str, Any]:
    """The gateways' lines as they stand, and what is left of this key's day."""
    used, limit = keyed.used_today(key_of(request).public_id)
    rows = [shown_sms.line(each) for each in selectors.lines()]
    return {"connected": any(each["is_alive"] for each in rows), "used_today": used, "day_limit": limit, "lines": rows}


@router.get("/sms/incoming", response=shapes.Page[shapes_sms.SmsIn], auth=READ, operation_id="listSmsIn")
def incoming(request: HttpRequest, asked: Query[SmsInAsked]) -> dict[str, Any]:
    """SMS that came in, the newest first."""
    del request
    return page(key_selectors.came_in(**asked.model_dump()), shown_sms.came_in)


@router.get("/sms/incoming/{sms_id}", response=shapes_sms.SmsIn, auth=READ, operation_id="getSmsIn")
def one_incoming(request: HttpRequest, sms_id: Id) -> dict[str, Any]:
    """One that came in: `sms.received` of the webhooks names it."""
    del request
    return shown_sms.came_in(key_selectors.one_that_came_in(sms_id))


@router.get("/sms/{sms_id}", response=shapes_sms.Sms, auth=READ, operation_id="getSms")
def one(request: HttpRequest, sms_id: Id) -> dict[str, Any]:
    """One SMS of this key."""
    return shown_sms.sms(keyed.one(key_of(request).public_id, sms_id))


@router.post("/sms/{sms_id}/cancel", response=shapes_sms.Sms, auth=SEND, operation_id="cancelSms")
@repeatable(needed=False)
def cancel(request: HttpRequest, sms_id: Id) -> Answer:
    """Take it out of the queue. One that a line has already can't be called back: `sms.not_queued`."""
    return answer(200, shown_sms.sms(keyed.cancel(key_of(request).public_id, sms_id)))


def _call(request: HttpRequest) -> str:
    return digest(request.headers["Idempotency-Key"].strip())


def _line(request: HttpRequest, place: int, found: keyed.Outcome) -> dict[str, Any]:
    if not isinstance(found, OkibiError):
        return {"index": place, "sms": shown_sms.sms(found), "problem": None}
    problem = {"code": found.code, "detail": found.sentence.in_language(language_of(request))}
    return {"index": place, "sms": None, "problem": problem}
