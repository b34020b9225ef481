"""Every payload of the vendors' protocols and the sentence it becomes: ``<kind>/tests/fixtures/payloads.json``."""

import json
from pathlib import Path

import pytest

from okibi import channels
from okibi.channels.messenger.kinds import MESSENGERS
from okibi.channels.messenger.values import Delivery
from okibi.channels.registry import channel

CASES = [
    pytest.param(kind, case["payload"], case["becomes"], id=f"{kind}: {case['says']}")
    for kind in MESSENGERS
    for case in json.loads(
        (Path(channels.__path__[0]) / kind / "tests/fixtures/payloads.json").read_text(encoding="utf-8")
    )
]


def event_in_words(event):
    name = type(event).__name__
    if isinstance(event, Delivery):
        return [name, event.external_id, event.state, event.own_key, event.window_closed]
    return [name, *(getattr(event, field) for field in event.__dataclass_fields__)]


def in_words(told, incoming):
    return {
        "from": told.who.address,
        "user_id": told.who.user_id,
        "name": told.who.name,
        "kind": told.kind,
        "text": told.text,
        "media": [[each.name, each.type, each.id, each.sha256] for each in told.media],
        "context": told.context,
        "forwarded": told.forwarded,
        "echo": told.echo,
        "event": event_in_words(told.event) if told.event else None,
        "reason": getattr(told.event, "reason", ""),
        "proof": told.proof.e164 if told.proof else "",
    }


@pytest.mark.parametrize(("kind", "payload", "becomes"), CASES)
def test_a_payload_becomes_its_sentence(kind, payload, becomes):
    incoming = channel(kind).parse(json.dumps(payload).encode(), {})
    said = in_words(incoming.messenger, incoming)
    assert {key: said[key] for key in becomes} == becomes
    if "event" not in becomes:
        assert said["event"] is None
        assert incoming.text.endswith(said["text"])
        assert incoming.sent_at is not None


@pytest.mark.parametrize(("kind", "payload", "becomes"), CASES)
def test_a_push_is_one_piece_with_a_key_of_its_own(kind, payload, becomes):
    del becomes
    (piece,) = channel(kind).pieces(payload)
    assert piece.key
    assert piece.document == payload
