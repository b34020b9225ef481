"""A desk with a WhatsApp number, its vendor on this machine, and a specialist."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox, outbox
from okibi.flows import messenger_files
from okibi.flows.delivery_report import on_sent
from okibi.flows.intake import take
from okibi.schemes.services import ensure_loaded
from okibi.tickets.models import Ticket
from tests import messengers
from tests.cast import make_cast
from tests.simulators.whatsapp import WhatsApp, incoming, signature, webhook

FRIDAY = "2026-11-20T09:41:00Z"  # 12:41 in Moscow
SENT_AT = 1795167660  # the same moment


@pytest.fixture
def cast(db):
    ensure_loaded()
    return make_cast()


@pytest.fixture
def clock():
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def meta(settings, tmp_path):
    settings.OKIBI_FILES = str(tmp_path / "files")
    with WhatsApp() as vendor:
        more = {"title": "Горячая линия", "number": "+79000000010", "specialist": "oleg@desk.example.org"}
        messengers.configure(settings, tmp_path, messengers.account("whatsapp", vendor.url, **more))
        yield vendor


@pytest.fixture
def oleg(cast):
    client = Client()
    client.force_login(cast.oleg)
    return client


@pytest.fixture
def ticket(cast, clock, meta):
    push(incoming("wamid.1", timestamp=SENT_AT))
    return Ticket.objects.get()


def push(*changes):
    """Signed, at the door, then what the workers do."""
    body = webhook(*changes)
    headers = {"X-Hub-Signature-256": signature(body)}
    assert (
        Client().post("/hooks/whatsapp/main", body, content_type="application/json", headers=headers).status_code == 200
    )
    work()


def work():
    while inbox.process_batch(take):
        pass
    messenger_files.fetch_due()
    outbox.drain(on_sent)


DAY = timedelta(hours=24)
