"""An exchange that pushes newCall, answer, hangup, as JSON or as a form; its token stands in the address."""

import json
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from tests.simulators.exchange import FORM, JSON, Push, serve

TOKEN = "cti-token"
OURS = "78000000000"


def push(document: dict[str, Any], *, token: str = TOKEN, form: bool = False) -> Push:
    query = urlencode({"token": token})
    if not form:
        return Push(json.dumps(document, ensure_ascii=False).encode(), query=query, content_type=JSON)
    pairs = []
    for key, value in document.items():
        pairs += [(f"{key}[]", item) for item in value] if isinstance(value, list) else [(key, value)]
    return Push(urlencode(pairs).encode(), query=query, content_type=FORM)


def event(name: str, number: str, call: str, *, direction: str = "in", form: bool = False, **more: Any) -> Push:
    ends = {"from": number, "to": OURS} if direction == "in" else {"from": OURS, "to": number}
    return push({"event": name, "direction": direction, **ends, "callId": call, **more}, form=form)


def missed(number: str, call: str = "") -> Sequence[Push]:
    call = call or uuid.uuid4().hex
    return [
        event("newCall", number, call, user=["Вера"], queue="support"),
        event("hangup", number, call, cause="cancel"),
    ]


def answered(number: str, call: str = "", extension: str = "101") -> Sequence[Push]:
    call = call or uuid.uuid4().hex
    return [
        event("newCall", number, call, user=["Вера"], queue="support"),
        event("answer", number, call, user="Вера", answeringNumber=extension),
        event("hangup", number, call, cause="normalClearing"),
    ]


def transferred(number: str, call: str = "") -> Sequence[Push]:
    """A transfer is a new callId."""
    call = call or uuid.uuid4().hex
    return [
        event("newCall", number, call),
        event("answer", number, call, answeringNumber="101"),
        event("hangup", number, call, cause="forwarded"),
        event("newCall", number, f"{call}-2"),
        event("answer", number, f"{call}-2", answeringNumber="102"),
        event("hangup", number, f"{call}-2", cause="normalClearing"),
    ]


STORIES = {"missed": missed, "answered": answered, "transferred": transferred}

if __name__ == "__main__":
    serve(f"CTI push: token {TOKEN}", STORIES)
