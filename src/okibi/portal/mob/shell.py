"""What the shell of ОКИБИ Моб is made of: its files, their addresses, its icons and colours, and the service worker.

There is no bundler. The page loads ES modules; the service worker is one classic script, because browsers know worker
modules only since Chrome 91: it is the text of the modules that both need, with ``import`` and ``export`` taken off.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

PACKAGE = Path(__file__).resolve().parents[2]
FOLDER = PACKAGE / "portal" / "static" / "mob"
STYLES = ("okibi/tokens.css", "mob/dark.css", "mob/mob.css")
FONTS = ("okibi/fonts/golos-text-cyrillic-wght-normal.woff2", "okibi/fonts/golos-text-latin-wght-normal.woff2")
PICTURES = ("okibi/mark.svg", "mob/icons/badge-96.png")
WORDS = ("words/ru.js", "words/en.js")
WORKER = (
    "store.js",
    "api.js",
    "tus.js",
    "outbox.js",
    "worker.js",
)  # in this order: each uses only what stands above it
ENTRY = "main.js"
ICONS = (
    *("chevron-left", "chevron-right", "camera", "image", "mic", "circle-check", "circle-x", "circle-question-mark"),
    *("lightbulb", "paperclip", "send", "plus", "x", "check", "wifi-off", "bell", "settings", "refresh-cw", "play"),
    *(
        "file",
        "download",
        "trash-2",
        "clock",
        "pause",
        "smartphone",
        "inbox",
        "pencil",
        "eye-off",
        "search",
        "undo-2",
        "arrow-up",
        "shield-check",
    ),
)
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)".*?</symbol>', re.DOTALL)
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_COLOUR = re.compile(r"--([a-z0-9-]+): light-dark\(([^,()]+|rgb\([^()]*\)), ([^()]+|rgb\([^()]*\))\)")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of ``tokens.css``, light and dark, as CSS writes it."""

    light: str
    dark: str


def modules() -> list[str]:
    """The ES modules of the page, below ``static/mob``; without the dictionaries and the service worker's own part."""
    found = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))
    return [name for name in found if name not in WORDS and name != "worker.js"]


def address(name: str) -> str:
    """Where a module is served: modules name one another by plain relative paths, so the plain name it is."""
    return f"{settings.STATIC_URL}mob/{name}"


def addresses() -> list[str]:
    """Everything that the shell needs without a connection, beside the page itself."""
    return [
        *(static(name) for name in (*STYLES, *FONTS, *PICTURES)),
        *(address(name) for name in (*modules(), *WORDS)),
    ]


@cache
def digest() -> str:
    """Changes with anything that the shell consists of."""
    found = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        found.update(path.name.encode() + path.read_bytes())
    for path in (Path(__file__).parent / "views.py", PACKAGE / "portal" / "templates" / "mob" / "shell.html"):
        found.update(path.read_bytes())
    for name in (*STYLES, *FONTS, *PICTURES, "okibi/icons.svg"):
        found.update(source(name))
    return found.hexdigest()[:16]


def worker_script(page: str) -> str:
    """The service worker; ``page``: the address of the shell."""
    head = f"const SHELL = {json.dumps({'version': digest(), 'page': page, 'files': addresses()})};\n"
    parts = (_EXPORT.sub("", _IMPORT.sub("", (FOLDER / name).read_text(encoding="utf-8"))) for name in WORKER)
    return '"use strict";\n' + head + "\n".join(parts)


@cache
def icons() -> str:
    """The symbols that the application uses, of the product's one icon file."""
    symbols = {match[1]: match[0] for match in _SYMBOL.finditer(source("okibi/icons.svg").decode())}
    return "".join(symbols[name] for name in ICONS)


@cache
def colours() -> dict[str, Colour]:
    """The colours of ``tokens.css`` by name."""
    return {name: Colour(light, dark) for name, light, dark in _COLOUR.findall(source("okibi/tokens.css").decode())}


def source(name: str) -> bytes:
    """The bytes of a static file of ours by its name, as written (not compressed)."""
    room = "portal" if name.startswith("mob/") else "kernel"
    return (PACKAGE / room / "static" / name).read_bytes()
