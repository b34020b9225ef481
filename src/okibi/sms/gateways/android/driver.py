"""The telephone's local server: an SMS is put under an id of ours, and asked after until the telephone says it left."""

import asyncio
import base64
import json
import secrets
import time
from datetime import timedelta
from typing import Any

import structlog

from okibi.sms.gateways.android import words
from okibi.sms.gateways.asked import AskedGateway, AskedLine
from okibi.sms.gateways.http import AwayError, HttpAnswer, LostError, TakenBackError, call
from okibi.sms.gateways.numbers import notation
from okibi.sms.gateways.port import Fate, Hand, Hub, LineNews, Order, Refused, Trouble, Unknown
from okibi.sms.options import GatewayOptions

log = structlog.get_logger(__name__)

BUSY, WRONG = timedelta(seconds=30), timedelta(minutes=10)
LIVES = 600  # seconds: then the telephone gives an SMS up, so that nothing leaves it days later
EVENTS = ("sms:received", "sms:sent", "sms:delivered", "sms:failed", "system:ping")


class AndroidGateway(AskedGateway):
    """One telephone; its lines are its SIM cards."""

    def __init__(self, options: GatewayOptions, hub: Hub) -> None:
        super().__init__(options, hub)
        self._registered = False
        self._base = options.options["address"].rstrip("/")
        pair = f"{options.options['username']}:{options.secrets['password']}"
        self._headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    # ------------------------------------------------------------------ whether it lives

    async def look(self, line: AskedLine) -> LineNews:  # noqa: ARG002  one telephone
        """Whether it answers, to us: its model, its battery."""
        got = await self._call("GET", "/")
        if got.status != 200:
            said = "the password is wrong" if got.status == 401 else f"HTTP {got.status}"
            return LineNews(has_network=False, facts={"app": said})
        if not self._registered:
            await self._register()
        model = str(_json(got).get("model") or "")
        return LineNews(has_network=True, model=f"Android {model}".strip()[:60], facts=await self._health())

    async def _health(self) -> dict[str, str]:
        """Its "fail" is that it has no internet, or little battery: no reason not to send."""
        health = _json(await self._call("GET", "/health"))
        checks = health.get("checks")
        told = {"app": str(health.get("version", ""))[:30]}
        for name, key in (("battery", "battery:level"), ("failed_last_hour", "messages:failed")):
            check = checks.get(key) if isinstance(checks, dict) else None
            if isinstance(check, dict):
                told[name] = str(check.get("observedValue", ""))[:30]
        return told

    async def _register(self) -> None:
        """Have the telephone push to us; the same ids each time, so that there is one of each."""
        callback = self.options.options["callback"].rstrip("/")
        if callback:
            url = f"{callback}/hooks/sms/{self.options.name}"
            for event in EVENTS:
                document = {"id": f"okibi-{event.replace(':', '-')}", "url": url, "event": event}
                got = await self._call("POST", "/webhooks", document)
                if got.status not in {200, 201}:
                    log.warning("sms_webhook_refused", gateway=self.options.name, webhook=event, said=got.text[:200])
        self._registered = True

    # ------------------------------------------------------------------ one SMS

    async def carry(self, line: AskedLine, order: Order, hand: Hand) -> Fate:
        name = f"okibi-{order.id}-{line.options.name}-{secrets.token_hex(3)}"
        document = {
            "id": name,
            "textMessage": {"text": order.text},
            "phoneNumbers": [notation(order.number, line.options.notation)],
            "simNumber": int(line.options.name.removeprefix("sim")),
            "ttl": LIVES,
            "withDeliveryReport": True,
        }
        check = "" if line.options.notation == "+7" else "?skipPhoneValidation=true"
        try:
            got = await self._call("POST", f"/messages{check}", document, hand)
        except AwayError as error:
            return Trouble(f"the telephone does not answer: {error}"[:200], BUSY)
        except TakenBackError:
            return Trouble("taken back", timedelta(seconds=1), is_failure=False)
        except LostError:
            return await self._asked(name, "no answer of the telephone")
        if got.status in {401, 403}:
            return Trouble("the telephone refuses our password", WRONG)
        if got.status in {404, 429, 503}:
            return Trouble(f"Android: HTTP {got.status}", BUSY)
        if 400 <= got.status < 500 and got.status != 409:
            return _refused(got)
        return await self._asked(name, f"HTTP {got.status}" if got.status >= 400 else "still on the telephone")

    async def _asked(self, name: str, otherwise: str) -> Fate:
        """Ask until it left, failed, or the patience ends; then a push may still settle it."""
        said = self.options.options
        until = time.monotonic() + float(said["wait_seconds"])
        while time.monotonic() < until:
            try:
                got = await self._call("GET", f"/messages/{name}")
            except (AwayError, LostError):
                got = HttpAnswer(0, b"")
            fate = words.fate_of(_json(got)) if got.status == 200 else None
            if fate is not None:
                return fate
            await asyncio.sleep(float(said["ask_seconds"]))
        return Unknown(otherwise)

    async def _call(self, method: str, path: str, document: Any = None, hand: Hand | None = None) -> HttpAnswer:
        """Raises AwayError, LostError, TakenBackError."""
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        return await call(method, f"{self._base}{path}", headers=headers, body=body, hand=hand)


def _refused(got: HttpAnswer) -> Refused:
    return words.refusal(str(_json(got).get("message") or f"HTTP {got.status}"))


def _json(got: HttpAnswer) -> dict[str, Any]:
    try:
        found = json.loads(got.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


GATEWAY = AndroidGateway
