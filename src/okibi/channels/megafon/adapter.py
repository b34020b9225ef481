"""kind ``megafon``: form pushes that bear the account's key; the exchange may ask who calls."""

import hmac
from zoneinfo import ZoneInfo

from okibi.channels.hook import CallerQuestion, HookAnswer, HookRequest
from okibi.channels.megafon import reading
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError, as_json
from okibi.channels.telephone.asking import asked, good
from okibi.channels.telephone.numbers import e164_of
from okibi.channels.telephone.reading import first
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.sentence import Sentence


class MegafonChannel(ExchangeChannel):
    """kind ``megafon``."""

    kind = "megafon"
    title = Sentence(ru="ВАТС МегаФон", en="MegaFon exchange")
    kept_back = ("crm_token",)

    def read(self, fields: Fields, path: str, zone: ZoneInfo) -> CallEvent:  # noqa: ARG002
        return reading.push(fields)

    def prove(self, account: Exchange, request: HookRequest, fields: Fields) -> None:  # noqa: ARG002
        given = first(fields.get("crm_token"))
        if not hmac.compare_digest(given.encode(), account.secrets["crm_token"].encode()):
            raise RefusedError(401, {"error": "Invalid token"})

    def can_dial(self, account: Exchange) -> bool:
        return bool(account.base_url and account.secrets.get("api_token"))

    def dial(self, account: Exchange, seat: str, number: str) -> None:
        """``cmd=makeCall``: the user's telephones ring first."""
        fields = {
            "cmd": "makeCall",
            "user": seat,
            "phone": number.removeprefix("+"),
            "token": account.secrets["api_token"],
        }
        if account.caller_id:
            fields["clid"] = account.caller_id.removeprefix("+")
        good(asked(account, "POST", account.base_url, fields))

    def is_question(self, fields: Fields) -> bool:
        return first(fields.get("cmd")) == "contact"

    def reply(self, account: Exchange, request: HookRequest, fields: Fields) -> HookAnswer:  # noqa: ARG002
        """``cmd=contact`` asks who has a number: a flow says, for verified numbers only."""
        if not self.is_question(fields):
            return as_json({})
        return HookAnswer(question=CallerQuestion(e164_of(first(fields.get("phone")))))

    def tell_caller(self, account: str, name: str, responsible: str) -> HookAnswer:
        """``contact_name`` and the exchange's own name of the specialist; an empty object for who is not named."""
        known = self.account(account)
        seat = known.seat_of(responsible) if known and responsible else ""
        named = {"contact_name": name} if name else {}
        return as_json({**named, "responsible": seat} if seat else named)
