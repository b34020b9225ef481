"""A request that is sent twice is carried out once: the answer is kept beside what it did, in one transaction.

The first insert of (caller, key) wins; a second caller's insert waits for the first one's transaction and then finds
the answer. An act that raises leaves nothing, so that it may be tried again with the same key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from django.db import transaction

from okibi.kernel.clock import now
from okibi.kernel.errors import InputError
from okibi.kernel.models import IdempotentAnswer
from okibi.kernel.sentence import Sentence
from okibi.kernel.statements import run

KEPT_FOR = timedelta(days=7)  # a device may be without a connection over a long weekend
_ANSWERED = "UPDATE okibi_kernel_idempotentanswer SET status = %s, headers = %s::jsonb, body = %s WHERE id = %s"
_CLAIM = """
    INSERT INTO okibi_kernel_idempotentanswer (caller, key, fingerprint, status, headers, body, created_at)
    VALUES (%s, %s, %s, 0, '{}', '', %s) ON CONFLICT DO NOTHING RETURNING id
"""


class KeyReusedError(InputError):
    """The same idempotency key came with another request."""

    code: ClassVar[str] = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Этот Idempotency-Key уже был у другого запроса: для нового запроса нужен новый ключ.",
                en="This Idempotency-Key came with another request before: a new request needs a new key.",
            )
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told. ``again``: it was told before, nothing was done now."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    again: bool = False


def fingerprint_of(*parts: bytes) -> str:
    """SHA-256 of what was asked: method, address, body."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@transaction.atomic
def once(caller: str, key: str, fingerprint: str, act: Callable[[], Answer]) -> Answer:
    """Carry ``act`` out, or give the answer of the first time. Raises KeyReusedError, and whatever ``act`` raises."""
    claimed = run(_CLAIM, [caller, key, fingerprint, now()])
    if not claimed:
        known = told_before(caller, key, fingerprint)
        assert known is not None, "who held the key has committed it"
        return known
    answer = act()
    mine = claimed[0][0]
    if answer.status >= 500:  # what was done stays, and the key may be used again to hear how it ended
        IdempotentAnswer.objects.filter(pk=mine).delete()
    else:
        run(_ANSWERED, [answer.status, json.dumps(dict(answer.headers)), answer.body, mine])
    return answer


def told_before(caller: str, key: str, fingerprint: str) -> Answer | None:
    """The answer of the first time, for an act that keeps only some of its answers. Raises KeyReusedError."""
    known = IdempotentAnswer.objects.filter(caller=caller, key=key).first()
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise KeyReusedError
    return Answer(known.status, bytes(known.body), known.headers, again=True)


def forget_old() -> int:
    """Answers that nobody will ask for any more; gives how many."""
    return IdempotentAnswer.objects.filter(created_at__lt=now() - KEPT_FOR).delete()[0]
