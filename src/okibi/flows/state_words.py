"""What each state of a request means for its requester, in the words of the public site and of the portal."""

from okibi.kernel.sentence import Sentence
from okibi.policy.ticket_states import State

# Of each state: kind and icon of the chip, what it means for the reader.
STATES: dict[State, tuple[str, str, Sentence]] = {
    State.NEW: (
        "acc",
        "inbox",
        Sentence(
            "Заявка принята, специалист скоро возьмёт её в работу.",
            "We have your request; a specialist will take it on soon.",
        ),
    ),
    State.OPEN: ("acc", "user", Sentence("Специалист работает над заявкой.", "A specialist is working on it.")),
    State.WAITING: (
        "warn",
        "pause",
        Sentence(
            "Мы задали вам вопрос и ждём ответа. Пока ждём, срок не идёт.",
            "We asked you something and wait for your answer. The term stands still meanwhile.",
        ),
    ),
    State.PLANNED: (
        "acc",
        "calendar-days",
        Sentence(
            "Принято: это будет в одной из следующих версий.", "Accepted: it will be in one of the next versions."
        ),
    ),
    State.SOLVED: (
        "good",
        "circle-check",
        Sentence(
            "Решена. Если что-то не так, напишите здесь, и заявка откроется снова.",
            "Solved. If something is still wrong, write here and it opens again.",
        ),
    ),
    State.REFUSED: (
        "",
        "ban",
        Sentence("Мы не сможем это сделать; причины написаны ниже.", "We can't do this; the reasons are below."),
    ),
    State.CLOSED: ("", "check", Sentence("Заявка закрыта.", "The request is closed.")),
    State.UNCOVERED: (
        "warn",
        "shield",
        Sentence(
            "Заявка сохранена. Она оживёт сама, когда появится право на поддержку.",
            "The request is kept. It comes alive by itself when support covers you.",
        ),
    ),
}
CHIPS = {
    State.NEW: Sentence("Принята", "Placed"),
    State.OPEN: Sentence("В работе", "In work"),
    State.WAITING: Sentence("Ждём вас", "Waiting for you"),
    State.PLANNED: Sentence("В плане", "Planned"),
    State.SOLVED: Sentence("Решена", "Solved"),
    State.REFUSED: Sentence("Отказ", "Refused"),
    State.CLOSED: Sentence("Закрыта", "Closed"),
    State.UNCOVERED: Sentence("Нет права на поддержку", "Not covered"),
}
ANSWERED = Sentence("ответ дан", "answered")
STILL = Sentence("ждём вашего ответа, срок не идёт", "waiting for your answer, the term stands still")
