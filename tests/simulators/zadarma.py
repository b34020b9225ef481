"""Zadarma's notifications, signed in a header by HMAC-SHA-1 over the fields that each event names."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.simulators.exchange import Push, serve

SECRET = "zadarma-secret"
OURS = "78000000000"
NOW = "%Y-%m-%d %H:%M:%S"


def push(event: str, signed: str, *, secret: str = SECRET, **fields: str) -> Push:
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
    signature = base64.b64encode(digest.encode()).decode()
    return Push(urlencode({"event": event, **fields}).encode(), headers={"Signature": signature})


def incoming(event: str, number: str, call: str, start: str, **more: str) -> Push:
    number = number.lstrip("+")
    return push(event, f"{number}{OURS}{start}", caller_id=number, called_did=OURS, call_start=start, pbx_call_id=call,
                **more)  # fmt: skip


def answer(number: str, call: str, start: str, internal: str) -> Push:
    number = number.lstrip("+")
    return push("NOTIFY_ANSWER", f"{number}{internal}{start}", caller_id=number, destination=internal, call_start=start,
                pbx_call_id=call, internal=internal)  # fmt: skip


def record(call: str, recording: str) -> Push:
    return push("NOTIFY_RECORD", f"{call}{recording}", pbx_call_id=call, call_id_with_rec=recording)


def _now() -> str:
    return datetime.now(ZoneInfo("Europe/Moscow")).strftime(NOW)


def missed(number: str, call: str = "", start: str = "") -> Sequence[Push]:
    call, start = call or uuid.uuid4().hex, start or _now()
    return [
        incoming("NOTIFY_START", number, call, start),
        incoming("NOTIFY_INTERNAL", number, call, start, internal="101"),
        incoming("NOTIFY_END", number, call, start, duration="0", disposition="no answer", is_recorded="0"),
    ]


def answered(number: str, call: str = "", start: str = "") -> Sequence[Push]:
    call, start = call or uuid.uuid4().hex, start or _now()
    return [
        incoming("NOTIFY_START", number, call, start),
        incoming("NOTIFY_INTERNAL", number, call, start, internal="101"),
        answer(number, call, start, "101"),
        incoming("NOTIFY_END", number, call, start, internal="101", duration="65", disposition="answered",
                 is_recorded="1", call_id_with_rec="1700000000.12"),
        record(call, "1700000000.12"),
    ]  # fmt: skip


def transferred(number: str, call: str = "", start: str = "") -> Sequence[Push]:
    """101 spoke, hands over to 102, who speaks too: one ``pbx_call_id`` for all extensions."""
    call, start = call or uuid.uuid4().hex, start or _now()
    return [
        incoming("NOTIFY_START", number, call, start),
        incoming("NOTIFY_INTERNAL", number, call, start, internal="101"),
        answer(number, call, start, "101"),
        incoming("NOTIFY_INTERNAL", number, call, start, internal="102"),
        answer(number, call, start, "102"),
        incoming("NOTIFY_END", number, call, start, internal="102", duration="95", disposition="answered",
                 is_recorded="0"),
    ]  # fmt: skip


STORIES = {"missed": missed, "answered": answered, "transferred": transferred}

if __name__ == "__main__":
    serve(f"Zadarma: secret {SECRET}", STORIES)
