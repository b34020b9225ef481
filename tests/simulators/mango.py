"""Mango Office's exchange (VPBX API 1.9): call, summary and recording, signed by SHA-256 over the JSON text."""

import hashlib
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from tests.simulators.exchange import Push, serve

KEY, SALT = "mango-key", "mango-salt"
OURS = "78000000000"


def push(name: str, document: dict[str, Any], *, key: str = KEY, salt: str = SALT) -> Push:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    sign = hashlib.sha256(f"{key}{text}{salt}".encode()).hexdigest()
    return Push(urlencode({"vpbx_api_key": key, "sign": sign, "json": text}).encode(), path=f"events/{name}")


def leg(entry: str, call: str, seq: int, state: str, number: str, at: int, *, place: str = "abonent",
        extension: str = "", taken_from: str = "", reason: int = 0) -> Push:  # fmt: skip
    caller: dict[str, Any] = {"number": number.lstrip("+")}
    called: dict[str, Any] = {"number": OURS, "line_number": OURS}
    if taken_from:
        caller["taken_from_call_id"] = taken_from
    if extension:
        called["extension"] = extension
    document = {
        "entry_id": entry, "call_id": call, "timestamp": at, "seq": seq, "call_state": state, "location": place,
        "from": caller, "to": called,
    }  # fmt: skip
    if reason:
        document["disconnect_reason"] = reason
    return push("call", document)


def summary(
    entry: str, number: str, began: int, spoke: int, ended: int, extension: str = "", direction: int = 1
) -> Push:
    return push("summary", {
        "entry_id": entry, "call_direction": direction, "from": {"number": number.lstrip("+")},
        "to": {"extension": extension, "number": OURS}, "line_number": OURS, "create_time": began,
        "forward_time": began + 2, "talk_time": spoke, "end_time": ended, "entry_result": 1 if spoke else 0,
        "disconnect_reason": 1110,
    })  # fmt: skip


def missed(number: str, entry: str = "", at: int = 0) -> Sequence[Push]:
    entry, at = entry or uuid.uuid4().hex, at or int(time.time())
    return [
        leg(entry, f"{entry}:1", 1, "Appeared", number, at, place="ivr"),
        leg(entry, f"{entry}:1", 2, "Connected", number, at, place="ivr"),
        leg(entry, f"{entry}:1", 3, "Disconnected", number, at + 2, place="ivr", reason=1100),
        leg(entry, f"{entry}:2", 1, "Appeared", number, at + 2, extension="101"),
        leg(entry, f"{entry}:2", 2, "Disconnected", number, at + 20, extension="101", reason=1110),
        summary(entry, number, at, 0, at + 20),
    ]


def answered(number: str, entry: str = "", at: int = 0) -> Sequence[Push]:
    entry, at = entry or uuid.uuid4().hex, at or int(time.time())
    return [
        leg(entry, f"{entry}:1", 1, "Appeared", number, at, extension="101"),
        leg(entry, f"{entry}:1", 2, "Connected", number, at + 5, extension="101"),
        leg(entry, f"{entry}:1", 3, "Disconnected", number, at + 70, extension="101", reason=1110),
        summary(entry, number, at, at + 5, at + 70, "101"),
        push("recording", {"entry_id": entry, "call_id": f"{entry}:1", "recording_id": "MToxMDA=", "timestamp": at + 75,
                           "recording_state": "Completed"}),
    ]  # fmt: skip


def transferred(number: str, entry: str = "", at: int = 0) -> Sequence[Push]:
    """101 spoke, hands over to 102, who speaks too: one entry, two legs."""
    entry, at = entry or uuid.uuid4().hex, at or int(time.time())
    first, second = f"{entry}:1", f"{entry}:2"
    return [
        leg(entry, first, 1, "Appeared", number, at, extension="101"),
        leg(entry, first, 2, "Connected", number, at + 5, extension="101"),
        leg(entry, second, 1, "Appeared", number, at + 30, extension="102", taken_from=first),
        leg(entry, first, 3, "Disconnected", number, at + 31, extension="101", reason=1120),
        leg(entry, second, 2, "Connected", number, at + 35, extension="102", taken_from=first),
        leg(entry, second, 3, "Disconnected", number, at + 90, extension="102", taken_from=first, reason=1110),
        summary(entry, number, at, at + 5, at + 90, "102"),
    ]


STORIES = {"missed": missed, "answered": answered, "transferred": transferred}

if __name__ == "__main__":
    serve(f"Mango Office: key {KEY}, salt {SALT}", STORIES)
