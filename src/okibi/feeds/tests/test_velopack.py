"""Velopack's own client, from PyPI, reads our feed over the network: downloads what is true, refuses what is not."""

import hashlib
import io
import zipfile

import pytest

from okibi.feeds.tests.conftest import read_file
from okibi.flows import release_publication
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.releases import services
from okibi.releases.models import ProductLine
from okibi.releases.services import Planned

velopack = pytest.importorskip("velopack", reason="NO VELOPACK: its client did not read our feed")
GLEB = Actor("staff", 4, "Глеб Маслов")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data")]
NUSPEC = (
    '<?xml version="1.0"?><package><metadata><id>VendorDesktop</id><version>{}</version>'
    "<mainExe>App.exe</mainExe><channel>stable</channel><os>win</os></metadata></package>"
)


def package(version):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("VendorDesktop.nuspec", NUSPEC.format(version))
        archive.writestr("lib/app/App.exe", b"MZ" * 200_000)
    return content.getvalue()


@pytest.fixture
def ship(free):
    def shipped(version, **planned):
        content = package(version)
        file = read_file(
            content,
            f"VendorDesktop-{version}-full.nupkg",
            kind="nupkg",
            architecture="any",
            facts={"package": "VendorDesktop", "version": version},
        )
        release = services.draft(Planned("desktop", version, notes_ru="Исправления.", **planned), GLEB)
        artefact = services.add_artefact(release.pk, file, GLEB)
        artefact.sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        artefact.save()
        services.check(release.pk, GLEB)
        release_publication.publish(release.pk, GLEB)
        return content

    return shipped


@pytest.fixture
def client_of(live_server, tmp_path):
    def made(base="updates/desktop/", running="1.0.0"):
        root = tmp_path / "installed"
        for folder in ("current", "packages"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "Update.exe").write_bytes(b"MZ")
        (root / "current/sq.version").write_text(NUSPEC.format(running))
        place = velopack.VelopackLocatorConfig(
            RootAppDir=str(root),
            UpdateExePath=str(root / "Update.exe"),
            PackagesDir=str(root / "packages"),
            ManifestPath=str(root / "current/sq.version"),
            CurrentBinaryDir=str(root / "current"),
            IsPortable=True,
        )
        return velopack.UpdateManager(f"{live_server.url}/{base}", None, place), root / "packages"

    return made


def test_velopack_finds_and_downloads_the_version(ship, client_of):
    content = ship("1.1.0")
    client, packages = client_of()
    found = client.check_for_updates()
    assert found.TargetFullRelease.Version == "1.1.0"
    client.download_updates(found)
    assert (packages / "VendorDesktop-1.1.0-full.nupkg").read_bytes() == content


def test_velopack_refuses_a_tampered_package(ship, client_of):
    content = ship("1.1.0")
    client, packages = client_of()
    found = client.check_for_updates()
    place = blobs.path_of(hashlib.sha256(content).hexdigest())
    place.write_bytes(content.replace(b"MZ" * 1000, b"ZM" * 1000))
    with pytest.raises(Exception, match=r"(?i)sha|hash|checksum"):
        client.download_updates(found)
    assert not (packages / "VendorDesktop-1.1.0-full.nupkg").exists()
    place.unlink()


def test_velopack_is_told_of_nothing_when_it_has_the_latest_or_its_share_has_not_come(ship, client_of):
    ship("1.1.0", percent=0)
    assert client_of()[0].check_for_updates() is None
    ship("1.2.0")
    assert client_of(running="1.2.0")[0].check_for_updates() is None


def test_velopack_brings_its_licence_in_the_address(ship, client_of, licence):
    ship("1.1.0")
    ProductLine.objects.update(free=False)
    client, packages = client_of(f"updates/with/{licence.number}/desktop/")
    client.download_updates(client.check_for_updates())
    assert (packages / "VendorDesktop-1.1.0-full.nupkg").exists()
    with pytest.raises(Exception, match="401"):
        client_of()[0].check_for_updates()
