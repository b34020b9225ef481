"""Worked examples of the documentation: a ``console`` block's commands are run, and what they print stands below them.

Only commands that need no server are run, from the root of the checkout, in the language of the page.
"""

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from okibi.ops.cli import main
from okibi.ops.reference_tables import refusals_of_the_table, state_table

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKED = re.compile(r"(<!-- made: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
PROMPT = "$ "
FOLDERS = ("tutorial", "explanation", "howto")
RUNNABLE = {"term", "platform", "policy", "mail"}
PARTS = {
    "states": state_table,
    "why-not": lambda _language: refusals_of_the_table(),
}


def filled(text: str, language: str, root: Path) -> str:
    """The page with every example's output and every marked table as the product makes them now."""

    def block(found: re.Match[str]) -> str:
        lines = [line for line in found[1].splitlines() if line.startswith(PROMPT)]
        said = "".join(f"{line}\n{output(line.removeprefix(PROMPT), language, root)}" for line in lines)
        return f"```console\n{said}```"

    text = BLOCK.sub(block, text)
    return MARKED.sub(lambda found: found[1] + PARTS[found[2]](language) + found[3], text)


def output(line: str, language: str, root: Path) -> str:
    """What the command prints. Raises ValueError for a command that needs a server."""
    program, name, *rest = shlex.split(line, comments=True)
    if program not in ("okibi", "script/okibi") or name not in RUNNABLE or "pipe" in rest:
        raise ValueError(line)
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)  # some commands write bytes
    with _in(root, language), contextlib.redirect_stdout(said):
        main([name, *rest])
    return said.buffer.getvalue().decode().rstrip("\n") + "\n"


@contextlib.contextmanager
def _in(root: Path, language: str) -> Iterator[None]:
    before = os.environ.get("OKIBI_LANG")
    os.environ["OKIBI_LANG"] = language
    try:
        with contextlib.chdir(root):
            yield
    finally:
        os.environ.pop("OKIBI_LANG")
        if before is not None:
            os.environ["OKIBI_LANG"] = before


def pages(root: Path) -> list[Path]:
    """The pages that may hold examples."""
    return sorted(
        [*root.glob("docs/tutorial/*.md"), *root.glob("docs/explanation/*.md"), *root.glob("docs/howto/*.md")]
    )


def language_of(page: Path) -> str:
    """Ru for ``name.ru.md``, else en."""
    return "ru" if page.name.endswith(".ru.md") else "en"
