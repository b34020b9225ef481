"""A sentence in both languages of the product, made by code that must not know which one the reader speaks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said in Russian and in English. Both are complete; neither is a translation key."""

    ru: str
    en: str

    def in_language(self, code: str) -> str:
        """The text for a language code (``ru``, ``ru-RU``, ``en`` …); anything that is not Russian reads English."""
        return self.ru if code.lower().startswith("ru") else self.en

    def as_dict(self) -> dict[str, str]:
        return {"ru": self.ru, "en": self.en}
