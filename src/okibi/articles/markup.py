"""How articles are written: a small part of Markdown, made into safe HTML, and into plain words.

Headings (``##``, ``###``), paragraphs, lists (``-``, ``1.``), quotes (``>``), code between fences, **bold**, *italic*,
``code``, [links](https://…). Everything else stays what it is: text. What comes out is cleaned by nh3 all the same.
"""

import re
from collections.abc import Iterator
from html import escape

import nh3

TAGS = {"h2", "h3", "p", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a", "br"}
_HEADING = re.compile(r"(#{2,3})\s+(.+)")
_BULLET = re.compile(r"[-*•]\s+(.+)")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.+)")
_QUOTE = re.compile(r">\s?(.*)")
_FENCE = "```"
_SPAN = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<words>[^\]\n]+)\]\((?P<where>(?:https?://|mailto:|/)[^\s()<>\"]+)\)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|\*(?P<em>[^*\s][^*\n]*)\*"
)


def as_html(text: str) -> str:
    """Safe HTML of an article."""
    made = "\n".join(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    return nh3.clean(
        made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )


def as_words(text: str) -> str:
    """An article as plain text, in one line: for search and excerpts."""
    bare = _SPAN.sub(lambda found: next(group for group in _said(found) if group), text)
    lines = (re.sub(r"^\s*(?:#{2,3}|[-*•]|>|```\w*)\s*", "", line) for line in bare.splitlines())
    return " ".join(" ".join(lines).split())


def as_text(text: str) -> str:
    """An article as plain text that keeps its lines: for who shows no HTML."""
    return "\n".join(as_words(line) for line in text.splitlines()).strip()


def _said(found: re.Match[str]) -> tuple[str | None, ...]:
    return found["code"], found["words"], found["strong"], found["em"]


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
        elif line.startswith(_FENCE):
            end = next((i for i in range(at + 1, len(lines)) if lines[i].strip() == _FENCE), len(lines))
            yield f"<pre><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>"
            at = end + 1
        elif heading := _HEADING.fullmatch(line):
            level = len(heading[1])
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
            at += 1
        else:
            taken = [line.strip() for line in _run(lines, at)]
            yield _block(taken)
            at += len(taken)


def _run(lines: list[str], at: int) -> list[str]:
    """The lines from there that make one block: all of one kind, none empty."""
    kind = _kind(lines[at].strip())
    end = at + 1
    while end < len(lines) and lines[end].strip() and _kind(lines[end].strip()) is kind:
        end += 1
    return lines[at:end]


def _kind(line: str) -> object:
    if line.startswith(_FENCE) or _HEADING.fullmatch(line):
        return _HEADING
    return next((kind for kind in (_BULLET, _NUMBER, _QUOTE) if kind.fullmatch(line)), None)


def _block(lines: list[str]) -> str:
    kind = _kind(lines[0])
    if kind is _BULLET or kind is _NUMBER:
        assert isinstance(kind, re.Pattern)
        tag = "ul" if kind is _BULLET else "ol"
        items = "".join(f"<li>{_inline(kind.sub(lambda found: found[1], line))}</li>" for line in lines)
        return f"<{tag}>{items}</{tag}>"
    if kind is _QUOTE:
        said = "<br>".join(_inline(_QUOTE.sub(lambda found: found[1], line)) for line in lines)
        return f"<blockquote><p>{said}</p></blockquote>"
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _inline(text: str) -> str:
    pieces, at = [], 0
    for found in _SPAN.finditer(text):
        pieces += [escape(text[at : found.start()]), _span(found)]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _span(found: re.Match[str]) -> str:
    if found["code"]:
        return f"<code>{escape(found['code'])}</code>"
    if found["words"]:
        return f'<a href="{escape(found["where"])}">{escape(found["words"])}</a>'
    tag = "strong" if found["strong"] else "em"
    return f"<{tag}>{escape(found[tag])}</{tag}>"
