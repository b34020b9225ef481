"""How this program is started again: by a link, at sign-in, by a shortcut."""

import shutil
import sys
from pathlib import Path

NAME = "okibi-desktop"


def command() -> list[str]:
    """The packaged program, the installed command, or this interpreter with the package."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    if sys.platform == "win32":
        return windowless(Path(sys.executable))
    beside = Path(sys.executable).with_name(NAME)
    found = str(beside) if beside.exists() else shutil.which(NAME)
    return [found] if found else [sys.executable, "-m", "okibi_desktop"]


def windowless(interpreter: Path) -> list[str]:
    """Under Windows by the interpreter that opens no console: the installed command would flash one at each link."""
    quiet = interpreter.with_name("pythonw.exe")
    return [str(quiet if quiet.exists() else interpreter), "-m", "okibi_desktop"]


def typed(arguments: str) -> str:
    """The command as a user types it; short where the system finds it by its name."""
    words = [NAME] if shutil.which(NAME) else command()
    return " ".join([*(f'"{word}"' if " " in word else word for word in words), arguments])


def desktop_entry(arguments: str, *, title: str, shown: bool = True, types: str = "") -> str:
    """A .desktop file (Desktop Entry Specification 1.5)."""
    words = " ".join(_quoted(each) for each in command())
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={title}",
        "Name[ru]=ОКИБИ: поддержка",
        f"Exec={words} {arguments}".rstrip(),
        "Terminal=false",
        "Categories=Utility;",
        *([f"MimeType={types};"] if types else []),
        *([] if shown else ["NoDisplay=true"]),
        "",
    ]
    return "\n".join(lines)


def _quoted(word: str) -> str:
    """As the Exec key wants it: quoted, with the four special characters escaped, percent signs doubled."""
    escaped = "".join(f"\\{char}" if char in '"`$\\' else char for char in word).replace("%", "%%")
    return f'"{escaped}"' if any(char in " \t\"'\\><~|&;$*?#()`" for char in word) else escaped
