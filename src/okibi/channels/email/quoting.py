"""What the author of a mail wrote now, parted from what was quoted and from the signature.

Nothing is thrown away: the quote and the signature are kept for the reader to unfold, and where cutting would leave no
words at all, nothing is cut. Answers between and below quotes survive; only quotes at the edges are folded.
"""

from dataclasses import dataclass

from okibi.channels.email import markers

MAX_LINES = 50_000
_SIGNATURE_LINES = 20
_CLOSING_LINES = 12
_BLOCK_LINES = 10
_MAX_CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class Folded:
    """The three pieces of a text; ``quoted`` and ``signature`` may be empty."""

    reply: str
    quoted: str
    signature: str


def fold(text: str, *, forwarded: bool = False) -> Folded:
    """The text folded. ``forwarded``: the subject says that this is a forwarded mail, which is meant to be read."""
    lines = [line.rstrip() for line in text.split("\n", MAX_LINES)]
    end = _quote_start(lines, forwarded=forwarded)
    own, quoted = lines[:end], lines[end:]
    own, edges = _without_edge_quotes(own)
    if not _has_words(own) and quoted and _answer_below(quoted):
        own, edges = _without_edge_quotes(_answer_below(quoted))
        quoted = []
    own, signature = _without_signature(own)
    if not _has_words(own):
        return Folded(text.strip(), "", "")
    folded_quote = "\n".join([*edges, *quoted]).strip("\n")
    return Folded(_join(own), folded_quote, "\n".join(signature).strip("\n"))


def fold_all(texts: list[str], *, forwarded: bool = False) -> Folded:
    """The same for a mail of several texts, each folded by itself; one that is mere signature joins the others."""
    pieces: list[Folded] = []
    for text in texts:
        first = next((line for line in text.split("\n", 50) if line.strip()), "")
        mere_signature = bool(pieces) and markers.DASHES.match(first) is not None
        pieces.append(Folded("", "", text.strip()) if mere_signature else fold(text, forwarded=forwarded))
    if not pieces:
        return Folded("", "", "")
    return Folded(
        *("\n\n".join(filter(None, column)) for column in zip(*(_columns(one) for one in pieces), strict=True))
    )


def _columns(one: Folded) -> tuple[str, str, str]:
    return one.reply, one.quoted, one.signature


def _join(lines: list[str]) -> str:
    return "\n".join(lines).strip()


def _has_words(lines: list[str]) -> bool:
    return any(any(char.isalnum() for char in line) for line in lines)


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith(">")


def _quote_start(lines: list[str], *, forwarded: bool) -> int:
    """The line where a quote begins that runs to the end of the mail."""
    candidates = 0
    for index, line in enumerate(lines):
        if not line:
            continue
        if markers.FORWARD.match(line):
            return len(lines)
        if markers.ORIGINAL.match(line) and not forwarded:
            return index
        if not forwarded and markers.BLOCK_FROM.match(line) and _is_header_block(lines, index):
            before = index
            while before and not lines[before - 1]:
                before -= 1
            return before - 1 if before and markers.RULE.match(lines[before - 1]) else index
        if line.endswith(":") and not _is_quote(line) and candidates < _MAX_CANDIDATES:
            candidates += 1
            start = _attribution_start(lines, index)
            if start is not None and not _quoted_below(lines, index):
                return _with_fields(lines, start)
    return len(lines)


def _is_header_block(lines: list[str], index: int) -> bool:
    """From: followed closely by two more of Sent, To, Subject …; a folded line of addresses may stand between."""
    fields = sum(1 for line in lines[index + 1 : index + _BLOCK_LINES] if markers.BLOCK_FIELD.match(line))
    return fields >= 2


def _attribution_start(lines: list[str], index: int) -> int | None:
    """The first line of "On … wrote:" that ends at ``index``; it may be wrapped over up to four lines."""
    joined = ""
    for start in range(index, max(-1, index - 4), -1):
        if not lines[start] or _is_quote(lines[start]):
            break
        joined = f"{lines[start].strip()} {joined}".strip()
        if len(joined) > markers.MAX_ATTRIBUTION:
            break
        if _is_attribution(joined):
            return start
    return None


def _with_fields(lines: list[str], attribution: int) -> int:
    """Where a quote begins whose attribution has a rule and fields ("Кому:", "Тема:") right above it."""
    start = attribution
    while start and markers.BLOCK_FIELD.match(lines[start - 1]):
        start -= 1
    ruled = 0 < start < attribution and markers.SHORT_RULE.match(lines[start - 1])
    return start - 1 if ruled else attribution


def _is_attribution(text: str) -> bool:
    if markers.DATE.search(text) is None:
        return False
    if markers.SAID.search(text):
        return True
    if markers.TIME.search(text) is None:
        return False
    return bool(markers.ADDRESS.search(text)) or bool(markers.FROM_WHOM.search(text) and len(text) < 200)


def _quoted_below(lines: list[str], index: int) -> bool:
    """Whether the next words after an attribution are marked by ``>``, so that the quote's end is known."""
    for line in lines[index + 1 : index + 4]:
        if line:
            return _is_quote(line)
    return False


def _answer_below(quoted: list[str]) -> list[str]:
    """What stands after the last marked line of a quote that began the mail; empty when nothing marks its end."""
    last = max((index for index, line in enumerate(quoted) if _is_quote(line)), default=-1)
    below = quoted[last + 1 :] if last >= 0 else []
    return below if _has_words(below) else []


def _without_edge_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """(own words, quotes) without the marked quotes at the end and at the beginning, with their attributions."""
    if not any(_is_quote(line) for line in lines):
        return lines, []
    kept, tail = _without_tail_quote(lines)
    if not _has_words(kept):
        return lines, []
    start = _head_quote_end(kept)
    if start and _has_words(kept[start:]):
        return kept[start:], [*kept[:start], *tail]
    return kept, tail


def _without_tail_quote(lines: list[str]) -> tuple[list[str], list[str]]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    bottom = end
    signature = _dashes(lines, end)
    if signature is not None and not any(_is_quote(line) for line in lines[signature:end]):  # it is under the quote
        bottom = signature
        while bottom and not lines[bottom - 1]:
            bottom -= 1
    start = bottom
    while start and (not lines[start - 1] or _is_quote(lines[start - 1])):
        start -= 1
    if not any(_is_quote(line) for line in lines[start:bottom]):
        return lines, []
    begin = start
    while begin and not lines[begin - 1]:
        begin -= 1
    begin = _with_attribution(lines, begin)
    return [*lines[:begin], *lines[bottom:end]], lines[begin:bottom]


def _with_attribution(lines: list[str], quote: int) -> int:
    """Where a quote begins when the line above it says whose words follow."""
    if not quote or not lines[quote - 1].endswith(":"):
        return quote
    wrapped = _attribution_start(lines, quote - 1)
    if wrapped is not None:
        return _with_fields(lines, wrapped)
    said = markers.SAID.search(lines[quote - 1]) or markers.ADDRESS.search(lines[quote - 1])
    return quote - 1 if said else quote


def _head_quote_end(lines: list[str]) -> int:
    """The line after a marked quote, with its attribution, that begins the text; 0 when it begins otherwise."""
    first = next((index for index, line in enumerate(lines) if _is_quote(line)), len(lines))
    if _has_words(lines[: _with_attribution(lines, _before_blank(lines, first))]):
        return 0
    end = first
    while end < len(lines) and (not lines[end] or _is_quote(lines[end]) or _is_spilled(lines, end)):
        end += 1
    return end


def _before_blank(lines: list[str], index: int) -> int:
    while index and not lines[index - 1]:
        index -= 1
    return index


def _is_spilled(lines: list[str], index: int) -> bool:
    """A word or two that a mail program wrapped out of a quoted line: between two quoted lines, without a break."""
    around = 0 < index < len(lines) - 1 and _is_quote(lines[index - 1]) and _is_quote(lines[index + 1])
    return around and len(lines[index]) < 20 and len(lines[index - 1]) > 60


def _dashes(lines: list[str], end: int) -> int | None:
    """The line of "-- " within the last lines before ``end``."""
    for index in range(end - 1, max(-1, end - 1 - _SIGNATURE_LINES), -1):
        if markers.DASHES.match(lines[index]):
            return index
    return None


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """(words, signature), cutting at dashes, then a phone's line, then "С уважением", each only if words remain."""
    signature: list[str] = []
    for find in (_dashes_cut, _phone_cut, _closing_cut):
        end = len(lines)
        while end and not lines[end - 1]:
            end -= 1
        cut = find(lines, end)
        if cut is None or not _says_something(lines[:cut]):
            continue
        postscript = next((i for i in range(cut, end) if markers.POSTSCRIPT.match(lines[i])), end)
        signature = [*lines[cut:postscript], *signature]
        lines = [*lines[:cut], *lines[postscript:end]]
    return lines, signature


def _dashes_cut(lines: list[str], end: int) -> int | None:
    return _dashes(lines, end)


def _phone_cut(lines: list[str], end: int) -> int | None:
    filled = 0
    for index in range(end - 1, -1, -1):
        if not lines[index]:
            continue
        filled += 1
        if markers.PHONE.match(lines[index]):
            return index
        if filled >= 3:
            break
    return None


def _closing_cut(lines: list[str], end: int) -> int | None:
    """The line of "С уважением" when only short lines, as names and telephones are, follow it."""
    for index in range(end - 1, max(-1, end - 1 - _CLOSING_LINES), -1):
        line = lines[index]
        if markers.CLOSING.match(line):
            return index
        if len(line) > 100 or line.endswith("?"):
            return None
    return None


def _says_something(lines: list[str]) -> bool:
    """Whether there is more than a greeting: a mail of nothing but greeting and signature is kept whole."""
    filled = [line for line in lines if any(char.isalnum() for char in line)]
    return bool(filled) and not (len(filled) == 1 and markers.GREETING.match(filled[0]) and len(filled[0]) < 40)
