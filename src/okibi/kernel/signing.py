"""Signed links: a purpose, a payload and a time limit that nobody can change."""

from typing import Any

from django.core import signing

from okibi.kernel.errors import NotAllowedError
from okibi.kernel.sentence import Sentence

LINK_INVALID = Sentence(
    ru="Ссылка не подходит: она изменена или её срок истёк. Попросите новую.",
    en="The link is not valid: it was changed or has expired. Please ask for a new one.",
)


def sign(purpose: str, payload: Any) -> str:
    """A URL-safe token that carries ``payload`` (JSON) for one purpose."""
    return signing.dumps(payload, salt=f"okibi.{purpose}", compress=True)


def unsign(purpose: str, token: str, max_age: int | None = None) -> Any:
    """The payload of a token; ``max_age`` in seconds. Raises NotAllowedError when forged, foreign or too old."""
    try:
        return signing.loads(token, salt=f"okibi.{purpose}", max_age=max_age)
    except signing.BadSignature:
        raise NotAllowedError(LINK_INVALID) from None
