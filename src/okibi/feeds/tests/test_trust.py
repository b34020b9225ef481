"""python-tuf's own client against the served repository: what it takes, and every attack that it refuses."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, MetaFile, TargetFile

from okibi.feeds.tests.conftest import GLEB, Desk, draft, fetched, read_file, sign
from okibi.flows import release_publication
from okibi.kernel import blobs, clock
from okibi.kernel.clock import now
from okibi.releases.models import Release, TrustedFile
from okibi.releases.trust import ceremony, keys, offers, online
from okibi.releases.trust.errors import TrustError
from okibi.releases.trust.framework import CryptoSigner
from okibi.releases.trust.repository import ReleaseRepository

SETUP = "desktop/4.2.0/Setup.exe"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data", "free")]


@pytest.fixture
def desk():
    return Desk().hold_ceremony()


def newest(role):
    return TrustedFile.objects.filter(role=role).order_by("-version").first()


def thief(role):
    """Who stole the server: its database and its two online keys; ``role`` None names no key of people's."""
    repository = ReleaseRepository()
    return {name: keys.kept(repository.keyids(name)[0]) for name in ("snapshot", "timestamp")}[role]


def forge(role, change, signer, version=None):
    """Write metadata past our own checks, as who holds the database can."""
    md = Metadata.from_bytes(bytes(newest(role).body))
    md.signed.version = version or md.signed.version + 1
    change(md.signed)
    md.sign(signer)
    TrustedFile.objects.create(
        role=role, version=md.signed.version, body=md.to_bytes(), expires_at=md.signed.expires, made_at=now()
    )
    return md.signed.version


# ---------------------------------------------------------------- what it takes


def test_a_published_file_comes_to_who_trusts_the_root(desk, updater):
    desk.publish(content=b"MZ the true setup")
    client = updater()
    assert fetched(client, SETUP) == b"MZ the true setup"
    assert client.get_targetinfo(SETUP).custom == {
        "version": "4.2.0",
        "channel": "stable",
        "platform": "windows",
        "architecture": "x64",
        "kind": "exe",
    }
    assert client.find_cached_target(client.get_targetinfo(SETUP))


def test_a_client_follows_from_version_to_version(desk, updater):
    desk.publish("4.2.0", b"MZ one")
    assert fetched(updater(), SETUP) == b"MZ one"
    desk.publish("4.3.0", b"MZ two")
    assert fetched(updater(), "desktop/4.3.0/Setup.exe") == b"MZ two"


def test_a_halted_version_leaves_the_metadata_and_comes_back_when_it_goes_on(desk, updater):
    release = desk.publish()
    release_publication.halt(release.pk, "Не печатает.", GLEB, [desk.product])
    client = updater()
    client.refresh()
    assert client.get_targetinfo(SETUP) is None
    release_publication.resume(release.pk, GLEB, [desk.product])
    assert fetched(updater(), SETUP) == b"MZ setup"


def test_a_version_halted_without_its_key_is_named_but_not_served(desk, updater):
    release = desk.publish()
    release_publication.halt(release.pk, "Не печатает.", GLEB)
    assert offers.stale("desktop") == [SETUP]
    client = updater()
    client.refresh()
    with pytest.raises(DownloadHTTPError):
        client.download_target(client.get_targetinfo(SETUP))
    assert offers.retract("desktop", [desk.product])
    assert offers.stale("desktop") == []


def test_a_renewal_keeps_clients_going_for_weeks(desk, updater):
    desk.publish()
    fetched(updater(), SETUP)
    assert online.renew() == []
    with clock.at(now() + timedelta(days=8)):
        assert online.renew() == ["snapshot", "timestamp"]
        assert online.renew() == []
    assert fetched(updater(), SETUP) == b"MZ setup"


# ---------------------------------------------------------------- what it refuses


def test_a_tampered_file_is_refused(desk, updater):
    content = b"MZ the true setup" + bytes(300_000)  # large ones lie in files
    desk.publish(content=content)
    client = updater()
    client.refresh()
    place = blobs.path_of(blobs.put(content).sha256)
    place.write_bytes(content.replace(b"true", b"evil"))
    with pytest.raises(LengthOrHashMismatchError):
        client.download_target(client.get_targetinfo(SETUP))
    place.unlink()


def test_an_old_timestamp_is_refused(desk, updater):
    old = newest("timestamp").pk
    desk.publish()
    updater().refresh()
    TrustedFile.objects.filter(role="timestamp").exclude(pk=old).delete()
    with pytest.raises(BadVersionNumberError):
        updater().refresh()


def test_a_repository_that_stands_still_is_noticed(desk, updater):
    desk.publish()
    updater().refresh()

    def long_ago(signed):
        signed.expires = (now() - timedelta(hours=1)).replace(microsecond=0)

    forge("timestamp", long_ago, thief("timestamp"))
    with pytest.raises(ExpiredMetadataError):
        updater().refresh()


def test_metadata_of_two_moments_do_not_go_together(desk, updater):
    """The product's newest file under a snapshot of before: its version is not the one that was bound."""
    desk.publish()
    updater().refresh()
    desk.publish("4.3.0", b"MZ two")
    files = TrustedFile.objects.filter(role="desktop").order_by("version")
    old, new = files[1], files[2]
    new.body = old.body
    new.save()
    client = updater()
    client.refresh()
    with pytest.raises(BadVersionNumberError):
        client.get_targetinfo("desktop/4.3.0/Setup.exe")


@pytest.mark.parametrize("role", ["desktop", "targets"])
def test_who_steals_the_server_with_its_keys_can_sign_no_file(desk, updater, role):
    desk.publish()
    evil = b"MZ evil"
    digest = blobs.put(evil).sha256

    def name_evil(signed):
        signed.targets[SETUP] = TargetFile(len(evil), {"sha256": digest}, SETUP)

    version = forge(role, name_evil, thief("snapshot"))
    bound = forge("snapshot", lambda s: s.meta.update({f"{role}.json": MetaFile(version)}), thief("snapshot"))
    forge("timestamp", lambda s: setattr(s, "snapshot_meta", MetaFile(bound)), thief("timestamp"))
    client = updater()
    with pytest.raises(UnsignedMetadataError):
        client.refresh() or client.get_targetinfo(SETUP)


def test_a_product_s_key_signs_for_its_product_alone(desk, updater):
    desk.publish()

    def name_foreign(signed):
        signed.targets["server/9.0.0/Setup.exe"] = TargetFile(1, {"sha256": "0" * 64}, "server/9.0.0/Setup.exe")

    version = forge("desktop", name_foreign, desk.product)
    bound = forge("snapshot", lambda s: s.meta.update({"desktop.json": MetaFile(version)}), thief("snapshot"))
    forge("timestamp", lambda s: setattr(s, "snapshot_meta", MetaFile(bound)), thief("timestamp"))
    client = updater()
    client.refresh()
    assert client.get_targetinfo("server/9.0.0/Setup.exe") is None


# ---------------------------------------------------------------- keys change


def test_root_keys_change_with_the_old_and_the_new_ones(desk, updater):
    desk.publish()
    fetched(updater(), SETUP)
    fresh = CryptoSigner.generate_ed25519()
    drafts = ceremony.rotate("root", come=[fresh.public_key], go=[desk.roots[2].public_key.keyid])
    ceremony.install(sign(drafts, desk.roots[0], desk.roots[1], fresh), GLEB)
    client = updater()
    assert fetched(client, SETUP) == b"MZ setup"
    assert fetched(updater("who comes new, with the first root"), SETUP) == b"MZ setup"
    assert json.loads(Path(client._dir, "root.json").read_text())["signed"]["version"] == 2


CHANGES = {
    "nobody signed": ([], "0"),
    "one of the old keys": ([0], "1"),
    "only who is new and who went": ([2, "new"], "1"),
}


@pytest.mark.parametrize("said", CHANGES)
def test_a_root_that_too_few_signed_is_not_taken_in(desk, said):
    who, counted = CHANGES[said]
    fresh = CryptoSigner.generate_ed25519()
    drafts = ceremony.rotate("root", come=[fresh.public_key], go=[desk.roots[2].public_key.keyid])
    sign(drafts, *[fresh if each == "new" else desk.roots[each] for each in who])
    with pytest.raises(TrustError, match=f"root: {counted} of the signatures"):
        ceremony.install(drafts, GLEB)
    assert newest("root").version == 1


@pytest.mark.parametrize("role", ["snapshot", "timestamp"])
def test_an_online_key_is_changed_by_people_and_the_old_one_counts_no_more(desk, updater, role):
    desk.publish()
    fetched(updater(), SETUP)
    stolen = thief(role)
    ceremony.install(sign(ceremony.rotate(role), *desk.roots[:2]), GLEB)
    assert fetched(updater(), SETUP) == b"MZ setup"
    assert stolen.public_key.keyid not in keys.kept_ids()
    assert len(keys.kept_ids()) == 2
    version = forge(role, lambda signed: None, stolen)
    if role == "snapshot":
        forge("timestamp", lambda s: setattr(s, "snapshot_meta", MetaFile(version)), thief("timestamp"))
    with pytest.raises(RepositoryError):
        updater("another").refresh()


def test_the_keys_of_targets_and_of_a_product_change(desk, updater):
    desk.publish()
    manager, holder = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()
    drafts = ceremony.rotate("targets", [holder.public_key], [desk.targets.public_key.keyid])
    sign({"root": drafts["root"]}, *desk.roots[:2])
    ceremony.install(sign(drafts, holder), GLEB)
    drafts = ceremony.rotate("desktop", [manager.public_key], [desk.product.public_key.keyid[:12]])
    sign({"targets": drafts["targets"]}, holder)
    ceremony.install(sign(drafts, manager), GLEB)
    assert fetched(updater(), SETUP) == b"MZ setup"
    with pytest.raises(TrustError, match="key of the product"):
        desk.publish("4.3.0", b"MZ two")
    assert Release.objects.get(version="4.3.0").state == "checked"


# ---------------------------------------------------------------- publishing


def test_without_the_product_s_key_nothing_is_published(desk):
    release = draft()
    with pytest.raises(TrustError, match="--key"):
        release_publication.publish(release.pk, GLEB)
    assert Release.objects.get().state == "checked"


def test_a_key_that_the_installation_keeps_signs_from_the_console(desk, updater):
    keys.keep(desk.product)
    release_publication.publish(draft().pk, GLEB)
    assert fetched(updater(), SETUP) == b"MZ setup"


def test_a_product_without_a_key_is_not_published_where_there_are_keys(desk):
    with pytest.raises(TrustError, match="keys add server"):
        release_publication.publish(draft(product="server").pk, GLEB)


def test_two_files_of_one_name_are_told_apart_or_refused(desk):
    release = draft(files=[read_file(b"a"), read_file(b"b", architecture="x86")])
    with pytest.raises(TrustError, match=r"Setup\.exe"):
        release_publication.publish(release.pk, GLEB, [desk.product])


def test_a_signature_says_no_more_than_its_signer_meant(desk):
    """Who changes the table of artefacts gets nothing signed by the next publication but the next release."""
    first = desk.publish(content=b"MZ one")
    artefact = first.artefacts.get()
    artefact.blob = blobs.put(b"MZ evil")
    artefact.save()
    desk.publish("4.3.0", b"MZ two")
    signed = ReleaseRepository().targets("desktop").targets
    assert signed[SETUP].hashes["sha256"] == blobs.put(b"MZ one").sha256


def test_secrets_are_closed_to_others_and_the_database_has_none(desk, data):
    keys.make_appcast_key()
    places = list((data / "secrets").iterdir())
    assert len(places) == 3
    assert {place.stat().st_mode & 0o777 for place in places} == {0o600}
    stored = b"".join(bytes(row.body) for row in TrustedFile.objects.all())
    assert b"PRIVATE" not in stored


def test_metadata_is_kept_by_caches_as_long_as_it_is_true(desk, client):
    for name, caching in (("1.root.json", "immutable"), ("timestamp.json", "max-age=60"), ("2.root.json", "no-store")):
        answer = client.get(f"/updates/tuf/metadata/{name}")
        assert caching in answer.headers["Cache-Control"], name
    etag = client.get("/updates/tuf/metadata/timestamp.json").headers["ETag"]
    again = client.get("/updates/tuf/metadata/timestamp.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
