"""Words by which a person says that they want no SMS, or want them again."""

import re
from enum import StrEnum


class Wish(StrEnum):
    """What somebody asks for."""

    OUT = "out"
    IN = "in"


_OUT = frozenset({"стоп", "stop", "отписка", "отписаться", "отпишите", "unsubscribe", "stopall", "cancel", "quit"})
_IN = frozenset({"старт", "start", "подписка", "подписаться", "unstop", "subscribe"})
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
# letters that look alike on a keypad: a Latin C in СТОП, a Cyrillic О in STOP
_LATIN_LOOKS = str.maketrans("асеорхтмнкв", "aceopxtmhkb")
_CYRILLIC_LOOKS = str.maketrans("aceopxtmhkb", "асеорхтмнкв")


def wish_of(text: str) -> Wish | None:
    """The wish that a whole text is; None for anything else.

    The word must stand alone: "СТОП" and "Stop!" are wishes, "STOP 12345" and "стоп, касса не печатает" are messages.
    """
    word = _EDGES.sub("", text.strip().lower())
    spelt = {word, word.translate(_LATIN_LOOKS), word.translate(_CYRILLIC_LOOKS)}
    if spelt & _OUT:
        return Wish.OUT
    return Wish.IN if spelt & _IN else None
