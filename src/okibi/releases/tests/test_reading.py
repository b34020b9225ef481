"""Files are read by their bytes in a limited process; nothing in them can hurt, and every signature is verified."""

import ctypes
import gzip
import io
import json
import socket
import struct
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okibi.releases.reading.box import read_path
from okibi.releases.reading.child import facts_of
from okibi.releases.reading.facts import Facts, facts_from
from okibi.releases.reading.words import FAULTS
from okibi.releases.samples.apk import Apk, new_signer
from okibi.releases.samples.msi import Msi
from okibi.releases.samples.portable import Exe

OLD = new_signer("OKIBI")
NEW = new_signer("OKIBI 2", before=OLD)
STRANGER = new_signer("Stranger")
LANDLOCK = ctypes.CDLL(None).syscall(444, None, 0, 1) if sys.platform == "linux" else 0  # its version


def read(tmp_path: Path, content: bytes) -> Facts:
    file = tmp_path / "upload"
    file.write_bytes(content)
    return facts_from(dict(facts_of(file)))


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            archive.addfile(info)
    return target.getvalue()


def test_an_exe_says_its_version_its_processor_and_the_windows_it_needs(tmp_path):
    assert read(tmp_path, Exe(version="4.2.0.17", architecture="x86", subsystem=(6, 1)).made()) == Facts(
        "exe",
        platform="windows",
        architecture="x86",
        version="4.2.0.17",
        versions=("4.2.0.17",),
        title="OKIBI Desktop",
        company="OKIBI",
        subsystem="6.1",
    )


def test_an_msi_says_its_codes(tmp_path):
    found = read(tmp_path, Msi(version="4.2.1", upgrade_code="{7a4e2b90-6f1d-4c38-8e55-112233445566}").made())
    assert (found.kind, found.version, found.architecture) == ("msi", "4.2.1", "x64")
    assert found.upgrade_code == "{7A4E2B90-6F1D-4C38-8E55-112233445566}"
    assert found.product_code == Msi().product_code


def test_an_msi_without_codes_is_none_that_could_be_updated(tmp_path):
    assert read(tmp_path, Msi(upgrade_code="").made()).faults == ("msi_codes",)


def test_an_apk_says_its_package_systems_and_signer(tmp_path):
    found = read(tmp_path, Apk(debuggable=True).signed(OLD))
    assert found == Facts(
        "apk",
        platform="android",
        version="3.4.0",
        package="ru.okibi.mob",
        version_code=30400,
        min_sdk=26,
        target_sdk=34,
        debuggable=True,
        signature="valid",
        schemes=("v2", "v3"),
        certificates=(OLD.sha256,),
        signer="CN=OKIBI",
    )


def test_a_proof_of_rotation_leads_back_to_the_old_key(tmp_path):
    found = read(tmp_path, Apk().signed(NEW))
    assert (found.signature, found.certificates, found.ancestors) == ("valid", (OLD.sha256, NEW.sha256), (OLD.sha256,))


def test_a_proof_of_rotation_that_the_old_key_never_signed_is_refused(tmp_path):
    forged = replace(NEW, before=replace(STRANGER, certificate=OLD.certificate))
    assert read(tmp_path, Apk().signed(forged, ["v3"])).faults == ("apk_signature",)


def changed(apk: bytes) -> bytes:
    at = apk.index(b"inside")
    return apk[:at] + b"OUTSIDE"[:6] + apk[at + 6 :]


def without_v3(apk: bytes) -> bytes:
    """The v3 signature made to look like something else: the rest of the block still holds."""
    return apk.replace(struct.pack("<I", 0xF05368C0), struct.pack("<I", 0x12345678))


WITH_FILE = Apk(files={"assets/a": b"inside"})
WITH_V1 = Apk(files={"META-INF/CERT.SF": b"Signature-Version: 1.0\r\nX-Android-APK-Signed: 2\r\n"})
ONLY_V1 = Apk(files={"META-INF/CERT.SF": b"Signature-Version: 1.0\r\n"})


@pytest.mark.parametrize(
    ("said", "content", "fault"),
    [
        ("a byte changed after signing", changed(WITH_FILE.signed(OLD)), "apk_digest"),
        ("v3 cut out though v2 speaks of it", without_v3(Apk().signed(OLD)), "apk_stripped"),
        ("everything cut out though v1 speaks of v2", WITH_V1.made(), "apk_stripped"),
        ("v2 cut out, v3 left, though v1 speaks of v2", WITH_V1.signed(OLD, ["v3"]), "apk_stripped"),
        ("v1 alone", ONLY_V1.made(), "apk_v1_only"),
        ("no signature", Apk().made(), "apk_unsigned"),
        ("something behind the end record", Apk().signed(OLD) + b"more", "apk_zip"),
        ("for tests only", Apk(test_only=True).signed(OLD), "test_only"),
    ],
)
def test_an_apk_that_devices_would_refuse_or_that_somebody_touched(tmp_path, said, content, fault):
    assert fault in read(tmp_path, content).faults, said


NUSPEC = (
    b'<package xmlns="urn:x"><metadata><id>OkibiDesktop</id><version>4.2.0</version>'
    b"<rid>win-x64</rid></metadata></package>"
)
BOMB = b'<!DOCTYPE a [<!ENTITY b "x">]>' + NUSPEC


def test_a_velopack_package_says_its_id_and_version(tmp_path):
    found = read(tmp_path, zipped({"OkibiDesktop.nuspec": NUSPEC, "lib/app/a.exe": b""}))
    assert (found.kind, found.package, found.version, found.architecture, found.entries) == (
        "nupkg",
        "OkibiDesktop",
        "4.2.0",
        "x64",
        2,
    )


NOT_TAKEN = {  # made when it is asked for: a bomb takes its memory
    "a path out of the archive": (lambda: zipped({"../../etc/passwd": b""}), "outside"),
    "a drive of Windows": (lambda: zipped({"C:\\Windows\\a.dll": b""}), "outside"),
    "two names that Windows takes for one": (lambda: zipped({"A.txt": b"", "a.txt": b""}), "twice"),
    "a zip bomb": (lambda: zipped({"a": bytes(200 * 1024 * 1024)}), "bomb"),
    "nothing inside": (lambda: zipped({}), "empty"),
    "a symbolic link": (lambda: tarred(("a", tarfile.SYMTYPE)), "links"),
    "a device": (lambda: tarred(("a", tarfile.CHRTYPE)), "links"),
    "an entity in a nuspec": (lambda: zipped({"a.nuspec": BOMB}), "unreadable"),
    "a text": (lambda: b"hello", "unknown"),
    "nothing at all": (lambda: b"", "unknown"),
    "the beginning of an EXE": (lambda: b"MZ" + bytes(100), "unreadable"),
    "a whole EXE cut short": (lambda: Exe().made()[:300], "unreadable"),
    "an MSI cut short": (lambda: Msi().made()[:1500], "unreadable"),
    "a gzip that is no tar": (lambda: gzip.compress(b"hello"), "unreadable"),
}


@pytest.mark.parametrize(("make", "fault"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_is_not_taken(tmp_path, make, fault):
    assert fault in read(tmp_path, make()).faults


def test_a_plain_archive_is_counted_and_not_unpacked(tmp_path):
    found = read(tmp_path, zipped({"okibi/server": b"x" * 1000}))
    assert (found.kind, found.entries, found.unpacked, found.faults) == ("archive", 1, 1000, ())


# ---------------------------------------------------------------- hostile files


def test_a_process_of_its_own_reads_and_gives_the_same(tmp_path):
    file = tmp_path / "a.apk"
    file.write_bytes(Apk().signed(OLD))
    assert read_path(file) == read(tmp_path, Apk().signed(OLD))


REACHES = """
import ctypes, json, os, pathlib, platform, socket, subprocess, sys
from okibi.releases.reading.confined import confine
place, libc = pathlib.Path(sys.argv[1]), ctypes.CDLL(None, use_errno=True)
number, parent = {"x86_64": 234, "aarch64": 131}[platform.machine()], os.getppid()

def told_a_thread():
    if libc.syscall(number, parent, parent, 0):
        raise OSError(ctypes.get_errno(), "tgkill")

confine(place / "file")
acts = {
    "reads the file": lambda: (place / "file").read_bytes(),
    "loads a module": lambda: __import__("wave"),
    "reads another file": lambda: (place / "secret").read_bytes(),
    "lists a folder": lambda: os.listdir(place),
    "writes": lambda: (place / "new").write_bytes(b""),
    "changes rights": lambda: (place / "secret").chmod(0o666),
    "connects": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 5),
    "makes a socket of files": lambda: socket.socket(socket.AF_UNIX),
    "starts a program": lambda: subprocess.run(["/bin/true"], check=True),
    "makes a process": os.fork,
    "signals its parent": lambda: os.kill(parent, 0),
    "signals its parent's thread": told_a_thread,
}
done = []
for name, act in acts.items():
    try:
        act()
    except PermissionError:
        continue
    done.append(name)
print(json.dumps(done))
"""


@pytest.mark.skipif(LANDLOCK < 1, reason="the kernel knows no Landlock: the limits of time and memory hold alone")
def test_the_process_that_reads_reaches_nothing_but_its_file(tmp_path):
    for name in ("file", "secret"):
        (tmp_path / name).write_text(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = [sys.executable, "-P", "-c", REACHES, str(tmp_path), str(server.getsockname()[1])]
        done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["reads the file", "loads a module"]


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    file = tmp_path / "a.exe"
    file.write_bytes(Exe().made())
    assert read_path(file, seconds=0.01).faults == ("too_much",)


def test_a_tar_that_never_ends_ends_by_its_count_or_its_limits(tmp_path):
    file = tmp_path / "a.tar.gz"
    with gzip.open(file, "wb", compresslevel=1) as out:
        entry = tarfile.TarInfo("a" * 90).tobuf()
        for _ in range(60):
            out.write(entry * 2000)
    assert set(read_path(file).faults) & {"bomb", "too_much"}


SEEDS = [Exe().made(), Msi().made(), Apk().signed(NEW), zipped({"a.nuspec": NUSPEC}), tarred(("a", tarfile.REGTYPE))]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_bytes_crash_a_reader(tmp_path, data):
    seed = bytearray(data.draw(st.sampled_from(SEEDS)))
    for at, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(seed) - 1), st.integers(0, 255)), max_size=30), label="changes"
    ):
        seed[at] = value
    cut = data.draw(st.integers(0, len(seed)), label="cut")
    found = read(tmp_path, bytes(seed if data.draw(st.booleans()) else seed[:cut]))
    assert set(found.faults) <= set(FAULTS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"MZ", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"]),
)
def test_no_beginning_with_anything_behind_it_crashes_a_reader(tmp_path, content, head):
    assert set(read(tmp_path, head + content).faults) <= set(FAULTS)


@pytest.mark.parametrize(
    ("said", "given_"),
    [
        ("no kind", {}),
        ("a number as a text", {"kind": "exe", "version": 4}),
        ("a certificate that is none", {"kind": "exe", "certificates": ["<script>"]}),
        ("a truth that is a number", {"kind": "apk", "debuggable": 1}),
    ],
)
def test_what_the_process_says_is_checked(said, given_):
    with pytest.raises(ValueError):
        facts_from(given_)


def test_texts_of_strangers_are_short_and_plain():
    found = facts_from({"kind": "exe", "title": "a\x00\u202eb" + "c" * 900, "version_code": 2**80})
    assert found.title.startswith("a bc")
    assert len(found.title) == 300
    assert found.version_code == 2**63 - 1
