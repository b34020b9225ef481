"""A person says on their card whether a number is told of their requests by SMS, and confirms it by a code."""

import re

import pytest
from django.urls import reverse

from okibi.channels.models import Outbound
from okibi.customers.models import PhoneNumber
from okibi.flows import own_numbers, sms_wishes
from okibi.kernel.clock import now
from okibi.policy.sms_words import Wish
from okibi.sms.tests import gateways
from okibi.tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)


@pytest.fixture
def number(house, gateway) -> PhoneNumber:
    return PhoneNumber.objects.get(pk=house.rows["phone_id"])


def act(house, **data):
    return house.anna.post(reverse("portal-number", args=[house.rows["phone_id"]]), data)


def page(house) -> str:
    return house.anna.get(reverse("portal-card")).content.decode()


def code() -> str:
    text = Outbound.objects.filter(channel="sms", key__startswith="number-code:").latest("id").text
    return re.search(r"\b\d{6}\b", text)[0]


def test_without_a_gateway_the_card_says_nothing_of_sms(house):
    assert "SMS" not in page(house)
    assert act(house, act="sms", on="1").status_code == 404


def test_a_wish_is_kept_with_its_source_and_taken_back(house, number):
    assert "SMS" in page(house)
    act(house, act="sms", on="1")
    number.refresh_from_db()
    assert (number.sms_wish, number.sms_wish_by) == ("yes", "portal")
    assert number.sms_wish_at <= now()
    act(house, act="sms")
    number.refresh_from_db()
    assert number.sms_wish == "no"


def test_a_code_that_came_by_sms_confirms_the_number(house, number):
    answer = act(house, act="code")
    assert answer.headers["Location"].endswith("#numbers")
    shown = house.anna.get(answer.headers["Location"].partition("#")[0]).content.decode()
    assert "number_code" in shown
    assert code() not in shown
    act(house, act="code", number_code="000000" if code() != "000000" else "111111")
    number.refresh_from_db()
    assert number.verified_at is None
    act(house, act="code", number_code=code())
    number.refresh_from_db()
    assert number.verified_at is not None
    assert act(house, act="code").status_code == 404  # there is nothing left to confirm


def test_codes_are_few_and_tries_too(house, number):
    for _ in range(own_numbers.SENDING.count + 2):
        act(house, act="code")
    assert Outbound.objects.filter(key__startswith="number-code:").count() == own_numbers.SENDING.count
    right = code()
    for _ in range(own_numbers.GUESSING.count):
        act(house, act="code", number_code="x")
    act(house, act="code", number_code=right)
    number.refresh_from_db()
    assert number.verified_at is None


def test_a_number_that_said_stop_is_not_switched_on_here(house, number):
    sms_wishes.said(number.e164, Wish.OUT, source="sms")
    assert "СТОП" in page(house)
    act(house, act="sms", on="1")
    act(house, act="code")
    number.refresh_from_db()
    assert number.sms_wish == ""
    assert not Outbound.objects.filter(key__startswith="number-code:").exists()


@pytest.mark.parametrize("who", ["colleague", "admin", "other admin"])
@pytest.mark.parametrize("data", [{"act": "sms", "on": "1"}, {"act": "code"}, {"act": "code", "number_code": "1"}])
def test_nobody_acts_on_anothers_number(house, number, who, data):
    url = reverse("portal-number", args=[house.rows["phone_id"]])
    assert house.clients[who].post(url, data).status_code == 404
    number.refresh_from_db()
    assert number.sms_wish == ""


def test_the_sms_itself_stands_on_no_page_of_the_requester(house, number):
    act(house, act="sms", on="1")
    PhoneNumber.objects.update(verified_at=now())
    notice = Message.objects.create(
        ticket_id=house.ticket.pk, kind="notice", at=now(), channel="sms", text="Тайная весть", author_address="+7"
    )
    shown = house.anna.get(reverse("portal-request", args=[house.ticket.number])).content.decode()
    assert notice.text not in shown
