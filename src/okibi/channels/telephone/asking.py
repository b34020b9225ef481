"""What we ask of an exchange: to connect a specialist with a number, and for a recording. One request, no redirects."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog

from okibi.channels.messenger.http import Answer, call
from okibi.channels.messenger.reading import text
from okibi.channels.port import SendError
from okibi.channels.telephone.accounts import Exchange
from okibi.kernel.errors import OutsideError
from okibi.kernel.sentence import Sentence

log = structlog.get_logger(__name__)
TIMEOUT = 15.0  # seconds: somebody waits for it
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONGEST = 200  # characters of the exchange's own words
AWAY = Sentence("АТС не отвечает", "the exchange does not answer")
NO_RIGHT = Sentence(
    "АТС не приняла ключ: проверьте его и права API", "the exchange refused the key: check it and the rights of the API"
)
GONE = Sentence("у АТС этой записи нет (больше)", "the exchange has no such recording (any more)")
MANY = Sentence("АТС просит подождать: слишком много обращений", "the exchange asks to wait: too many requests")
STRANGE = Sentence("АТС ответила непонятно", "the exchange gave an answer that can't be read")
BY_STATUS = {401: NO_RIGHT, 403: NO_RIGHT, 404: GONE, 429: MANY}


class ExchangeError(OutsideError):
    """The exchange did not do what it was asked; the sentence says why.

    ``gone``: it has nothing of the kind, or not yet. ``never``: asking again can't help.
    """

    code = "telephone_exchange"

    def __init__(self, sentence: Sentence, *, gone: bool = False, never: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone
        self.never = never


def refused(why: Sentence, own: str = "", *, gone: bool = False) -> ExchangeError:
    """``own``: the exchange's own words, which stand behind ours."""
    said = " ".join(own.split())[:LONGEST]
    behind = f" ({said})" if said else ""
    ru, en = (f"{words[:1].upper()}{words[1:]}{behind}." for words in (why.ru, why.en))
    return ExchangeError(Sentence(ru, en), gone=gone or why is GONE)


def asked(
    account: Exchange, method: str, url: str, fields: Mapping[str, str] | None = None, document: Any = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """One request with form fields or JSON; the answer whatever its status. Raises ExchangeError: nobody answered."""
    body = urlencode(fields).encode() if fields is not None else None
    given = {**(FORM if fields is not None else {}), **(headers or {})}
    try:
        return call(account, method, url, document, headers=given, body=body, timeout=TIMEOUT)
    except SendError as error:
        log.info("exchange_away", channel=account.kind, account=account.name, why=str(error)[:200])
        raise refused(AWAY) from error


def good(answer: Answer, own: str = "") -> Answer:
    """The answer where its status is a good one. Raises ExchangeError."""
    if not answer.is_good:
        said = own or text(answer.document.get("message")) or text(answer.document.get("error"))
        raise refused(BY_STATUS.get(answer.status, STRANGE), said or f"HTTP {answer.status}")
    return answer


def redirected(answer: Answer) -> str:
    """Where a redirect leads, "" where it is none; it is told, not followed."""
    if answer.status in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}:
        return answer.headers.get("location", "")
    return ""
