"""What a requester answers to "does it work now?": only a bare yes is a yes, and everything with a "but" is none."""

from enum import StrEnum

from okibi.policy.bare_answer import answers


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
_ANSWERS = answers(_YES_WORDS, _NO_WORDS)


def read_works(text: str) -> Works:
    """How a bare answer reads; :attr:`Works.OTHER` for everything that isn't one, a question among it."""
    said = _ANSWERS.read(text)
    if said is None:
        return Works.OTHER
    return Works.YES if said else Works.NO
