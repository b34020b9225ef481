"""The sentence that an event of a call becomes, in both languages. Pure."""

from okibi.channels.telephone.values import CallEvent, Direction, What
from okibi.kernel.sentence import Sentence
from okibi.policy.phone_numbers import display

HIDDEN = Sentence("скрытый номер", "a hidden number")
NOBODY = Sentence("номер не назван", "no number told")


def other_side(event: CallEvent) -> Sentence:
    """The number at the other end as people read it."""
    if event.hidden:
        return HIDDEN
    shown = display(event.e164) if event.e164 else event.said
    return Sentence(shown, shown) if shown else NOBODY


def length_of(seconds: int) -> Sentence:
    """«1 мин 05 с»."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return Sentence(f"{rest} с", f"{rest} s")
    return Sentence(f"{minutes} мин {rest:02d} с", f"{minutes} min {rest:02d} s")


def sentence_of(event: CallEvent) -> Sentence:
    """What happened, in one line."""
    who, inside = other_side(event), event.user or event.extension
    incoming = event.direction is Direction.IN
    at = Sentence(f", {inside}", f", {inside}") if inside else Sentence("", "")
    if event.what is What.RINGING:
        if incoming:
            return Sentence(f"Звонит {who.ru}{at.ru}", f"A call from {who.en}{at.en}")
        return Sentence(f"Звоним {who.ru}{at.ru}", f"A call to {who.en}{at.en}")
    if event.what is What.ANSWERED and event.by_machine:
        return Sentence(f"Звонок {who.ru} принял автоответчик", f"The call of {who.en} was taken by a machine")
    if event.what is What.ANSWERED:
        return Sentence(f"Говорят: {who.ru}{at.ru}", f"Talking: {who.en}{at.en}")
    if event.what is What.ENDED:
        why = f" ({event.cause})" if event.cause else ""
        return Sentence(f"Разговор окончен: {who.ru}{at.ru}{why}", f"Ended: {who.en}{at.en}{why}")
    if event.what is What.TRANSFERRED:
        return Sentence(f"Звонок переведён: {who.ru}{at.ru}", f"Transferred: {who.en}{at.en}")
    if event.what is What.RECORDING:
        return Sentence("Готова запись разговора", "The recording of a talk is ready")
    if event.what is What.SUMMARY:
        return _summary(event, who, at)
    return _aside(event, who)


def _aside(event: CallEvent, who: Sentence) -> Sentence:
    """What is no stretch of a call."""
    if event.what is What.VOICE:
        return Sentence(f"Голосовое сообщение: {who.ru}", f"A voice message of {who.en}")
    if event.why:
        return Sentence(f"Не набрано: {event.why.ru}", f"Not dialled: {event.why.en}")
    return Sentence(f"Сообщение АТС: {event.word}", f"News of the exchange: {event.word}")


def _summary(event: CallEvent, who: Sentence, at: Sentence) -> Sentence:
    incoming = event.direction is Direction.IN
    head = Sentence("Входящий" if incoming else "Исходящий", "Incoming" if incoming else "Outgoing")
    if event.answered:
        length = length_of(event.talk_seconds or 0)
        return Sentence(f"{head.ru} {who.ru}{at.ru}, {length.ru}", f"{head.en} {who.en}{at.en}, {length.en}")
    return Sentence(f"{head.ru} без ответа: {who.ru}{at.ru}", f"{head.en}, not answered: {who.en}{at.en}")
