"""Whether somebody wrote anything: a text of characters that nobody sees is an empty one."""

import unicodedata

# Blank by their look, though Unicode counts them among symbols and letters.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})  # a mark needs a letter to stand on


def has_words(text: str) -> bool:
    """True where at least one character can be seen: a letter, a figure, a sign, a picture."""
    return any(character not in _BLANKS and unicodedata.category(character) not in _UNSEEN for character in text)
