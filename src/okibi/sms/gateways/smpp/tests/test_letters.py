"""Texts as bytes and back, receipts, addresses: tables and laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okibi.policy.sms_text import measure
from okibi.sms.gateways.smpp import letters, receipts
from okibi.sms.gateways.smpp.line import addressed
from okibi.sms.gateways.smpp.receipts import Receipt
from okibi.sms.gateways.smpp.statuses import WORDS, fate_of


def joined(parts, alphabet="gsm7"):
    text = ""
    for part in parts:
        data, _ = letters.opened(part.data, part.esm_class, dict(part.tlvs))
        text += letters.text_of(data, part.coding, alphabet)
    return text


@settings(max_examples=40)
@given(st.text(max_size=400).map(lambda text: text.replace("\x00", "")).filter(bool),
       st.sampled_from(["gsm7", "latin1", "ucs2"]), st.sampled_from(["udh", "sar", "payload"]))  # fmt: skip
def test_any_text_comes_back_whole(text, alphabet, long):
    text = text.encode("utf-16", "replace").decode("utf-16", "replace")
    parts = letters.parts(text, alphabet=alphabet, long=long, mark=513)
    assert joined(parts, "latin1" if parts[0].coding == 3 else "gsm7") == text
    assert all(len(part.data) <= (140 if part.coding == 8 else 160) for part in parts)


@settings(max_examples=40)
@given(st.text(st.sampled_from(letters.BASIC.replace("\x1b", "") + "€[]~"), min_size=1, max_size=400))
def test_gsm_letters_are_as_many_parts_as_they_cost(text):
    assert len(letters.parts(text, alphabet="gsm7", long="udh", mark=1)) == measure(text).count


@pytest.mark.parametrize(
    ("text", "alphabet", "data", "coding"),
    [
        ("@$_", "gsm7", b"\x00\x02\x11", 0),
        ("1€", "gsm7", b"1\x1b\x65", 0),
        ("né", "latin1", b"n\xe9", 3),
        ("1€", "latin1", "1€".encode("utf-16-be"), 8),
        ("ok", "ucs2", b"\x00o\x00k", 8),
        ("№", "gsm7", b"\x21\x16", 8),
    ],
)
def test_letters_and_their_coding(text, alphabet, data, coding):
    (part,) = letters.parts(text, alphabet=alphabet, long="udh", mark=1)
    assert (part.data, part.coding) == (data, coding)


def test_headers_of_segments_are_those_of_the_standard():
    first, second = letters.parts("я" * 71, alphabet="gsm7", long="udh", mark=0x0107)
    assert (first.data[:6], first.esm_class, len(first.data)) == (b"\x05\x00\x03\x07\x02\x01", 0x40, 140)
    assert second.data == b"\x05\x00\x03\x07\x02\x02" + "я".encode("utf-16-be") * 4
    first, _ = letters.parts("я" * 71, alphabet="gsm7", long="sar", mark=0x0107)
    assert first.tlvs == ((0x020C, b"\x01\x07"), (0x020E, b"\x02"), (0x020F, b"\x01"))


@pytest.mark.parametrize(
    ("data", "esm_class", "place"),
    [
        (b"\x05\x00\x03\x07\x02\x01x", 0x40, letters.Place("0:7", 1, 2)),
        (b"\x06\x08\x04\x01\x07\x02\x02x", 0x40, letters.Place("8:263", 2, 2)),
        (b"\x0b\x05\x04\x00\x01\x00\x02\x00\x03\x07\x02\x01x", 0x40, letters.Place("0:7", 1, 2)),  # ports before it
        (b"\x05\x00\x03\x07\x02\x03x", 0x40, None),  # the third of two
        (b"\x05\x00\x03\x07\x01\x01x", 0x40, None),  # the only one
        (b"plain", 0, None),
        (b"\xff", 0x40, None),  # a header longer than all
    ],
)  # fmt: skip
def test_places_of_segments(data, esm_class, place):
    assert letters.opened(data, esm_class, {})[1] == place


@settings(max_examples=40)
@given(st.binary(max_size=160), st.integers(0, 255), st.integers(0, 255))
def test_any_bytes_are_a_text(data, esm_class, coding):
    found, _ = letters.opened(data, esm_class, {})
    assert isinstance(letters.text_of(found, coding, "gsm7"), str)


@pytest.mark.parametrize(
    ("esm_class", "tlvs", "text", "receipt"),
    [
        (4, {}, "id:0123 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:x",
         Receipt("0123", 0, "000")),
        (4, {0x1E: b"AB-12\0", 0x427: b"\x05"}, "id:9 stat:DELIVRD err:001", Receipt("AB-12", 69, "001")),
        (4, {}, "id:7f-3 sub:1 dlvrd:0 stat:UNDELIV err:27", Receipt("7f-3", 69, "27")),
        (4, {}, "id:1 stat:EXPIRED", Receipt("1", 70)),
        (4, {}, "id:1 stat:REJECTD", Receipt("1", 66)),
        (4, {}, "id:1 stat:ENROUTE", Receipt("1", 48)),
        (0x20, {}, "id:1 stat:ACCEPTD", Receipt("1", 1)),
        (4, {}, "id:1 stat:WHO_KNOWS", Receipt("1", 48)),
        (4, {}, "nothing known", Receipt("", 48)),
        (0, {0x1E: b"5\0", 0x427: b"\x02"}, "", Receipt("5", 0)),
        (0, {}, "id:1 stat:DELIVRD err:000", None),  # a person may write this
    ],
)  # fmt: skip
def test_receipts(esm_class, tlvs, text, receipt):
    assert receipts.read(esm_class, tlvs, text) == receipt


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("+79000000017", ("79000000017", "1", "1")),
        ("89000000017", ("89000000017", "2", "1")),
        ("OKIBI", ("OKIBI", "5", "0")),
        ("900", ("900", "0", "0")),
        ("", ("", "0", "0")),
    ],
)
def test_an_address_has_its_ton_and_npi(address, sent):
    assert addressed(address) == sent


def test_every_status_has_words_and_a_fate():
    for status, words in WORDS.items():
        assert words.ru != words.en
        assert words.en in fate_of(status).error
