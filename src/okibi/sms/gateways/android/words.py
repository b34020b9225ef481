"""The telephone's words: states, errors, and the ids that we give. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.port import Fate, Refused, Sent

PENDING = frozenset({"Pending", "Processed"})
LEFT = frozenset({"Sent", "Delivered"})
ERRORS: dict[str, Sentence] = {  # SmsManager's result codes, and the app's own words
    "RESULT_ERROR_GENERIC_FAILURE": Sentence("сеть не приняла SMS", "the network did not take it"),
    "RESULT_ERROR_NO_SERVICE": Sentence("нет сети", "no service"),
    "RESULT_ERROR_RADIO_OFF": Sentence("связь на телефоне выключена", "the radio is off"),
    "RESULT_ERROR_NULL_PDU": Sentence("сообщение не собрано", "the message was not made"),
    "RESULT_ERROR_LIMIT_EXCEEDED": Sentence("предел отправки на телефоне", "the telephone's limit is reached"),
    "RESULT_ERROR_FDN_CHECK_FAILURE": Sentence("номер не из разрешённых на SIM", "not among the SIM's fixed numbers"),
    "RESULT_ERROR_SHORT_CODE_NOT_ALLOWED": Sentence("короткий номер запрещён", "the short code is not allowed"),
    "RESULT_ERROR_SHORT_CODE_NEVER_ALLOWED": Sentence("короткий номер запрещён", "the short code is not allowed"),
    "RESULT_NETWORK_REJECT": Sentence("сеть отклонила SMS", "the network rejected it"),
    "RESULT_NETWORK_ERROR": Sentence("ошибка сети", "network error"),
    "RESULT_MODEM_ERROR": Sentence("ошибка модема", "modem error"),
    "RESULT_INVALID_SMSC_ADDRESS": Sentence("неверный номер центра SMS", "wrong SMSC address"),
    "RESULT_NO_MEMORY": Sentence("в телефоне нет памяти", "no memory"),
    "TTL expired": Sentence("телефон не успел отправить", "the telephone did not send it in time"),
    "Invalid phone number": Sentence("неверный номер", "wrong number"),
}
OF_THE_NUMBER = ("nvalid phone number", "SHORT_CODE_NEVER_ALLOWED")
_OURS = re.compile(r"okibi-(\d{1,10})-(sim[1-3])-[0-9a-f]{6}")


def order_of(message_id: str) -> tuple[int, str] | None:
    """The order and the line of an id of ours (``okibi-7-sim1-a1b2c3``); None for others of the telephone."""
    match = _OURS.fullmatch(message_id)
    return (int(match[1]), match[2]) if match else None


def refusal(error: str) -> Refused:
    said = next((words.en for code, words in ERRORS.items() if code in error), "")
    told = f"Android: {error[:120] or 'failed'}" + (f": {said}" if said and said not in error else "")
    return Refused(told[:200], permanent=any(each in error for each in OF_THE_NUMBER))


def fate_of(message: Mapping[str, Any]) -> Fate | None:
    """What ``GET /messages/{id}`` says; None while it is still to leave."""
    state, name = str(message.get("state")), str(message.get("id", ""))
    if state in LEFT:
        return Sent(name)
    if state == "Failed":
        people = message.get("recipients")
        first = people[0] if isinstance(people, list) and people and isinstance(people[0], dict) else {}
        return refusal(str(first.get("error") or ""))
    return None
