"""While the database restarts, programs are told to come again, not that something broke for good."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from okibi.api.frame import framed


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
