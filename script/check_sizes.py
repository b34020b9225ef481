"""Small files are kept small: a file over 400 lines, a function over 50 or a template over 150 fails, with a list."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 50
TEMPLATE_LINES = 150
CODE = {".py", ".js", ".css"}
FREE = ("/vendor/", "/migrations/", ".min.js")


def files() -> list[Path]:
    """Every file that git knows, and every new one it would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return sorted(path for path in paths if path.is_file() and not any(mark in path.as_posix() for mark in FREE))


def functions(path: Path) -> Iterator[str]:
    """Functions of a Python file that are too long; the docstring counts, decorators do not."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines; at most {FUNCTION_LINES}"


def findings() -> Iterator[str]:
    """Everything that is too long."""
    for path in files():
        template = path.suffix == ".html" and "templates" in path.parts
        limit = FILE_LINES if path.suffix in CODE else TEMPLATE_LINES if template else None
        if limit is None:
            continue
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > limit:
            yield f"{path.relative_to(ROOT)} has {length} lines; at most {limit}"
        if path.suffix == ".py":
            yield from functions(path)


def main() -> int:
    """Print the findings; 1 when there are any."""
    found = list(findings())
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
