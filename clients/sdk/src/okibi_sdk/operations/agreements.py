"""Access for automatic updates: what was proposed, the answer, taking it back."""

from okibi_sdk.core.session import Session, ask_json
from okibi_sdk.core.wire import Flow
from okibi_sdk.models import Agreement, Page
from okibi_sdk.operations.shape import every, shaped


def agreements(session: Session) -> Flow[Page[Agreement]]:
    """All agreements that the user of this device may see, the latest first."""
    return Page((yield from every(session, Agreement, "/agreements")), "")


def agreement(session: Session, number: int) -> Flow[Agreement]:
    """One of them. Raises NotFoundError."""
    return shaped(session, Agreement, (yield from ask_json(session, session.call("GET", f"/agreements/{number}"))))


def answer_agreement(session: Session, number: int, *, yes: bool, key: str | None = None) -> Flow[Agreement]:
    """Grant what is proposed, or decline it. Raises ConflictError where it was answered meanwhile."""
    call = session.call("POST", f"/agreements/{number}/answer", data={"yes": yes}, key=key)
    return shaped(session, Agreement, (yield from ask_json(session, call)))


def withdraw_agreement(session: Session, number: int, why: str = "", *, key: str | None = None) -> Flow[Agreement]:
    """Take the access back: what has not begun to install never will."""
    call = session.call("POST", f"/agreements/{number}/withdraw", data={"reason": why}, key=key)
    return shaped(session, Agreement, (yield from ask_json(session, call)))
