"""Two languages, whole sentences."""

import json
import locale
import os
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same in Russian and in English."""

    ru: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.ru


def language_of_user() -> str:
    """``ru`` or ``en``: OKIBI_LANG, else the locale's; Russian where nothing is said or the locale is a bare C."""
    for name in ("OKIBI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "").lower()
        if said:
            return "en" if said.startswith("en") else "ru"
    said = (locale.getlocale()[0] or "").lower()
    return "en" if said.startswith("en") else "ru"


def in_unicode(stream: TextIO) -> bool:
    """Whether every letter can be written there. Under Windows a pipe speaks a code page, and readers guess another."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def as_json(value: object, stream: TextIO) -> str:
    """One line of JSON for that stream: in escapes where not every letter can be written there."""
    return json.dumps(value, ensure_ascii=not in_unicode(stream))


def size_words(size: int, language: str) -> str:
    """``1536`` → ``1,5 КБ`` / ``1.5 KB``."""
    units = ("bytes", "KB", "MB", "GB") if language == "en" else ("байт", "КБ", "МБ", "ГБ")
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(units) - 1:
        amount, unit = amount / 1024, unit + 1
    text = f"{amount:.1f}".removesuffix(".0")
    return f"{text if language == 'en' else text.replace('.', ',')} {units[unit]}"
