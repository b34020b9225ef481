"""Access for automatic updates: read, confirmed, declined and withdrawn in the application (ИПВ)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Query, Router

from okibi.api import shapes_agreement as shapes
from okibi.api.auth import DEVICE, visitor
from okibi.api.given import AgreementAnswerGiven, WhyGiven
from okibi.api.paging import AgreementsAsked, Id
from okibi.api.problems import language_of
from okibi.api.rendering import moment
from okibi.api.repeats import answer, repeatable
from okibi.api.shapes import Page
from okibi.flows import update_agreement as flow
from okibi.flows.agreement_views import state_of
from okibi.flows.agreement_words import granted, reach_of
from okibi.kernel.clock import now
from okibi.kernel.once_only import Answer
from okibi.policy.agreement_states import AgreementState
from okibi.policy.scheme import Scheme
from okibi.schemes.services import in_force
from okibi.updates import selectors
from okibi.updates.kinds import Answered

if TYPE_CHECKING:
    from okibi.updates.models import Agreement, Host

router = Router(tags=["agreements"], auth=DEVICE)
CAN = {AgreementState.PROPOSED: ["confirm", "decline"], AgreementState.CONFIRMED: ["withdraw"]}


@router.get("/agreements", response=Page[shapes.Agreement], operation_id="listAgreements")
def listed(request: HttpRequest, asked: Query[AgreementsAsked]) -> dict[str, Any]:
    """What the device's person asked for, newest first; for an organisation's administrator all of its."""
    before = int(asked.cursor) if asked.cursor else None
    found = flow.of_visitor(visitor(request), before=before, size=asked.limit + 1)
    shown = found[: asked.limit]
    return {"items": _all(request, shown), "next": str(shown[-1].pk) if len(found) > len(shown) else None}


@router.get("/agreements/{agreement_id}", response=shapes.Agreement, operation_id="getAgreement")
def one(request: HttpRequest, agreement_id: Id) -> dict[str, Any]:
    """One of them, with everything that is granted: ``text`` says it line by line in the caller's language."""
    return _one(request, flow.seen_by(visitor(request), agreement_id))


@router.post("/agreements/{agreement_id}/answer", response=shapes.Agreement, operation_id="answerAgreement")
@repeatable(needed=False)
def answered(request: HttpRequest, agreement_id: Id, given: AgreementAnswerGiven) -> Answer:
    """Grant it or decline. Only the word of whoever asked, or of an administrator of the organisation, counts."""
    me = visitor(request)
    return answer(200, _one(request, flow.answer(me, agreement_id, Answered.IPV, yes=given.yes)))


@router.post("/agreements/{agreement_id}/withdraw", response=shapes.Agreement, operation_id="withdrawAgreement")
@repeatable(needed=False)
def withdrawn(request: HttpRequest, agreement_id: Id, given: WhyGiven) -> Answer:
    """End it at once: what has not begun to install never will."""
    me = visitor(request)
    return answer(200, _one(request, flow.withdraw_by_customer(me, agreement_id, given.reason)))


def _one(request: HttpRequest, row: "Agreement") -> dict[str, Any]:
    return _all(request, [row])[0]


def _all(request: HttpRequest, rows: "Sequence[Agreement]") -> list[dict[str, Any]]:
    scheme, hosts = in_force(now()).scheme, selectors.hosts_of_all([row.pk for row in rows])
    mine, language = flow.answerable(visitor(request), rows), language_of(request)
    return [_shown(row, hosts[row.pk], scheme, language, mine=row.pk in mine) for row in rows]


def _shown(row: "Agreement", hosts: "Sequence[Host]", scheme: Scheme, language: str, *, mine: bool) -> dict[str, Any]:
    told, state = granted(row, hosts, scheme), state_of(row)
    return {
        "id": row.pk,
        "state": state.value,
        "request": row.ticket.number if row.ticket else None,
        "organisation": row.organisation.name if row.organisation else "",
        "products": row.products,
        "hosts": [
            {
                "name": host.name,
                "device": host.device.public_id if host.device else None,
                "way": host.way,
                "address": host.address,
                "port": host.port,
                "reach": reach_of(host).in_language(language),
            }
            for host in hosts
        ],
        "windows": row.windows,
        "zone": row.zone,
        "hours": told.when.in_language(language),
        "valid_from": moment(row.valid_from),
        "valid_until": moment(row.valid_until),
        "note": row.note,
        "answered_by": row.granted_name,
        "answered_at": moment(row.answered_at),
        "withdrawn_by": row.withdrawn_by,
        "withdrawn_at": moment(row.withdrawn_at),
        "can": CAN.get(state, []) if mine else [],
        "text": [line.in_language(language) for line in told.lines],
    }
