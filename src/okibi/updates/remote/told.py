"""What a driver at a host did, in words of both languages: its steps and how it ended."""

from collections.abc import Iterable, Iterator

from okibi.kernel.sentence import Sentence
from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables

STEPS = {
    "unpacking": S("архив распаковывается рядом", "the archive is unpacked beside"),
    "stopping": S("программа останавливается", "the program is stopped"),
    "saving": S("прежняя версия сохраняется", "the old version is saved"),
    "installing": S("ставится новая версия", "the new version is installed"),
    "starting": S("программа запускается", "the program is started"),
    "checking": S("проверяется, работает ли", "whether it works is being checked"),
    "returning": S("возвращается прежняя версия", "the old version is brought back"),
}
CHECKED_FROM = ("starting", "checking")
MOST_STEPS = len(STEPS)
_WHY = {
    "unpack": S("архив не распаковался", "the archive could not be unpacked"),
    "stop": S("программа не остановилась", "the program did not stop"),
    "save": S("прежнюю версию не удалось сохранить", "the old version could not be saved"),
    "swap": S("папку не удалось заменить", "the folder could not be swapped"),
    "install": S("установщик закончил с кодом {}", "the installer ended with code {}"),
    "start": S("программа не запустилась", "the program did not start"),
    "health": S("проверка работы не прошла", "the health check did not pass"),
    "version": S("после установки стоит не та версия", "another version runs there after the installation"),
    "cut": S("установка оборвалась на середине", "the installation was cut short"),
}
_ENDS = {
    "failed": S("ничего не тронуто", "nothing was touched"),
    "back": S("прежняя версия возвращена и работает", "the old version is back and works"),
    "unwell": S("прежняя версия возвращена, но не отвечает", "the old version is back, but does not answer"),
    "broken": S("прежнюю версию вернуть не удалось: нужен человек", "it could not be brought back: a person is needed"),
}
WENT_BACK = frozenset({"back", "unwell"})


def _ends() -> Iterator[Sentence]:
    for why in _WHY.values():
        for end in _ENDS.values():
            yield Sentence(f"{_capital(why.ru)}; {end.ru}.", f"{_capital(why.en)}; {end.en}.")


def kept(text: str, others: Iterable[Sentence] = ()) -> Sentence:
    """A detail of a report that was kept in Russian, in both languages; what is none of ours stays as it is."""
    for each in (*others, *STEPS.values(), *_ends()):
        before, brace, after = each.ru.partition("{}")
        if text == each.ru:
            return each
        if brace and text.startswith(before) and text.endswith(after):
            code = text[len(before) : len(text) - len(after)]
            return Sentence(text, each.en.format(code))
    return Sentence(text, text)


def step_of(word: str) -> Sentence:
    """A step's words; one that is none of ours stays as it is."""
    return STEPS.get(word, Sentence(word, word))


def end_of(result: tuple[str, ...]) -> Sentence:
    """Why it ended so, and where the host stands. ``result``: the driver's words ("back", "install", "3")."""
    end, why, code = (*result, "", "", "")[:3]
    reason, state = _WHY.get(why, Sentence(why or end, why or end)), _ENDS.get(end, Sentence(end, end))
    named = (reason.ru.format(code or "?"), reason.en.format(code or "?"))
    return Sentence(f"{_capital(named[0])}; {state.ru}.", f"{_capital(named[1])}; {state.en}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
