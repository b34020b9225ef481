"""Archives: what is laid out, and what never leaves the folder."""

import io
import stat
import tarfile
import zipfile

import pytest

from clients.updater.tests.hosts import zipped
from okibi_updater.problems import RefusedError
from okibi_updater.unpack import unpack


def tarred(*members):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, kind, value in members:
            info = tarfile.TarInfo(name)
            info.type, info.mode = kind, 0o4755
            if kind == tarfile.REGTYPE:
                info.size = len(value)
                archive.addfile(info, io.BytesIO(value))
            else:
                info.linkname = value
                archive.addfile(info)
    return made.getvalue()


def laid(tmp_path, content, strip=0):
    (tmp_path / "package").write_bytes(content)
    unpack(tmp_path / "package", tmp_path / "folder", strip)
    return tmp_path / "folder"


FILE, LINK, HARD, DEVICE = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE


def test_files_modes_and_links_inside_come_out(tmp_path):
    folder = laid(
        tmp_path, tarred(("p/bin/run", FILE, b"#!"), ("p/lib/so.1", FILE, b"x"), ("p/lib/so", LINK, "so.1")), 1
    )
    assert (folder / "lib/so").read_bytes() == b"x"
    assert stat.S_IMODE((folder / "bin/run").stat().st_mode) == 0o755  # no set-user-id
    assert laid(tmp_path, zipped({"a/b.txt": "b"})) == folder
    assert [path.name for path in folder.rglob("*")] == ["a", "b.txt"]


REFUSED = {
    "a name that climbs out": tarred(("../evil", FILE, b"x")),
    "a name that climbs out in the middle": tarred(("a/../../evil", FILE, b"x")),
    "an absolute name": tarred(("/etc/evil", FILE, b"x")),
    "a drive": zipped({"C:/evil": "x"}),
    "a name of Windows that climbs out": zipped({"a\\..\\..\\evil": "x"}),
    "a device of Windows": zipped({"a/NUL.txt": "x"}),
    "a second stream": zipped({"a.txt:evil": "x"}),
    "a link out": tarred(("a", LINK, "../evil")),
    "a link out by another": tarred(("d/l", LINK, ".."), ("d/m", LINK, "l/../../x")),
    "an absolute link": tarred(("a", LINK, "/etc/passwd")),
    "a hard link": tarred(("a", HARD, "/etc/passwd")),
    "a device": tarred(("a", DEVICE, "")),
    "a file through a link": tarred(("a", LINK, "b"), ("a/evil", FILE, b"x")),
    "one name twice": tarred(("a", FILE, b"x"), ("a", FILE, b"y")),
    "what is no archive": b"MZ" * 40,
    "half an archive": zipped({"a.txt": "text" * 99})[:80],
}


@pytest.mark.parametrize("said", REFUSED)
def test_refused_is(tmp_path, said):
    with pytest.raises((RefusedError, OSError)):
        laid(tmp_path, REFUSED[said])
    assert not [path for path in tmp_path.rglob("*evil*") if not path.is_relative_to(tmp_path / "folder")]


def test_a_zip_with_a_link_out_is_refused(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "../evil")
    with pytest.raises(RefusedError):
        laid(tmp_path, made.getvalue())
