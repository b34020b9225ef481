"""Feeds as the clients that exist read them: field by field, filtered for who asks."""

import base64
import json
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from okibi.feeds.tests.conftest import GLEB, read_file
from okibi.feeds.views.autoupdater import four
from okibi.journal.services import Actor
from okibi.policy.rollout import Ring
from okibi.releases import rings, services
from okibi.releases.trust import keys

SPARKLE = "{http://www.andymatuschak.org/xml-namespaces/sparkle}"


def latest(answer):
    update = json.loads(answer.content)["update"]
    return update and update["version"]


# ---------------------------------------------------------------- AutoUpdater.NET


def test_auto_updater_reads_its_fields(shipped, get):
    release = shipped("4.2.0")
    answer = get("desktop/autoupdater.xml?version=4.1.0.0")
    item = ET.fromstring(answer.content)
    (artefact,) = release.artefacts.all()
    assert item.tag == "item"
    assert item.findtext("version") == "4.2.0.0"
    assert item.findtext("url").endswith(f"/updates/desktop/files/4.2.0/{artefact.sha256}.Setup.exe")
    assert item.findtext("changelog").endswith("/updates/desktop/notes/4.2.0")
    assert (item.findtext("checksum"), item.find("checksum").get("algorithm")) == (artefact.sha256, "SHA256")
    assert (item.findtext("mandatory"), item.find("mandatory").attrib) == ("false", {"mode": "0"})


MANDATORY = {
    "below the forced version": ("4.0.9", ("true", {"mode": "1"})),
    "not below it": ("4.1.5", ("true", {"mode": "0", "minVersion": "4.1.0.0"})),
    "of a version that is not said": ("", ("true", {"mode": "0", "minVersion": "4.1.0.0"})),
}


@pytest.mark.parametrize("said", MANDATORY)
def test_auto_updater_is_forced_where_the_release_says_so(shipped, get, said):
    running, expected = MANDATORY[said]
    shipped("4.2.0", forced_below="4.1.0")
    item = ET.fromstring(get(f"desktop/autoupdater.xml?version={running}").content)
    assert (item.findtext("mandatory"), item.find("mandatory").attrib) == expected


def test_auto_updater_is_told_nothing_when_there_is_nothing_newer(shipped, get):
    shipped("4.2.0")
    assert get("desktop/autoupdater.xml?version=4.2.0.0").status_code == 204


@pytest.mark.parametrize(
    ("version", "numbers"), [("4.2", "4.2.0.0"), ("4.2.0.17", "4.2.0.17"), ("4.3.0-beta.2", "4.3.0.0")]
)
def test_versions_are_four_numbers_for_dotnet(version, numbers):
    assert four(version) == numbers


# ---------------------------------------------------------------- appcast


def test_an_appcast_has_what_sparkles_descendants_read(shipped, get):
    keys.make_appcast_key()
    release = shipped("4.2.0", b"MZ the file", forced_below="4.0")
    item = ET.fromstring(get("desktop/appcast.xml").content).find("channel/item")
    assert item.findtext(f"{SPARKLE}version") == "4.2.0.0"
    assert item.findtext(f"{SPARKLE}shortVersionString") == "4.2.0"
    assert item.findtext(f"{SPARKLE}minimumSystemVersion") == "6.1"
    assert item.find(f"{SPARKLE}criticalUpdate").get(f"{SPARKLE}version") == "4.0.0.0"
    assert item.find(f"{SPARKLE}channel") is None
    assert parsedate_to_datetime(item.findtext("pubDate")) == release.published_at.replace(microsecond=0)
    enclosure = item.find("enclosure")
    assert (enclosure.get("length"), enclosure.get(f"{SPARKLE}os")) == ("11", "windows-x64")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys.appcast_public()))
    for name in ("edSignature", "signature"):
        public.verify(base64.b64decode(enclosure.get(f"{SPARKLE}{name}")), b"MZ the file")


@pytest.mark.parametrize(
    ("cast", "signature"),
    [
        ("desktop/appcast.xml", "desktop/appcast.xml.signature"),
        ("desktop/appcast.xml?version=4.1.0", "desktop/appcast.xml?version=4.1.0.signature"),
        ("desktop/appcast.xml?version=4.2.0", "desktop/appcast.xml?version=4.2.0.signature"),
    ],
)
def test_the_appcast_s_own_signature_is_of_its_very_bytes(shipped, get, cast, signature):
    keys.make_appcast_key()
    shipped("4.2.0")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys.appcast_public()))
    public.verify(base64.b64decode(get(signature).content), get(cast).content)


def test_without_a_key_for_appcasts_nothing_pretends_to_be_signed(shipped, get):
    shipped("4.2.0")
    assert get("desktop/appcast.xml.signature").status_code == 404
    assert b"edSignature" not in get("desktop/appcast.xml").content


# ---------------------------------------------------------------- winget


def test_winget_finds_and_shows_what_it_may_install(shipped, get, client):
    shipped("4.2.0", files=[read_file(kind="msi", name="Setup.msi", facts={"product_code": "{11-22}"})])
    said = json.loads(get("winget/information").content)["Data"]
    assert said["SourceIdentifier"] == "OKIBI"
    assert "1.0.0" in said["ServerSupportedVersions"]
    question = json.dumps({"Query": {"KeyWord": "desktop", "MatchType": "Substring"}})
    answer = client.post("/updates/winget/manifestSearch", question, content_type="application/json")
    (found,) = json.loads(answer.content)["Data"]
    assert found["PackageIdentifier"] == "OKIBI.Desktop"
    assert found["Versions"] == [{"PackageVersion": "4.2.0", "ProductCodes": ["{11-22}"]}]
    data = json.loads(get("winget/packageManifests/OKIBI.Desktop?Version=4.2.0").content)["Data"]
    (version,) = data["Versions"]
    assert version["DefaultLocale"].keys() >= {
        "PackageLocale", "Publisher", "PackageName", "License", "ShortDescription",
    }  # fmt: skip
    (installer,) = version["Installers"]
    assert (installer["Architecture"], installer["InstallerType"]) == ("x64", "msi")
    assert get(urlsplit(installer["InstallerUrl"]).path.removeprefix("/updates/")).status_code == 200


CODES = {"product_code": "{11-22}", "upgrade_code": "{33-44}", "version": "4.2.0"}
ASKED = {  # (field, word, way) of which one has to fit; the same of which all have to; whether it is found
    "nothing at all": ([], [], True),
    "upgrade: by the ProductCode": ([("ProductCode", "{11-22}", "Exact"), ("Tag", "x", "Exact")], [], True),
    "upgrade: by the UpgradeCode": ([("ProductCode", "{99}", "Exact"), ("UpgradeCode", "{33-44}", "Exact")], [], True),
    "upgrade: by the name without signs": ([("NormalizedPackageNameAndPublisher", "okibidesktop", "Exact")], [], True),
    "another program of the machine": (
        [("ProductCode", "{99}", "Exact"), ("NormalizedPackageNameAndPublisher", "firefox", "Exact")], [], False,
    ),
    "install --id, exactly": ([], [("PackageIdentifier", "okibi.desktop", "CaseInsensitive")], True),
    "an identifier's beginning is not it": ([], [("PackageIdentifier", "okibi.desk", "Exact")], False),
    "begins so": ([("PackageIdentifier", "okibi.desk", "StartsWith")], [], True),
    "a pattern": ([("PackageName", "*desk?op", "Wildcard")], [], True),
    "found and filtered out": (
        [("PackageName", "desktop", "Substring")], [("PackageIdentifier", "okibi.mobile", "Exact")], False,
    ),
    "a field that we do not have": ([("Moniker", "desktop", "Exact")], [], False),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_winget_asks_by_field(shipped, client, case):
    any_of, all_of, is_found = ASKED[case]
    shipped("4.2.0", files=[read_file(kind="msi", name="Setup.msi", facts=CODES)])

    def fields(given):
        return [
            {"PackageMatchField": name, "RequestMatch": {"KeyWord": word, "MatchType": way}}
            for name, word, way in given
        ]

    question = {"Inclusions": fields(any_of), "Filters": fields(all_of)}
    answer = client.post("/updates/winget/manifestSearch", json.dumps(question), content_type="application/json")
    assert (answer.status_code == 200) is is_found
    if is_found:
        assert json.loads(answer.content)["Data"][0]["Versions"][0]["UpgradeCodes"] == ["{33-44}"]


@pytest.mark.parametrize("word", ["photoshop", "server"])
def test_winget_is_told_of_nothing_where_nothing_fits(shipped, client, word):
    shipped("4.2.0")
    question = {"Filters": [{"PackageMatchField": "PackageIdentifier", "RequestMatch": {"KeyWord": word}}]}
    asked = client.post("/updates/winget/manifestSearch", json.dumps(question), content_type="application/json")
    assert asked.status_code == 204


# ---------------------------------------------------------------- for whom


def test_the_plain_feed_says_everything_of_every_file(shipped, get):
    shipped("4.2.0")
    update = json.loads(get("desktop/latest.json?version=4.1").content)["update"]
    (file,) = update["files"]
    assert (update["version"], update["forced"], update["notes"]["ru"]) == ("4.2.0", False, "Исправлена **печать**.")
    assert file.keys() >= {"platform", "architecture", "kind", "name", "size", "sha256", "url", "target"}
    assert file["target"] == "desktop/4.2.0/Setup.exe"
    notes = get("desktop/notes/4.2.0", accept_language="ru").content.decode()
    assert "<strong>печать</strong>" in notes
    assert "<h1>ОКИБИ Десктоп 4.2.0</h1>" in notes


OFFERS = {
    "an older one gets the newest": ("version=4.0.0", "4.2.0"),
    "who has the newest gets nothing": ("version=4.2.0", None),
    "never a lower one": ("version=5.0", None),
    "the beta channel gets betas": ("version=4.2.0&channel=beta", "4.3.0-beta.1"),
    "an unknown channel is the stable one": ("version=4.0.0&channel=nightly", "4.2.0"),
    "a system that is too old": ("version=4.0.0&system=6.0.6002", None),
    "a system that will do": ("version=4.0.0&system=10.0.19045", "4.2.0"),
    "another platform": ("version=4.0.0&platform=linux", None),
    "another processor": ("version=4.0.0&platform=windows&arch=x86", None),
    "ARM64 runs what is for x64": ("version=4.0.0&platform=windows&arch=arm64", "4.2.0"),
}


@pytest.mark.parametrize("said", OFFERS)
def test_each_is_offered_what_is_for_it(shipped, get, said):
    query, expected = OFFERS[said]
    shipped("4.2.0")
    shipped("4.3.0-beta.1", channel="beta")
    assert latest(get(f"desktop/latest.json?{query}")) == expected


def test_a_floor_is_not_jumped_over(shipped, get):
    shipped("4.1.0", floor=True)
    shipped("4.2.0")
    assert latest(get("desktop/latest.json?version=4.0.0")) == "4.1.0"
    assert latest(get("desktop/latest.json?version=4.1.0")) == "4.2.0"


def test_a_share_is_of_installations_and_each_is_told_the_same_again(shipped, get):
    shipped("4.2.0", percent=30)
    told = [latest(get(f"desktop/latest.json?version=4.0.0&install=pc-{number}")) for number in range(100)]
    assert 15 <= sum(each is not None for each in told) <= 45
    again = [latest(get(f"desktop/latest.json?version=4.0.0&install=pc-{number}")) for number in range(100)]
    assert told == again


def test_an_inner_ring_comes_first(shipped, get):
    shipped("4.2.0", ring=Ring.PILOT)
    assert latest(get("desktop/latest.json?version=4.0.0&install=pc-1")) is None
    rings.put("pc-1", Ring.PILOT, Actor("staff", 4, "Глеб Маслов"))
    assert latest(get("desktop/latest.json?version=4.0.0&install=pc-1")) == "4.2.0"


def test_a_halted_version_is_offered_and_served_no_more(shipped, get):
    release = shipped("4.2.0")
    (artefact,) = release.artefacts.all()
    address = f"desktop/files/4.2.0/{artefact.sha256}.Setup.exe"
    assert get(address).status_code == 200
    services.halt(release.pk, "Плохо.", GLEB)
    assert latest(get("desktop/latest.json?version=4.0.0")) is None
    assert get(address).status_code == 404
    assert get(f"tuf/targets/desktop/4.2.0/{artefact.sha256}.Setup.exe").status_code == 404


def test_nonsense_is_told_so(shipped, get):
    shipped("4.2.0")
    assert get("desktop/latest.json?version=oops").status_code == 400
    assert get("desktop/files/4.2.0/nothing").status_code == 404
    assert get("tuf/metadata/..%2Fsecret").status_code == 404


# ---------------------------------------------------------------- files by parts


PARTS = {
    "the beginning": ("bytes=0-3", 206, b"0123"),
    "from the middle": ("bytes=6-", 206, b"6789"),
    "the end": ("bytes=-2", 206, b"89"),
    "past the end": ("bytes=10-", 416, None),
    "several parts are the whole": ("bytes=0-1,3-4", 200, b"0123456789"),
}


@pytest.mark.parametrize("said", PARTS)
def test_a_file_is_given_by_parts(shipped, get, said):
    asked, status, content = PARTS[said]
    (artefact,) = shipped("4.2.0", b"0123456789").artefacts.all()
    answer = get(f"desktop/files/4.2.0/{artefact.sha256}.Setup.exe", range=asked)
    assert answer.status_code == status
    if content is not None:
        assert b"".join(answer.streaming_content) == content
        assert answer.headers["ETag"] == f'"{artefact.sha256}"'
        assert "immutable" in answer.headers["Cache-Control"]
        assert 'filename="Setup.exe"' in answer.headers["Content-Disposition"]


def test_who_has_it_is_not_sent_it_again(shipped, get):
    (artefact,) = shipped("4.2.0").artefacts.all()
    again = get(f"desktop/files/4.2.0/{artefact.sha256}.Setup.exe", if_none_match=f'"{artefact.sha256}"')
    assert again.status_code == 304
    changed = get(
        f"desktop/files/4.2.0/{artefact.sha256}.Setup.exe", range="bytes=0-1", if_range='"another"'
    )  # fmt: skip
    assert changed.status_code == 200
