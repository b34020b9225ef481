"""What the product pulls in leaves whoever builds on it as free as Apache-2.0 does (docs/adr/0015-licences.md)."""

import re
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement

PRODUCT = ("okibi", "okibi-sdk", "okibi-desktop", "okibi-updater")
SERVER = ("okibi", "okibi-sdk")
FREE = {
    "apache-2.0", "apache 2.0", "apache license 2.0", "apache software license",
    "mit", "mit-0", "mit-cmu", "mit license", "bsd", "bsd license",
    "bsd-2-clause", "bsd-3-clause", "isc", "0bsd", "psf-2.0", "psfl", "python software foundation license", "unlicense",
    "zlib", "mpl-2.0", "mozilla public license 2.0 (mpl 2.0)",
}  # fmt: skip
LESSER = {  # used unchanged, each a package that can be replaced
    "psycopg": "the driver of PostgreSQL",
    "psycopg-binary": "the driver of PostgreSQL, compiled",
    "psycopg-pool": "connections of the queue's worker",
    "fpdf2": "PDF of reports",
    "paramiko": "SSH to hosts without an updater",
    "pyside6-essentials": "Qt, in the desktop application alone",
    "shiboken6": "Qt, in the desktop application alone",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(roots: tuple[str, ...]) -> dict[str, metadata.Distribution]:
    """Everything that these distributions require on this machine, with the extras that they ask for."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo: list[tuple[str, frozenset[str]]] = [(root, frozenset()) for root in roots]
    while todo:
        name, extras = todo.pop()
        if (normal(name), extras) in seen:
            continue
        seen.add((normal(name), extras))
        found[normal(name)] = metadata.distribution(name)
        for text in found[normal(name)].requires or []:
            wanted = Requirement(text)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                todo.append((wanted.name, frozenset(wanted.extras)))
    return found


def licence_of(said: metadata.PackageMetadata) -> str:
    """The licence in its own words: the expression (PEP 639), else the classifiers, else the short text."""
    classifiers = [line.split(" :: ")[-1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [line for line in classifiers if line not in {"OSI Approved", "Other/Proprietary License"}]
    text = (said.get("License") or "").strip()
    short = text if text and "\n" not in text and len(text) < 80 else ""
    return said.get("License-Expression") or short or " OR ".join(named)


def fits(expression: str) -> bool:
    """Whether one of the choices of an expression is free in all its parts. ("MIT, BSD" lists parts, as AND does.)"""
    choices = re.split(r"\s+OR\s+", expression.replace("(mpl 2.0)", ""), flags=re.IGNORECASE)
    return any(
        all(part.strip(" ()").lower() in FREE for part in re.split(r"\s+AND\s+|,", choice, flags=re.IGNORECASE))
        for choice in choices
    )


def packages(roots: tuple[str, ...]) -> Iterator[object]:
    for name, distribution in sorted(closure(roots).items()):
        yield pytest.param(name, distribution, id=name)


DUAL = {"python-dateutil": "BSD-3-Clause OR Apache-2.0"}  # its metadata says "Dual License"; its LICENSE names these


@pytest.mark.parametrize(("name", "distribution"), list(packages(PRODUCT)))
def test_the_licence_fits(name, distribution):
    said = DUAL.get(name) or licence_of(distribution.metadata)
    assert fits(said) or (name in LESSER and {"LGPL-3.0", "LGPL-2.1"} & {said[:8]}), f"{name}: {said!r}"


def test_nothing_is_excused_that_is_not_used():
    assert {*LESSER, *DUAL} <= closure(PRODUCT).keys()


def test_the_server_needs_no_qt():
    assert not [name for name in closure(SERVER) if name.startswith(("pyside", "shiboken", "pyqt"))]


REFUSED = [
    "GPL-3.0-only",
    "AGPL-3.0-or-later",
    "MIT AND GPL-2.0-only",
    "LGPL-2.1",
    "",
    "Other/Proprietary License",
    "LGPL-3.0-only",
]


@pytest.mark.parametrize("said", REFUSED)
def test_is_refused(said):
    assert not fits(said)


@pytest.mark.parametrize("said", ["MIT", "GPL-2.0-only OR MIT", "Apache-2.0 AND MIT", "MIT, BSD", "apache 2.0"])
def test_is_taken(said):
    assert fits(said)
