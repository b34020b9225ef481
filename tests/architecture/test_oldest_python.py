"""The product runs on every Python 3.11, also on Debian 12's 3.11.2: nothing that a later patch release brought."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LATER = {
    "tarfile's filters came with 3.11.4": re.compile(r"\.extractall\(|\bdata_filter\b|\bunpack_archive\("),
    "strict addresses came with 3.11.10": re.compile(r"(?:getaddresses|parseaddr)\([^)]*strict="),
}


@pytest.mark.parametrize("name", LATER)
def test_no_source_needs_a_later_patch_of_python(name: str) -> None:
    sources = [path for folder in ("src", "clients", "script") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 500
    using = [
        str(path.relative_to(ROOT))
        for path in sources
        if "tests" not in path.parts
        and ".venv" not in path.parts
        and LATER[name].search(path.read_text(encoding="utf-8"))
    ]
    assert using == []
