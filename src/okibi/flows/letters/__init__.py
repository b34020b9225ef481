"""The product's letters: one whole file per letter and language, the subject on the first line.

Text is what is written; the HTML beside it is made from the same paragraphs, so the two can't say different things.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.html import escape, urlize

FOLDER = Path(__file__).parent
LANGUAGES = ("ru", "en")

_engine = Engine(dirs=[str(FOLDER)], autoescape=False, libraries={"letters": "okibi.flows.templatetags.letters"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished letter."""

    subject: str
    text: str
    html: str


def names() -> list[str]:
    """Every letter there is."""
    return sorted(path.stem for path in (FOLDER / "ru").glob("*.txt"))


def write(name: str, language: str, fields: Mapping[str, Any]) -> Letter:
    """One letter in the reader's language (Russian where it is neither of the two)."""
    folder = language if language in LANGUAGES else "ru"
    template = _engine.get_template(f"{folder}/{name}.txt")
    whole = template.render(Context(dict(fields), autoescape=False))
    subject, _, body = whole.partition("\n")
    text = re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
    return Letter(" ".join(subject.split()), text, html_of(text, folder))


def html_of(text: str, language: str) -> str:
    """The same words as HTML: paragraphs, «- » lists and links; everything else is escaped."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        items = [line[2:] for line in lines if line.startswith("- ")]
        if items and len(items) == len(lines):
            blocks.append({"points": [_inline(item) for item in items]})
        else:
            blocks.append({"lines": [_inline(line) for line in lines]})
    return render_to_string("flows/letter.html", {"blocks": blocks, "language": language})


def _inline(line: str) -> str:
    return str(urlize(escape(line), autoescape=False))
