"""Find what the tests want beside Python: a Chromium, the libraries that Qt's windows need, telephones that speak SIP.

As root on Debian or Ubuntu, install what is missing. Without them the tests that need them skip, loudly.
"""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QT_LIBRARIES = {"EGL": "libegl1", "GL": "libgl1", "xkbcommon": "libxkbcommon0", "dbus-1": "libdbus-1-3"}
QT_LIBRARIES |= {"fontconfig": "libfontconfig1", "glib-2.0": "libglib2.0-0"}
TELEPHONES = {"baresip": "baresip", "sipp": "sip-tester"}  # program → Debian's package


def chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    named = os.environ.get("OKIBI_TEST_CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    return next((path for path in map(shutil.which, CHROMIUM) if path), None)


def missing_for_qt() -> list[str]:
    """Debian's names of the libraries without which no window of Qt opens, not even offscreen."""
    return [package for name, package in QT_LIBRARIES.items() if not ctypes.util.find_library(name)]


def missing_telephones() -> list[str]:
    """Debian's names of the telephones that call the voice mail in tests."""
    return [package for program, package in TELEPHONES.items() if not shutil.which(program)]


def install(packages: list[str]) -> None:
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return
    print(f"okibi: installing {' '.join(packages)} for the tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run([apt, *command], env=environment, check=False, stdout=subprocess.DEVNULL).returncode:
            return


def want(is_there: Callable[[], object], packages: Callable[[], list[str]], loss: str) -> None:
    """Install what is not there; say what is lost when that can't be. Never fails the run."""
    if not is_there():
        install(packages())
    if not is_there():
        print("=" * 78, f"okibi: {loss}", "=" * 78, sep="\n", flush=True)


def main() -> None:
    want(chromium, lambda: ["chromium"], "NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS WILL BE SKIPPED")
    want(
        lambda: not missing_for_qt(),
        missing_for_qt,
        "QT'S LIBRARIES ARE MISSING ON THIS MACHINE: THE DESKTOP APPLICATION'S TESTS WILL BE SKIPPED",
    )
    want(
        lambda: not missing_telephones(),
        missing_telephones,
        "NO BARESIP OR NO SIPP ON THIS MACHINE: CALLS OF REAL TELEPHONES TO THE VOICE MAIL WILL BE SKIPPED",
    )


if __name__ == "__main__":
    main()
