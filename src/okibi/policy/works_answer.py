"""What a requester answers to "does it work now?": only a bare yes is a yes, and everything with a "but" is none."""

import re
from enum import StrEnum


class Works(StrEnum):
    """How the answer reads."""

    YES = "yes"
    NO = "no"
    OTHER = "other"  # a specialist reads it


_YES_WORDS = """
да | ага | угу | да работает | работает | всё работает | теперь работает | заработало | всё заработало | помогло |
да помогло | всё хорошо | всё в порядке | да спасибо | работает спасибо | всё работает спасибо | да работает спасибо |
да всё работает | спасибо работает | спасибо всё работает | да всё работает спасибо | спасибо помогло |
спасибо заработало | да заработало | да теперь работает | 👍 | ✅ | + |
yes | yep | yes it does | yes it works | it works | works | it works now | works now | it does | yes thanks |
yes thank you | works thanks | it works thanks | it works thank you | thanks it works | thank you it works |
yes it works now | fixed
"""
_NO_WORDS = """
нет | не | неа | нет не работает | не работает | всё ещё не работает | по-прежнему не работает | не помогло |
нет не помогло | ничего не изменилось | то же самое | увы нет | 👎 | ❌ |
no | nope | no it does not | no it doesn't | it does not | it doesn't | it does not work | it doesn't work |
doesn't work | does not work | not working | still broken | still the same | same problem | still not working |
no change
"""
_BETWEEN = re.compile(r"[\s.,!;:()\u2013\u2014…]+")
_LONGEST = 60  # characters: whoever writes more has something to say


def _bare(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", text.casefold().replace("’", "'").replace("ё", "е")).split())


_YES = frozenset(map(_bare, _YES_WORDS.split("|")))
_NO = frozenset(map(_bare, _NO_WORDS.split("|")))


def read_works(text: str) -> Works:
    """How a bare answer reads; :attr:`Works.OTHER` for everything that isn't one, a question among it."""
    words = text.strip()
    if not words or len(words) > _LONGEST or "?" in words:
        return Works.OTHER
    bare = _bare(words)
    if bare in _YES:
        return Works.YES
    return Works.NO if bare in _NO else Works.OTHER
