"""Why an SMS did not go, in both languages: what stands beside it is one English line, the same in every log.

Drivers write their own codes; each says what they mean in its folder. Here they come together, and the words that
drivers have in common.
"""

import re
from collections.abc import Callable, Mapping

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.android.words import ERRORS as ANDROID
from okibi.sms.gateways.goip.errors import CMS
from okibi.sms.gateways.smpp.statuses import WORDS as SMPP

TP_STATUS: dict[int, Sentence] = {  # 3GPP TS 23.040 §9.2.3.15
    1: Sentence("передано телефону, подтверждения нет", "forwarded, the telephone did not confirm it"),
    2: Sentence("заменено другим сообщением", "replaced by another message"),
    32: Sentence("сеть перегружена, попытки идут", "congestion, still being tried"),
    33: Sentence("телефон занят, попытки идут", "the telephone is busy, still being tried"),
    34: Sentence("телефон не отвечает, попытки идут", "the telephone does not answer, still being tried"),
    35: Sentence("услуга отклонена, попытки идут", "service rejected, still being tried"),
    48: Sentence("ещё в пути", "still on its way"),
    64: Sentence("ошибка сети оператора", "remote procedure error"),
    65: Sentence("телефон не может это принять", "incompatible destination"),
    66: Sentence("отклонено", "rejected"),
    67: Sentence("номер не обслуживается", "not obtainable"),
    68: Sentence("нет нужного качества связи", "quality of service not available"),
    69: Sentence("доставить не удалось", "could not be delivered"),
    70: Sentence("срок доставки вышел", "its time for delivery ran out"),
    71: Sentence("удалено отправителем", "deleted by the sender"),
    72: Sentence("удалено оператором", "deleted by the operator"),
    73: Sentence("такого сообщения у оператора нет", "the operator does not have it"),
    96: Sentence("сеть перегружена", "congestion"),
    97: Sentence("телефон занят", "the telephone is busy"),
    98: Sentence("телефон не отвечает", "the telephone does not answer"),
    99: Sentence("услуга отклонена", "service rejected"),
}
KANNEL: dict[str, Sentence] = {  # gw/smsbox.c
    "Authorization failed": Sentence("имя или пароль не приняты", "the name or the password is refused"),
    "Not routable": Sentence("нет пути: проверьте allowed-smsc-id", "no way for it: look at allowed-smsc-id"),
    "black-list": Sentence("номер в чёрном списке", "the number is on its black list"),
    "Temporal failure": Sentence("временно не принимает", "takes none for the moment"),
    "Missing receiver": Sentence("нет номера получателя", "no receiver found"),
    "Unknown request": Sentence("такого адреса нет", "there is no such address"),
    "the SMSC refused it": Sentence("центр сообщений отказал", "the message centre refused it"),
}
PHRASES: dict[str, Sentence] = {  # of drivers and of the queue
    "no final answer": Sentence("шлюз принял и не сказал, чем кончилось", "the gateway took it and told no end"),
    "no answer to SEND": Sentence("шлюз не ответил на отправку", "the gateway did not answer the send"),
    "the session ran out": Sentence("шлюз не дождался отправки", "the gateway waited too long for the send"),
    "no answer to submit_sm": Sentence("центр сообщений не ответил", "the message centre did not answer"),
    "an answer of another kind": Sentence("центр сообщений ответил не о том", "an answer of another kind"),
    "no answer of Kannel": Sentence("Kannel не ответил", "Kannel did not answer"),
    "no answer of the telephone": Sentence("телефон не ответил", "the telephone did not answer"),
    "still on the telephone": Sentence("телефон взял и не сказал, отправил ли", "the telephone told no more"),
    "the session ended before the answer": Sentence("связь оборвалась до ответа", "cut before the answer came"),
    "the process ended while": Sentence("программа остановилась, пока SMS была у шлюза", "the process ended meanwhile"),
    "no session with the message centre": Sentence("нет связи с центром сообщений", "not connected"),
    "the line does not answer": Sentence("линия не отвечает", "the line does not answer"),
    "the gateway does not answer": Sentence("шлюз не отвечает", "the gateway does not answer"),
    "the telephone does not answer": Sentence("телефон не отвечает", "the telephone does not answer"),
    "the telephone refuses our password": Sentence("телефон не принял пароль", "the telephone refuses our password"),
    "the device refuses the line's password": Sentence("шлюз не принял пароль линии", "the password is refused"),
    "GSM_LOGOUT": Sentence("линия вне сети", "the line is out of its network"),
    "no network": Sentence("линия вне сети", "the line is out of its network"),
}  # fmt: skip
_NUMBERED: tuple[tuple[re.Pattern[str], Callable[[str], int], Mapping[int, Sentence]], ...] = (
    (re.compile(r"SMPP 0x([0-9A-F]{8})"), lambda code: int(code, 16), SMPP),
    (re.compile(r"CMS (-?\d{1,6})"), int, CMS),
    (re.compile(r"TP-Status (\d{1,3})"), int, TP_STATUS),
)
_SEGMENT = re.compile(r"segment (\d+) of (\d+): (.*)", re.DOTALL)


def explained(error: str) -> Sentence:
    """The stored reason in both languages, its code kept; words that nobody knows stand as they are."""
    if match := _SEGMENT.fullmatch(error):
        why = explained(match[3])
        return Sentence(f"часть {match[1]} из {match[2]}: {why.ru}", f"segment {match[1]} of {match[2]}: {why.en}")
    for pattern, number, known in _NUMBERED:
        if match := pattern.match(error):
            words = known.get(number(match[1]))
            return _coded(match[0], words) if words else Sentence(error, error)
    for starts, table in (("Android", ANDROID), ("Kannel", KANNEL), ("", PHRASES)):
        if error.startswith(starts):
            words = next((said for code, said in table.items() if code in error), None)
            if words:
                return _coded(starts, words) if starts else words
    return Sentence(error, error)


def _coded(code: str, words: Sentence) -> Sentence:
    return Sentence(f"{code}: {words.ru}", f"{code}: {words.en}")
