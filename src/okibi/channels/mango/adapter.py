"""kind ``mango``: form pushes to /events/call, /events/summary, /events/recording, each signed over its JSON text."""

import hashlib
import hmac
from zoneinfo import ZoneInfo

from okibi.channels.hook import HookRequest
from okibi.channels.mango import reading
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError
from okibi.channels.telephone.reading import first
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.sentence import Sentence


class MangoChannel(ExchangeChannel):
    """kind ``mango``."""

    kind = "mango"
    title = Sentence(ru="Mango Office", en="Mango Office")
    kept_back = ("vpbx_api_key", "sign")

    def read(self, fields: Fields, path: str, zone: ZoneInfo) -> CallEvent:  # noqa: ARG002
        return reading.push(fields, path)

    def prove(self, account: Exchange, request: HookRequest, fields: Fields) -> None:  # noqa: ARG002
        """``sign`` = hex SHA-256 of key + json + salt, over the JSON text as it came."""
        key, given = account.secrets["api_key"], first(fields.get("sign"))
        if not given:
            raise RefusedError(401)
        text = fields.get("json")
        known = signature(key, text if isinstance(text, str) else "", account.secrets["api_salt"])
        named = hmac.compare_digest(first(fields.get("vpbx_api_key")).encode(), key.encode())
        if not (hmac.compare_digest(given.lower().encode(), known.encode()) and named):
            raise RefusedError(403)


def signature(key: str, text: str, salt: str) -> str:
    """What Mango Office writes into ``sign``."""
    return hashlib.sha256(f"{key}{text}{salt}".encode("utf-8", "surrogatepass")).hexdigest()
