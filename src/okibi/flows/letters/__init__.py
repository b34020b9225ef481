"""The product's letters: one whole file per letter and language, the subject on the first line.

Text is what is written; the HTML beside it is made from the same paragraphs, so the two can't say different things.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.html import escape, urlize

FOLDER = Path(__file__).parent
LANGUAGES = ("ru", "en")

SHORTER = {"sms": "messenger"}  # which form stands in for one that a letter has not
_HERE = "okibi-paragraphs"
_BLANK_LINES = re.compile(r"\n\s*\n")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
# What urlize makes links of. A line without any is not taken to words: most of a letter's time went there.
_MAY_LINK = re.compile(r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)

_WIDE_LINK = "display:block;padding:12px 16px;border-radius:8px;background:#e3f1f0;color:#0b6e6e;font-weight:600"
_SMALL_PRINT = "margin:24px 0 16px;padding-top:16px;border-top:1px solid #dfe5e4;font-size:14px;color:#566462"

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
    """One letter in the reader's language (Russian where it is neither of the two).

    ``fields["form"]`` ("messenger", "sms", …) takes the short form of a letter, where there is one; an SMS without one
    of its own takes the messenger's.
    """
    folder = language if language in LANGUAGES else "ru"
    form = str(fields.get("form") or "")
    forms = [f"{each}_{name}" for each in (form, SHORTER.get(form, "")) if each]
    name = next((each for each in forms if each in _variants()), name)
    template = _engine.get_template(f"{folder}/{name}.txt")
    whole = template.render(Context(dict(fields), autoescape=False))
    subject, _, body = whole.partition("\n")
    text = _MANY_BLANK_LINES.sub("\n\n", body).strip() + "\n"
    html = html_of(text, folder, link=str(fields.get("link") or ""), leave=str(fields.get("leave") or ""))
    return Letter(" ".join(subject.split()), text, html)


@cache
def _variants() -> frozenset[str]:
    return frozenset(names())


def html_of(text: str, language: str, link: str = "", leave: str = "") -> str:
    """The same words as HTML: paragraphs, «- » lists and links; everything else is escaped.

    ``link``: what the letter is about, large enough for a thumb where it stands on a line of its own. ``leave``: of the
    paragraph that is small print.
    """
    head, foot = _frame(language)
    return head + "".join(_paragraph(each, link, leave) for each in _BLANK_LINES.split(text.strip())) + foot


@cache
def _frame(language: str) -> tuple[str, str]:
    """What stands before and after the paragraphs of every letter in a language."""
    head, _, foot = render_to_string("flows/letter.html", {"language": language, "paragraphs": _HERE}).partition(_HERE)
    return head, foot


def _paragraph(paragraph: str, link: str, leave: str) -> str:
    lines = paragraph.splitlines()
    if lines and all(line.startswith("- ") for line in lines):
        items = "".join(f'<li style="margin:0 0 4px">{_inline(line[2:])}</li>' for line in lines)
        return f'<ul style="margin:0 0 16px;padding-left:20px">{items}</ul>\n'
    if leave and leave in lines:
        return f'<p style="{_SMALL_PRINT}">{"<br>".join(map(_inline, lines))}</p>\n'
    if link and link in lines:
        at = lines.index(link)
        said = ("<br>".join(map(_inline, part)) for part in (lines[:at], lines[at + 1 :]))
        before, after = (f'<p style="margin:0 0 16px">{each}</p>\n' if each else "" for each in said)
        shown = escape(link)
        return f'{before}<p style="margin:0 0 16px"><a href="{shown}" style="{_WIDE_LINK}">{shown}</a></p>\n{after}'
    return f'<p style="margin:0 0 16px">{"<br>".join(map(_inline, lines))}</p>\n'


def _inline(line: str) -> str:
    escaped = escape(line)
    return str(urlize(escaped, autoescape=False)) if _MAY_LINK.search(line) else escaped
