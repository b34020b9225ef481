"""Every word that the windows say, in Russian and in English."""

from collections.abc import Mapping

from okibi_desktop.words import agreement, conversation, desk, newer, picture, request
from okibi_sdk.words import Sentence, language_of_user

LANGUAGES = ("ru", "en")
CATALOGUE: Mapping[str, Sentence] = {
    **request.WORDS,
    **conversation.WORDS,
    **desk.WORDS,
    **agreement.WORDS,
    **newer.WORDS,
    **picture.WORDS,
}


class Words:
    """The catalogue in one language: ``t("send")``. Raises KeyError for a word that isn't there."""

    def __init__(self, language: str = "") -> None:
        self.language = language if language in LANGUAGES else language_of_user()

    def __call__(self, key: str, /, **values: object) -> str:
        said = CATALOGUE[key].in_(self.language)
        return said.format(**values) if values else said

    def count(self, key: str, number: int) -> str:
        """``t.count("files", 3)`` → "3 файла": the forms stand in the catalogue as "файл|файла|файлов"."""
        forms = CATALOGUE[key].in_(self.language).split("|")
        return f"{number} {forms[form_of(number, self.language)]}"


def form_of(number: int, language: str) -> int:
    """Which plural form (CLDR): English 0 or 1; Russian 0 (один), 1 (два), 2 (пять)."""
    if language == "en":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2
