"""kind ``cti``: newCall, answer, hangup as JSON or as a form; the account's token proves who speaks."""

import hmac
from zoneinfo import ZoneInfo

from okibi.channels.cti import reading
from okibi.channels.hook import HookAnswer
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError, as_json
from okibi.channels.telephone.asking import asked, good
from okibi.channels.telephone.numbers import e164_of
from okibi.channels.telephone.reading import first
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

DIRECTIONS = {"in", "out"}


class CtiChannel(ExchangeChannel):
    """kind ``cti``. The token is the address's ``?token=…``, or ``Authorization: Bearer …``."""

    kind = "cti"
    title = Sentence(ru="АТС (CTI)", en="Exchange (CTI)")

    def read(self, fields: Fields, path: str, zone: ZoneInfo) -> CallEvent:  # noqa: ARG002
        return reading.push(fields)

    def prove(self, account: Exchange, request: HookRequest, fields: Fields) -> None:
        bearer = request.headers.get("authorization", "")
        given = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else request.query.get("token", "")
        if not hmac.compare_digest(given.encode(), account.secrets["token"].encode()):
            raise RefusedError(401, {"error": "Invalid token, please contact your admin!"})
        if first(fields.get("event")) in reading.EVENTS and first(fields.get("direction")) not in DIRECTIONS:
            raise RefusedError(422, {"error": "Invalid direction!"})

    def can_dial(self, account: Exchange) -> bool:
        return bool(account.base_url)

    def dial(self, account: Exchange, seat: str, number: str, order: str) -> None:  # noqa: ARG002
        """The order ``dial`` of the push's own answers, sent by us, with the account's token."""
        command = {"action": "dial", "from": seat, "number": number.removeprefix("+")}
        if account.caller_id:
            command["caller_id"] = account.caller_id.removeprefix("+")
        headers = {"Authorization": f"Bearer {account.secrets['token']}"}
        good(asked(account, "POST", account.base_url, document=command, headers=headers))

    def reply(self, account: Exchange, request: HookRequest, fields: Fields) -> HookAnswer:  # noqa: ARG002
        """A blocked caller hears "busy"; an outgoing call shows the account's number."""
        if first(fields.get("event")) != "newCall":
            return as_json({})
        if first(fields.get("direction")) == "in" and e164_of(first(fields.get("from"))) in account.blocked:
            return as_json({"action": "reject", "reason": "busy"})
        called = first(fields.get("to"))
        if first(fields.get("direction")) == "out" and account.caller_id and called:
            caller_id = account.caller_id.removeprefix("+")
            return as_json({"action": "dial", "caller_id": caller_id, "number": called[:60]})
        return as_json({})
