"""kind ``mango``: form pushes to /events/call and others, each signed over its JSON text.

Source of paths, parameters and codes: the vendor's «API MANGO OFFICE» 1.9 (§3.1 events, §3.2.1 ``commands/callback``,
§3.5.1 ``queries/recording/post``), as public clients on GitHub have it: maxodrom/yii2-mango-office-api,
Bobrovskih/mango-vpbx, 3dcafe/mango-office-client (the codes).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from okibi.channels.mango import reading
from okibi.channels.messenger.http import Answer
from okibi.channels.messenger.reading import text
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError
from okibi.channels.telephone.asking import GONE, STRANGE, asked, good, redirected, refused
from okibi.channels.telephone.reading import first
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

NOWHERE = {"3300", "3310", "3320", "3340"}  # no such call, recording, file


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
        said = fields.get("json")
        known = signature(key, said if isinstance(said, str) else "", account.secrets["api_salt"])
        named = hmac.compare_digest(first(fields.get("vpbx_api_key")).encode(), key.encode())
        if not (hmac.compare_digest(given.lower().encode(), known.encode()) and named):
            raise RefusedError(403)

    def is_trial(self, request: HookRequest) -> bool:
        """The button «Проверить подключение» of the vendor's cabinet posts nothing at all."""
        return not request.body.strip()

    def can_dial(self, account: Exchange) -> bool:
        return bool(account.base_url)

    def dial(self, account: Exchange, seat: str, number: str, order: str) -> None:
        """``commands/callback``: the extension rings first. ``result`` 1000 says that it was taken; what became of it
        comes by the push ``result/callback``.
        """
        command: dict[str, Any] = {
            "command_id": order,
            "from": {"extension": seat},
            "to_number": number.removeprefix("+"),
        }
        if account.caller_id:
            command["line_number"] = account.caller_id.removeprefix("+")
        _taken(good(_asked(account, "commands/callback", command)))

    def can_give_recordings(self, account: Exchange) -> bool:
        return bool(account.base_url)

    def recording(self, account: Exchange, recording_id: str) -> str:
        """``queries/recording/post`` redirects to a temporary address, good for one look."""
        answer = _asked(account, "queries/recording/post", {"recording_id": recording_id, "action": "download"})
        found = redirected(answer)
        if not found:
            found = text(_taken(good(answer)).document.get("url"))
        if not found:
            raise refused(GONE)
        return found


def _asked(account: Exchange, path: str, document: Mapping[str, Any]) -> Answer:
    key, said = account.secrets["api_key"], json.dumps(document, ensure_ascii=False)
    fields = {"vpbx_api_key": key, "sign": signature(key, said, account.secrets["api_salt"]), "json": said}
    return asked(account, "POST", f"{account.base_url}/{path}", fields)


def _taken(answer: Answer) -> Answer:
    result = text(answer.document.get("result"))
    if result in NOWHERE:
        raise refused(GONE, result)
    if result not in reading.DONE:
        raise refused(
            reading.REFUSALS.get(result[:1], STRANGE), f"{result} {text(answer.document.get('message'))}".strip()
        )
    return answer


def signature(key: str, text: str, salt: str) -> str:
    """What Mango Office writes into ``sign``."""
    return hashlib.sha256(f"{key}{text}{salt}".encode("utf-8", "surrogatepass")).hexdigest()
