"""ИПВ from the first start of an application to a closed request, through the flows that the API's door calls."""

import re
from datetime import timedelta

import pytest
import time_machine

from okibi.channels import outbox
from okibi.channels.models import Outbound
from okibi.environments.kinds import DeviceKind, EnrolmentState
from okibi.flows import enrolment, ipv_fallback, reply
from okibi.flows import ipv_conversation as talk
from okibi.flows.delivery_report import on_sent
from okibi.flows.enrolment import Wish
from okibi.flows.ipv_request import Draft, place, preview
from okibi.flows.visitor import visitor_of
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, NotAllowedError
from okibi.policy.ticket_states import Event, State
from okibi.policy.verdict import Status
from okibi.tickets.models import Ticket
from okibi.tickets.services import mark_read
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
REPORT = {
    "system": {
        "family": "windows", "name": "Windows 11 Pro", "version": "10.0.22631", "build": 22631,
        "edition": "Pro", "architecture": "x64",
    },
    "dotnet": {"release": 533320, "version": "4.8.1"},
    "cpu_mhz": 2400, "memory_mb": 16384, "disk_free_mb": 81920, "locale": "ru-RU",
}  # fmt: skip
DRAFT = Draft(text="Не печатает счета, ошибка E-17", kind="incident", product="desktop", version="4.2.1", report=REPORT)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T09:41:00Z", tick=False) as clock:
        yield clock


def code_in_letter():
    return re.search(r"\b(\d{6})\b", Outbound.objects.filter(subject_kind="enrolment").latest("id").text)[1]


def enrol(**given):
    wish = Wish(DeviceKind.DESKTOP, "PC-7", product="desktop", version="4.2.1", report=REPORT, **given)
    begun = enrolment.begin(wish)
    if begun.state == EnrolmentState.AWAITING_CONFIRMATION:
        begun = enrolment.confirm(begun.enrolment_id, begun.secret, code_in_letter())
    return visitor_of(begun.token)


def test_from_the_licence_to_the_closed_request(cast, clock):
    begun = enrolment.begin(Wish(DeviceKind.DESKTOP, "PC-7", licence="л-2026-0418", email="Anna@Example.org"))
    assert (begun.state, begun.token) == (EnrolmentState.AWAITING_CONFIRMATION, None)
    letter = Outbound.objects.get()
    assert (letter.channel, letter.recipient) == ("email", "Anna@Example.org")
    assert "«PC-7»" in letter.text
    begun = enrolment.confirm(begun.enrolment_id, begun.secret, code_in_letter())
    anna = visitor_of(begun.token)
    assert (anna.person_id, anna.organisation_id, anna.is_admin) == (cast.anna.pk, cast.ryabina.pk, False)

    ticket = place(anna, "k1", DRAFT)
    assert place(anna, "k1", DRAFT).pk == ticket.pk
    view = talk.request(anna, ticket.number)
    assert (view.kind, view.state, view.product, view.subject) == (
        "incident", State.NEW, "desktop", "Не печатает счета, ошибка E-17",
    )  # fmt: skip
    assert view.due_at.isoformat() == "2026-11-24T17:00:00+00:00"
    assert view.steps
    assert {line.subject: line.status for line in view.verdict.lines}["entitlement"] is Status.MET
    assert all(line.status is Status.MET for line in view.verdict.lines), view.verdict.lines
    assert "Л-2026-0418" in view.verdict.lines[0].sentence.ru
    assert (ticket.device.public_id, ticket.requester, ticket.requester_sure) == (anna.device, cast.anna, True)
    assert not Outbound.objects.filter(subject_kind="ticket").exists()  # the application shows it all by itself

    mark_read(ticket)
    clock.shift(timedelta(minutes=20))
    reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    row = Outbound.objects.get(subject_kind="ticket")
    assert (row.channel, row.recipient) == ("ipv", anna.device)
    outbox.drain(on_sent)
    row.refresh_from_db()
    assert row.state == "sent"

    assert talk.request(anna, ticket.number).unread == 1
    mine, answer = talk.messages(anna, ticket.number)
    assert (mine.author, mine.text.ru, mine.read_by_desk_at) == ("me", DRAFT.text, now() - timedelta(minutes=20))
    assert (answer.author, answer.author_name, answer.text.ru) == ("desk", "Олег Лесин", "Заново выберите принтер.")
    talk.read(anna, ticket.number, answer.id)
    assert talk.request(anna, ticket.number).unread == 0

    closed = talk.works(anna, ticket.number)
    assert (closed.state, closed.can) == (State.CLOSED, {"say", "reopen", "rate"})
    assert talk.rate(anna, ticket.number, 5, "Быстро!").rating.score == 5
    assert [event.name for event in talk.news(anna, 0)] == [
        "request.placed", "read", "message", "read", "state", "state",
    ]  # fmt: skip


def test_an_answer_that_nobody_reads_goes_by_mail_once(cast, clock):
    anna = enrol(email="anna@example.org")
    read_one, unread_one = place(anna, "1", DRAFT), place(anna, "2", DRAFT)
    for ticket in (read_one, unread_one):
        reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    assert ipv_fallback.mail_unread() == 0
    talk.read(anna, read_one.number, talk.messages(anna, read_one.number)[-1].id)
    clock.shift(timedelta(minutes=59))
    assert ipv_fallback.mail_unread() == 0
    clock.shift(timedelta(minutes=1))
    assert [ipv_fallback.mail_unread(), ipv_fallback.mail_unread()] == [1, 0]
    letter = Outbound.objects.filter(channel="email", subject_kind="ticket").get()
    assert letter.recipient == "anna@example.org"
    assert unread_one.number in letter.subject
    assert "пока не прочитан" in letter.text
    assert "Заново выберите принтер." in letter.text
    assert unread_one.token in letter.headers["Reply-To"]


def test_nobody_proved_gets_no_mail_however_long_it_waits(cast, clock):
    stranger = enrol(licence="Л-2026-0418")
    ticket = place(stranger, "1", DRAFT)
    reply.reply(ticket.pk, cast.oleg, "Здравствуйте.")
    clock.shift(timedelta(days=9))
    assert ipv_fallback.mail_unread() == 0
    assert [row.channel for row in Outbound.objects.all()] == ["ipv"]


def test_whoever_has_no_licence_may_ask_and_hears_why_not(cast, clock):
    stranger = enrol()
    asked = preview(stranger, DRAFT)
    assert (asked.covered, asked.due_at is None) == (Status.UNKNOWN, False)
    kedr = enrol(email="kirill@kedr.example.org")
    assert preview(kedr, DRAFT).covered is Status.UNMET
    ticket = place(kedr, "1", DRAFT)
    view = talk.request(kedr, ticket.number)
    assert (view.state, view.due_at, view.steps) == (State.UNCOVERED, None, ())
    assert "Л-2025-0007" in view.verdict.lines[0].sentence.ru
    assert Ticket.objects.count() == 1  # the previews stored nothing


def test_a_licence_number_alone_covers_and_names_no_licence(cast, clock):
    somebody = enrol(licence="Л-2026-0418", name="Пётр")
    ticket = place(somebody, "1", DRAFT)
    assert (ticket.requester, ticket.organisation, ticket.requester_name, ticket.requester_sure) == (
        None, cast.ryabina, "Пётр", False,
    )  # fmt: skip
    line = talk.request(somebody, ticket.number).verdict.lines[0]
    assert (line.status, line.sentence.ru, line.evidence) == (Status.MET, "Право на поддержку есть.", {})


def test_withdrawn_reopened_and_gone_on_with_long_after(cast, clock):
    anna = enrol(email="anna@example.org")
    ticket = place(anna, "1", DRAFT)
    assert talk.withdraw(anna, ticket.number).state is State.CLOSED
    with pytest.raises(ConflictError):
        talk.withdraw(anna, ticket.number)
    said = talk.reopen(anna, ticket.number, "again", "Нет, всё-таки не печатает")
    assert (said.number, talk.request(anna, ticket.number).state) == (ticket.number, State.OPEN)
    assert talk.reopen(anna, ticket.number, "again", "Нет, всё-таки не печатает") == said
    with pytest.raises(ConflictError):
        talk.reopen(anna, ticket.number, "a third time", "Нет")
    reply.reply(ticket.pk, cast.oleg, "Обновили драйвер.", then=Event.SOLVE)
    talk.works(anna, ticket.number)
    clock.shift(timedelta(days=15))
    later = talk.reopen(anna, ticket.number, "much later", "Опять E-17")
    assert later.number != ticket.number
    view = talk.request(anna, later.number)
    assert (view.linked_to, view.state) == (ticket.number, State.NEW)


def test_one_person_s_devices_share_the_conversation(cast, clock):
    computer, phone = enrol(email="anna@example.org"), enrol(email="anna@example.org")
    ticket = place(computer, "1", DRAFT)
    said = talk.say(phone, ticket.number, "k", "И на втором принтере тоже")
    assert talk.say(phone, ticket.number, "k", "И на втором принтере тоже") == said
    assert [(row.author, row.text.ru) for row in talk.messages(computer, ticket.number)] == [
        ("me", DRAFT.text), ("me", "И на втором принтере тоже"),
    ]  # fmt: skip
    assert [view.number for view in talk.requests(phone)] == [ticket.number]
    enrolment.sign_out(phone)
    assert [view.number for view in talk.requests(computer)] == [ticket.number]


def test_a_lost_device_is_cut_off(cast, clock):
    begun = enrolment.begin(Wish(DeviceKind.MOBILE))
    lost = visitor_of(begun.token)
    enrolment.sign_out(lost)
    for token in (begun.token, begun.token[:-1], "okd_d0123456789a_" + "x" * 43, "", "okd__", "ж"):
        with pytest.raises(NotAllowedError):
            visitor_of(token)
