"""SMS at the desk: whose request it is, how it is answered, and the scheme's condition for the SMS module."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from okibi.channels import inbox, outbox
from okibi.channels.models import Outbound
from okibi.channels.registry import channel
from okibi.customers.models import PhoneNumber
from okibi.environments.models import Device
from okibi.environments.reports import policy_report
from okibi.flows import delivery_report, links, messenger_out, other_ways, reply, sms_in, sms_out
from okibi.flows.gateway_condition import gateway_line
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.kernel import clock
from okibi.kernel.errors import InputError
from okibi.policy.sms_words import Wish
from okibi.sms import inward, lines, queue
from okibi.sms.gateways.port import LineNews, Refused, Sent, Unknown
from okibi.sms.models import Consent, Sms
from okibi.sms.services import wish
from okibi.sms.tests import gateways
from okibi.tickets.models import Message, Ticket
from tests import messengers
from tests.cast import Cast, make_cast
from tests.simulators.whatsapp import WhatsApp, incoming, webhook

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
    while claims := queue.claim([line], 1, {}):
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
    assert Sms.objects.get().segments <= 2
    link = re.search(r"https?://\S+", receipt)[0]
    page = Client().get(urlsplit(link).path, follow=True)
    assert page.redirect_chain[0][0].startswith("/who/")
    assert ticket.number in page.content.decode()


def test_the_short_address_of_an_sms_opens_its_own_request_for_two_months(line, cast):
    for sender in (STRANGER, "+79000000018"):
        arrives(line, sender, "Не печатает счета")
    mine, other = Ticket.objects.order_by("pk")
    paths = [urlsplit(links.say_who(ticket)).path for ticket in (mine, other)]
    mixed = paths[0].partition(".")[0] + "." + paths[1].partition(".")[2]
    assert [Client().get(path).status_code for path in (*paths, mixed, "/w/26.x/")] == [302, 302, 404, 404]
    Ticket.objects.filter(pk=mine.pk).update(placed_at=mine.placed_at - timedelta(days=60))
    assert Client().get(paths[0]).status_code == 404


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


SERVER = {"connected": True, "model": "GoIP-4"}


@pytest.mark.parametrize(
    ("said", "gateway", "status"),
    [
        ("connected", SERVER, "met"),
        ("connected, and it spoke a moment ago", SERVER | {"last_seen": "2026-11-20T09:40:00+00:00"}, "met"),
        ("connected, by the older name of the field", SERVER | {"seen_at": "2026-11-20T12:40:00+03:00"}, "met"),
        ("connected, but it spoke an hour ago", SERVER | {"last_seen": "2026-11-20T08:40:00+00:00"}, "unmet"),
        ("connected, and nonsense for when", SERVER | {"last_seen": "yesterday"}, "met"),
        ("connected, and a moment of no zone", SERVER | {"last_seen": "2026-11-20T08:40:00"}, "met"),
        ("not connected", SERVER | {"connected": False}, "unmet"),
        ("a word instead of yes or no", SERVER | {"connected": "yes"}, "unmet"),
    ],
)
def test_a_customers_server_speaks_for_its_own_gateway(line, said, gateway, status):
    with clock.at(datetime(2026, 11, 20, 9, 41, tzinfo=UTC)):
        told = gateway_line(policy_report({"gateway": gateway}), None)
    assert (told.status.value, told.evidence["told_by"], told.evidence["model"]) == (status, "device", "GoIP-4"), said


@pytest.mark.parametrize(
    ("said", "report", "age", "status", "told_by"),
    [
        ("reported an hour ago", {"gateway": SERVER}, timedelta(hours=1), "met", "device"),
        ("reported as away", {"gateway": {"connected": False}}, timedelta(hours=1), "unmet", "device"),
        ("reported last week: nobody knows of now", {"gateway": SERVER}, timedelta(days=7), "unknown", "device"),
        ("a server without the module: the desk's own lines speak", {}, timedelta(hours=1), "met", "desk"),
    ],
)
def test_what_a_customers_server_reported_last_holds_for_two_days(line, said, report, age, status, told_by):
    lines.alive(line, LineNews(model="GoIP-8"))
    device = Device(report=report, reported_at=clock.now() - age)
    told = gateway_line({}, device)
    assert (told.status.value, told.evidence["told_by"]) == (status, told_by), said


# ---------------------------------------------------------------- SMS as another way


@pytest.fixture
def by_whatsapp(cast, settings, tmp_path):
    """Anna wrote by WhatsApp; a day and a second later its window is closed."""
    settings.OKIBI_FILES = str(tmp_path / "files")
    with WhatsApp() as vendor, time_machine.travel("2026-11-20T09:41:00Z", tick=False) as moment:
        messengers.configure(settings, tmp_path, messengers.account("whatsapp", vendor.url))
        PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=clock.now())
        body = webhook(incoming("wamid.1", sender=ANNA.removeprefix("+"), timestamp=1795167660))
        channel("whatsapp").keep(channel("whatsapp").account("main"), body, "hook")
        while inbox.process_one(take):
            pass
        outbox.drain(delivery_report.on_sent)
        moment.shift(timedelta(hours=24, seconds=1))
        yield Ticket.objects.get()


def test_outside_the_window_an_answer_goes_by_sms_with_consent_and_the_timeline_stays_one(line, cast, by_whatsapp):
    ticket = by_whatsapp
    way = next(each for each in other_ways.ways_of(ticket) if each.channel == "sms")
    assert (way.address, way.verified, way.consent) == (ANNA, True, "")
    with pytest.raises(InputError, match="consent"):
        other_ways.chosen(ticket, way.code, " ")
    agreed = other_ways.chosen(ticket, way.code, "сказала по телефону сегодня")
    message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.", way=agreed)
    assert (message.channel, message.outbound.recipient) == ("sms", ANNA)
    (text,) = sent_by_sms(line)
    assert text.startswith("Заново выберите принтер.")
    moved = Entry.objects.get(code="messenger.moved", subject_id=ticket.pk)
    assert (moved.data["channel"], moved.data["consent"]) == ("sms", "сказала по телефону сегодня")
    ticket.refresh_from_db()
    assert ticket.reacted_at == clock.now()
    assert [each.channel for each in ticket.messages.exclude(kind="automatic")] == ["whatsapp", "sms"]
    again = next(each for each in other_ways.ways_of(ticket) if each.channel == "sms")
    assert again.consent == "сказала по телефону сегодня"  # nobody asks a second time


def test_a_message_that_the_window_closed_upon_goes_by_sms(line, cast, by_whatsapp):
    Outbound.objects.filter(channel="whatsapp").update(state="no_window")
    row = Outbound.objects.filter(channel="whatsapp", subject_kind="ticket").latest("pk")
    made = messenger_out.by_other_way(row.pk, "sms", ANNA, "просила SMS", cast.oleg)
    assert (made.channel, made.recipient) == ("sms", ANNA)
    assert sent_by_sms(line)


NO_SMS = {
    "a number of an office": {"e164": "+74950000011"},
    "a mobile number behind an extension": {"e164": "+79000000077", "extension": "12"},
}


@pytest.mark.parametrize("number", NO_SMS.values(), ids=NO_SMS)
def test_sms_is_offered_to_mobile_numbers_only(line, cast, by_whatsapp, number):
    PhoneNumber.objects.filter(person=cast.anna).update(**number)
    assert "sms" not in [each.channel for each in other_ways.ways_of(by_whatsapp)]


def test_sms_is_not_offered_to_who_wants_none_nor_without_a_gateway(line, cast, by_whatsapp, settings):
    wish(ANNA, Wish.OUT, source="desk")
    assert "sms" not in [each.channel for each in other_ways.ways_of(by_whatsapp)]
    Consent.objects.all().delete()
    settings.OKIBI_SMS = ""
    assert "sms" not in [each.channel for each in other_ways.ways_of(by_whatsapp)]
