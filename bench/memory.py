"""Memory of a whole product, idle and under load: ``python bench/memory.py [mails] [pages]``.

Starts ``okibi up --demo`` in a folder of its own, waits, and reads what its processes hold; then sends it mails by SMTP
while somebody signed in reads pages; and reads again. PSS shares a page of memory out among the processes that hold it, so
that the sum is what the machine really gives. The demo's own mailbox is among them. Without PostgreSQL, whose shared buffers are a setting; it stands beside.
"""

import http.cookiejar
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

KB = 1024
SETTLE = 20.0  # seconds until a started product does nothing by itself
PATHS = (
    "/console/queue/all/",
    "/console/queue/nobody/",
    "/console/search?q=печать",
    "/console/customers/",
    "/console/",
)


def processes_of(root: int) -> dict[int, str]:
    """The process and all below it, each with its command line."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    family, fresh = {root}, {root}
    while fresh := {pid for pid, parent in parents.items() if parent in fresh} - family:
        family |= fresh
    return {pid: _command(pid) for pid in sorted(family)}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def held(root: int) -> tuple[float, float, float]:
    """MB: PSS of the product's own processes, their RSS as a plain sum, PSS of PostgreSQL."""
    own = plain = database = 0
    for pid, command in processes_of(root).items():
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # it has just ended
        pss, rss = (int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1]) for name in ("Pss", "Rss"))  # type: ignore[index]
        if "postgres" in command.partition(" ")[0]:
            database += pss
        else:
            own, plain = own + pss, plain + rss
    return own / KB, plain / KB, database / KB


def say(name: str, figures: tuple[float, float, float]) -> None:
    print(
        f"{name:<24} PSS {figures[0]:6.0f} MB   RSS as a sum {figures[1]:6.0f} MB   PostgreSQL {figures[2]:6.0f} MB",
        flush=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_ready(address: str, product: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if product.poll() is not None:
            raise SystemExit(f"the product ended with {product.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the product did not get ready")


def send(port: int, mails: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as inlet:
        for number in range(mails):
            text = "При печати счёта появляется ошибка E-17, печать не идёт. Windows 10, .NET 4.8. " * 5
            head = f"From: p{number}@example.org\r\nTo: support@example.org\r\nSubject: Bench {number}\r\n"
            more = f"Message-ID: <memory-{number}-{os.getpid()}@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n"
            inlet.sendmail(f"p{number}@example.org", ["support@example.org"], f"{head}{more}\r\n{text}".encode())


def read(address: str, data: Path, pages: int) -> int:
    """Sign in as the first of the demo's accounts and read pages; gives how many were read."""
    accounts = (data / "demo-accounts.txt").read_text(encoding="utf-8")
    login, password = re.search(r"(\S+@\S+)\s+(\S+)", accounts).groups()  # type: ignore[union-attr]
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = browser.open(f"{address}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]  # type: ignore[index]
    given = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": login, "password": password}).encode()
    browser.open(f"{address}/accounts/login/", given)
    numbers: list[str] = []
    for at in range(pages):
        path = PATHS[at % len(PATHS)] if at % 2 or not numbers else f"/console/t/{numbers[at % len(numbers)]}/"
        page = browser.open(address + urllib.parse.quote(path, safe="/?=")).read().decode()
        if "/accounts/login/" in page:
            raise SystemExit("the demo's account could not sign in")
        numbers = list(dict.fromkeys(re.findall(r'href="/console/t/([\d-]+)/', page))) or numbers
    return pages


def main(mails: int = 1000, pages: int = 500) -> None:
    with tempfile.TemporaryDirectory(prefix="okibi-bench-memory-") as folder:
        Path(folder).chmod(0o711)
        web, inlet = free_port(), free_port()
        command = [
            sys.executable,
            "-m",
            "okibi.ops",
            "up",
            "--data",
            folder,
            "--port",
            str(web),
            "--smtp-port",
            str(inlet),
        ]
        environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "OKIBI_DATA")}
        product = subprocess.Popen(
            [*command, "--demo"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{web}"
            wait_ready(address, product)
            time.sleep(SETTLE)
            say("idle", held(product.pid))
            work = [
                threading.Thread(target=send, args=(inlet, mails)),
                threading.Thread(target=read, args=(address, Path(folder), pages)),
            ]
            for each in work:
                each.start()
            most = (0.0, 0.0, 0.0)
            while any(each.is_alive() for each in work):
                most = max(most, held(product.pid))
                time.sleep(0.5)
            say(f"{mails} mails, {pages} pages", most)
            time.sleep(SETTLE)
            say("afterwards", held(product.pid))
        finally:
            product.send_signal(signal.SIGTERM)
            product.wait(60)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
