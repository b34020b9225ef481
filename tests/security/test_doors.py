"""Every door: its headers, its cookies, where it lets itself be sent to, and that it asks for the form's own word."""

import pytest
from django.test import Client

from .mails import arrive, mail

OPEN = ["/", "/scheme/", "/scheme.pdf", "/request/", "/where/", "/where/forged/", "/who/forged/", "/accounts/login/"]
OPEN += [
    "/accounts/setup/forged/",
    "/nothing-here",
    "/api/v1/policy",
    "/api/v1/nothing",
    "/portal/sign-in/",
    "/robots.txt",
]
OURS = ["/console/queue/all/", "/console/customers/", "/console/staff/me/", "/console/reports/", "/console/nothing"]
ELSEWHERE = ["//evil.example", "https://evil.example", "/\\evil.example", "///evil.example", "javascript:alert(1)"]


def guarded(answer):
    csp = answer.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in csp
    assert "unsafe" not in csp
    assert "frame-ancestors 'none'" in csp
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Traceback" not in answer.content.decode(errors="replace")


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN)
def test_open_pages_are_guarded(path):
    guarded(Client().get(path))


@pytest.mark.parametrize("path", OURS)
def test_pages_of_the_console_are_guarded(oleg, path):
    guarded(oleg.get(path))


@pytest.mark.parametrize("path", OURS[:-1])
def test_pages_of_the_console_are_kept_by_no_cache_on_the_way(oleg, path):
    assert "private" in oleg.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(cast, place):
    browser = Client()
    answer = browser.post(
        "/accounts/login/", {"login": cast.vera.email, "password": "correct-horse-battery", "next": place}
    )
    assert (answer.status_code, answer.url) == (302, "/console/")
    told = browser.post(
        "/i18n/setlang/", {"language": "en", "next": place}, headers={"referer": "https://evil.example/"}
    )
    assert told.url.startswith("/")
    assert not told.url.startswith(("//", "/\\"))


def test_signing_in_makes_a_new_session_and_its_cookies_are_out_of_reach_of_scripts(cast):
    browser = Client()
    browser.cookies["okibi_session"] = "a" * 32
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": cast.vera.email, "password": "correct-horse-battery"})
    session = browser.cookies["okibi_session"]
    assert session.value != "a" * 32
    assert [name for name, one in browser.cookies.items() if not one["httponly"] or one["samesite"] != "Lax"] == []


def test_forms_without_the_forms_own_word_change_nothing(cast):
    ticket = arrive(mail(), "1")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.oleg)
    places = [f"/console/t/{ticket.number}/{act}" for act in ("write", "take", "assign", "solve", "merge", "class")]
    places += ["/accounts/logout/", "/i18n/setlang/", "/request/", "/where/", "/console/staff/me/"]
    assert {path: browser.post(path, {"body": "x"}).status_code for path in places} == dict.fromkeys(places, 403)


def test_a_specialist_does_not_reach_what_is_for_administrators(cast):
    browser = Client()
    browser.force_login(cast.vera)
    places = ["/console/staff/", "/console/staff/new/", "/console/integrations/", "/console/policy/new/"]
    assert {path: browser.get(path).status_code for path in places} == dict.fromkeys(places, 403)
