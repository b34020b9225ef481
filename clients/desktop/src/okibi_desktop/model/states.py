"""How a request's state is said and coloured."""

from datetime import datetime

from okibi_desktop.words import CATALOGUE, Words
from okibi_sdk import Policy, Request

LOOKS = {
    "new": "accent",
    "open": "accent",
    "waiting": "warn",
    "planned": "accent",
    "solved": "good",
    "refused": "bad",
    "uncovered": "warn",
}
RUNNING = frozenset({"new", "open"})


def state_words(request: Request, t: Words) -> str:
    """A state that a newer desk may know and we don't is said as it came."""
    key = f"state_{request.state}"
    return t(key) if key in CATALOGUE else request.state


def look_of(request: Request) -> str:
    """accent, warn, good, bad, or "" for what is over."""
    return LOOKS.get(request.state, "")


def due_of(request: Request) -> datetime | None:
    """Until when an answer is promised, while that is still to come."""
    return request.due_at if request.state in RUNNING else None


def product_name(policy: Policy | None, code: str) -> str:
    """A part of the software as the policy calls it; the code itself where that isn't known."""
    products = policy.document.get("products") or () if policy else ()
    return next((str(each["name"]) for each in products if each["code"] == code), code)
