"""A code goes into the messenger and comes back by the page: the account is theirs."""

import re

import pytest
from django.urls import reverse

from okibi.channels import outbox
from okibi.channels.messenger import conversations
from okibi.channels.models import Outbound
from okibi.customers.messenger_models import MessengerIdentity
from okibi.flows.messenger_events import on_sent
from okibi.kernel.clock import now
from okibi.portal.tests.conftest import SUBJECT
from okibi.tickets.models import Ticket
from tests import messengers
from tests.simulators.max import Max

pytestmark = pytest.mark.django_db
CHAT = "900017"


@pytest.fixture
def vendor(settings, tmp_path):
    with Max() as vendor:
        messengers.configure(settings, tmp_path, messengers.account("max", vendor.url))
        yield vendor


def address(house) -> str:
    return reverse("portal-messenger", args=[house.rows["identity_id"]])


def wrote() -> None:
    conversations.wrote("max", "main", CHAT, now(), "1")


def code_sent(house, vendor) -> str:
    answer = house.anna.post(address(house))
    assert answer.headers["Location"].endswith("#messengers")
    outbox.drain(on_sent)
    sent = [each for each in vendor.sent if each.to == CHAT]
    return re.search(r"\b\d{6}\b", sent[-1].text)[0]


def test_a_code_that_came_into_the_messenger_confirms_it_and_frees_what_it_unlocks(house, vendor):
    wrote()
    ticket = Ticket.objects.get(pk=house.ticket.pk)
    Ticket.objects.filter(pk=ticket.pk).update(channel="max", requester_address=CHAT, requester_sure=False)
    code = code_sent(house, vendor)
    page = house.anna.get(f"{reverse('portal-card')}?code={house.rows['identity_id']}").content.decode()
    assert "messenger_code" in page
    assert code not in page
    house.anna.post(address(house), {"messenger_code": f"{code[:3]} {code[3:]}"})
    assert MessengerIdentity.objects.get(pk=house.rows["identity_id"]).verified_at is not None
    ticket.refresh_from_db()
    assert ticket.requester_sure
    assert house.anna.post(address(house)).status_code == 404  # there is nothing left to confirm


def test_a_wrong_code_confirms_nothing_and_the_right_one_comes_too_late_after_five(house, vendor):
    wrote()
    code = code_sent(house, vendor)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        house.anna.post(address(house), {"messenger_code": wrong})
    house.anna.post(address(house), {"messenger_code": code})
    assert MessengerIdentity.objects.get(pk=house.rows["identity_id"]).verified_at is None


def test_three_codes_an_hour_and_none_to_who_never_wrote(house, vendor):
    house.anna.post(address(house))
    assert not Outbound.objects.filter(channel="max").exists()
    wrote()
    for _ in range(5):
        house.anna.post(address(house))
    assert Outbound.objects.filter(channel="max").count() == 3


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "sip"])
@pytest.mark.parametrize("visitor", ["anna", "admin"])
def test_a_number_that_somebody_wrote_into_their_card_shows_them_nothing_of_its_owner(house, channel, visitor):
    request = reverse("portal-request", args=[house.ticket.number])
    assert house.clients[visitor].get(request).status_code == 200
    Ticket.objects.update(channel=channel, device=None, requester_sure=False)
    assert house.clients[visitor].get(request).status_code == 404
    for name in ("portal-requests", *(["portal-organisation"] if visitor == "admin" else [])):
        assert house.ticket.number not in house.clients[visitor].get(reverse(name)).content.decode()
    assert SUBJECT.encode() not in house.clients[visitor].post(reverse("portal-data-take")).getvalue()
    Ticket.objects.update(requester_sure=True)
    assert house.clients[visitor].get(request).status_code == 200
