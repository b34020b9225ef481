"""Words for search: what a person types must find what another wrote, in any form of the word.

Russian and English stems (Snowball, the same as PostgreSQL's), ё as е, numbers and codes kept whole and in parts
(«ERR-0042» is found by ``err-0042``, ``0042`` and ``err``), telephone numbers by their last digits, and a query typed
in the wrong keyboard layout («ghbdtn») as a second try.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

TOKEN = re.compile(r"[0-9a-zа-я]+(?:[-_./@+:][0-9a-zа-я]+)*", re.IGNORECASE)
PART = re.compile(r"[0-9]+|[a-zа-я]+", re.IGNORECASE)
PHONE = re.compile(r"\+?\d[\d\s()\-]{8,18}\d")
PHONE_QUERY = re.compile(r"\+?[\d\s()\-]+")
TICKET_NUMBER = re.compile(r"\d{2}-\d{6}")
CYRILLIC = re.compile(r"[а-я]")
MAX_WORD = 64  # characters; longer runs are base64 and the like
MAX_WORDS = 4000  # of one ticket
MAX_QUERY = 12  # words of one query that count
SHORTEST_STEM = 3  # letters
PHONE_TAILS = (4, 7, 10)  # digits by which a number is looked for

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)

_russian = Stemmer.Stemmer("russian")
_english = Stemmer.Stemmer("english")


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """What one lower-case word is kept and looked for by; digits and codes stay as they are.

    One round of the stemmer takes «журнале» to «журнал», but «журнал» to «журна»; and it reads the «-ть» of «печать» as
    a verb's, so that «печати» never meets it. So every stem on the way counts, with and without the soft sign.
    """
    if not word.isalpha():
        return (word,)
    found = dict.fromkeys(_stems(word))
    if word.endswith("ь"):
        found |= dict.fromkeys(_stems(word[:-1]))
    return tuple(found)


def _stems(word: str) -> list[str]:
    stemmer = _russian if CYRILLIC.search(word) else _english
    stems: list[str] = []
    while True:
        shorter = str(stemmer.stemWord(word))
        if len(shorter) < SHORTEST_STEM:
            return stems or [word]
        if shorter not in stems:
            stems.append(shorter)
        if shorter == word:
            return stems
        word = shorter


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")


def words_of(texts: Iterable[str]) -> list[str]:
    """Every word that these texts are to be found by, without repeats."""
    found: dict[str, None] = {}
    for text in texts:
        folded = _folded(text)
        for match in TOKEN.finditer(folded):
            _add_token(found, match.group())
            if len(found) >= MAX_WORDS:
                return list(found)
        for match in PHONE.finditer(folded):
            digits = re.sub(r"\D", "", match.group())
            found.update(dict.fromkeys(tails_of(digits)))
    return list(found)


def _add_token(found: dict[str, None], token: str) -> None:
    if len(token) > MAX_WORD:
        return
    parts = PART.findall(token)
    for part in [token, *(parts if len(parts) > 1 else [])]:
        found.update(dict.fromkeys(forms(part)))


def tails_of(digits: str) -> list[str]:
    """The marked tails by which a telephone number is found: «#t0017» and so on."""
    return [f"#t{digits[-length:]}" for length in PHONE_TAILS if len(digits) >= length]


def query_words(query: str) -> list[tuple[str, ...]]:
    """What must be there: of each group at least one. Whole tokens, so that ``err-0042`` asks for exactly that."""
    bare = query.strip()
    digits = re.sub(r"\D", "", bare)
    if len(digits) >= PHONE_TAILS[1] and PHONE_QUERY.fullmatch(bare) and not TICKET_NUMBER.fullmatch(bare):
        length = max(tail for tail in PHONE_TAILS if tail <= len(digits))
        return [(f"#t{digits[-length:]}",)]
    tokens = [match.group() for match in TOKEN.finditer(_folded(query)) if len(match.group()) <= MAX_WORD]
    return list(dict.fromkeys(forms(token) for token in tokens))[:MAX_QUERY]


def other_layout(query: str) -> str:
    """The query as it would read had the other keyboard layout been on."""
    latin = sum(character in _LATIN and character.isalpha() for character in query)
    russian = sum(character in _RUSSIAN for character in query)
    return query.translate(_TO_RUSSIAN if latin >= russian else _TO_LATIN)
