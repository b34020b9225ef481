"""A version in the console: drafted, filled, confirmed, checked, published, halted, withdrawn; read by everybody."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okibi.console.releases.present import bars
from okibi.environments.in_use import InUse
from okibi.environments.models import Device
from okibi.kernel.clock import now
from okibi.releases.lines import rules_of
from okibi.releases.models import Release
from okibi.releases.samples.apk import Apk, new_signer
from okibi.releases.samples.portable import Exe

pytestmark = pytest.mark.django_db
FIELDS = {
    "product": "mobile",
    "version": "3.4.0",
    "channel": "stable",
    "notes_ru": "Исправлена **печать**.",
    "ring": "everybody",
    "percent": "100",
}
SIGNER = new_signer()


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def act(browser, name, release, **data):
    return text_of(browser.post(reverse(f"console-release-{name}", args=[release.pk]), data, follow=True))


def drafted(browser, **changes) -> Release:
    browser.post(reverse("console-releases-new"), {**FIELDS, **changes})
    return Release.objects.get(version=changes.get("version", FIELDS["version"]))


def filled(browser, content=b"", **changes) -> Release:
    release = drafted(browser, **changes)
    act(browser, "add", release, file=SimpleUploadedFile("okibi.apk", content or Apk().signed(SIGNER)))
    return release


def published(browser) -> Release:
    release = filled(browser)
    for name in ("confirm", "check", "publish"):
        act(browser, name, release)
    return release


def test_a_mobile_version_from_upload_to_everybody(as_gleb):
    release = drafted(as_gleb)
    page = act(as_gleb, "add", release, file=SimpleUploadedFile("okibi.apk", Apk().signed(SIGNER)))
    assert "ru.okibi.mob" in page
    assert SIGNER.sha256 in page
    assert "Впервые у этого продукта" in page
    assert "<strong>печать</strong>" in page
    assert "Проверьте и подтвердите" in act(as_gleb, "check", release)
    assert "Закреплено за продуктом" in act(as_gleb, "confirm", release)
    assert rules_of("mobile").certificates == (SIGNER.sha256,)
    assert "Всё сходится" in act(as_gleb, "check", release)
    assert "Версия опубликована." in act(as_gleb, "publish", release)
    page = text_of(as_gleb.get(reverse("console-releases")))
    assert re.search(r"3\.4\.0</a>.*?опубликована", page)


def test_what_does_not_fit_is_said_in_words_and_is_not_published(as_gleb):
    published(as_gleb)
    wrong = Apk(version="3.5.0", min_sdk=28, package="com.stranger").signed(new_signer("Stranger"))
    release = filled(as_gleb, wrong, version="3.5.0")
    page = act(as_gleb, "check", release)
    for told in (
        "другим сертификатом",
        "Пакет com.stranger, а у продукта — ru.okibi.mob",
        "versionCode 30400",
        "Android 8.0",
    ):
        assert told in page
    release.refresh_from_db()
    assert release.state == "draft"


def test_what_is_no_package_is_refused_at_once(as_gleb):
    release = drafted(as_gleb)
    page = act(as_gleb, "add", release, file=SimpleUploadedFile("a.apk", b"hello"))
    assert "Это не EXE, DLL, MSI, APK, NUPKG и не архив." in page
    assert release.artefacts.count() == 0


def test_a_file_of_a_published_version_stays(as_gleb):
    """Somebody published it while the page with the button stood open elsewhere."""
    release = published(as_gleb)
    page = text_of(as_gleb.post(reverse("console-release-remove", args=[release.artefacts.get().pk]), follow=True))
    assert "Версия опубликована, и изменить её нельзя" in page
    assert release.artefacts.count() == 1


def test_halting_and_withdrawing_need_a_reason_and_keep_it(as_gleb):
    release = published(as_gleb)
    assert "Назовите причину." in act(as_gleb, "halt", release, reason=" ")
    assert "Не печатает" in act(as_gleb, "halt", release, reason="Не печатает")
    assert "Выпуск версии продолжен." in act(as_gleb, "resume", release)
    assert "Версия отозвана." in act(as_gleb, "withdraw", release, reason="Совсем не печатает")


def test_a_rollout_only_widens(as_gleb):
    release = filled(as_gleb, ring="pilot", percent="10")
    for name in ("confirm", "check", "publish"):
        act(as_gleb, name, release)
    page = act(as_gleb, "rollout", release, ring="everybody", percent="20")
    assert "Версия пошла дальше." in page
    assert "версия 3.4.0 идёт дальше: все, 20 %" in page  # of its history, in the reader's words
    assert "только растут" in act(as_gleb, "rollout", release, ring="everybody", percent="10")
    assert "от 0 до 100" in act(as_gleb, "rollout", release, ring="everybody", percent="1000")


def test_a_file_is_taken_out_again(as_gleb):
    release = filled(as_gleb)
    page = text_of(as_gleb.post(reverse("console-release-remove", args=[release.artefacts.get().pk]), follow=True))
    assert "Файл убран из версии." in page
    assert release.artefacts.count() == 0


def test_a_change_of_the_number_judges_the_files_again(as_gleb):
    release = filled(as_gleb)
    as_gleb.post(reverse("console-release-edit", args=[release.pk]), {**FIELDS, "version": "3.4.1"})
    assert "В файле версия 3.4.0, а заявлена 3.4.1." in text_of(
        as_gleb.get(reverse("console-release", args=[release.pk]))
    )


def test_a_package_goes_in_pieces(as_gleb):
    release = drafted(as_gleb, product="desktop", version="4.2.0")
    content = Exe(padding=300_000).made()
    tus = {"HTTP_TUS_RESUMABLE": "1.0.0"}
    begun = as_gleb.post(
        reverse("console-releases-uploads"),
        b"",
        HTTP_UPLOAD_LENGTH=str(len(content)),
        HTTP_UPLOAD_METADATA="filename U2V0dXAuZXhl",
        content_type="application/octet-stream",
        **tus,
    )
    address = begun.headers["Location"].split("testserver")[-1]
    for start in (0, 200_000):
        piece = content[start : start + 200_000]
        kind = "application/offset+octet-stream"
        answer = as_gleb.patch(address, piece, content_type=kind, HTTP_UPLOAD_OFFSET=str(start), **tus)
        assert answer.status_code == 204
    page = act(as_gleb, "add", release, uploads=address.rpartition("/")[2])
    assert "Setup.exe" in page
    assert release.artefacts.get().facts["version"] == "4.2.0.0"


def test_an_upload_of_another_is_not_there(as_gleb, as_vera):
    assert as_vera.post(reverse("console-releases-uploads")).status_code == 403
    release = drafted(as_gleb)
    assert (
        as_gleb.post(reverse("console-release-add", args=[release.pk]), {"uploads": "u" + "0" * 20}).status_code == 404
    )


def test_a_specialist_reads_and_does_nothing(as_gleb, as_vera):
    release = published(as_gleb)
    page = text_of(as_vera.get(reverse("console-release", args=[release.pk])))
    assert "ru.okibi.mob" in page
    assert reverse("console-release-halt", args=[release.pk]) not in page
    for name in ("add", "confirm", "check", "publish", "halt", "resume", "withdraw", "rollout", "edit"):
        assert as_vera.post(reverse(f"console-release-{name}", args=[release.pk])).status_code == 403
    assert as_vera.get(reverse("console-releases-line", args=["mobile"])).status_code == 403


def test_the_rules_of_packages_are_set_by_hand(as_gleb):
    url = reverse("console-releases-line", args=["desktop"])
    given = {
        "msi_upgrade_code": "7a4e2b90-6f1d-4c38-8e55-112233445566",
        "certificates": "AA:" * 31 + "AA",
        "trial_days": 30,
    }
    as_gleb.post(url, given)
    rules = rules_of("desktop")
    assert (rules.msi_upgrade_code, rules.certificates, rules.trial_days) == (
        "{7A4E2B90-6F1D-4C38-8E55-112233445566}",
        ("aa" * 32,),
        30,
    )
    assert "64 шестнадцатеричных" in text_of(as_gleb.post(url, {**given, "certificates": "zz"}))
    assert as_gleb.get(reverse("console-releases-line", args=["fridge"])).status_code == 404


def test_the_preview_runs_nothing(as_gleb):
    raw = as_gleb.post(reverse("console-releases-preview"), {"notes_ru": "**так** <script>"}).content.decode()
    assert "<strong>так</strong> &lt;script&gt;" in raw


def test_the_list_asks_as_often_with_many_versions(as_gleb, django_assert_max_num_queries):
    for number in range(3):
        drafted(as_gleb, version=f"3.{number}.0")
    as_gleb.get(reverse("console-releases"))
    with django_assert_max_num_queries(12):
        as_gleb.get(reverse("console-releases"))


def test_who_runs_what_is_asked_for_again_while_the_page_stands_open(as_gleb, db):
    page = text_of(as_gleb.get(reverse("console-release", args=[drafted(as_gleb).pk])))
    address = re.search(r'hx-get="([^"]+/running/mobile[^"]*)" hx-trigger="every', page).group(1)
    Device.objects.create(
        public_id="dev_1", product="mobile", version="3.4.0", enrolled_by="email", last_seen_at=now(), created_at=now()
    )
    found = as_gleb.get(address).content.decode()
    assert '<tr class="rel-mine"><th scope="row">3.4.0</th>' in found
    assert "<html" not in found


def test_shares_of_the_bars_are_rounded():
    assert [each["share"] for each in bars([InUse("m", "3.4.0", 1), InUse("m", "3.3.1", 2)])] == [33, 67]


def test_bars_go_from_the_highest_version_down_and_the_oldest_stand_together():
    rows = [InUse("desktop", f"4.{number}.0", 10 - number) for number in range(10)]
    found = bars(rows)
    assert [each["version"] for each in found[:2]] == ["4.9.0", "4.8.0"]
    assert (found[-1]["devices"], len(found)) == (19, 9)
    assert max(each["width"] for each in found) == 100
    assert bars([]) == []
