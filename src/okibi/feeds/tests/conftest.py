"""A desk that publishes: keys of three roots, of targets and of a product, released versions, and how one asks."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tuf.ngclient import Updater, UpdaterConfig

from okibi.customers.dates import today
from okibi.customers.models import Licence, Organisation
from okibi.flows import release_publication
from okibi.journal.services import Actor
from okibi.kernel import blobs
from okibi.releases import services
from okibi.releases.models import ProductLine, TrustedFile
from okibi.releases.services import Planned, ReadArtefact
from okibi.releases.trust import ceremony
from okibi.releases.trust.framework import CryptoSigner

GLEB = Actor("staff", 4, "Глеб Маслов")


def sign(drafts, *signers):
    for draft in drafts.values():
        for signer in signers:
            draft.sign(signer, append=True)
    return drafts


@dataclass
class Desk:
    """What the ceremony left in people's hands."""

    roots: list = field(default_factory=lambda: [CryptoSigner.generate_ed25519() for _ in range(3)])
    targets: CryptoSigner = field(default_factory=CryptoSigner.generate_ed25519)
    product: CryptoSigner = field(default_factory=CryptoSigner.generate_ed25519)

    def hold_ceremony(self):
        drafts = ceremony.begin([each.public_key for each in self.roots], 2, [self.targets.public_key])
        sign({"root": drafts["root"]}, *self.roots[:2])
        sign({"targets": drafts["targets"]}, self.targets)
        ceremony.install(drafts, GLEB)
        drafts = ceremony.add_product("desktop", [self.product.public_key])
        sign({"targets": drafts["targets"]}, self.targets)
        sign({"desktop": drafts["desktop"]}, self.product)
        ceremony.install(drafts, GLEB)
        return self

    def publish(self, version="4.2.0", content=b"MZ setup", product="desktop", **changes):
        release = draft(version, content, product, **changes)
        return release_publication.publish(release.pk, GLEB, [self.product])


def read_file(content=b"MZ setup", name="Setup.exe", **changes):
    given = {"platform": "windows", "architecture": "x64", "kind": "exe", "facts": {"subsystem": "6.1"}} | changes
    return ReadArtefact(name, blobs.put(content), "a" * 40, **given)


def draft(version="4.2.0", content=b"MZ setup", product="desktop", *, files=(), **planned):
    release = services.draft(Planned(product, version, notes_ru="Исправлена **печать**.", **planned), GLEB)
    for file in files or [read_file(content)]:
        services.add_artefact(release.pk, file, GLEB)
    return services.check(release.pk, GLEB)


@pytest.fixture
def data(tmp_path, settings):
    settings.OKIBI_DATA = str(tmp_path)
    return tmp_path


@pytest.fixture
def free(db):
    """What the site gives to everybody."""
    ProductLine.objects.update_or_create(product="desktop", defaults={"free": True})


@pytest.fixture
def shipped(db, data, free):
    """Publishes without keys: feeds need none."""

    def publish(version="4.2.0", content=None, product="desktop", **changes):
        release = draft(version, content or version.encode(), product, **changes)
        return release_publication.publish(release.pk, GLEB)

    return publish


@pytest.fixture
def get(db):
    def ask(address, **headers):
        return Client().get(f"/updates/{address}", headers=headers)

    return ask


@pytest.fixture
def updater(live_server, tmp_path):
    """python-tuf's own client, a foreign program to us, over the network."""

    def opened(name="client", root=None):
        folder = tmp_path / name
        downloads = folder / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        first = bytes(TrustedFile.objects.get(role="root", version=1).body)
        base = f"{live_server.url}/updates/tuf"
        return Updater(
            str(folder / "metadata"),
            f"{base}/metadata/",
            str(downloads),
            f"{base}/targets/",
            config=UpdaterConfig(app_user_agent="agent/1"),
            bootstrap=root or first,
        )

    return opened


def fetched(updater, path):
    """Refresh, look the target up, download it; its bytes."""
    updater.refresh()
    info = updater.get_targetinfo(path)
    return Path(updater.download_target(info)).read_bytes()


@pytest.fixture
def licence(db):
    """ООО «Рябина» may have what was published until a month from now."""
    organisation = Organisation.objects.create(name="ООО «Рябина»")
    return Licence.objects.create(
        number="26-000107",
        organisation=organisation,
        products=["desktop"],
        valid_from=today() - timedelta(days=400),
        maintenance_until=today() + timedelta(days=30),
    )
