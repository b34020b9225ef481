"""The request form: who gives a mobile number hears number and term by SMS, and the answer by e-mail as ever."""

import pytest

from okibi.channels.models import Outbound
from okibi.customers.models import PhoneNumber
from okibi.sms.tests import gateways
from okibi.tickets.models import Message, Ticket
from okibi.website.tests.test_request_form import cast, clock, send  # noqa: F401

pytestmark = pytest.mark.django_db
FIELD = "Мобильный номер для SMS"


@pytest.fixture
def gateway(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)


def test_without_a_gateway_no_number_is_asked_for(client):
    assert FIELD not in client.get("/request/").content.decode()


def test_the_number_hears_number_and_term_once_and_joins_no_card(client, clock, cast, gateway):  # noqa: F811
    assert FIELD in client.get("/request/").content.decode()
    answer = send(client, clock, sms_number="8 (900) 000-00-77")
    ticket = Ticket.objects.get()
    row = Outbound.objects.get(channel="sms")
    assert (row.recipient, ticket.number in row.text) == ("+79000000077", True)
    assert ticket.subject not in row.text
    assert Message.objects.get(kind="notice").ticket == ticket
    assert Outbound.objects.get(channel="email").recipient == "anna@example.org"
    assert not PhoneNumber.objects.exists()  # whoever typed Anna's address may not be Anna
    assert "SMS" not in client.get(answer.url).content.decode()


@pytest.mark.parametrize("written", ["900", "+7 495 000-00-00", "не номер"])
def test_what_takes_no_sms_is_refused_beside_the_field(client, clock, cast, gateway, written):  # noqa: F811
    answer = send(client, clock, sms_number=written)
    assert answer.status_code == 422
    assert written in answer.content.decode()
    assert not Ticket.objects.exists()


def test_a_stranger_can_not_have_a_number_flooded(client, clock, cast, gateway):  # noqa: F811
    for number in range(5):
        send(client, clock, address=f"a{number}@example.org", sms_number="+79000000077")
    assert Ticket.objects.count() == 5
    assert Outbound.objects.filter(channel="sms").count() == 3
