"""While the database restarts, people and programs are told to come again, not that something broke for good."""

import json
import re

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from okibi.api.frame import framed
from okibi.config.unavailable import RETRY_AFTER, broken
from okibi.environments.services import TOKEN


@pytest.mark.parametrize("fault", [OperationalError("the database system is starting up"), InterfaceError("closed")])
def test_a_database_that_is_away_means_come_again(fault):
    def view(_request):
        raise fault

    answer = framed(view)(RequestFactory().get("/api/v1/requests"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert json.loads(answer.content)["code"] == "unavailable"


def test_any_other_fault_is_ours():
    def view(_request):
        raise ZeroDivisionError

    answer = framed(view)(RequestFactory().get("/api/v1/requests"))
    assert (answer.status_code, "ZeroDivision" in answer.content.decode()) == (500, False)


@pytest.fixture
def client():
    """A browser of somebody who signed in everywhere."""
    client = Client(raise_request_exception=False)
    client.cookies["okibi_session"] = "somebody"
    client.cookies["okibi_portal"] = f"{TOKEN}{'0' * 12}_somebody"
    return client


@pytest.fixture
def away(db):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("the database system is shutting down")

    with connection.execute_wrapper(refuse):
        yield


WORDS = {"ru": "Мы сейчас вернёмся", "en": "We are back in a moment"}


@pytest.mark.usefixtures("away")
class TestPages:
    @pytest.mark.parametrize("language", WORDS)
    @pytest.mark.parametrize("door", ["/request/", "/console/", "/portal/"])
    def test_every_door_says_so_calmly_in_the_readers_language_and_loads_again(self, client, door, language):
        answer = client.get(door, headers={"Accept-Language": language})
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER))
        assert WORDS[language] in page
        assert re.search(r'<meta http-equiv="refresh" content="5">', page)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_form_that_was_sent_is_not_sent_again_by_itself(self, client):
        answer = client.post("/request/", {"text": "Не печатает"})
        assert answer.status_code == 503
        page = answer.content.decode()
        assert "http-equiv" not in page
        assert "набранный текст на месте" in page

    def test_the_consoles_script_gets_the_status_and_no_page(self, client):
        answer = client.get("/console/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (503, b"")

    def test_what_breaks_around_the_views_of_the_api_is_a_problem_too(self, client):
        answer = client.get("/api/v1/requests", headers={"Authorization": "Bearer okd_000000000000_x"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")


def answer_to(fault, path):
    try:
        raise fault
    except type(fault):
        return broken(RequestFactory().get(path))


def test_a_fault_around_a_view_of_the_api_is_a_problem():
    answer = answer_to(OperationalError(), "/api/v1/requests")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (503, "unavailable")


def test_a_fault_of_ours_stays_a_fault_of_ours():
    assert answer_to(ZeroDivisionError(), "/").status_code == 500
