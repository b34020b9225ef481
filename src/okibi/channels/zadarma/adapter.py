"""kind ``zadarma``: form notifications, signed in a header; the address is tried by ``zd_echo``."""

import base64
import hashlib
import hmac
from zoneinfo import ZoneInfo

from okibi.channels.hook import HookAnswer, HookRequest
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError
from okibi.channels.telephone.values import CallEvent
from okibi.channels.zadarma import reading
from okibi.kernel.sentence import Sentence

ECHO = 200  # characters


class ZadarmaChannel(ExchangeChannel):
    """kind ``zadarma``."""

    kind = "zadarma"
    title = Sentence(ru="Zadarma", en="Zadarma")

    def read(self, fields: Fields, path: str, zone: ZoneInfo) -> CallEvent:  # noqa: ARG002
        return reading.push(fields, zone)

    def greet(self, account: Exchange, request: HookRequest) -> HookAnswer:
        """The service tries the address once and wants its own word back."""
        word = request.query.get("zd_echo", "")
        if not word or len(word) > ECHO or not word.isprintable():
            return super().greet(account, request)
        return HookAnswer(200, word.encode())

    def prove(self, account: Exchange, request: HookRequest, fields: Fields) -> None:
        """``Signature`` = base64 of the hex HMAC-SHA-1, over the fields that the event names."""
        given = request.headers.get("signature", "")
        if not given:
            raise RefusedError(401)
        secret = account.secrets["api_secret"]
        known = [signature(secret, text) for text in reading.signed_fields(fields)]
        if not any([hmac.compare_digest(given.encode(), each.encode()) for each in known]):  # noqa: C419  no early end
            raise RefusedError(403)


def signature(secret: str, text: str) -> str:
    """What Zadarma writes into the header."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest().encode()).decode()
