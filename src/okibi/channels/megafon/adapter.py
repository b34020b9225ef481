"""kind ``megafon``: form pushes that bear the account's key; the exchange may ask who calls.

What we ask: ``POST <exchange>/crmapi/v1/makecall`` with ``X-API-KEY`` and JSON (the vendor's REST API, api.megapbx.ru);
exchanges of the family that are older have one address for all, ``…/sys/crm_api.wcgp``, a form and ``token``. Read off
public clients: brandup-online/megafon-ats (both forms), mikopbx/ModuleMegafonPbx (recordings want the key too).
"""

import hmac
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from okibi.channels.hook import CallerQuestion, HookAnswer
from okibi.channels.megafon import reading
from okibi.channels.messenger.http import host_of
from okibi.channels.telephone.accounts import Exchange
from okibi.channels.telephone.adapter import ExchangeChannel, Fields, RefusedError, as_json
from okibi.channels.telephone.asking import asked, good
from okibi.channels.telephone.numbers import e164_of
from okibi.channels.telephone.reading import first
from okibi.channels.telephone.values import CallEvent
from okibi.kernel.hook import HookRequest
from okibi.kernel.sentence import Sentence

OLD = "/crm_api.wcgp"
PATH = "/crmapi/v1"


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

    def dial(self, account: Exchange, seat: str, number: str, order: str) -> None:  # noqa: ARG002
        """The user's telephones ring first. Numbers go without "+": the exchange refuses it."""
        command = {"user": seat, "phone": number.removeprefix("+")}
        if account.base_url.endswith(OLD):  # it knows no ``clid``
            good(asked(account, "POST", account.base_url, {"cmd": "makeCall", **command, "token": _key(account)}))
            return
        if account.caller_id:
            command["clid"] = account.caller_id.removeprefix("+")
        url = f"{account.base_url.removesuffix(PATH)}{PATH}/makecall"
        good(asked(account, "POST", url, document=command, headers={"X-API-KEY": _key(account)}))

    def key_for(self, account: Exchange, url: str) -> Mapping[str, str]:
        """The exchange's own host wants the key; nobody else sees it."""
        own = bool(account.secrets.get("api_token")) and host_of(url) == host_of(account.base_url) != ""
        return {"X-API-KEY": _key(account)} if own else {}

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


def _key(account: Exchange) -> str:
    return account.secrets["api_token"]
