"""Make the project's environment (.venv) from uv.lock, on any machine with Python 3.8 or newer and nothing else.

Uses uv from PATH; else fetches the pinned uv wheel from the package index (checked against its SHA-256) with the
standard library alone. Everything is said on standard error. Run by the scripts beside it; safe to repeat.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import io
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / ".venv" / "okibi.stamp"
TOOLS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "okibi"
UV_VERSION = "0.13.9"
PYPI = "https://pypi.org/simple"
HELP = "install uv yourself: https://docs.astral.sh/uv"
# platform of the wheel -> sha256, from https://pypi.org/project/uv/0.13.9/#files
UV_WHEELS = {  # platform of the wheel -> sha256, from https://pypi.org/project/uv/0.13.9/#files
    "macosx_10_12_x86_64": "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    "macosx_11_0_arm64": "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64": "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",  # noqa: E501  a name is a name
    "manylinux_2_17_x86_64.manylinux2014_x86_64": "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "manylinux_2_28_aarch64": "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    "musllinux_1_1_x86_64": "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
}


def say(text: str) -> None:
    """Tell the person who waits what is being done."""
    print(f"okibi: {text}", file=sys.stderr, flush=True)


def stamp_of(group: str) -> str:
    """What the environment must have been made from to count as current."""
    content = b"".join((ROOT / name).read_bytes() for name in ("uv.lock", "pyproject.toml"))
    return f"{hashlib.sha256(content).hexdigest()} {group}"


def is_current(group: str) -> bool:
    """Whether the environment was made from the lock as it is now. The larger group serves the smaller one too."""
    try:
        kept = STAMP.read_text(encoding="ascii")
    except OSError:
        return False
    return kept in {stamp_of(group), stamp_of("dev")} and (ROOT / ".venv/bin/okibi").exists()


def wheel_platform() -> str | None:
    """The platform part of the uv wheel's name for this machine, or None."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if sys.platform == "darwin":
        return "macosx_11_0_arm64" if machine == "aarch64" else "macosx_10_12_x86_64"
    wanted = "manylinux" if platform.libc_ver()[0] else "musllinux"
    fitting = [name for name in UV_WHEELS if sys.platform == "linux" and wanted in name and name.endswith(machine)]
    return fitting[-1] if fitting else None


def index_page() -> str:
    """The package index to ask, as pip and uv would be told."""
    told = [os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")]
    return next((url for url in told if url), PYPI).rstrip("/")


def fetch(url: str, accept: str = "*/*") -> bytes:
    """The bytes behind a URL. Proxies and certificate settings of the environment are honoured."""
    headers = {"User-Agent": "okibi-bootstrap", "Accept": accept}
    parts = urllib.parse.urlsplit(url)
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        url = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    authorities = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE") or None
    context = ssl.create_default_context(cafile=authorities)
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=120, context=context) as answer:
        return answer.read()


def wheel_address(name: str) -> str:
    """Where the index keeps that wheel (JSON or HTML listing: PEP 691, PEP 503)."""
    page = f"{index_page()}/uv/"
    listing = fetch(page, "application/vnd.pypi.simple.v1+json, text/html;q=0.5").decode("utf-8", "replace")
    if listing.lstrip().startswith("{"):
        links = [item["url"] for item in json.loads(listing)["files"]]
    else:
        links = [piece.split('"')[0] for piece in listing.split('href="')[1:]]
    for link in links:
        if urllib.parse.unquote(link.split("#")[0]).endswith(name):
            return urllib.parse.urljoin(page, link.split("#")[0])
    raise SystemExit(f"okibi: the package index {page} has no {name}; {HELP}")


def fetch_uv() -> Path:
    """The pinned uv, downloaded once."""
    target = TOOLS / f"uv-{UV_VERSION}"
    if target.exists():
        return target
    kind = wheel_platform()
    if kind is None:
        raise SystemExit(f"okibi: no uv is pinned for this machine ({platform.platform()}); {HELP}")
    name = f"uv-{UV_VERSION}-py3-none-{kind}.whl"
    say(f"fetching uv {UV_VERSION} (once)")
    content = fetch(wheel_address(name))
    if hashlib.sha256(content).hexdigest() != UV_WHEELS[kind]:
        raise SystemExit(f"okibi: {name} is not the file that was pinned; nothing was installed")
    TOOLS.mkdir(parents=True, exist_ok=True)
    fresh = TOOLS / f"uv-{UV_VERSION}.{os.getpid()}"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = next(item for item in archive.namelist() if item.endswith("/scripts/uv"))
        fresh.write_bytes(archive.read(inside))
    fresh.chmod(0o755)
    fresh.replace(target)
    return target


def run(command: list[str], group: str) -> bool:
    """Run uv on this project's environment; what it says goes to standard error."""
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv"), "VIRTUAL_ENV": str(ROOT / ".venv")}
    groups = ["--group", "dev"] if group == "dev" else []
    return subprocess.call([*command, *groups], env=environment, stdout=sys.stderr, cwd=ROOT) == 0


def install(uv: str, group: str) -> bool:
    """Bring .venv to the state of the lock with that uv."""
    mirror = index_page()
    if mirror == PYPI:
        return run([uv, "sync", "--locked", "--quiet", "--inexact"], group)
    # uv takes a lock's files from the index that the lock names; through a mirror they go as a list with hashes.
    with tempfile.TemporaryDirectory() as folder:
        pins = str(Path(folder) / "requirements.txt")
        export = [uv, "export", "--frozen", "--quiet", "--no-emit-project", "--output-file", pins]
        fill = [uv, "pip", "install", "--quiet", "--default-index", mirror]
        return (
            run(export, group)
            and ((ROOT / ".venv/bin/python").exists() or run([uv, "venv", "--quiet", str(ROOT / ".venv")], "run"))
            and run([*fill, "--require-hashes", "-r", pins], "run")
            and run([*fill, "--no-deps", "--editable", str(ROOT)], "run")
        )


def sync(group: str) -> None:
    """Make the environment with the machine's uv, and where that one is missing or can't, with the pinned one."""
    say("setting up the environment in .venv (the first time takes a minute)")
    found = shutil.which("uv")
    if not (found and install(found, group)) and not install(str(fetch_uv()), group):
        raise SystemExit("okibi: the environment could not be made; uv's own words stand above")
    subprocess.call([str(ROOT / ".venv/bin/python"), "-m", "okibi.ops.catalogues"], stdout=sys.stderr, cwd=ROOT)
    STAMP.write_text(stamp_of(group), encoding="ascii")


def main() -> None:
    """``bootstrap.py [dev]``."""
    group = "dev" if sys.argv[1:] == ["dev"] else "run"
    with (ROOT / "uv.lock").open(encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(group):
            sync(group)
        STAMP.touch()  # newer than the lock: script/okibi need not ask again


if __name__ == "__main__":
    main()
