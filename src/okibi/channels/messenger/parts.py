"""One answer as the messages that a messenger takes: a text is cut where people would cut it. Pure."""

_ENDS = ("\n\n", "\n", ". ", "! ", "? ", " ")


def cut(text: str, longest: int) -> list[str]:
    """The text in pieces of at most ``longest`` characters, cut at the last paragraph, line, sentence or word."""
    pieces = []
    rest = text.strip()
    while len(rest) > longest:
        end = _end(rest, longest)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def _end(text: str, longest: int) -> int:
    for mark in _ENDS:
        found = text.rfind(mark, longest // 2, longest)
        if found > 0:
            return found + len(mark)
    return longest
