"""Doors for machines: what their answers have in common with pages, and what they do without."""

import pytest
from django.test import Client

SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DOORS = ["/hooks/whatsapp/nobody", "/hooks/files/nothing", "/api/v1/requests", "/api/v1/openapi.json", "/api/nothing"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", DOORS)
def test_each_answer_has_the_headers_of_a_page_its_length_and_no_cookie(address):
    answer = Client().get(address)
    assert {name: answer.headers.get(name) for name in SECURE} == SECURE
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Permissions-Policy"]
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert not answer.cookies


@pytest.mark.parametrize("address", DOORS)
def test_a_host_that_is_not_ours_is_refused(address, settings):
    settings.ALLOWED_HOSTS = ["support.example.org"]
    assert Client(SERVER_NAME="evil.example.org").get(address).status_code == 400


@pytest.mark.parametrize("address", ["/hooks/whatsapp/nobody", "/api/v1/requests"])
def test_nobody_is_looked_for_by_the_cookies_of_a_browser(address, django_assert_max_num_queries):
    client = Client()
    client.cookies["okibi_session"] = "x" * 32
    with django_assert_max_num_queries(20) as asked:
        client.get(address)
    assert [query["sql"] for query in asked if "session" in query["sql"] or "staff" in query["sql"]] == []


def test_a_push_needs_no_token_of_a_form():
    assert Client(enforce_csrf_checks=True).post("/hooks/whatsapp/nobody", b"{}", "application/json").status_code == 404


def test_what_only_begins_like_a_door_is_a_page():
    assert "okibi_csrf" in Client().get("/accounts/login/").cookies
    assert Client().get("/hooksandeyes").headers["Content-Language"] == "ru"


@pytest.mark.parametrize("address", ["/help/?q=%00", "/where/%00/", "/console/updates/?q=a%00b", "/updates/with/%00/a"])
def test_a_page_is_asked_for_nothing_that_no_database_stores(address):
    answer = Client().get(address)
    assert answer.status_code == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
