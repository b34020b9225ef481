"""The clients are equals of the vendor's own code: they know the public API and the SDK, and nothing else of ours."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
ALLOWED = {
    "sdk": {"okibi_sdk"},
    "desktop": {"okibi_sdk", "okibi_desktop"},
    "updater": {"okibi_sdk", "okibi_updater"},
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_every_client_is_looked_at() -> None:
    assert {folder.name for folder in CLIENTS.iterdir() if (folder / "pyproject.toml").exists()} == ALLOWED.keys()


@pytest.mark.parametrize("client", ALLOWED)
def test_a_client_imports_nothing_of_the_server(client: str) -> None:
    ours = {
        (str(path), name)
        for path in (CLIENTS / client / "src").rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0].startswith(("okibi", "django")) and name.partition(".")[0] not in ALLOWED[client]
    }
    assert not ours
