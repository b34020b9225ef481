"""What the outbox says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from okibi_sdk.words import Sentence


class State(StrEnum):
    """Of a draft. WAITING: goes by itself. FAILED: somebody has to do what ``remedy`` says."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"

    def words(self, language: str) -> str:
        return _WORDS[self].in_(language)


_WORDS = {
    State.WAITING: Sentence("ждёт отправки", "waiting"),
    State.SENDING: Sentence("отправляется", "sending"),
    State.SENT: Sentence("отправлена", "sent"),
    State.FAILED: Sentence("не отправлена", "not sent"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One draft in the outbox. ``number``: the request's, once it was sent. ``size``, ``arrived``: bytes of files.

    Of a message: ``request`` is the number of the request that it belongs to, "" while that waits itself; ``after`` is
    the id here of the draft that places that request, 0 where it was placed by other means.
    """

    id: int
    state: State
    act: str
    text: str
    number: str
    reason: str
    remedy: str
    code: str
    tries: int
    created_at: datetime
    next_at: datetime | None
    size: int
    arrived: int
    request: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a draft is: ``arrived`` of ``size`` bytes of its files; ``state`` changes are told too."""

    draft: int
    state: State
    arrived: int
    size: int
    number: str = ""


Tell = Callable[[Sending], None]

OTHER_DEVICE = (
    Sentence(
        "Отправка началась до того, как приложение подключили заново: возможно, сообщение уже дошло.",
        "Sending began before this application was enrolled anew: it may have arrived already.",
    ),
    Sentence(
        "Посмотрите в списке заявок; если её там нет, повторите отправку, если есть — удалите из исходящих.",
        "Look into the list of requests: send again if it is not there, discard it if it is.",
    ),
)
LONG_AGO = (
    Sentence(
        "Отправка началась больше недели назад, и ответ потерялся: возможно, сообщение уже дошло.",
        "Sending began more than a week ago and the answer was lost: it may have arrived already.",
    ),
    OTHER_DEVICE[1],
)
PLACED_NEVER = (
    Sentence("Заявка, к которой это относится, не отправлена.", "The request that this belongs to was not sent."),
    Sentence("Отправьте или удалите сначала её.", "Send or discard that one first."),
)
ENROL = Sentence("Подключите приложение заново: после этого отправится само.", "Enrol again; it goes by itself then.")
MEND = Sentence("Исправьте и отправьте ещё раз.", "Correct it and send again.")
BY_ITSELF = Sentence("Отправится само, когда связь появится.", "It goes by itself when the connection is back.")
