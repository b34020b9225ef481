"""A person's own numbers in the application: told of requests by SMS or not, confirmed by a code that came there."""

import re

import pytest

from okibi.channels.models import Outbound
from okibi.customers.models import PhoneNumber
from okibi.customers.services import add_phone
from okibi.flows import sms_wishes
from okibi.journal.services import SYSTEM
from okibi.policy.sms_words import Wish
from okibi.sms.tests import gateways

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)


@pytest.fixture
def number(cast) -> PhoneNumber:
    return add_phone(cast.anna.pk, "+7 900 000-00-17", actor=SYSTEM)


def code() -> str:
    return re.search(r"\b\d{6}\b", Outbound.objects.filter(channel="sms").latest("id").text)[0]


def test_without_a_gateway_a_number_has_no_sms(anna, number):
    assert anna.get("/numbers").json()["items"] == [
        {"id": number.pk, "number": "+79000000017", "extension": "", "verified": False, "sms": None}
    ]
    assert anna.call("PUT", f"/numbers/{number.pk}/sms", {"on": True}).status_code == 404


def test_the_wish_is_said_and_taken_back(anna, number, gateway):
    path = f"/numbers/{number.pk}/sms"
    assert anna.call("PUT", path, {"on": True}).json()["sms"] == {"on": True, "stopped": False}
    number.refresh_from_db()
    assert (number.sms_wish, number.sms_wish_by) == ("yes", "ipv")
    assert anna.call("PUT", path, {"on": False}).json()["sms"]["on"] is False
    assert anna.get("/numbers").json()["items"][0]["sms"]["on"] is False


def test_a_code_that_came_by_sms_confirms_the_number(anna, number, gateway):
    path = f"/numbers/{number.pk}"
    assert anna.post(f"{path}/code").status_code == 202
    wrong = "000000" if code() != "000000" else "111111"
    assert anna.post(f"{path}/confirm", {"code": wrong}).status_code == 422
    assert anna.post(f"{path}/confirm", {"code": code()}).json()["verified"] is True
    assert anna.post(f"{path}/code").status_code == 404  # nothing is left to confirm


def test_codes_are_not_tried_without_end_and_a_key_changes_nothing(anna, number, gateway):
    path = f"/numbers/{number.pk}"
    anna.post(f"{path}/code")
    wrong = "000000" if code() != "000000" else "111111"
    tried = [anna.post(f"{path}/confirm", {"code": wrong}, Idempotency_Key=f"try-{n}").status_code for n in range(6)]
    assert tried == [422] * 5 + [409]
    assert anna.post(f"{path}/confirm", {"code": code()}, Idempotency_Key="the-right-one").status_code == 409


def test_a_confirmation_that_comes_twice_is_answered_alike(anna, number, gateway):
    path = f"/numbers/{number.pk}"
    anna.post(f"{path}/code")
    said = {"code": code()}
    once, again = (anna.post(f"{path}/confirm", said, Idempotency_Key="confirm-once").json() for _ in range(2))
    assert once == again
    assert once["verified"] is True


def test_stop_from_the_number_stands_over_any_wish_in_the_application(anna, number, gateway):
    sms_wishes.said(number.e164, Wish.OUT, source="sms")
    assert anna.get("/numbers").json()["items"][0]["sms"]["stopped"] is True
    refused = anna.call("PUT", f"/numbers/{number.pk}/sms", {"on": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "sms.stopped")


@pytest.mark.parametrize("who", ["boris", "head"])
def test_anybody_elses_number_is_not_there(request, cast, who, anna, number, gateway):
    other = request.getfixturevalue(who)
    assert str(number.pk) not in [str(each["id"]) for each in other.get("/numbers").json()["items"]]
    for method, tail, body in (
        ("PUT", "sms", {"on": True}),
        ("POST", "code", None),
        ("POST", "confirm", {"code": "1"}),
    ):
        assert other.call(method, f"/numbers/{number.pk}/{tail}", body).status_code == 404


def test_who_is_not_proved_has_no_numbers(unproved):
    assert unproved.get("/numbers").status_code in {403, 404}


@pytest.mark.parametrize("body", [{}, {"on": "yes"}, {"on": 1}, {"on": None}])
def test_a_wish_is_yes_or_no(anna, number, gateway, body):
    assert anna.call("PUT", f"/numbers/{number.pk}/sms", body).status_code == 422
