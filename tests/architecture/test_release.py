"""What a release is made of: whole wheels, and an example of a proxy that the proxy itself understands."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("okibi_build", ROOT / "script/build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WHOLE = ["okibi_sdk/__init__.py", "okibi_sdk/py.typed"]
WRONG = {
    "a translation that was not compiled": ([*WHOLE, "okibi_sdk/locale/ru/django.po"], "is not compiled"),
    "a missing part": (WHOLE[:1], "no okibi_sdk/py.typed"),
    "a test": ([*WHOLE, "okibi_sdk/tests/test_it.py"], "has no place there"),
}


@pytest.mark.parametrize(("names", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wheel_is_refused_for(build, names, said):
    (problem,) = build.problems("okibi-sdk", names)
    assert said in problem


def test_a_whole_wheel_is_taken(build):
    compiled = ["okibi_sdk/locale/ru/django.po", "okibi_sdk/locale/ru/django.mo"]
    assert build.problems("okibi-sdk", [*WHOLE, *compiled]) == []


@pytest.mark.skipif(shutil.which("uv") is None, reason="NO UV ON THIS MACHINE: WHEELS ARE NOT BUILT")
def test_the_wheels_carry_what_an_installation_needs(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "script/build.py", tmp_path], check=False, capture_output=True, text=True
    )
    if "Failed to fetch" in done.stderr:
        pytest.skip("NO PACKAGE INDEX IN REACH: WHEELS ARE NOT BUILT")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("okibi-*.whl")
    assert len(list(tmp_path.glob("*.whl"))) == 4
    assert any(name.endswith("django.mo") for name in zipfile.ZipFile(wheel).namelist())


@pytest.mark.foreign
@pytest.mark.skipif(NGINX is None, reason="NO NGINX ON THIS MACHINE: THE PROXY EXAMPLE IS NOT TRIED")
def test_nginx_understands_the_example(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=support.example.org",
    ]
    subprocess.run([*openssl, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"(ssl_certificate_key\s+).*;", rf"\g<1>{key};", text)
    text = re.sub(r"(ssl_certificate\s+).*;", rf"\g<1>{certificate};", text)
    text = text.replace("/etc/nginx/okibi-proxy.conf", str(ROOT / "deploy/nginx-okibi-proxy.conf"))
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n")
    done = subprocess.run(
        [NGINX, "-t", "-e", tmp_path / "error.log", "-p", tmp_path, "-c", whole],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def location(of: str) -> str:
    text = (ROOT / "deploy/nginx.conf").read_text()
    return re.search(rf"location [^\n]*{re.escape(of)}[^{{]*{{([^}}]*)}}", text)[1]


def test_live_events_are_not_held_back():
    assert "proxy_buffering off;" in location("(console|portal|api/v1)/events$")


def test_pieces_of_a_file_pass_at_once_and_a_whole_file_fits():
    from okibi.ops.settings_table import TABLE

    uploads = location("/api/v1/uploads")
    assert "proxy_request_buffering off;" in uploads
    assert int(re.search(r"client_max_body_size (\d+)m;", uploads)[1]) >= int(TABLE["OKIBI_API_UPLOAD_MB"].default)
