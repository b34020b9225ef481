"""Every message of the product's code and templates, and every catalogue: read without gettext's tools.

Python is read by its syntax tree, templates by Django's own ``templatize`` (what makemessages feeds to xgettext).
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from okibi.ops.catalogues import Entry, parse

SOURCE = Path(__file__).resolve().parents[2] / "src" / "okibi"
# function → the places of context, msgid and plural among its arguments
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
TEMPLATIZED = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*u?({LITERAL}(?:\s*,\s*u?{LITERAL})*)")


@dataclass(frozen=True, slots=True)
class Used:
    """One message where it is used; ``key`` as a catalogue's :class:`Entry` has it."""

    room: str
    place: str
    context: str | None
    msgid: str
    plural: str | None

    @property
    def key(self) -> str:
        return Entry(self.msgid, self.context, self.plural).key


def product_files(suffix: str) -> list[Path]:
    """The product's own files with that suffix: no tests."""
    return sorted(path for path in SOURCE.rglob(f"*{suffix}") if "tests" not in path.relative_to(SOURCE).parts)


def used() -> list[Used]:
    """Every message of every room."""
    found: list[Used] = []
    for path in product_files(".py"):
        found += _of_python(path)
    for path in [*product_files(".html"), *product_files(".txt")]:
        if "templates" in path.parts:
            found += _of_template(path)
    return found


def _use(path: Path, line: int, name: str, values: list[str]) -> Used:
    context, msgid, plural = FUNCTIONS[name]
    inside = path.relative_to(SOURCE)
    return Used(
        inside.parts[0],
        f"{inside}:{line}",
        None if context is None else values[context],
        values[msgid],
        None if plural is None else values[plural],
    )


def _of_python(path: Path) -> Iterator[Used]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        values = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
        wanted = [place for place in FUNCTIONS[name] if place is not None]
        texts = [values[place] if place < len(values) else None for place in wanted]
        assert all(isinstance(text, str) for text in texts), (
            f"{path}:{node.lineno}: {name}() of something that no catalogue can hold"
        )
        yield _use(path, node.lineno, name, [str(value) for value in values])


def _of_template(path: Path) -> Iterator[Used]:
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for found in TEMPLATIZED.finditer(text):
        values = [str(ast.literal_eval(literal)) for literal in re.findall(LITERAL, found[2])]
        yield _use(path, text.count("\n", 0, found.start()) + 1, found[1], values)


def catalogue_files() -> list[Path]:
    """Every Russian catalogue."""
    return sorted(SOURCE.rglob("locale/ru/LC_MESSAGES/*.po"))


def room_of(catalogue: Path) -> str:
    """The room that a catalogue belongs to."""
    return catalogue.relative_to(SOURCE).parts[0]


def entries(catalogue: Path) -> list[Entry]:
    """Its messages, without the header."""
    return [entry for entry in parse(catalogue.read_text(encoding="utf-8"), str(catalogue)) if entry.msgid]


def header(catalogue: Path) -> str:
    """What it says about itself."""
    return next(e.texts[0] for e in parse(catalogue.read_text(encoding="utf-8"), str(catalogue)) if not e.msgid)
