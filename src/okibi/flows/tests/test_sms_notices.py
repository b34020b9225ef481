"""A requester is told by SMS beside the answer: by the policy, by their wish, and no more than the number may hear."""

from datetime import timedelta

import pytest

from okibi.channels import inbox, outbox
from okibi.channels.models import Outbound
from okibi.customers import services as cards
from okibi.customers.models import PhoneNumber
from okibi.flows import delivery_report, refusal, reply, sms_in, sms_notices, sms_out, sms_wishes, webhooks, work
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.journal.services import Actor
from okibi.kernel import clock
from okibi.policy.refusals import RefusalGround
from okibi.policy.scheme import load
from okibi.policy.scheme_values import SmsEvent
from okibi.policy.sms_text import measure
from okibi.policy.sms_words import Wish
from okibi.policy.ticket_states import Event
from okibi.sms import inward, queue
from okibi.sms import services as sms
from okibi.sms.gateways.port import Refused, Sent
from okibi.sms.models import Consent, Sms
from okibi.sms.tests import gateways
from okibi.tickets.models import Message, Ticket
from tests.cast import Cast, make_cast
from tests.letters import mail, placed

pytestmark = pytest.mark.django_db
ANNA, OTHER = "+79000000011", "+79000000012"
VERA = Actor("staff", 1, "Вера")


@pytest.fixture
def line(settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1)
    return gateways.alive()[0]


@pytest.fixture
def cast(line):
    return make_cast()


@pytest.fixture
def phone(cast: Cast):
    """Anna's verified number, which she wants SMS at."""
    row = PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=clock.now())
    return cards.wish_sms(row.pk, on=True, source="console", actor=VERA)


def notices():
    rows = Message.objects.filter(kind=Message.Kind.NOTICE).order_by("id")
    return [(row.author_address, row.text) for row in rows]


def events():
    """What the notices were about, in order."""
    keys = Outbound.objects.filter(channel="sms", key__startswith="notice:").order_by("id")
    return [key.split(":")[2] for key in keys.values_list("key", flat=True)]


def leave(line, fate=None):
    """Everything in the outbox goes to the queue, and everything there to the line."""
    outbox.drain(delivery_report.on_sent)
    while claims := queue.claim([line], 1, {}):
        for claim in claims:
            queue.hand(claim.sms, 1)
            queue.settle(claim.sms, line, fate or Sent(str(claim.sms)))
    sms_out.tell_fates()


# ---------------------------------------------------------------- what is told, and beside what


def test_number_and_term_go_beside_the_receipt_and_in_one_segment(phone, cast):
    ticket = placed(mail())
    ((to, text),) = notices()
    assert to == ANNA
    assert ticket.number in text
    assert "Ответим до" in text
    assert ticket.subject not in text
    assert measure(text).count == 1
    assert Message.objects.get(ticket=ticket, kind="automatic").channel == "email"  # the same form stands
    assert ticket.reacted_at is None


def test_who_reads_english_is_told_in_english(phone, cast):
    cast.anna.language = "en"
    cast.anna.save()
    placed(mail())
    ((_, text),) = notices()
    assert "We will answer by" in text
    assert measure(text).alphabet == "gsm7"


def test_an_answer_is_mailed_and_the_sms_says_that_there_is_one(phone, cast):
    ticket = placed(mail())
    reply.reply(ticket.pk, cast.vera, "Выберите принтер заново.")
    to, text = notices()[-1]
    assert (to, "есть ответ" in text, "принтер" in text) == (ANNA, True, False)
    assert Message.objects.get(ticket=ticket, kind="reply").channel == "email"


ENDS = {
    "answered and solved": (lambda ticket, by: reply.reply(ticket.pk, by, "Готово.", then=Event.SOLVE), "solved"),
    "solved": (lambda ticket, by: work.solve(ticket.pk, by, "Исправили."), "solved"),
    "planned": (lambda ticket, by: work.plan(ticket.pk, by, "4.9"), "answer"),
    "refused": (
        lambda ticket, by: refusal.refuse(
            ticket.pk, by, RefusalGround.NOT_REPRODUCIBLE, "Мы повторили все шаги на трёх машинах, ошибки нет."
        ),
        "answer",
    ),
}


@pytest.mark.parametrize(("act", "event"), ENDS.values(), ids=ENDS)
def test_what_a_specialist_does_is_told_once(phone, cast, act, event):
    ticket = placed(mail())
    act(ticket, cast.vera)
    assert events() == ["receipt", event]


def test_the_answers_of_one_request_are_each_told(phone, cast):
    ticket = placed(mail())
    reply.reply(ticket.pk, cast.vera, "Первое.")
    reply.reply(ticket.pk, cast.vera, "Второе.")
    assert events() == ["receipt", "answer", "answer"]


def test_a_version_that_is_out_is_named_to_a_proved_number_alone(phone, cast):
    ticket = placed(mail())
    assert sms_notices.tell(ticket, SmsEvent.VERSION_OUT, clock.now(), key="7", version="4.9") == 1
    assert "4.9" in notices()[-1][1]
    assert sms_notices.tell(ticket, SmsEvent.VERSION_OUT, clock.now(), key="7", version="4.9") == 0  # once


@pytest.mark.parametrize("event", SmsEvent)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_text_of_the_vendor_is_one_segment(phone, cast, event, language):
    ticket = placed(mail())
    cast.anna.language = language
    ticket.requester = cast.anna
    text = sms_notices.text_of(ticket, event, load(), version="4.12.3")
    assert measure(text).count == 1, text


# ---------------------------------------------------------------- who is not told


def test_without_a_wish_nobody_is_told(cast):
    PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=clock.now())
    placed(mail())
    assert notices() == []


def test_an_unproved_number_hears_number_and_term_and_nothing_more(phone, cast):
    PhoneNumber.objects.update(verified_at=None)
    ticket = placed(mail())
    work.solve(ticket.pk, cast.vera, "Исправили.")
    assert events() == ["receipt"]


def test_a_number_of_another_person_is_never_told(phone, cast):
    placed(mail("Борис Лапин <boris@example.org>"))
    assert notices() == []


def test_a_machines_mail_is_not_told_of(phone, cast):
    placed(mail(Auto_Submitted="auto-replied"))
    assert notices() == []


def test_without_a_gateway_nothing_is_told_and_nothing_pretended(phone, cast, settings, tmp_path):
    settings.OKIBI_SMS = str(tmp_path / "none.toml")
    placed(mail())
    assert notices() == []
    assert not Entry.objects.filter(code="ticket.told_by_sms").exists()


def test_so_many_a_day_and_the_request_says_why_there_is_no_more(phone, cast):
    most = load().sms_notices.most_a_day
    ticket = placed(mail())
    for number in range(most):
        sms_notices.tell(ticket, SmsEvent.ANSWER, clock.now(), key=str(number))
    assert len(notices()) == most
    assert Entry.objects.filter(code="ticket.not_told_by_sms", subject_id=ticket.pk).count() == 1


def test_a_request_by_sms_is_answered_by_sms_and_told_nothing_twice(phone, line, cast):
    inward.store(line, "1", ANNA, "Не печатает")
    inward.take(sms_in.take)
    while inbox.process_one(take):
        pass
    ticket = Ticket.objects.get()
    reply.reply(ticket.pk, cast.vera, "Выберите принтер.")
    assert notices() == []


# ---------------------------------------------------------------- STOP stands above


def test_stop_ends_the_wish_and_start_brings_it_back(phone, line, cast):
    for key, word in enumerate(["СТОП", "СТАРТ"]):
        inward.store(line, str(key), ANNA, word)
        inward.take(sms_in.take)
        phone.refresh_from_db()
        assert (phone.sms_wish, phone.sms_wish_by) == ("yes" if word == "СТАРТ" else "no", "sms")
    assert list(Entry.objects.filter(code__startswith="phone.sms").values_list("code", flat=True).order_by("id")) == [
        "phone.sms_on", "phone.sms_off", "phone.sms_on",
    ]  # fmt: skip


def test_start_of_who_never_wished_notices_begins_none(line, cast):
    row = PhoneNumber.objects.create(person=cast.anna, e164=ANNA, verified_at=clock.now())
    for key, word in enumerate(["СТОП", "СТАРТ"]):
        inward.store(line, str(key), ANNA, word)
        inward.take(sms_in.take)
    row.refresh_from_db()
    assert row.sms_wish == ""


def test_nobody_lifts_a_stop_for_its_owner(phone, cast):
    sms_wishes.said(ANNA, Wish.OUT, source="sms")
    with pytest.raises(sms_wishes.StoppedError):
        sms_wishes.wish(phone.pk, on=True, source="console", actor=VERA)
    assert Consent.objects.filter(number=ANNA).count() == 1
    placed(mail())
    assert notices() == []


def test_a_wish_about_requests_is_no_consent_to_adverts(phone):
    assert not Consent.objects.exists()


def test_quiet_hours_hold_a_notice_until_morning(phone, cast, line, settings, tmp_path):
    settings.OKIBI_SMS = gateways.write(tmp_path / "sms.toml", count=1, sending='[sending]\nquiet = "00:00-23:59"')
    placed(mail())
    outbox.drain(delivery_report.on_sent)
    row = Sms.objects.get(source="desk")
    assert row.not_before > clock.now() - timedelta(minutes=2)
    assert row.not_before.second == 0


# ---------------------------------------------------------------- what became of it; what they answer


@pytest.mark.parametrize(("fate", "state"), [(None, "sent"), (Refused("CMS 1", permanent=True), "failed")])
def test_the_request_shows_what_became_of_the_sms(phone, cast, line, fate, state):
    placed(mail())
    leave(line, fate)
    row = Message.objects.get(kind=Message.Kind.NOTICE)
    assert row.outbound is not None
    assert row.outbound.state == state


def test_webhooks_hear_of_it_without_the_number(phone, cast):
    placed(mail())
    told = webhooks.describe(Entry.objects.get(code="ticket.told_by_sms"))
    assert "000-00-11" not in str(told)
    assert told["data"]["details"] == {"event": {"ru": "номер и срок", "en": "number and term"}, "segments": 1}


def test_an_answer_to_the_sms_goes_on_with_the_request(phone, cast, line):
    ticket = placed(mail())
    work.solve(ticket.pk, cast.vera, "Исправили.")
    inward.store(line, "1", ANNA, "Всё равно не печатает")
    inward.take(sms_in.take)
    while inbox.process_one(take):
        pass
    ticket.refresh_from_db()
    assert Ticket.objects.count() == 1
    assert ticket.state == "open"


# ---------------------------------------------------------------- a number that was given with the request


def given(number):
    return sms_notices.tell(placed(mail("Незнакомка <new@example.org>")), SmsEvent.RECEIPT, clock.now(), number=number)


def test_a_number_given_with_the_request_hears_its_number_and_term(cast):
    assert given(OTHER) == 1
    assert [to for to, _ in notices()] == [OTHER]


def test_but_not_where_its_owner_said_no_on_a_card(phone, cast):
    cards.wish_sms(phone.pk, on=False, source="portal", actor=VERA)
    assert given(ANNA) == 0


def test_nor_where_it_said_stop(cast):
    sms.wish(OTHER, Wish.OUT, source="sms")
    assert given(OTHER) == 0


def test_two_cards_that_become_one_keep_the_newest_wish(phone, cast):
    twin = PhoneNumber.objects.create(person=cast.boris, e164=ANNA)
    cards.wish_sms(twin.pk, on=False, source="portal", actor=VERA)
    cards.merge(cast.anna.pk, cast.boris.pk, actor=VERA)
    assert list(cast.anna.phones.values_list("sms_wish", "sms_wish_by")) == [("no", "portal")]
