"""What a command_status says (SMPP 3.4 §5.1.3), in words, and what follows from it for an SMS. Pure."""

from datetime import timedelta

from okibi.kernel.sentence import Sentence
from okibi.sms.gateways.port import Fate, Refused, Trouble

THROTTLED, QUEUE_FULL = 0x58, 0x14
WORDS: dict[int, Sentence] = {
    0x01: Sentence("неверная длина сообщения", "wrong length of the message"),
    0x02: Sentence("неверная длина команды", "wrong length of the command"),
    0x03: Sentence("неизвестная команда", "unknown command"),
    0x04: Sentence("сессия открыта не для этого", "the session is not bound for this"),
    0x05: Sentence("сессия уже открыта", "bound already"),
    0x06: Sentence("неверный приоритет", "wrong priority"),
    0x07: Sentence("неверный registered_delivery", "wrong registered_delivery"),
    0x08: Sentence("внутренняя ошибка центра сообщений", "system error of the message centre"),
    0x0A: Sentence("неверный адрес отправителя", "wrong source address"),
    0x0B: Sentence("неверный номер получателя", "wrong destination address"),
    0x0C: Sentence("неверный номер сообщения", "wrong message id"),
    0x0D: Sentence("в подключении отказано", "the bind failed"),
    0x0E: Sentence("неверный пароль", "wrong password"),
    0x0F: Sentence("неверный system_id", "wrong system_id"),
    0x11: Sentence("отмена не удалась", "the cancel failed"),
    0x13: Sentence("замена не удалась", "the replace failed"),
    0x14: Sentence("очередь центра сообщений полна", "the message queue is full"),
    0x15: Sentence("неверный service_type", "wrong service_type"),
    0x33: Sentence("неверное число получателей", "wrong number of destinations"),
    0x40: Sentence("неверный признак получателя", "wrong destination flag"),
    0x43: Sentence("неверный esm_class", "wrong esm_class"),
    0x44: Sentence("в список рассылки отправить нельзя", "can't submit to a distribution list"),
    0x45: Sentence("центр сообщений не принял SMS", "the submit failed"),
    0x48: Sentence("неверный TON отправителя", "wrong TON of the source"),
    0x49: Sentence("неверный NPI отправителя", "wrong NPI of the source"),
    0x50: Sentence("неверный TON получателя", "wrong TON of the destination"),
    0x51: Sentence("неверный NPI получателя", "wrong NPI of the destination"),
    0x53: Sentence("неверный system_type", "wrong system_type"),
    0x54: Sentence("неверный replace_if_present", "wrong replace_if_present"),
    0x58: Sentence("слишком быстро: превышена скорость", "throttled: over the allowed rate"),
    0x61: Sentence("неверное время отправки", "wrong delivery time"),
    0x62: Sentence("неверный срок жизни", "wrong validity period"),
    0x63: Sentence("нет готового сообщения с таким номером", "no predefined message of that number"),
    0x64: Sentence("временная ошибка приложения", "temporary error of the application"),
    0x65: Sentence("постоянная ошибка приложения", "permanent error of the application"),
    0x66: Sentence("сообщение отклонено", "the message is rejected"),
    0xC0: Sentence("ошибка в необязательных полях", "error in the optional part"),
    0xC1: Sentence("необязательное поле не разрешено", "an optional field is not allowed"),
    0xC2: Sentence("неверная длина поля", "wrong length of a field"),
    0xC3: Sentence("нет нужного поля", "a needed field is missing"),
    0xC4: Sentence("неверное значение поля", "wrong value of a field"),
    0xFE: Sentence("доставка не удалась", "the delivery failed"),
    0xFF: Sentence("неизвестная ошибка", "unknown error"),
}
OF_THE_NUMBER = frozenset({0x0B, 0x01, 0x50, 0x51, 0x65})  # no other line can do better
OF_THE_MOMENT = frozenset({THROTTLED, QUEUE_FULL, 0x08, 0x64})  # nothing is wrong with the SMS: later
OF_THE_SESSION = frozenset({0x04, 0x05, 0x0D, 0x0E, 0x0F})
BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1))


def said(status: int) -> str:
    """As it is kept beside an SMS; ``okibi.sms.gateways.reasons`` says it in both languages."""
    words = WORDS.get(status)
    return f"SMPP 0x{status:08X}: {words.en if words else 'an error of this message centre'}"


def fate_of(status: int, in_a_row: int = 0) -> Fate:
    """Of a ``submit_sm`` that was answered with an error; ``in_a_row``: how many such answers came before."""
    if status in OF_THE_MOMENT:
        rest = BACK_OFF[min(in_a_row, len(BACK_OFF) - 1)]
        return Trouble(said(status), rest, is_failure=status not in {THROTTLED, QUEUE_FULL})
    if status in OF_THE_SESSION:
        return Trouble(said(status), timedelta(minutes=1))
    return Refused(said(status), permanent=status in OF_THE_NUMBER)
