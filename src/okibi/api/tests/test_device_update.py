"""``GET /device/update``: the newest version that the device may have, and the way to it (scheme.md §3)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from okibi.customers.models import Licence
from okibi.flows import installation_report
from okibi.journal.services import Actor
from okibi.kernel import blobs, clock
from okibi.kernel.clock import now
from okibi.policy.rollout import Ring
from okibi.releases import rings, services
from okibi.releases.models import ProductLine, Release
from okibi.releases.services import Planned, ReadArtefact

GLEB = Actor("staff", 4, "Глеб Маслов")
EXE = {"platform": "windows", "architecture": "x64", "kind": "exe", "facts": {"subsystem": "6.1"}}
APK = {"platform": "android", "architecture": "any", "kind": "apk", "facts": {"min_sdk": 29}}
WINDOWS_10 = {"system": {"family": "windows", "version": "10.0.19045", "architecture": "AMD64"}}
ANDROID_13 = {"system": {"family": "android", "name": "Android", "version": "13"}}
NOTES = {"notes_ru": "Исправлена **печать**.", "notes_en": "Printing was mended."}


def published(product, version, kind, **planned):
    release = services.draft(Planned(product, version, **NOTES, **planned), GLEB)
    name = f"okibi-{version}.{kind['kind']}"
    services.add_artefact(release.pk, ReadArtefact(name, blobs.put(version.encode()), "a" * 40, **kind), GLEB)
    services.check(release.pk, GLEB)
    return services.publish(release.pk, GLEB)


def reports(caller, product, version, report=WINDOWS_10):
    installation_report.reported(caller.device.pk, product=product, version=version, report=report)


def offered(caller, query="", **headers):
    answer = caller.get(f"/device/update{query}", **headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def shipped(cast):
    published("desktop", "4.2.0", EXE)
    published("desktop", "4.2.1", EXE)
    ProductLine.objects.update(free=False)


def test_the_newest_is_told_with_notes_in_the_callers_language_and_a_personal_way(anna, shipped):
    reports(anna, "desktop", "4.2.0")
    told = offered(anna, Accept_Language="ru")
    assert (told["product"], told["running"]) == ("desktop", "4.2.0")
    update = told["update"]
    assert (update["version"], update["forced"], update["notes"]) == ("4.2.1", False, "Исправлена **печать**.")
    [file] = update["files"]
    assert (file["platform"], file["architecture"], file["size"]) == ("windows", "x64", 5)
    fetched = Client().get("{0.path}?{0.query}".format(urlsplit(file["url"])))
    assert (fetched.status_code, fetched.getvalue()) == (200, b"4.2.1")
    page = Client().get("{0.path}?{0.query}".format(urlsplit(update["page"])))
    assert page.status_code == 200
    assert "okibi-4.2.1.exe?key=" in page.content.decode()
    assert offered(anna, Accept_Language="en")["update"]["notes"] == "Printing was mended."


def test_who_has_the_newest_is_offered_nothing(anna, shipped):
    reports(anna, "desktop", "4.2.1")
    assert offered(anna)["update"] is None
    assert offered(anna, "?version=4.3.0")["update"] is None


@pytest.mark.parametrize(
    ("said", "version"),
    {
        "another version than the reported one": ("?version=4.1.9", "4.2.1"),
        "another product": ("?product=mobile", None),
        "another system, too old for the file": ("?system=6.0.6002", None),
        "a processor that the file does not run on": ("?architecture=i686", None),
        "a system without such files": ("?platform=linux", None),
    }.values(),
)
def test_what_is_said_wins_over_what_was_reported(anna, shipped, said, version):
    reports(anna, "desktop", "4.2.0")
    update = offered(anna, said)["update"]
    assert (update and update["version"]) == version


def test_ring_share_floor_and_force_count_as_in_every_feed(anna, shipped):
    reports(anna, "desktop", "4.2.0")
    Release.objects.filter(version="4.2.1").update(ring=Ring.PILOT.value)
    assert offered(anna)["update"] is None
    rings.put(anna.device.public_id, Ring.PILOT, GLEB)
    assert offered(anna)["update"]["version"] == "4.2.1"
    published("desktop", "4.3.0", EXE, forced_below="4.2.1")
    Release.objects.filter(version="4.2.1").update(floor=True)
    update = offered(anna)["update"]
    assert (update["version"], update["forced"]) == ("4.2.1", True), "the floor comes first"
    Release.objects.update(percent=0, ring=Ring.EVERYBODY.value, forced_below="", floor=False)
    rings.put(anna.device.public_id, Ring.EVERYBODY, GLEB)
    assert offered(anna)["update"] is None


def test_maintenance_that_ended_before_a_version_came_out_covers_the_earlier_ones(anna, cast):
    with clock.at(now() - timedelta(days=60)):
        published("desktop", "4.2.0", EXE)
    published("desktop", "4.2.1", EXE)
    ProductLine.objects.update(free=False)
    Licence.objects.update(maintenance_until=now().date() - timedelta(days=30))
    reports(anna, "desktop", "4.1.0")
    assert offered(anna)["update"]["version"] == "4.2.0"


def test_who_has_no_right_is_offered_nothing_and_told_of_no_file(unproved, shipped):
    reports(unproved, "desktop", "4.2.0")
    assert offered(unproved)["update"] is None


@pytest.mark.parametrize(
    ("system", "version"),
    [
        ({"family": "android", "version": "13"}, "4.3.1"),
        ({"family": "android", "version": "8.1"}, None),
        ({"family": "android", "version": "8.1", "api_level": 30}, "4.3.1"),
        ({"family": "android"}, "4.3.1"),
        ({"family": "ios", "version": "19"}, None),
    ],
)
def test_a_telephone_is_offered_what_its_android_runs(anna, cast, system, version):
    published("mobile", "4.3.1", APK)
    ProductLine.objects.filter(product="mobile").update(free=True)
    ProductLine.objects.get_or_create(product="mobile", defaults={"free": True})
    reports(anna, "mobile", "4.3.0", {"system": system})
    update = offered(anna)["update"]
    assert (update and update["version"]) == version


def test_a_free_products_way_needs_no_key(anna, cast):
    published("mobile", "4.3.1", APK)
    ProductLine.objects.update_or_create(product="mobile", defaults={"free": True})
    reports(anna, "mobile", "4.3.0", ANDROID_13)
    update = offered(anna)["update"]
    assert update["page"].endswith("/download/mobile/")
    assert "?" not in update["files"][0]["url"]


@pytest.mark.parametrize("reported", [("", ""), ("desktop", "сборка от пятницы")])
def test_a_device_that_never_said_what_it_runs_is_offered_nothing(anna, shipped, reported):
    reports(anna, *reported)
    assert offered(anna)["update"] is None


def test_a_version_that_is_none_is_refused(anna, shipped):
    answer = anna.get("/device/update?product=desktop&version=best")
    assert (answer.status_code, answer.json()["code"]) == (422, "version")


def test_nobody_without_a_token_is_told(nobody, shipped):
    assert nobody.get("/device/update").status_code == 401
