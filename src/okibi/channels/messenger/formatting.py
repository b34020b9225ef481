"""How WhatsApp shows what people write between marks: *bold*, _italic_, ~struck~, `code`. Pure; gives safe HTML."""

import re
from html import escape

# a mark counts where no letter stands before it and no blank inside it, as WhatsApp has it
_MARKS = [
    (re.compile(r"```(.+?)```", re.DOTALL), "code"),
    (re.compile(r"(?<![\w`])`([^`\n]+)`(?![\w`])"), "code"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "del"),
]
_MARKED = re.compile(r"[*_~`]")
_HELD = re.compile("\x00(\\d+)\x00")
FORMATTED = frozenset({"whatsapp", "greenapi", "wazzup"})  # kinds whose messages are read so


def html_of(text: str) -> str:
    """The text as HTML in paragraphs, or "" where there is nothing to format. Every character of it is escaped."""
    if not _MARKED.search(text):
        return ""
    safe, held = escape(text.replace("\x00", "")), []
    for pattern, tag in _MARKS[:2]:  # nothing inside code is formatted

        def hold(found: re.Match[str], tag: str = tag) -> str:
            held.append(f"<{tag}>{found[1]}</{tag}>")
            return f"\x00{len(held) - 1}\x00"

        safe = pattern.sub(hold, safe)
    for pattern, tag in _MARKS[2:]:
        safe = pattern.sub(rf"<{tag}>\1</{tag}>", safe)
    safe = _HELD.sub(lambda found: held[int(found[1])], safe)
    if safe == escape(text):
        return ""
    return "".join(
        f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in re.split(r"\n{2,}", safe) if part.strip()
    )
