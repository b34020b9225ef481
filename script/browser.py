"""Find a Chromium for the browser tests; as root on Debian, install it. Without one, those tests skip, loudly."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """The path of a Chromium on this machine, or None."""
    named = os.environ.get("OKIBI_TEST_CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    return next((path for path in map(shutil.which, NAMES) if path), None)


def main() -> None:
    """Install when possible; say so when not. Never fails the run."""
    if find():
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print("okibi: installing Chromium for the browser tests", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            if subprocess.run([apt, *command], env=environment, check=False, stdout=subprocess.DEVNULL).returncode:
                break
    if not find():
        print(
            "=" * 78,
            "okibi: NO CHROMIUM ON THIS MACHINE: THE BROWSER TESTS WILL BE SKIPPED",
            "=" * 78,
            sep="\n",
            flush=True,
        )


if __name__ == "__main__":
    main()
