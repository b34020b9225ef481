"""The plain words of a message as they are shown: links can be opened, nothing runs out of its field."""

import html
import re

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
LONGEST = 56  # characters of a word, or of a link as it is shown
BREAK = "\u200b"  # zero width space: here a line may end


def rich(text: str) -> str:
    """HTML of Qt's subset; whatever markup the words hold is shown, not carried out."""
    parts, at = [], 0
    for found in LINK.finditer(text):
        parts += [_words(text[at : found.start()]), _link(found[0])]
        at = found.end()
    return f'<span style="white-space: pre-wrap">{"".join([*parts, _words(text[at:])])}</span>'


def _words(text: str) -> str:
    return html.escape(broken(text)).replace("\n", "<br>")


def broken(text: str) -> str:
    """Plain words in which a line may end also within a word that is longer than a line."""
    return re.sub(rf"\S{{{LONGEST}}}(?=\S)", lambda found: found[0] + BREAK, text)


def _link(url: str) -> str:
    shown = url if len(url) <= LONGEST else f"{url[: LONGEST - 1]}…"
    return f'<a href="{html.escape(url)}">{html.escape(shown)}</a>'
