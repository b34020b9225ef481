"""Staff pages: who may see them, adding, links, access, one's own profile."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from okibi.accounts.models import Staff
from tests.two_of_the_desk import PASSWORD

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return answer.content.decode()


def test_only_administrators_see_staff(as_vera, vera):
    for url in (
        reverse("console-staff"),
        reverse("console-staff-new"),
        reverse("console-staff-person", args=[vera.pk]),
    ):
        assert as_vera.get(url).status_code == 403
    assert as_vera.post(reverse("console-staff-disable", args=[vera.pk])).status_code == 403


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client, db):
    assert client.get(reverse("console-staff")).url == "/accounts/login/?next=/console/staff/"


def test_the_list_names_everybody_and_warns_of_administrators_without_a_second_factor(as_oleg, vera):
    page = text_of(as_oleg.get(reverse("console-staff")))
    assert "Vera Sinitsyna" in page
    assert "Администраторы без второго фактора" in page


def test_a_newcomer_gets_a_link_that_lets_them_in(as_oleg):
    fields = {"name": "Boris Lapin", "email": "boris@example.org", "roles": ["specialist"], "language": "en"}
    page = text_of(as_oleg.post(reverse("console-staff-new"), fields))
    link = re.search(r'value="http://testserver(/accounts/setup/[^"]+)"', page)[1]
    browser = Client()
    browser.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    answer = browser.post("/accounts/login/", {"login": "boris@example.org", "password": PASSWORD})
    assert answer.url == "/console/"
    assert answer.cookies["okibi_language"].value == "en"


def test_what_was_typed_stays_when_an_address_is_taken(as_oleg, vera):
    fields = {"name": "Boris Lapin", "email": vera.email, "roles": ["specialist"], "language": "ru"}
    page = text_of(as_oleg.post(reverse("console-staff-new"), fields))
    assert "Сотрудник с таким адресом уже есть." in page
    assert 'value="Boris Lapin"' in page


def test_roles_are_changed(as_oleg, vera):
    url = reverse("console-staff-person", args=[vera.pk])
    as_oleg.post(url, {"name": vera.name, "email": vera.email, "roles": ["specialist", "releases"]})
    assert Staff.objects.get(pk=vera.pk).roles == ["specialist", "releases"]


def test_the_last_administrator_stays_and_the_page_says_why(as_oleg, oleg):
    page = text_of(as_oleg.post(reverse("console-staff-disable", args=[oleg.pk]), follow=True))
    assert "Это последний администратор" in page
    assert Staff.objects.get(pk=oleg.pk).is_active


def test_access_is_closed_and_opened_again(as_oleg, vera):
    as_oleg.post(reverse("console-staff-disable", args=[vera.pk]))
    assert not Staff.objects.get(pk=vera.pk).is_active
    assert "Открыть доступ" in text_of(as_oleg.get(reverse("console-staff-person", args=[vera.pk])))
    as_oleg.post(reverse("console-staff-enable", args=[vera.pk]))
    assert Staff.objects.get(pk=vera.pk).is_active


def test_somebody_who_does_not_exist_is_not_found(as_oleg):
    assert as_oleg.get(reverse("console-staff-person", args=[987654321])).status_code == 404


def test_an_administrator_ends_anybodys_sessions(as_oleg, vera):
    browser = Client()
    browser.post("/accounts/login/", {"login": vera.email, "password": PASSWORD})
    person = reverse("console-staff-person", args=[vera.pk])
    session = as_oleg.get(person).context["sessions"][0]
    as_oleg.post(reverse("console-staff-session-end", args=[vera.pk, session.id]))
    assert as_oleg.get(person).context["sessions"] == []
    assert browser.get(reverse("console-staff-profile")).status_code == 302


def test_a_profile_changes_name_language_signature_and_colours(as_vera, vera):
    fields = {"name": "Vera S.", "language": "en", "signature": "Best, Vera", "theme": "dark"}
    answer = as_vera.post(reverse("console-staff-profile"), fields)
    assert answer.cookies["okibi_language"].value == "en"
    assert answer.cookies["okibi_theme"].value == "dark"
    page = text_of(as_vera.get(reverse("console-staff-profile")))
    assert 'lang="en"' in page
    assert "Best, Vera" in page
    assert 'data-theme="dark"' in page


def test_ones_own_other_sessions_end_and_this_one_stays(vera):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": vera.email, "password": PASSWORD})
    profile = reverse("console-staff-profile")
    assert len(here.get(profile).context["sessions"]) == 2
    here.post(reverse("console-staff-own-sessions-end"))
    assert len(here.get(profile).context["sessions"]) == 1
    assert there.get(profile).status_code == 302


def test_nobody_ends_the_session_of_somebody_else_from_their_own_profile(as_vera, oleg):
    browser = Client()
    browser.post("/accounts/login/", {"login": oleg.email, "password": PASSWORD})
    session = browser.get(reverse("console-staff-profile")).context["sessions"][0]
    assert as_vera.post(reverse("console-staff-own-session-end", args=[session.id])).status_code == 404
    assert browser.get(reverse("console-staff-profile")).status_code == 200


@pytest.mark.parametrize("name", ["console-staff", "console-staff-new", "console-staff-profile"])
def test_every_page_is_whole_in_english_too(as_oleg, name):
    as_oleg.cookies["okibi_language"] = "en"
    page = text_of(as_oleg.get(reverse(name)))
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.search("[а-яё]", main.replace("Русский", ""), re.IGNORECASE)
