"""How many requests a second the public API takes in, durable, from 8 clients: ``python bench/api.py [seconds]``.

A product of its own with two web processes; each request is placed by one of 320 devices. Aim: 300/s, p95 under 60 ms.
Processor time of each part is told beside, because machines are busy. The clients are one Python process more.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

CLIENTS, DEVICES, WORKERS = 8, 320, 2
BODY = json.dumps(
    {
        "text": "Программа закрывается при печати, ошибка E-17",
        "kind": "incident",
        "product": "desktop",
        "version": "5.2",
    }
).encode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tokens() -> list[str]:
    import django

    django.setup()
    from okibi.environments.services import create_device, token_of

    found = []
    for number in range(DEVICES):
        secret = secrets.token_urlsafe(32)
        found.append(
            token_of(
                create_device(secret=secret, kind="desktop", enrolled_by="none", name=str(number)).public_id, secret
            )
        )
    return found


def client(port: int, own: list[str], until: float, took: list[float], wrong: list[int]) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    number = 0
    while time.perf_counter() < until:
        headers = {
            "Authorization": f"Bearer {own[number % len(own)]}",
            "Content-Type": "application/json",
            "Idempotency-Key": secrets.token_hex(16),
        }
        began = time.perf_counter()
        link.request("POST", "/api/v1/requests", BODY, headers)
        answer = link.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 201:
            wrong.append(answer.status)
        number += 1


def cpu_seconds(root: int) -> dict[str, float]:
    """Of all processes below that one, so far, by what they are."""
    ticks, parents, names = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            head, _, tail = (folder / "stat").read_text().rpartition(")")
        except OSError:
            continue
        fields, pid = tail.split(), int(folder.name)
        ticks[pid], parents[pid] = int(fields[11]) + int(fields[12]), int(fields[1])
        names[pid] = head.partition("(")[2].removeprefix("okibi-").rstrip("-0123456789")
    below = {root}
    for _ in range(6):
        below |= {each for each, parent in parents.items() if parent in below}
    found: Counter[str] = Counter()
    for each in below & set(ticks):
        found["supervisor" if each == root else names[each]] += ticks[each]
    return {name: count / os.sysconf("SC_CLK_TCK") for name, count in found.items()}


def threads(port: int, known: list[str], seconds: float) -> tuple[list[float], list[int]]:
    took, wrong = [], []
    until = time.perf_counter() + seconds
    clients = [
        threading.Thread(target=client, args=(port, known[each::CLIENTS], until, took, wrong))
        for each in range(CLIENTS)
    ]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sorted(took), wrong


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory(prefix="okibi-bench-api-") as place:
        Path(place).chmod(0o711)
        port = free_port()
        os.environ |= {
            "OKIBI_DATA": f"{place}/data",
            "OKIBI_WEB_WORKERS": str(WORKERS),
            "DJANGO_SETTINGS_MODULE": "okibi.config.settings",
            "OKIBI_LOG_LEVEL": "ERROR",
        }
        up = subprocess.Popen(
            [sys.executable, "-m", "okibi.ops", "up", "--port", str(port), "--smtp-port", str(free_port())],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            for line in up.stdout:
                if "ready" in line:
                    break
            known = tokens()
            threads(port, known, 5)  # each web process loads the API by its first request
            before = cpu_seconds(up.pid)
            took, wrong = threads(port, known, seconds)
            spent = {name: spent - before.get(name, 0) for name, spent in cpu_seconds(up.pid).items()}
            each = {name: round(spent / len(took) * 1000, 1) for name, spent in spent.items() if spent > 0.05}
            print(
                f"{len(took) / seconds:.0f}/s, median {took[len(took) // 2] * 1000:.0f} ms, "
                f"p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms, {sum(each.values()):.1f} ms of CPU each: {each}, "
                f"load {os.getloadavg()[0]:.1f}, refused {wrong[:5]}"
            )
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(30)


if __name__ == "__main__":
    main()
