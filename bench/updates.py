"""Update checks per second and download throughput of a whole product: ``python bench/updates.py [seconds] [megabytes]``.

Two clients keep their lines open and ask over and over. Beside the clock stands the processor's time of the web server
per answer, because the machine is rarely idle. Where nginx is installed, it gives out the same bytes for comparison.
"""

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from okibi.ops.tests.conftest import Product, free_port, open_folder

CLIENTS = 2
TICKS = os.sysconf("SC_CLK_TCK")
SEED = """
import sys, hashlib, os
import django
django.setup()
from okibi.flows import release_publication
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.releases import services
from okibi.releases.models import ProductLine
from okibi.releases.services import Planned, ReadArtefact
from okibi.releases.trust import ceremony
from okibi.releases.trust.framework import CryptoSigner
actor = Actor("system", name="bench")
root, targets, product = (CryptoSigner.generate_ed25519() for _ in range(3))
def install(drafts):
    for draft in drafts.values():
        for signer in (root, targets, product):
            draft.sign(signer, append=True)
    ceremony.install(drafts, actor)
install(ceremony.begin([root.public_key], 1, [targets.public_key]))
install(ceremony.add_product("desktop", [product.public_key]))
ProductLine.objects.update_or_create(product="desktop", defaults={"free": True})
content = os.urandom(int(sys.argv[1]) * 1024 * 1024)
for number in range(8):
    release = services.draft(Planned("desktop", f"4.{number}.0", notes_ru="Исправления."), actor)
    data = content if number == 7 else b"MZ %d" % number
    file = ReadArtefact("Setup.exe", blobs.put(data), "a" * 40, "windows", "x64", "exe", {"subsystem": "6.1"})
    services.add_artefact(release.pk, file, actor)
    services.check(release.pk, actor)
    release_publication.publish(release.pk, actor, [product])
print(hashlib.sha256(content).hexdigest())
"""


def cpu(pids: list[int]) -> float:
    """Processor seconds that these processes have used."""
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def ask(port: int, path: str, until: float, counts: list[int]) -> None:
    line, done = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
    while time.perf_counter() < until:
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        done += 1
    counts.append(done)


def measure(name: str, port: int, path: str, seconds: float, pids: list[int]) -> None:
    counts: list[int] = []
    used, begin = cpu(pids), time.perf_counter()
    clients = [threading.Thread(target=ask, args=(port, path, begin + seconds, counts)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    passed, used = time.perf_counter() - begin, cpu(pids) - used
    each = 1000 * used / max(1, sum(counts))
    print(f"{name:<40} {sum(counts) / passed:8.0f}/s   {each:6.2f} ms of the server's processor each", flush=True)


def download(name: str, port: int, path: str, pids: list[int]) -> None:
    used, begin, size = cpu(pids), time.perf_counter(), 0
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", path)
    answer = line.getresponse()
    while piece := answer.read(1024 * 1024):
        size += len(piece)
    passed, used = time.perf_counter() - begin, cpu(pids) - used
    print(f"{name:<40} {size / passed / 1e6:8.0f} MB/s  {1e9 * used / size:6.2f} s of processor per GB", flush=True)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[tuple[int, list[int]]]:
    """Two workers of nginx over a folder; its port and their process ids."""
    port, place = free_port(), folder.parent
    (place / "nginx.conf").write_text(
        f"daemon off; worker_processes 2; pid {place}/nginx.pid; error_log stderr crit;\n"
        f"events {{}}\nhttp {{ access_log off; keepalive_requests 1000000; sendfile on;\n"
        f"client_body_temp_path {place}; proxy_temp_path {place}; fastcgi_temp_path {place};\n"
        f"uwsgi_temp_path {place}; scgi_temp_path {place};\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    program = subprocess.Popen(["nginx", "-c", str(place / "nginx.conf")])
    time.sleep(1)
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    try:
        yield port, [int(pid) for pid in children]
    finally:
        program.terminate()
        program.wait()


def main(seconds: float, megabytes: int) -> None:
    with open_folder() as folder:
        product = Product(folder / "data")
        product.start()
        try:
            environment = os.environ | {
                "OKIBI_DATA": str(product.data),
                "DJANGO_SETTINGS_MODULE": "okibi.config.settings",
            }
            seeded = subprocess.run(
                [sys.executable, "-c", SEED, str(megabytes)],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            digest = seeded.stdout.split()[-1]
            web = [pid for name, pid in product.parts().items() if "web" in name]
            latest = "/updates/desktop/latest.json?version=4.3.0&arch=x64&install=pc-1"
            stamp = "/updates/tuf/metadata/timestamp.json"
            file = f"/updates/tuf/targets/desktop/4.7.0/{digest}.Setup.exe"
            print(f"load {os.getloadavg()[0]:.1f}, processes of the web: {len(web)}")
            measure("warm", product.port, latest, 1, web)
            measure("latest.json", product.port, latest, seconds, web)
            measure("timestamp.json", product.port, stamp, seconds, web)
            download(f"a file of {megabytes} MB", product.port, file, web)
            if shutil.which("nginx"):
                compare(folder, product.port, stamp, digest, product.data, seconds, megabytes)
        finally:
            product.stop()


def compare(folder: Path, port: int, stamp: str, digest: str, data: Path, seconds: float, megabytes: int) -> None:
    """The same bytes as files of nginx."""
    root = Path(tempfile.mkdtemp(dir=folder)) / "root"
    root.mkdir(parents=True)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", stamp)
    (root / "timestamp.json").write_bytes(line.getresponse().read())
    shutil.copy(data / "files" / digest[:2] / digest[2:4] / digest, root / "Setup.exe")
    for path in (folder, root.parent, root):
        path.chmod(0o755)
    for path in root.iterdir():
        path.chmod(0o644)
    with nginx(root) as (its_port, pids):
        measure("nginx: timestamp.json", its_port, "/timestamp.json", seconds, pids)
        download(f"nginx: a file of {megabytes} MB", its_port, "/Setup.exe", pids)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else 200)
