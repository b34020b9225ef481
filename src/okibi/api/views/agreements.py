"""Access for automatic updates: read, confirmed, declined and withdrawn in the application (ИПВ)."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Router

from okibi.api import shapes_agreement as shapes
from okibi.api.auth import DEVICE, visitor
from okibi.api.given import AgreementAnswerGiven, WhyGiven
from okibi.api.paging import Id
from okibi.api.problems import language_of
from okibi.api.rendering import moment
from okibi.api.repeats import answer, repeatable
from okibi.flows import update_agreement as flow
from okibi.flows.agreement_views import state_of
from okibi.flows.agreement_words import granted, reach_of
from okibi.flows.visitor import Visitor
from okibi.kernel.clock import now
from okibi.kernel.once_only import Answer
from okibi.policy.agreement_states import AgreementState
from okibi.schemes.services import in_force
from okibi.updates import selectors
from okibi.updates.kinds import Answered

if TYPE_CHECKING:
    from okibi.updates.models import Agreement

router = Router(tags=["agreements"], auth=DEVICE)
CAN = {AgreementState.PROPOSED: ["confirm", "decline"], AgreementState.CONFIRMED: ["withdraw"]}


@router.get("/agreements", response=shapes.Agreements, operation_id="listAgreements")
def listed(request: HttpRequest) -> dict[str, Any]:
    """What the device's person asked for; for an organisation's administrator all of the organisation's."""
    me = visitor(request)
    return {"items": [_shown(request, me, each) for each in flow.of_visitor(me)]}


@router.get("/agreements/{agreement_id}", response=shapes.Agreement, operation_id="getAgreement")
def one(request: HttpRequest, agreement_id: Id) -> dict[str, Any]:
    """One of them, with everything that is granted: ``text`` says it line by line in the caller's language."""
    me = visitor(request)
    return _shown(request, me, flow.seen_by(me, agreement_id))


@router.post("/agreements/{agreement_id}/answer", response=shapes.Agreement, operation_id="answerAgreement")
@repeatable(needed=False)
def answered(request: HttpRequest, agreement_id: Id, given: AgreementAnswerGiven) -> Answer:
    """Grant it or decline. Only the word of whoever asked, or of an administrator of the organisation, counts."""
    me = visitor(request)
    return answer(200, _shown(request, me, flow.answer(me, agreement_id, Answered.IPV, yes=given.yes)))


@router.post("/agreements/{agreement_id}/withdraw", response=shapes.Agreement, operation_id="withdrawAgreement")
@repeatable(needed=False)
def withdrawn(request: HttpRequest, agreement_id: Id, given: WhyGiven) -> Answer:
    """End it at once: what has not begun to install never will."""
    me = visitor(request)
    return answer(200, _shown(request, me, flow.withdraw_by_customer(me, agreement_id, given.reason)))


def _shown(request: HttpRequest, me: Visitor, row: "Agreement") -> dict[str, Any]:
    language, hosts = language_of(request), selectors.hosts_of(row)
    told = granted(row, hosts, in_force(now()).scheme)
    state = state_of(row)
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
        "can": CAN.get(state, []) if flow.may_answer(me, row) else [],
        "text": [line.in_language(language) for line in told.lines],
    }
