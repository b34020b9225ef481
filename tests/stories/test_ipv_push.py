"""An answer wakes the requester's devices, with no word of it on the way; and nobody is woken where pushes are off."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from okibi.channels import outbox
from okibi.channels.ipv import web_push
from okibi.channels.port import SendError
from okibi.environments import services as devices
from okibi.environments.kinds import DeviceKind
from okibi.environments.models import EnrolledBy, PushSubscription
from okibi.flows import ipv_push, reply
from okibi.flows.delivery_report import on_sent
from okibi.flows.ipv_request import Draft, place
from okibi.flows.visitor import of_device
from okibi.journal.services import SYSTEM
from okibi.ops.paths import Paths
from tests.cast import make_cast
from tests.simulators.push import PushServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def server(settings, tmp_path):
    paths = Paths(tmp_path / "data")
    paths.make()
    with PushServer() as server:
        settings.OKIBI_WEB_PUSH, settings.OKIBI_WEB_PUSH_TEST_SERVER = True, server.url
        settings.OKIBI_VAPID_KEY = paths.read_secret("vapid_key")
        yield server


def a_device(person):
    return of_device(
        devices.create_device(secret="s", kind=DeviceKind.MOBILE, enrolled_by=EnrolledBy.EMAIL, person=person)
    )


def subscribed(visitor, server):
    browser = server.subscribe(web_push.public_key())
    ipv_push.subscribe(visitor, endpoint=browser.endpoint, **browser.keys)
    return browser


def answered(cast, visitor):
    ticket = place(visitor, "1", Draft("Не печатает"))
    reply.reply(ticket.pk, cast.oleg, "Пароль администратора — «корова»")
    outbox.drain(on_sent)
    return ticket


def pushes():
    return ProcrastinateJob.objects.filter(task_name="okibi.flows.ipv_tasks.push")


def test_all_devices_of_the_person_hear_which_request_and_no_word_of_it(cast, server):
    phone, tablet, stranger = a_device(cast.anna), a_device(cast.anna), a_device(cast.boris)
    hers = {subscribed(visitor, server).endpoint for visitor in (phone, tablet)}
    subscribed(stranger, server)
    ticket = answered(cast, phone)
    assert [job.args for job in pushes()] == [{"ticket_id": ticket.pk}]
    assert ipv_push.push(ticket.pk) == 2
    assert {endpoint for endpoint, _ in server.received} == hers
    assert all(content == {"number": ticket.number} for _, content in server.received)


def test_who_was_cut_off_or_took_it_back_hears_nothing(cast, server):
    lost, quiet, gone = (a_device(cast.anna) for _ in range(3))
    subscribed(lost, server)
    subscribed(quiet, server)
    server.forget(subscribed(gone, server))
    devices.revoke(lost.device, SYSTEM)
    ipv_push.unsubscribe(quiet)
    ticket = answered(cast, gone)
    assert ipv_push.push(ticket.pk) == 0
    assert not PushSubscription.objects.exists()
    assert server.received == []


def test_a_push_server_that_is_away_holds_up_neither_the_answer_nor_the_others(cast, server):
    phone, tablet = a_device(cast.anna), a_device(cast.anna)
    for visitor in (phone, tablet):
        subscribed(visitor, server)
    server.answers = [503]
    ticket = answered(cast, phone)
    assert ticket.messages.filter(kind="reply").get().outbound.state == "sent"
    with pytest.raises(SendError):
        ipv_push.push(ticket.pk)
    assert len(server.received) == 1
    assert PushSubscription.objects.count() == 2


def test_switched_off_there_is_no_job(cast, server, settings):
    phone = a_device(cast.anna)
    subscribed(phone, server)
    settings.OKIBI_WEB_PUSH = False
    answered(cast, phone)
    assert not pushes().exists()
    assert (ipv_push.public_key(), server.headers) == ("", [])
