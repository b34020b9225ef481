"""Signing in without a password: what a letter says, what a guesser gets, what the cookie is."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from okibi.channels.models import Outbound
from okibi.customers.models import Person
from okibi.customers.services import add_email
from okibi.environments.models import Device
from okibi.journal.models import Entry
from okibi.journal.services import SYSTEM
from okibi.portal.gate import COOKIE, LIVES
from okibi.schemes.services import ensure_loaded
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def cast():
    cache.clear()
    ensure_loaded()
    return make_cast()


def letter(recipient="anna@example.org"):
    return Outbound.objects.filter(recipient=recipient).latest("id")


def code_of(text):
    return re.search(r"\b(\d{6})\b", text)[1]


def asked(client, email="anna@example.org", **more):
    return client.post(reverse("portal-sign-in"), {"email": email, **more}, headers={"User-Agent": FIREFOX})


def came_in(client, email="anna@example.org", **more):
    asked(client, email, **more)
    sent = {"code": code_of(letter(email).text), "next": more.get("next", "")}
    return client.post(reverse("portal-code"), sent)


@pytest.mark.django_db(transaction=True)  # a wrong code is counted though the page refuses it
def test_an_address_a_code_and_a_cookie(cast):
    client = Client()
    assert asked(client).headers["Location"].startswith(reverse("portal-code"))
    assert "Firefox, Windows" in letter().text
    wrong = client.post(reverse("portal-code"), {"code": "000000" if code_of(letter().text) != "000000" else "000001"})
    assert (wrong.status_code, "Осталось попыток: 4" in wrong.content.decode()) == (422, True)
    answer = client.post(
        reverse("portal-code"), {"code": f" {code_of(letter().text)[:3]} {code_of(letter().text)[3:]}"}
    )
    assert answer.headers["Location"] == reverse("portal-requests")
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", LIVES)
    assert cookie.value.startswith("okd_")
    assert client.get(reverse("portal-card")).status_code == 200
    assert Device.objects.get().person == cast.anna


def test_over_https_the_cookie_goes_nowhere_else(cast, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert came_in(Client()).cookies[COOKIE]["secure"] is True


def test_a_known_and_an_unknown_address_get_the_same_answer(cast):
    pages = []
    for email in ("anna@example.org", "stranger@example.net"):
        client = Client()
        first = asked(client, email)
        second = client.get(first.headers["Location"]).content.decode()
        pages.append((first.status_code, first.headers["Location"], re.sub(r'(token"|value=)[^>]*', "", second)))
    assert pages[0] == pages[1]
    assert not Person.objects.filter(name="stranger@example.net").exists()  # until they prove the address


def test_the_letter_s_link_lets_in_the_browser_that_asked_and_no_other(cast):
    client = Client()
    asked(client)
    path = re.search(r"https?://[^/]+(/portal/sign-in/link/\S+)", letter().text)[1]
    assert Client().get(path).status_code == 404
    assert client.get(path).status_code == 200
    assert not Device.objects.exists()  # opening changes nothing: mail scanners open every link
    stranger = Client()
    asked(stranger, "stranger@example.net")
    assert stranger.post(path).status_code == 404
    assert client.post(path).headers["Location"] == reverse("portal-requests")
    assert client.get(reverse("portal-requests")).status_code == 200
    assert client.get(path).headers["Location"] == reverse("portal-requests")  # pressed again: they are in already


def test_of_two_letters_the_older_one_s_link_says_why_it_does_not_fit(cast):
    client = Client()
    asked(client)
    path = re.search(r"https?://[^/]+(/portal/sign-in/link/\S+)", letter().text)[1]
    asked(client)
    answer = client.post(path)
    assert answer.status_code == 404
    assert "самого нового письма" in answer.content.decode()


def test_too_many_letters_to_one_address_are_refused_with_a_moment(cast):
    answers = [asked(Client()) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert 'value="anna@example.org"' in answers[-1].content.decode()


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ("/portal/me/", "/portal/me/"),
        ("https://evil.example/portal/", "/portal/"),
        ("//evil.example/portal/", "/portal/"),
        ("/console/", "/portal/"),
        ("javascript:alert(1)", "/portal/"),
        ("/portal/../console/", "/portal/"),
        ("/portal/%2e%2E/console/", "/portal/"),
        ("/portal/\\evil.example", "/portal/"),
    ],
)
def test_after_the_code_the_reader_lands_inside_the_portal_only(cast, given, where):
    assert came_in(Client(), next=given).headers["Location"] == where


def test_signing_out_ends_the_device(cast):
    client = Client()
    token = came_in(client).cookies[COOKIE].value
    assert client.post(reverse("portal-sign-out")).status_code == 302
    again = Client()
    again.cookies[COOKIE] = token
    assert again.get(reverse("portal-requests")).status_code == 302
    assert Entry.objects.filter(code="device.revoked").exists()


def test_an_invitation_is_accepted_by_whoever_proves_an_address(house):
    admin = house.clients["admin"]
    admin.post(reverse("portal-invitations"), {"address": "nina@example.org"})
    text = letter("nina@example.org").text
    assert "Дарья Ким приглашает" in text
    path = re.search(r"https?://[^/]+(/portal/invitation/\S+)", text)[1]
    nina = Client()
    page = nina.get(path).content.decode()
    assert "Рябина" in page
    assert 'value="nina@example.org"' in page
    nina.post(path, {"name": "Нина Громова", "email": "nina@example.org"})
    nina.post(reverse("portal-code"), {"code": code_of(letter("nina@example.org").text)})
    person = Person.objects.get(emails__key="nina@example.org")
    assert (person.name, person.organisation, person.organisation_claimed) == (
        "Нина Громова",
        house.cast.ryabina,
        False,
    )
    assert Client().get(path).status_code == 404  # once


def test_a_revoked_invitation_opens_nothing(house):
    path = reverse("portal-invitation", args=[house.rows["code"]])
    assert Client().get(path).status_code == 200
    house.clients["admin"].post(reverse("portal-invitation-revoke", args=[house.rows["invitation_id"]]))
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_invitation_takes_in_who_belongs_nowhere_and_moves_nobody(house, elsewhere):
    nina = Person.objects.create(name="Нина", organisation=house.cast.kedr if elsewhere else None)
    add_email(nina.pk, "nina@example.org", actor=SYSTEM)
    client = Client()
    path = reverse("portal-invitation", args=[house.rows["code"]])
    client.post(path, {"name": "Нина", "email": "nina@example.org"})
    client.post(reverse("portal-code"), {"code": code_of(letter("nina@example.org").text)})
    nina.refresh_from_db()
    assert nina.organisation == (house.cast.kedr if elsewhere else house.cast.ryabina)
