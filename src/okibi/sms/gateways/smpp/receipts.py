"""Delivery receipts: whose, and what became of it. Pure.

SMPP 3.4 §5.3.2.12 and .35 (optional fields) first, then Appendix B (the text). Message centres write an id in hex in
one place and in decimal in the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from okibi.sms.gateways.smpp.pdu import MESSAGE_STATE, RECEIPTED_ID

RECEIPT_CLASSES = frozenset({0x04, 0x08, 0x20})  # esm_class & 0x3C: a receipt, a telephone's own, an intermediate one
ON_ITS_WAY = 48  # TP-Status: still being tried, as this message centre means it
STATES = {  # message_state → TP-Status (3GPP TS 23.040 §9.2.3.15)
    1: ON_ITS_WAY, 2: 0, 3: 70, 4: 72, 5: 69, 6: 1, 7: ON_ITS_WAY, 8: 66, 0: ON_ITS_WAY, 9: 71,
}  # fmt: skip
STATS = {
    "DELIVRD": 2, "DELIVERED": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "UNDELIVERABLE": 5, "ACCEPTD": 6,
    "ACCEPTED": 6, "UNKNOWN": 7, "REJECTD": 8, "REJECTED": 8, "ENROUTE": 1, "SKIPPED": 9,
}  # fmt: skip
_ID = re.compile(r"\bid:\s*([\w.@:-]{1,64})", re.IGNORECASE)
_STAT = re.compile(r"\bstat:\s*(\w{1,20})", re.IGNORECASE)
_ERR = re.compile(r"\berr:\s*(\w{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """``reference``: the id as it came, "" where there is none; ``state``: TP-Status."""

    reference: str
    state: int
    error: str = ""


def read(esm_class: int, tlvs: Mapping[int, bytes], text: str) -> Receipt | None:
    """None for what is an SMS of a person."""
    named, state = tlvs.get(RECEIPTED_ID), tlvs.get(MESSAGE_STATE, b"")
    if named is None and esm_class & 0x3C not in RECEIPT_CLASSES:
        return None
    told, stat, err = _ID.search(text), _STAT.search(text), _ERR.search(text)
    reference = (named or b"").split(b"\x00", 1)[0].decode("latin-1").strip() or (told[1] if told else "")
    number = state[-1] if state else STATS.get(stat[1].upper() if stat else "", 0)
    return Receipt(reference, STATES.get(number, ON_ITS_WAY), err[1] if err else "")


def canonical(reference: str) -> str:
    """One notation of an id: zeros before a number and the case of letters tell nothing."""
    plain = reference.strip().lower()
    return (plain.lstrip("0") or "0") if re.fullmatch(r"[0-9a-f]+", plain) else plain


def notations(reference: str, ids: str) -> tuple[str, tuple[str, ...]]:
    """A receipt's id as the submit's answer wrote it, and what else it may have been.

    ``ids``: "same"; "hex-dec": hex in the answer, decimal in the receipt; "dec-hex": the other way round; "auto".
    """
    plain = canonical(reference)
    as_hex = format(int(plain), "x") if re.fullmatch(r"\d{1,20}", plain) else ""
    as_dec = str(int(plain, 16)) if re.fullmatch(r"[0-9a-f]{1,16}", plain) else ""
    if ids == "hex-dec":
        return as_hex or plain, ()
    if ids == "dec-hex":
        return as_dec or plain, ()
    others = tuple(each for each in (as_hex, as_dec) if each and each != plain)
    return plain, others if ids == "auto" else ()
