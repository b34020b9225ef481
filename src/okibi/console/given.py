"""What a browser sent, made fit for the rooms below: words that can be stored, numbers that are numbers."""

from django.http import HttpRequest

from okibi.channels.clean import text_safe

MOST_DIGITS = 18  # fit into a bigint


def posted(request: HttpRequest, name: str, otherwise: str = "") -> str:
    """One field of a form without what the database refuses."""
    return text_safe(request.POST.get(name, otherwise))


def whole_number(text: str) -> int | None:
    """``42`` → 42; None for anything that is no plain number (``²`` is a digit too, says Python)."""
    plain = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
