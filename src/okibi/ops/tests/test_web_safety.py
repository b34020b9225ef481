"""What every answer of the site says to the browser, and the health pages."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from okibi.config.security import NONCE, ClientAddressMiddleware, build_policy
from okibi.ops import webserver


@pytest.mark.django_db
def test_pages_forbid_scripts_and_styles_that_do_not_come_from_us() -> None:
    answer = Client().get("/accounts/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy.split("; ")
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_nonce_stands_only_where_a_page_asked_for_one() -> None:
    config = {"script-src": ["'self'", NONCE], "upgrade-insecure-requests": True, "img-src": False}
    assert build_policy(config, "abc") == "script-src 'self' 'nonce-abc'; upgrade-insecure-requests"
    assert build_policy(config) == "script-src 'self'; upgrade-insecure-requests"


CLIENTS = {
    "no proxy: the header is not believed": (0, "192.0.2.7", "127.0.0.1"),
    "one proxy: what it saw": (1, "192.0.2.7", "192.0.2.7"),
    "what the asker wrote before it is not believed": (1, "10.0.0.1, 192.0.2.7", "192.0.2.7"),
    "two proxies: what the outer one saw": (2, "10.0.0.1, 192.0.2.7, 198.51.100.2", "192.0.2.7"),
    "fewer entries than proxies: nothing to believe": (2, "192.0.2.7", "127.0.0.1"),
    "nonsense": (1, "unknown", "127.0.0.1"),
}


@pytest.mark.parametrize(("proxies", "header", "address"), CLIENTS.values(), ids=CLIENTS.keys())
def test_the_address_of_who_asks(proxies: int, header: str, address: str, settings: pytest.FixtureRequest) -> None:
    settings.OKIBI_TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header})
    ClientAddressMiddleware(lambda _: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address


def test_cookies_are_closed_to_scripts() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_alive_needs_no_database_and_no_host_name() -> None:
    answer = Client(SERVER_NAME="anything.example.org").get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_tells_that_letters_wait_without_a_server(settings: pytest.FixtureRequest) -> None:
    settings.OKIBI_SMTP_OUT_HOST = ""
    answer = Client().get("/readyz").json()
    assert answer["database"] == "ok"
    assert "OKIBI_SMTP_OUT_HOST" in answer["notices"][0]


FIGURES = {
    "this machine may see the figures": ({}, "127.0.0.1", 200),
    "another machine may not": ({}, "192.0.2.7", 403),
    "another machine with the token may": ({"Authorization": "Bearer geheim"}, "192.0.2.7", 200),
    "a wrong token does not help": ({"Authorization": "Bearer nonsense"}, "192.0.2.7", 403),
    "whoever comes through a proxy is not this machine": ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", 403),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("headers", "address", "status"), FIGURES.values(), ids=FIGURES.keys())
def test_figures(headers: dict[str, str], address: str, status: int, settings: pytest.FixtureRequest) -> None:
    settings.OKIBI_METRICS_TOKEN = "geheim"
    answer = Client(headers=headers, REMOTE_ADDR=address).get("/metrics")
    assert answer.status_code == status
    assert (b"okibi_jobs" in answer.content) is (status == 200)


def test_doors_that_are_loaded_ahead_of_their_first_visitor_are_there():
    webserver.warm()
