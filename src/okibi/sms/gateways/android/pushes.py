"""The telephone's webhooks: signed (HMAC-SHA256 over the body and the time), again and again for two days. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from okibi.kernel.hook import HookRequest
from okibi.sms.gateways.android import words
from okibi.sms.gateways.port import LineNews, Refused, Sent
from okibi.sms.gateways.push import Alive, PushRefusedError, Received, Reported, Settled, Told, line_of
from okibi.sms.options import GatewayOptions

FRESH = timedelta(minutes=5)  # each try is signed anew
DELIVERED, FAILED = 0, 69  # TP-Status


def read(options: GatewayOptions, push: HookRequest, at: datetime) -> tuple[Told, ...]:
    """Raises PushRefusedError."""
    _prove(options.secrets.get("signing_key", ""), push, at)
    try:
        document = json.loads(push.body)
    except (ValueError, RecursionError) as error:
        raise PushRefusedError(400, "no JSON") from error
    payload = document.get("payload") if isinstance(document, dict) else None
    if not isinstance(payload, dict):
        raise PushRefusedError(400, "no payload")
    event, name = str(document.get("event")), str(document.get("id") or "")
    if event == "sms:received":
        return (_received(options, payload, name),)
    if event == "system:ping":
        return tuple(Alive(line.name, LineNews(has_network=True)) for line in options.lines)
    return _fate(options, event, payload, name)


def _prove(key: str, push: HookRequest, at: datetime) -> None:
    stamp = push.headers.get("x-timestamp", "")
    if not key:
        raise PushRefusedError(403, "no signing_key in the file")
    is_time = stamp.isascii() and stamp.isdigit() and len(stamp) < 13
    if not is_time or abs(at.timestamp() - int(stamp)) > FRESH.total_seconds():
        raise PushRefusedError(403, "no time, or another than ours: look at the telephone's clock")
    wanted = hmac.new(key.encode(), push.body + stamp.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), push.headers.get("x-signature", "").lower().encode()):
        raise PushRefusedError(403, "a wrong signature")


def _received(options: GatewayOptions, payload: Mapping[str, Any], name: str) -> Received:
    """``messageId`` is made of the words: whoever says the same twice has it twice. The event's id is unique."""
    sender, text = payload.get("sender") or payload.get("phoneNumber"), payload.get("message")
    if not isinstance(sender, str) or not isinstance(text, str) or not name:
        raise PushRefusedError(400, "an SMS without a sender, a text or an id")
    return Received(line_of(options, f"sim{payload.get('simNumber')}"), name, sender, text)


def _fate(options: GatewayOptions, event: str, payload: Mapping[str, Any], name: str) -> tuple[Told, ...]:
    """Only of SMS of ours: people send from the telephone too."""
    reference = str(payload.get("messageId"))
    order = words.order_of(reference)
    if order is None or order[1] not in {line.name for line in options.lines}:
        return ()
    number, line = order
    if event == "sms:sent":
        return (Settled(line, number, Sent(reference)),)
    if event == "sms:delivered":
        return Settled(line, number, Sent(reference)), Reported(line, name, reference, DELIVERED)
    if event == "sms:failed":
        refused: Refused = words.refusal(str(payload.get("reason") or ""))
        return Settled(line, number, refused), Reported(line, name, reference, FAILED)
    return ()
