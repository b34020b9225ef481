"""What can go wrong, as types: whose fault it is, a code for programs, a sentence for people, and what to do.

The server's own problems are RFC 9457 documents: the sentence is the server's, in the language that was asked for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okibi_sdk.core.wire import Answer
from okibi_sdk.words import Sentence


class OkibiError(Exception):
    """Everything that this library raises on purpose. ``str()`` is a sentence for the user."""

    code = "okibi"

    def __init__(self, sentence: str, *, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class NoConnectionError(OkibiError):
    """The server can't be reached, or its answer was lost again and again."""

    code = "no_connection"


class UnexpectedAnswerError(OkibiError):
    """Something answered that isn't this API (a proxy's page, an older server)."""

    code = "unexpected_answer"


class DamagedError(OkibiError):
    """A file that was fetched isn't the announced one: another size or SHA-256. Nothing of it was kept."""

    code = "damaged_file"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of what was sent."""

    field: str
    detail: str


class ProblemError(OkibiError):
    """The server's answer is a problem document. ``retry_after``: seconds, where the server named them.

    ``document``: all of it (``tries_left`` of a wrong code, for example).
    """

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.title = str(document.get("title") or "")
        self.detail = str(document.get("detail") or "")
        self.code = str(document.get("code") or f"http_{status}")
        self.errors = tuple(
            FieldProblem(str(each.get("field") or ""), str(each.get("detail") or ""))
            for each in document.get("errors") or ()
            if isinstance(each, Mapping)
        )
        self.retry_after = retry_after
        self.document = document
        super().__init__(self.detail or self.title or f"HTTP {status}")


class NotSignedInError(ProblemError):
    """401: no token, an unknown one, or one that was cut off. Enrol again."""


class NotAllowedError(ProblemError):
    """403."""


class NotFoundError(ProblemError):
    """404 and 410: not there, or not yours (the server doesn't say which)."""


class ConflictError(ProblemError):
    """409: the thing is not in a state for this."""


class InvalidError(ProblemError):
    """400, 413, 415, 422: what was sent is not acceptable; ``errors`` names the fields."""


class TooManyError(ProblemError):
    """429: too often; ``retry_after`` says when."""


class ServerFaultError(ProblemError):
    """5xx."""


_TYPES: dict[int, type[ProblemError]] = {
    401: NotSignedInError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    410: NotFoundError,
    429: TooManyError,
    **dict.fromkeys((400, 413, 415, 422), InvalidError),
}

_NO_CONNECTION = Sentence("Нет связи с сервером поддержки.", "The support server cannot be reached.")
_TRY_LATER = Sentence("Проверьте соединение и повторите.", "Check the connection and try again.")
_ODD = Sentence("Сервер ответил не так, как описано в API", "The server's answer is not the one that the API describes")
_DAMAGED = Sentence(
    "Файл «{name}» пришёл не таким, каким его выпустили, и не сохранён.",
    "The file “{name}” did not arrive as it was released, and was not kept.",
)
_AGAIN = Sentence(
    "Скачайте его ещё раз; если не поможет, сообщите поддержке.", "Fetch it again; if that does not help, tell support."
)
_ADDRESS = Sentence("Проверьте адрес сервера.", "Check the server's address.")


def no_connection(language: str, reason: str) -> NoConnectionError:
    error = NoConnectionError(_NO_CONNECTION.in_(language), remedy=_TRY_LATER.in_(language))
    if reason:
        error.add_note(reason)
    return error


def damaged(language: str, name: str) -> DamagedError:
    return DamagedError(_DAMAGED.in_(language).format(name=name), remedy=_AGAIN.in_(language))


def unexpected(language: str, what: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(f"{_ODD.in_(language)}: {what}.", remedy=_ADDRESS.in_(language))


def problem_of(answer: Answer, language: str, retry_after: float | None) -> OkibiError:
    """The typed exception for an answer of 400 and more."""
    try:
        document = json.loads(answer.body or b"{}")
    except ValueError:
        document = None
    if not isinstance(document, Mapping) or ("json" not in answer.headers.get("content-type", "") and answer.body):
        document = {}
    if not document and answer.body and answer.status < 500:  # a page of some proxy, not this API's word
        return unexpected(language, f"HTTP {answer.status}")
    kind = _TYPES.get(answer.status, ServerFaultError if answer.status >= 500 else ProblemError)
    return kind(answer.status, document or {"title": f"HTTP {answer.status}"}, retry_after)
