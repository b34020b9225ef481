"""kind ``zadarma``: form notifications, signed in a header; the address is tried by ``zd_echo``.

Source: the vendor's own client and description on GitHub, zadarma/user-api-v1 (``lib/Client.php`` signs,
``lib/Webhook`` names the signed fields) and zadarma/openapi. Novofon, its Russian sister, speaks the same at its own
``base_url``.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from okibi.channels.hook import HookAnswer
from okibi.channels.messenger.reading import text
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError
from okibi.channels.telephone.asking import GONE, asked, good, refused
from okibi.channels.telephone.values import CallEvent
from okibi.channels.zadarma import reading
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

ECHO = 200  # characters
EXTENSION = re.compile(r"\d{3}|\d{5}")  # of the exchange; a SIP number
LIFETIME = 1800  # seconds
NOT_DONE = Sentence("АТС отказала", "the exchange refused")


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
        known = [signature(secret, each) for each in reading.signed_fields(fields)]
        if not any([hmac.compare_digest(given.encode(), each.encode()) for each in known]):  # noqa: C419  no early end
            raise RefusedError(403)

    def can_dial(self, account: Exchange) -> bool:
        return bool(account.base_url and account.secrets.get("api_key"))

    def dial(self, account: Exchange, seat: str, number: str, order: str) -> None:  # noqa: ARG002
        """``/v1/request/callback/``: the extension rings first; ``sip``: its number is shown, its recording applies."""
        command = {"from": seat, "to": number.removeprefix("+")}
        if EXTENSION.fullmatch(seat):
            command["sip"] = seat
        _asked(account, "/v1/request/callback/", command)

    def can_give_recordings(self, account: Exchange) -> bool:
        return self.can_dial(account)

    def recording(self, account: Exchange, recording_id: str) -> str:
        """``/v1/pbx/record/request/`` gives an address for half an hour."""
        said = _asked(account, "/v1/pbx/record/request/", {"call_id": recording_id, "lifetime": str(LIFETIME)})
        links = said.get("links")
        found = text(said.get("link")) or text(links[0] if isinstance(links, list) and links else "")
        if not found:
            raise refused(GONE)
        return found


def _asked(account: Exchange, path: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """``Authorization: <key>:<signature>`` over path, sorted parameters and their MD5. Raises ExchangeError."""
    query = urlencode(sorted(fields.items()))
    said = f"{path}{query}{hashlib.md5(query.encode(), usedforsecurity=False).hexdigest()}"
    proof = f"{account.secrets['api_key']}:{signature(account.secrets['api_secret'], said)}"
    answer = asked(account, "GET", f"{account.base_url}{path}?{query}", headers={"Authorization": proof})
    document = good(answer).document
    if text(document.get("status")) != "success":
        raise refused(NOT_DONE, text(document.get("message")))
    return document


def signature(secret: str, said: str) -> str:
    """What Zadarma writes into the header."""
    return base64.b64encode(hmac.new(secret.encode(), said.encode(), hashlib.sha1).hexdigest().encode()).decode()
