"""SMS at the desk: whose request it is, how it is answered, and the scheme's condition for the SMS module."""

from datetime import timedelta

import pytest

from okibi.channels import inbox, outbox
from okibi.channels.models import Outbound
from okibi.customers.models import PhoneNumber
from okibi.flows import delivery_report, reply, sms_in, sms_out
from okibi.flows.gateway_condition import gateway_line
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.sms import inward, lines, queue
from okibi.sms.gateways.port import LineNews, Refused, Sent, Unknown
from okibi.sms.models import Sms
from okibi.sms.tests import gateways
from okibi.tickets.models import Message, Ticket
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
ANNA, STRANGER = "+79000000011", "+79000000044"


@pytest.fixture
def line(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)
    return gateways.alive()[0]


@pytest.fixture
def cast():
    return make_cast()


def arrives(line, sender, text, key="1"):
    inward.store(line, key, sender, text)
    inward.take(sms_in.take)
    while inbox.process_one(take):
        pass


def sent_by_sms(line, fate=None):
    """Everything in the outbox goes to the queue, and everything there to the line; the texts."""
    outbox.drain(delivery_report.on_sent)
    texts = []
    while claims := queue.claim([line], 1, []):
        texts += [claim.order.text for claim in claims]
        for claim in claims:
            queue.hand(claim.sms, 1)
            queue.settle(claim.sms, line, fate or Sent(str(claim.sms)))
    return texts


def test_a_strangers_sms_is_a_request_with_a_receipt_by_sms(line, cast):
    arrives(line, STRANGER, "Не печатает счета\nсрочно")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.requester_address, ticket.subject) == ("sms", STRANGER, "Не печатает счета")
    assert not ticket.requester_sure
    (receipt,) = sent_by_sms(line)
    assert ticket.number in receipt


@pytest.mark.parametrize("sender", ["900", "Beeline"])
def test_who_has_no_number_opens_nothing(line, cast, sender):
    arrives(line, sender, "Ваш баланс 57 р.")
    assert not Ticket.objects.exists()


def test_more_from_the_same_number_goes_on_and_a_week_later_it_is_another_request(line, cast):
    arrives(line, STRANGER, "Не печатает", "1")
    arrives(line, STRANGER, "и не сохраняет", "2")
    assert Message.objects.filter(ticket=Ticket.objects.get(), kind="incoming").count() == 2


def test_the_number_in_the_text_names_the_request_of_whoever_takes_part(line, cast):
    arrives(line, STRANGER, "Первая беда", "1")
    first = Ticket.objects.get()
    Ticket.objects.filter(pk=first.pk).update(requester_address="was@example.org", channel="email")
    arrives(line, STRANGER, f"#{first.number} всё ещё", "2")
    assert Message.objects.filter(ticket=first, kind="incoming").count() == 2


def test_a_strangers_guess_at_a_number_opens_a_request_of_its_own(line, cast):
    arrives(line, ANNA, "Беда Анны", "1")
    first = Ticket.objects.get()
    arrives(line, STRANGER, f"#{first.number} что там?", "2")
    assert Ticket.objects.count() == 2


def test_an_answer_goes_back_by_sms_and_its_fate_is_told(line, cast):
    arrives(line, STRANGER, "Не печатает")
    sent_by_sms(line)
    ticket = Ticket.objects.get()
    reply.reply(ticket.pk, cast.vera, "Выберите принтер заново.")
    (text,) = sent_by_sms(line)
    assert "Выберите принтер" in text
    row = Sms.objects.latest("id")
    assert queue.delivered(line, row.reference, STRANGER, 0)
    sms_out.tell_fates()
    assert Outbound.objects.latest("id").state == "delivered"
    assert sms_out.tell_fates() == 0


@pytest.mark.parametrize(
    ("fate", "code"), [(Refused("CMS 1", permanent=True), "message.failed"), (Unknown("no answer"), "sms.uncertain")]
)
def test_an_answer_that_did_not_arrive_stands_on_the_request(line, cast, fate, code):
    arrives(line, STRANGER, "Не печатает")
    sent_by_sms(line, fate)
    sms_out.tell_fates()
    entry = Entry.objects.filter(code=code).get()
    assert (entry.subject_id, entry.data["to"]) == (Ticket.objects.get().pk, STRANGER)


def test_a_long_answer_goes_in_parts_that_telephones_take(line, cast):
    arrives(line, STRANGER, "Не печатает")
    sent_by_sms(line)
    reply.reply(Ticket.objects.get().pk, cast.vera, "Выберите принтер заново. " * 60)
    texts = sent_by_sms(line)
    assert len(texts) > 1
    assert max(Sms.objects.values_list("segments", flat=True)) <= 10


def test_stop_opens_no_request(line, cast):
    arrives(line, STRANGER, "СТОП")
    assert not Ticket.objects.exists()
    assert "отписаны" in sent_by_sms(line)[0]


def test_a_known_number_shows_whose_request_it_may_be_and_proves_nothing(line, cast: Cast):
    PhoneNumber.objects.create(person=cast.anna, e164=STRANGER, verified_at=clock.now())
    arrives(line, STRANGER, "Не печатает")
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.requester_sure) == (cast.anna, False)


# ---------------------------------------------------------------- the scheme's condition


def test_the_desks_own_gateway_connected_silent_and_none(line, settings, tmp_path):
    lines.alive(line, LineNews(model="GoIP-8"))
    told = gateway_line({}, None)
    assert (told.status.value, told.evidence["model"], told.evidence["told_by"]) == ("met", "GoIP-8", "desk")
    with clock.at(clock.now() + timedelta(seconds=93)):
        assert gateway_line({}, None).status.value == "unmet"


def test_where_nobody_knows_of_a_gateway_the_line_is_unknown(settings, tmp_path):
    settings.OKIBI_SMS = str(tmp_path / "none.toml")
    assert gateway_line({}, None).status.value == "unknown"


@pytest.mark.parametrize(("connected", "status"), [("connected", "met"), ("away", "unmet")])
def test_a_customers_server_speaks_for_its_own_gateway(line, connected, status):
    told = gateway_line({"gateway": connected, "gateway_model": "GoIP-4"}, None)
    assert (told.status.value, told.evidence["told_by"], told.evidence["model"]) == (status, "device", "GoIP-4")
