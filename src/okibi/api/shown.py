"""From the rooms' values to the API's shapes, in the caller's language."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from okibi.api.rendering import moment
from okibi.flows.device_update import Update
from okibi.flows.enrolment import Begun
from okibi.flows.ipv_conversation import FileView, MessageView, RequestView
from okibi.flows.ipv_request import Preview
from okibi.policy.explain import Step
from okibi.policy.verdict import Status, Verdict

COVERED = {Status.MET: True, Status.UNMET: False, Status.UNKNOWN: None}
ENTITLEMENT = "entitlement"


def verdict_lines(verdict: Verdict, language: str) -> list[dict[str, Any]]:
    """Line by line."""
    return [
        {
            "about": line.subject,
            "status": line.status.value,
            "ground": line.ground,
            "text": line.sentence.in_language(language),
            "detail": line.detail.in_language(language),
            "evidence": dict(line.evidence),
        }
        for line in verdict.lines
    ]


def judged(verdict: Verdict, language: str) -> dict[str, Any]:
    """A verdict as it stands on a request."""
    line = verdict.line(ENTITLEMENT)
    return {"covered": COVERED[line.status] if line else None, "lines": verdict_lines(verdict, language)}


def steps(given: Iterable[Step], language: str) -> list[dict[str, Any]]:
    """How a term was counted."""
    return [
        {
            "at": moment(step.at),
            "rule": step.label.in_language(language),
            "text": step.sentence.in_language(language),
        }
        for step in given
    ]


def preview(given: Preview, language: str) -> dict[str, Any]:
    """What a request would be told."""
    return {
        "covered": COVERED[given.covered],
        "lines": verdict_lines(given.verdict, language),
        "kind": given.kind,
        "aim_at": moment(given.aim_at),
        "due_at": moment(given.due_at),
        "steps": steps(given.steps, language),
    }


def enrolment(begun: Begun) -> dict[str, Any]:
    """An enrolment for who holds its secret."""
    return {
        "id": begun.enrolment_id,
        "by": begun.by.value,
        "secret": begun.secret,
        "state": begun.state.value,
        "token": begun.token,
        "expires_at": moment(begun.expires_at),
    }


def named(row: Any) -> dict[str, Any] | None:
    """Id and name of a person or an organisation."""
    return {"id": row.pk, "name": row.name} if row is not None else None


def device(row: Any) -> dict[str, Any]:
    """A device for itself."""
    return {
        "id": row.public_id,
        "kind": row.kind,
        "name": row.name,
        "language": row.language,
        "enrolled_by": row.enrolled_by,
        "licence": row.licence_number,
        "product": row.product,
        "version": row.version,
        "person": named(row.person),
        "organisation": named(row.organisation),
        "environment": row.report,
        "reported_at": moment(row.reported_at),
        "created_at": moment(row.created_at),
        "last_seen_at": moment(row.last_seen_at),
    }


def update(found: Update, language: str) -> dict[str, Any]:
    """The version that a device is offered, or that there is none."""
    given = found.offer
    newer = given and {
        "version": given.release.version,
        "published_at": moment(given.published_at),
        "forced": given.forced,
        "notes": given.release.notes(language),
        "page": found.page,
        "files": [asdict(each) for each in found.files],
    }
    return {"product": found.product, "running": found.running, "update": newer}


def request(view: RequestView, language: str) -> dict[str, Any]:
    """A request for its requester."""
    return {
        "number": view.number,
        "subject": view.subject,
        "kind": view.kind,
        "state": str(view.state),
        "placed_at": moment(view.placed_at),
        "aim_at": moment(view.aim_at),
        "due_at": moment(view.due_at),
        "steps": steps(view.steps, language),
        "verdict": judged(view.verdict, language),
        "product": view.product,
        "version": view.version,
        "unread": view.unread,
        "last_message_at": moment(view.last_message_at),
        "planned_version": view.planned_version,
        "refusal": _refusal(view, language),
        "rating": _rating(view),
        "linked_to": view.linked_to,
        "requester": view.requester,
        "own": view.own,
        "can": sorted(view.can),
    }


def _refusal(view: RequestView, language: str) -> dict[str, Any] | None:
    refusal = view.refusal
    if refusal is None:
        return None
    return {
        "ground": refusal.ground,
        "text": refusal.sentence.in_language(language),
        "reasons": refusal.reasons,
        "way_out": refusal.way_out,
    }


def _rating(view: RequestView) -> dict[str, Any] | None:
    rating = view.rating
    return {"score": rating.score, "text": rating.text, "at": moment(rating.at)} if rating else None


def message(view: MessageView, language: str) -> dict[str, Any]:
    """One thing said."""
    return {
        "id": view.id,
        "author": str(view.author),
        "author_name": view.author_name,
        "at": moment(view.at),
        "text": view.text.in_language(language),
        "html": view.html,
        "attachments": [file(each) for each in view.attachments],
        "read_by_desk_at": moment(view.read_by_desk_at),
    }


def file(view: FileView) -> dict[str, Any]:
    """An attachment."""
    return {"id": view.id, "name": view.name, "type": view.type, "size": view.size}
