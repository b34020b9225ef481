"""Documentation that fails: whatever the product has is described, what is described is there, examples are true."""

import re
from pathlib import Path

import pytest

from okibi.channels.registry import ADAPTERS
from okibi.flows import letters
from okibi.journal.codes import CODES
from okibi.kernel import errors
from okibi.ops import reference
from okibi.ops.cli import COMMANDS
from okibi.ops.reference_tables import error_classes
from okibi.ops.settings_table import TABLE
from okibi.policy.ticket_states import Event, State
from okibi.sms.gateways.smpp.statuses import WORDS as SMPP

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MADE = reference.made(ROOT)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:src|docs|policies|script|tests|bench|deploy)/[\w./*-]+)`")
ENGLISH_ONLY = {"adr", "reference"}  # decisions, and pages that carry both languages


def pages() -> list[Path]:
    return sorted([*DOCS.rglob("*.md"), *(ROOT / name for name in ("README.md", "README.ru.md", "CONTRIBUTING.md"))])


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- what is made is current


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_made_from_the_product_is_current(name):
    """Pages of the reference, and every example of the other pages: its command is run, its output compared."""
    assert (ROOT / name).read_text(encoding="utf-8") == MADE[name], "run: script/okibi docs"


def test_examples_are_run():
    shown = [line for text in MADE.values() for line in text.splitlines() if line.startswith("$ script/okibi")]
    assert len(shown) > 10
    assert all("error" not in line for line in shown)


# ---------------------------------------------------------------- whatever there is is described


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("settings.md", [f"### {name}" for name in TABLE]),
        ("settings.ru.md", [f"### {name}" for name in TABLE]),
        ("commands.md", [f"## okibi {name}" for name in COMMANDS]),
        ("channels.md", [f"`{kind}`" for kind in ADAPTERS]),
        ("letters.md", [f"## {name}" for name in letters.names()]),
        ("journal-codes.md", [f"| `{code}` |" for code in CODES]),
        ("states.md", [*(f"| `{state}` |" for state in State), *(f"| `{event}` " for event in Event)]),
        ("errors.md", [f"| `{error.code}` | `{error.name}` |" for error in error_classes()]),
        ("sms-errors.md", [f"`SMPP 0x{code:08X}`" for code in SMPP]),
    ],
)
def test_everything_of_its_kind_stands_on_the_page(page, names):
    text = read(page)
    assert names
    assert not [name for name in names if name not in text]


def test_every_error_says_what_it_is_and_has_a_code_of_its_own_family():
    found = error_classes()
    assert {"OkibiError", "InputError", "NotAllowedError", "ConflictError"} <= {error.name for error in found}
    assert not [error.name for error in found if not error.what]
    assert {error.code: error.name for error in found}[errors.InputError.code] == "InputError"


def test_every_error_code_belongs_to_one_room():
    rooms: dict[str, set[str]] = {}
    for error in error_classes():
        rooms.setdefault(error.code, set()).add(error.room)
    assert not {code: sorted(found) for code, found in rooms.items() if len(found) > 1}


# ---------------------------------------------------------------- what is described is there


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_inside_the_tree_leads_somewhere(page):
    dead = []
    for groups in LINK.findall(page.read_text(encoding="utf-8")):
        target = next(filter(None, groups)).partition("#")[0]
        if target and not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
            dead.append(target)
    assert not dead


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_file_that_is_named_exists(page):
    named_here = {path.rstrip("/.") for path in PATH.findall(page.read_text(encoding="utf-8"))}
    assert not [path for path in named_here if not list(ROOT.glob(path))]


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_command_that_is_named_exists(page):
    said = re.findall(r"(?:^|`|\$ )(?:script/)?okibi ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert not sorted(set(said) - set(COMMANDS))


OF_PROGRAMS = {"OKIBI_LANG", "OKIBI_TEST_CHROMIUM", "OKIBI_KEY_PASSPHRASE", "OKIBI_SERVER", "OKIBI_SMS_KEY"}
OF_PROGRAMS |= {f"OKIBI_{name}" for name in ("FILE", "FOLDER", "VERSION", "OLD", "BACKUP")}  # of commands at hosts


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_setting_that_is_named_exists(page):
    said = set(re.findall(r"\bOKIBI_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    known = set(TABLE) | {f"{name}_FILE" for name in TABLE} | OF_PROGRAMS
    assert not sorted(said - known)


@pytest.mark.parametrize("page", [page for page in pages() if DOCS in page.parents], ids=named)
def test_every_page_for_users_exists_in_both_languages(page):
    if page.parent == DOCS or page.parent.name in ENGLISH_ONLY:
        return
    stem = page.name.removesuffix(".md").removesuffix(".ru")
    russian, english = page.parent / f"{stem}.ru.md", page.parent / f"{stem}.md"
    assert russian.exists()
    assert english.exists()
    headings = [len(re.findall(r"^#+ ", text.read_text(encoding="utf-8"), re.MULTILINE)) for text in (russian, english)]
    assert headings[0] == headings[1], "the two languages have different sections"


def test_every_page_stands_in_the_index():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    missing = [named(page) for page in DOCS.rglob("*.md") if page.relative_to(DOCS).as_posix() not in index]
    assert [name for name in missing if name != "docs/README.md"] == []
