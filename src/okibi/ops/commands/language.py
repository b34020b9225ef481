"""Which language the reader of a terminal is told things in."""

import os
import sys

from okibi.kernel.sentence import Sentence


def terminal_language() -> str:
    """``OKIBI_LANG``, else the locale where it names Russian or English, else Russian."""
    for name in ("OKIBI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value.startswith(("ru", "en")):
            return value[:2]
    return "ru"


def complain(sentence: Sentence) -> None:
    """Says what is wrong on the error stream."""
    print(sentence.in_language(terminal_language()), file=sys.stderr)
