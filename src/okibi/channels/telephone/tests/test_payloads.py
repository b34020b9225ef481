"""Every payload of the exchanges' protocols and the sentence it becomes: ``<kind>/tests/fixtures/payloads.json``."""

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from okibi import channels
from okibi.channels.mango.adapter import signature as mango_signature
from okibi.channels.port import UnreadableError
from okibi.channels.registry import channel
from okibi.channels.telephone.kinds import EXCHANGES
from okibi.channels.telephone.numbers import e164_of
from okibi.channels.zadarma.adapter import signature as zadarma_signature

CASES = [
    pytest.param(kind, case, id=f"{kind}: {case['says']}")
    for kind in EXCHANGES
    for case in json.loads(
        (Path(channels.__path__[0]) / kind / "tests/fixtures/payloads.json").read_text(encoding="utf-8")
    )
]


def raw_of(kind, case):
    payload = case["payload"]
    if isinstance(payload, str):
        return payload.encode()
    if kind == "mango":
        return urlencode({"json": json.dumps(payload, ensure_ascii=False)}).encode()
    return urlencode(payload).encode() if case.get("form") else json.dumps(payload, ensure_ascii=False).encode()


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_payload_becomes_its_sentence(kind, case):
    incoming = channel(kind).parse(raw_of(kind, case), {"account": "main", "path": case.get("path", "")})
    said = {name: getattr(incoming.call, name) for name in case["becomes"] if name != "text"}
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
    assert (said | {"text": incoming.text} if "text" in case["becomes"] else said) == case["becomes"]
    assert (incoming.call.exchange, incoming.call.account) == (kind, "main")


def test_the_signatures_of_the_protocols_are_met_to_the_letter():
    text = (
        '{"call_id":"100:500:256","entry_id":"232wc3e3w3s222","timestamp":1399906976,"seq":1,"call_state":"Appeared",'
        '"location":"ivr","from":{"number":"79000000000"},"to":{"number":"7800123456789",'
        '"line_number":"7800123456789"}}'
    )
    assert mango_signature("key", text, "salt") == "73e001029e17a0f3e901c617e78cce12f5ea1ca062c3ea57150fc1b1729feabe"
    signed = "79001234567" + "78001234567" + "2026-11-22 16:00:00"
    assert zadarma_signature("secret", signed) == "NjY4NTM1NmIwODBmNjIzYzg2OTg0MTFjMjBkOTBjZmMxNGNlNWE2Yg=="


@pytest.mark.parametrize(
    "said", ["79000000011", "+7 900 000-00-11", "8 (900) 000-00-11", "sip:79000000011@example.org"]
)
def test_a_number_in_any_notation_is_one_number(said):
    assert e164_of(said) == "+79000000011"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
IDS = ["callId", "callid", "call_id", "entry_id", "pbx_call_id"]
KEYS = st.sampled_from(
    [*IDS, "event", "direction", "from", "to", "cmd", "type", "phone", "start", "call_state", "seq", "talk_time"]
)
WORDS = st.sampled_from(
    ["newCall", "hangup", "event", "history", "INCOMING", "NOTIFY_END", "Appeared", "in", "9" * 40, ""]
)


@hypothesis_settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(EXCHANGES)),
    st.dictionaries(KEYS, JSON | WORDS, max_size=9),
    st.booleans(),
    st.text(max_size=20),
)
def test_whatever_stands_in_the_fields_is_read_or_refused(kind, fields, form, path):
    text = json.dumps(fields)
    for raw in (text.encode(), urlencode({"json": text}).encode(), urlencode(fields, errors="replace").encode()):
        try:
            incoming = channel(kind).parse(raw, {"account": "main", "path": path})
        except UnreadableError:
            continue
        assert incoming.call is not None
        assert incoming.call.word or incoming.call.call_key
