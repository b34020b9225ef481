"""The same key sent by several connections at once, with a worker awake, is one request and one answer to all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind
from okibi.environments.models import EnrolledBy
from okibi.flows import ipv_conversation as talk
from okibi.flows.ipv_request import Draft, place
from okibi.flows.tasks import intake
from okibi.flows.visitor import of_device
from okibi.tickets.models import Message, Ticket
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def anna():
    cast = make_cast()
    yield of_device(
        devices.create_device(secret="s", kind=DeviceKind.DESKTOP, enrolled_by=EnrolledBy.EMAIL, person=cast.anna)
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def at_once(act):
    def one(_):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_a_repeated_placing_is_one_request(anna):
    numbers = at_once(lambda: (place(anna, "k", Draft("Не печатает")).number, intake())[0])
    assert len(set(numbers)) == 1
    assert Ticket.objects.count() == 1


def test_a_repeated_message_is_said_once(anna):
    ticket = place(anna, "k", Draft("Не печатает"))
    said = at_once(lambda: talk.say(anna, ticket.number, "again", "И ещё"))
    assert len(set(said)) == 1
    assert Message.objects.filter(ticket=ticket).count() == 2
