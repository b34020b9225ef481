"""A mailed version behind its personal link: a page for scanners and people, the file for people, the way out."""

import html
import re

import pytest
from django.test import Client

from okibi.customers.models import EmailAddress
from okibi.flows import mobile_mailing
from okibi.journal.selectors import of_subject
from okibi.mailings import progress, services
from okibi.mailings.models import Line, Link
from okibi.mailings.tests.cast import APK, GLEB, MOSCOW, flagged, published
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"


@pytest.fixture
def letter(db):
    """The tokens of the letter to Anna."""
    make_cast()
    flagged("anna@example.org")
    mailing = services.plan(published(), MOSCOW, GLEB)
    services.start(mailing.pk, 100, MOSCOW, GLEB)
    found = []
    progress.let_go(mailing.pk, lambda line, tokens: found.append(tokens))
    return found[0]


def state():
    return Line.objects.get().state


def said(answer):
    return html.unescape(answer.content.decode())


def address_of_file(client, letter):
    page = said(client.get(f"/d/{letter.page}/"))
    return re.search(r'href="(/d/[^"]+\.apk)"', page)[1]


def test_a_computer_shows_a_code_and_a_telephone_its_steps(client, letter):
    page = said(client.get(f"/d/{letter.page}/"))
    assert "<svg" in page
    assert "4.3.0" in page
    assert "Быстрее ищет." in page
    assert ":".join(["AB"] * 32) in page
    assert Line.objects.get().mailing.release.artefacts.get().sha256 in page
    on_phone = said(client.get(f"/d/{letter.page}/", headers={"user-agent": PIXEL}))
    assert 'class="qr"' not in on_phone
    assert re.search(r"<details open><summary>(<svg.*?</svg>)?Android 12 и новее", on_phone)


def test_the_page_speaks_the_persons_language_until_they_choose_another(client, letter, settings):
    Line.objects.update(language="en")
    assert "Searches faster." in said(client.get(f"/d/{letter.page}/", headers={"accept-language": "ru"}))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    assert "Быстрее ищет." in said(client.get(f"/d/{letter.page}/"))


def test_a_scanner_that_reads_the_page_opens_nothing_and_a_browser_that_shows_it_does(client, letter):
    client.head(f"/d/{letter.page}/")
    answer = client.get(f"/d/{letter.page}/")
    style = re.search(r'<link rel="stylesheet" href="(/d/[^"]+)">', said(answer))[1]
    client.head(style)
    assert state() == "handed"
    shown = client.get(style)
    assert shown.headers["Content-Type"].startswith("text/css")
    assert "no-store" in shown.headers["Cache-Control"]
    assert state() == "opened"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in answer.headers["Cache-Control"]
    assert Link.objects.get().downloads == 0


def test_the_file_comes_whole_with_the_type_that_android_installs(client, letter):
    client.get(f"/d/{letter.page}/seen.css")
    answer = client.get(address_of_file(client, letter))
    assert answer.getvalue() == APK
    assert answer.headers["Content-Type"] == "application/vnd.android.package-archive"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="okibi-mob-4.3.0.apk"'
    assert answer.headers["Content-Length"] == str(len(APK))
    assert state() == "downloaded"


def test_a_broken_download_goes_on_and_counts_once(client, letter):
    address = address_of_file(client, letter)
    first = client.get(address, headers={"range": "bytes=0-9"})
    etag = first.headers["ETag"]
    rest = client.get(address, headers={"range": "bytes=10-", "if-range": etag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.getvalue() + rest.getvalue() == APK
    assert rest.headers["Content-Range"] == f"bytes 10-{len(APK) - 1}/{len(APK)}"
    assert Link.objects.get().downloads == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"range": "bytes=9999-"}, 416),
        ({"range": "bytes=5-2"}, 416),
        ({"range": "bytes=-4"}, 206),
        ({"range": "bytes=0-1,4-5"}, 200),
        ({"range": "bytes=2-3", "if-range": '"other"'}, 200),
    ],
)
def test_ranges_that_are_odd(client, letter, headers, status):
    assert client.get(address_of_file(client, letter), headers=headers).status_code == status


def test_what_the_browser_has_is_not_sent_again(client, letter):
    address = address_of_file(client, letter)
    etag = client.head(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert Link.objects.get().downloads == 0


def test_a_link_does_not_serve_everybody_by_all_but_the_first_byte(client, letter):
    address = address_of_file(client, letter)
    answers = [client.get(address, headers={"range": "bytes=1-"}).status_code for _ in range(32)]
    assert answers == [206] * 30 + [404] * 2


def test_ten_downloads_and_no_more(client, letter):
    address = address_of_file(client, letter)
    assert [client.get(address).status_code for _ in range(11)] == [200] * 10 + [404]


def test_a_dead_link_says_what_to_do(client, letter):
    services.revoke(Line.objects.get().pk, GLEB)
    answer = client.get(f"/d/{letter.page}/")
    assert answer.status_code == 404
    assert "Напишите в поддержку" in said(answer)
    assert client.get(f"/d/{letter.page}/1/x.apk").status_code == 404


def test_no_other_file_comes_by_a_link(client, letter):
    other = published("4.4.0", b"PK another").artefacts.get()
    assert client.get(f"/d/{letter.page}/{other.pk}/{other.name}").status_code == 404


def test_opening_the_way_out_changes_nothing_and_a_bare_post_takes_the_address_out(letter, client):
    page = said(client.get(f"/u/{letter.leave}/"))
    assert "anna@example.org" in page
    email = EmailAddress.objects.get(address="anna@example.org")
    assert email.mobile_mailing
    answer = client.post(f"/u/{letter.leave}/", {"List-Unsubscribe": "One-Click"})
    assert "Писем больше не будет" in said(answer)
    email.refresh_from_db()
    assert not email.mobile_mailing
    assert of_subject("person", email.person_id)[-1].actor_kind == "person"


def test_a_mail_program_needs_no_cookie_and_no_page_of_ours(letter):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/u/{letter.leave}/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert strict.post(f"/u/{letter.leave}/").status_code == 200  # twice is as good as once
    assert strict.post(f"/u/{letter.page}/").status_code == 404


def test_other_addresses_of_the_card_stay_in_the_registry(letter, client):
    anna = EmailAddress.objects.get(address="anna@example.org")
    other = EmailAddress.objects.create(
        person=anna.person, address="home@example.org", key="home@example.org", mobile_mailing=True
    )
    mobile_mailing.leave(letter.leave)
    other.refresh_from_db()
    assert other.mobile_mailing
