"""Wheels of okibi and of its clients into a folder (``dist``), checked for what an installation needs.

Translations are compiled first: a clean checkout has only their sources. ``build.py [folder]``, by ``script/build``.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("okibi", "okibi-sdk", "okibi-desktop", "okibi-updater")
NEEDED = {
    "okibi": (
        "okibi/policies/okibi.toml",
        "okibi/config/settings.py",
        "okibi/console/templates/*.html",
        "okibi/kernel/static/*.css",
        "okibi/flows/letters/ru/*.txt",
        "okibi/tickets/migrations/0001_first.py",
        "*.dist-info/entry_points.txt",
        "*.dist-info/licenses/LICENSE",
    ),
    "okibi-sdk": ("okibi_sdk/__init__.py", "okibi_sdk/py.typed"),
    "okibi-desktop": ("okibi_desktop/__init__.py",),
    "okibi-updater": ("okibi_updater/__init__.py", "okibi_updater/py.typed", "*.dist-info/entry_points.txt"),
}
UNWANTED = ("*/tests/*", "*.pyc", "*/__pycache__/*", "*.env", "*/secrets/*")


def uv() -> str:
    """The machine's uv, else the one that bootstrap.py pinned and fetched."""
    pinned = sorted((Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "okibi").glob("uv-*"))
    found = shutil.which("uv") or (str(pinned[-1]) if pinned else "")
    if not found:
        raise SystemExit("okibi: no uv on this machine; install it: https://docs.astral.sh/uv")
    return found


def build(folder: Path) -> list[Path]:
    """Make the wheels; older ones of the folder are removed first."""
    subprocess.run([sys.executable, "-m", "okibi.ops.catalogues"], cwd=ROOT, check=True)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("okibi*.whl"):
        old.unlink()
    for package in PACKAGES:
        command = [uv(), "build", "--quiet", "--wheel", "--package", package, "--out-dir", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)
    return sorted(folder.glob("okibi*.whl"))


def problems(package: str, names: Iterable[str]) -> list[str]:
    """What is missing in a wheel with these names of files, and what has no place there."""
    inside = set(names)
    missing = [f"no {pattern}" for pattern in NEEDED[package] if not any(fnmatch(name, pattern) for name in inside)]
    sources = {name for name in inside if name.endswith(".po")}
    missing += [f"{name} is not compiled" for name in sorted(sources) if f"{name[:-3]}.mo" not in inside]
    if package == "okibi" and not sources:
        missing.append("no translations")
    return missing + [f"{name} has no place there" for name in sorted(inside) for bad in UNWANTED if fnmatch(name, bad)]


def main() -> int:
    """Build, check, say. 1 where a wheel is not whole."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").absolute()
    wrong = 0
    wheels = build(folder)
    for package in PACKAGES:
        prefix = re.sub(r"[-.]+", "_", package) + "-"
        (wheel,) = (path for path in wheels if path.name.startswith(prefix))
        with zipfile.ZipFile(wheel) as archive:
            found = problems(package, archive.namelist())
        for problem in found:
            print(f"okibi: {wheel.name}: {problem}", file=sys.stderr)
        wrong += len(found)
        print(f"{wheel}  {wheel.stat().st_size // 1024} KB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
