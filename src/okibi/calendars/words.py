"""The kinds of a day in words, and the other way round."""

from collections.abc import Mapping

from okibi.kernel.sentence import Sentence
from okibi.policy.worktime import DayKind

KIND_WORDS: Mapping[DayKind, Sentence] = {
    DayKind.WORKING: Sentence("рабочий день", "working day"),
    DayKind.WEEKEND: Sentence("выходной", "weekend"),
    DayKind.HOLIDAY: Sentence("праздничный день", "public holiday"),
    DayKind.MOVED_OFF: Sentence("перенесённый выходной", "moved day off"),
    DayKind.MOVED_WORKING: Sentence("рабочий день за счёт переноса", "working weekend day"),
    DayKind.SHORTENED: Sentence("сокращённый день", "shortened day"),
}
WORKING_KINDS = frozenset({DayKind.WORKING, DayKind.MOVED_WORKING, DayKind.SHORTENED})
AS_COMPUTED = Sentence("снова как посчитано по закону", "as computed by law again")
CORRECTED = Sentence("исправлено вручную", "corrected by hand")

# What people and other programs write; compared without case, «ё» as «е».
_WRITTEN: Mapping[str, DayKind] = {
    **{kind.value: kind for kind in DayKind},
    **{words.ru.replace("ё", "е"): kind for kind, words in KIND_WORDS.items()},
    **{words.en: kind for kind, words in KIND_WORDS.items()},
    "рабочий": DayKind.WORKING,
    "праздник": DayKind.HOLIDAY,
    "нерабочий праздничный день": DayKind.HOLIDAY,
    "нерабочий": DayKind.WEEKEND,
    "выходной день": DayKind.WEEKEND,
    "day off": DayKind.WEEKEND,
    "перенос": DayKind.MOVED_OFF,
    "перенесенный": DayKind.MOVED_OFF,
    "рабочая суббота": DayKind.MOVED_WORKING,
    "рабочее воскресенье": DayKind.MOVED_WORKING,
    "рабочий выходной": DayKind.MOVED_WORKING,
    "working saturday": DayKind.MOVED_WORKING,
    "сокращенный": DayKind.SHORTENED,
    "предпраздничный": DayKind.SHORTENED,
    "предпраздничный день": DayKind.SHORTENED,
    "short day": DayKind.SHORTENED,
}


def kind_from_words(text: str) -> DayKind | None:
    """The kind that somebody wrote in either language, or its code; None where it isn't known."""
    return _WRITTEN.get(" ".join(text.lower().replace("ё", "е").split()))
