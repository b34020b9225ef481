"""Reading machine facts out of free words: what all of the platform readers share."""

import re
import unicodedata

_SAME_WIDTH = str.maketrans(
    {"ё": "е", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "®": " ", "™": " ", "‑": "-", "–": "-"}
)
_TWINS = str.maketrans("асеокмнтврхуі", "aceokmhtbpxyi")  # Cyrillic letters that look like Latin ones
_MIXED = re.compile(r"(?=[а-яі]*[a-z])(?=[a-z]*[а-яі])[a-zасеокмнтврхуі]+(?![а-яі])")
_MARKS = re.compile(r"\((?:r|tm|c)\)")
_UNWANTED_BEFORE = re.compile(
    r"(?:\b(?:не|без|вместо|кроме|требу\w+|нужн\w*|нужен|необходим\w*|просит|просят|хочет|хотим"
    r"|not|without|instead\s+of|except|requires?|needs?|wants?|asks?\s+for)"
    r"|\bне\s+установлен\w*|\bнет)\s+(?:(?:на|под|for|on|an?|the|microsoft|ms|установить|поставить|install)\s+){0,2}$"
)
_UNWANTED_AFTER = re.compile(
    r"^\s*(?:\w+\s+)?(?:не\s+(?:установлен|стоит|став|поддерж)\w*|отсутству\w+|(?:is\s+)?(?:not\s+installed|missing))"
)
# What is counted by the number in front of it: "Windows 10 компьютеров", "Windows 7 times", "Windows 8 GB".
COUNTED = (
    r"(?!\s*(?:комп|машин|пк\b|рабоч|мест|шт|лиценз|пользовател|раз(?:а|ов)?\b|дн|день|час|мин|сек|год|лет\b|чел|окон|окна|телефон|планшет|устройств"
    r"|г[бц]\b|м[бг]ц?\b|т[бр]\b|гиг|мег|руб|%|gb\b|mb\b|tb\b|ghz|mhz|computers|pcs?\b|machines|users|seats|licen"
    r"|times|days|hours?\b|minutes|seconds|people))"
)


_LONGEST = 20_000
_RUNS = re.compile(r"[^\S\n]{2,}|([^\w\s]|\n)\1{2,}")


def tidy(text: str) -> str:
    """The first 20,000 signs, composed, with runs of blanks and of marks shortened: nobody names a machine beyond."""
    return _RUNS.sub(lambda run: run[1] or " ", unicodedata.normalize("NFC", text[:_LONGEST]))


def plain(text: str) -> str:
    """The text in lower case, without «ё», odd blanks and trade marks; the same letters in the same places.

    A word of Latin letters and their Cyrillic twins ("Windоws") becomes Latin.
    """
    text = unicodedata.normalize("NFC", text)
    low = text.lower()
    if len(low) != len(text):  # «İ» becomes two signs; the other letters must stay in their places
        low = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    low = low.translate(_SAME_WIDTH)
    low = _MIXED.sub(lambda word: word[0].translate(_TWINS), low)
    return _MARKS.sub(lambda mark: " " * len(mark[0]), low)


def unwanted(text: str, start: int, end: int) -> bool:
    """Whether the words around a mention say that it is *not* there: "не Windows 7", "требует .NET 4.8"."""
    return bool(
        _UNWANTED_BEFORE.search(text[max(0, start - 60) : start]) or _UNWANTED_AFTER.match(text[end : end + 40])
    )


def blank(text: str, start: int, end: int) -> str:
    """The text with one stretch blanked out, so that what was read once isn't read again."""
    return text[:start] + " " * (end - start) + text[end:]


def clause_around(text: str, start: int, end: int) -> str:
    """The piece of a sentence that holds the mention."""
    left = max((text.rfind(mark, 0, start) for mark in ".!?;\n"), default=-1) + 1
    rights = [at for mark in ".!?;\n" if (at := text.find(mark, end)) >= 0]
    return text[left : min(rights, default=len(text))]
