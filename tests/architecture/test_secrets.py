"""Real people's contacts stand in one file; nothing of a developer's machine stands anywhere."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POLICY = "policies/okibi.toml"
INVENTED = "90000000"  # +7 900 000-00-xx
GAP = r"[\s\u00a0()-]*"
NUMBER = re.compile(rf"(?<![\w.])(?:\+7|8){GAP}(9\d\d){GAP}(\d\d\d){GAP}(\d\d){GAP}(\d\d)(?!\w)")
PLACES = re.compile(r"(?<![\w.~$}])/(?:root/\w|home/(?!USER\b|okibi\b)\w+|Users/\w+|work/(?:main|shared))\b")
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".js", ".css", ".json", ".po", ".sh", ".ini", ".yml", ".yaml"}
TEXT |= {".eml", ".csv", ".service", ".conf", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]  # a link holds no text of its own


def texts() -> list[tuple[str, str]]:
    """Every tracked text with its name."""
    kept = [path for path in tracked() if path.suffix in TEXT and "/vendor/" not in path.as_posix()]
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")) for path in kept]


TEXTS = texts()


def digits_of(text: str) -> list[str]:
    return ["".join(groups) for groups in NUMBER.findall(text)]


def contacts() -> list[str]:
    """Every address, every number (its ten digits) and every full name of the published scheme."""
    text = (ROOT / POLICY).read_text(encoding="utf-8")
    vendor = tomllib.loads(text)["vendor"]
    names = [" ".join(person["name"].split()[:2]) for person in vendor["contacts"]]
    return sorted({*names, *re.findall(r"[\w.+-]+@[\w-]+\.\w+", text), *digits_of(text)})


def test_the_policy_has_contacts_to_guard():
    assert len(contacts()) == 4 + 4 + 1  # names, numbers, the address


@pytest.mark.parametrize("contact", contacts())
def test_a_published_contact_stands_in_the_policy_alone(contact):
    elsewhere = [
        name
        for name, text in TEXTS
        if name != POLICY and (contact in digits_of(text) if contact.isdigit() else contact.lower() in text.lower())
    ]
    assert not elsewhere


def test_every_other_telephone_number_is_invented():
    real = {
        f"{name}: {digits}"
        for name, text in TEXTS
        if name != POLICY
        for digits in digits_of(text)
        if not digits.startswith(INVENTED)
    }
    assert not real


def test_no_path_of_somebodys_machine_is_left():
    left = [f"{name}: {found[0]}" for name, text in TEXTS if (found := PLACES.search(text))]
    assert not left


def test_no_key_or_password_is_in_the_tree():
    shapes = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bxox[bp]-\d+-"
    )
    assert not [name for name, text in TEXTS if shapes.search(text)]
