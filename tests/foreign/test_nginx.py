"""Files of versions by a real nginx, with the lines that docs/howto/plan-and-ship.md shows.

Needs ``apt-get install nginx-light``; without it these tests are skipped, and say so.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from okibi.kernel import blobs
from okibi.releases import services as releases
from okibi.releases.downloads import counts
from okibi.releases.models import ProductLine
from okibi.releases.tests.test_releases import GLEB, read_file
from tests.cast import make_cast

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.foreign,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        NGINX is None, reason="NO NGINX HERE: no file was sent by a real proxy (apt-get install nginx-light)"
    ),
]
HOWTO = Path(__file__).resolve().parents[2] / "docs/howto/plan-and-ship.md"
CONTENT = bytes(range(256)) * 2048  # half a megabyte: large enough for the folder of files
CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass {product}; proxy_set_header Host $proxy_host; }}
        {lines}
    }}
}}
"""


@pytest.fixture
def proxy(live_server, tmp_path, settings):
    """Nginx before the running product; the address at which it listens."""
    files = tmp_path / "files"
    settings.OKIBI_FILES, settings.OKIBI_FILES_BY_PROXY = str(files), "/_files"
    [lines] = re.findall(r"```nginx\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = tmp_path / "nginx"
    folder.mkdir()
    lines = lines.replace("/var/lib/okibi/files/", f"{files}/")
    config = CONFIG.format(folder=folder, port=port, product=live_server.url, lines=lines)
    (folder / "conf").write_text(config, encoding="utf-8")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def address(proxy):
    make_cast()
    wanted = releases.Planned("desktop", "4.3.0", notes_ru="Новое.", notes_en="New.")
    release = releases.draft(wanted, GLEB)
    releases.add_artefact(release.pk, read_file(CONTENT), GLEB)
    releases.check(release.pk, GLEB)
    releases.publish(release.pk, GLEB)
    ProductLine.objects.update_or_create(product="desktop", defaults={"free": True})
    artefact = release.artefacts.get()
    return f"{proxy}/download/desktop/{artefact.pk}/{artefact.name}", release


def test_the_proxy_sends_a_version_whole_and_in_parts_and_only_by_our_leave(address, proxy):
    url, release = address
    whole = httpx.get(url)
    assert (whole.status_code, hashlib.sha256(whole.content).digest()) == (200, hashlib.sha256(CONTENT).digest())
    assert whole.headers["content-disposition"].startswith("attachment")
    assert whole.headers["cache-control"] == "private, no-cache"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "x-accel-redirect" not in whole.headers
    rest = httpx.get(url, headers={"Range": "bytes=1000-", "If-Range": whole.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, CONTENT[1000:])
    assert httpx.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert httpx.get(url, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert httpx.head(url).headers["content-length"] == str(len(CONTENT))
    digest = hashlib.sha256(CONTENT).hexdigest()
    inside = blobs.path_of(digest).relative_to(Path(blobs.path_of(digest)).parents[2])
    assert httpx.get(f"{proxy}/_files/{inside}").status_code == 404, "nobody asks the proxy for a file by itself"
    ProductLine.objects.update(free=False)
    assert httpx.get(url).status_code == 403
    assert counts(release.pk)["free"] >= 1


def test_a_feed_s_file_comes_the_same_way(address, proxy):
    feed = httpx.get(f"{proxy}/updates/desktop/latest.json?version=4.2.0").json()
    path = feed["update"]["files"][0]["url"].partition("/updates/")[2]
    answer = httpx.get(f"{proxy}/updates/{path}")
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
