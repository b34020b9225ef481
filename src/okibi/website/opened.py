"""A form that was opened: its own id, and when that was, signed together. It needs no session and no cookie."""

import uuid
from datetime import timedelta

from okibi.kernel.clock import now
from okibi.kernel.errors import NotAllowedError
from okibi.kernel.signing import sign, unsign

FASTEST = timedelta(seconds=2)  # nobody fills a form in less
PAGE_LIFETIME = timedelta(hours=24)
FORM = "site-form"  # what the token of an opened form is signed for


def opened_form(form_id: str = "") -> dict[str, str]:
    """What a fresh page carries. ``form_id``: of the form that comes back; its files are kept by it."""
    form_id = form_id or str(uuid.uuid4())
    return {"form_id": form_id, "opened": sign(FORM, [form_id, now().timestamp()])}


def form_of(opened: str, lifetime: timedelta | None = PAGE_LIFETIME) -> str:
    """The id of the form that this token opened, "" for a token of nothing. ``lifetime`` None: however long ago."""
    found = _read(opened, lifetime)
    return found[0] if found else ""


def too_fast(opened: str) -> float:
    """Seconds until a form that was opened just now may be used; 0 for one that may."""
    found = _read(opened, PAGE_LIFETIME)
    return max(0.0, found[1] + FASTEST.total_seconds() - now().timestamp()) if found else 0.0


def _read(opened: str, lifetime: timedelta | None) -> tuple[str, float] | None:
    try:
        form_id, at = unsign(FORM, opened, int(lifetime.total_seconds()) if lifetime else None)
        return str(uuid.UUID(form_id)), float(at)
    except (NotAllowedError, ValueError, TypeError, AttributeError):
        return None
