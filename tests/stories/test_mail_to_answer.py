"""A mail comes in, is judged, gets its term, and is answered or refused."""

from datetime import date

import pytest
import time_machine

from okibi.calendars import services as calendars
from okibi.channels import inbox
from okibi.channels.models import Outbound
from okibi.flows import coverage, refusal, reply, work
from okibi.flows.calendar_changes import recount
from okibi.flows.intake import take
from okibi.journal.services import Actor
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.policy.refusals import RefusalGround
from okibi.policy.ticket_states import Event
from okibi.policy.worktime import DayKind
from okibi.tickets.models import Message, Ticket
from okibi.tickets.search import find
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-20T09:41:00Z"  # 12:41 in Moscow


@pytest.fixture
def cast():
    return make_cast()


def mail(
    sender="Анна Вольская <anna@example.org>",
    subject="Ошибка E-17 при печати счёта",
    text="Не печатает счета. Windows 7 SP1 x64, .NET 4.8",
    **headers,
):
    lines = [
        f"From: {sender}",
        "To: support@example.org",
        f"Subject: {subject}",
        f"Message-ID: <{abs(hash((sender, subject, text)))}@example.org>",
        "Date: Fri, 20 Nov 2026 12:41:00 +0300",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + text + "\r\n").encode()


def arrive(raw, key=None):
    row, _ = inbox.receive("email", key or str(hash(raw)), raw, "pipe", {})
    assert inbox.process_one(take, row.pk)
    row.refresh_from_db()
    assert row.state == "done", row.error
    return row


def placed(raw):
    return Ticket.objects.get(pk=arrive(raw).subject_id)


def test_a_covered_requester_gets_a_number_a_verdict_and_a_term(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = placed(mail())
    assert ticket.number.startswith("26-")
    assert (ticket.state, ticket.kind, ticket.requester) == ("new", "incident", cast.anna)
    assert [line["status"] for line in ticket.verdict["lines"]][:2] == ["met", "met"]
    assert ticket.aim_at.isoformat() == "2026-11-20T11:41:00+00:00"
    assert ticket.due_at.isoformat() == "2026-11-24T17:00:00+00:00"
    receipt = Outbound.objects.get()
    assert receipt.recipient == "anna@example.org"
    assert ticket.number in receipt.subject
    assert "24 ноября" in receipt.text
    assert "20:00" in receipt.text
    assert "Л-2026-0418" not in receipt.text  # nothing proved that it was Anna


def test_a_repeat_makes_nothing(cast):
    raw = mail()
    arrive(raw, "one")
    _, fresh = inbox.receive("email", "one", raw, "pipe", {})
    assert not fresh
    assert Ticket.objects.count() == 1


def test_somebody_unknown_gets_a_ticket_and_a_link_to_say_who_they_are(cast):
    ticket = placed(mail("Вера <vera@stranger.example.org>"))
    assert (ticket.state, ticket.requester) == ("new", None)
    assert ticket.verdict["lines"][0]["status"] == "unknown"
    assert "/who/" in Outbound.objects.get().text


def test_an_expired_licence_is_told_with_its_ground_and_comes_alive_with_a_new_one(cast):
    ticket = placed(mail("kirill@kedr.example.org"))
    assert (ticket.state, ticket.due_at) == ("uncovered", None)
    letter = Outbound.objects.get()
    assert "3 ноября 2025" in letter.text
    cast.kedr.licences.create(
        number="Л-2026-0500", products=["desktop"], valid_from="2026-01-01", valid_until="2031-12-31"
    )
    assert coverage.rejudge_for(cast.kedr.pk, None) == 1
    ticket.refresh_from_db()
    assert ticket.state == "new"
    assert ticket.due_at is not None
    assert "ожила" in Outbound.objects.order_by("-id").first().text


def test_the_answer_goes_out_threaded_and_stops_the_clock(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = placed(mail())
    with time_machine.travel("2026-11-20T10:20:00Z", tick=False):
        message = reply.reply(ticket.pk, cast.oleg, "Заново выберите принтер.")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("open", cast.oleg)
    assert ticket.reacted_at.isoformat() == "2026-11-20T10:20:00+00:00"
    row = message.outbound
    first = ticket.messages.get(kind=Message.Kind.INCOMING)
    assert row.headers["In-Reply-To"] == first.external_id
    assert first.external_id in row.headers["References"]
    assert f"+t-{ticket.token}@" in row.headers["Reply-To"]
    answer = mail(subject="Re: что угодно", text="Спасибо, заработало", In_Reply_To=row.external_id)
    assert arrive(answer).subject_id == ticket.pk
    assert Ticket.objects.count() == 1


def test_a_refusal_needs_reasons_and_goes_out_in_the_same_form(cast):
    ticket = placed(
        mail(subject="Предложение: добавить выгрузку в Excel", text="Предлагаем добавить выгрузку отчёта в Excel.")
    )
    assert ticket.kind == "suggestion"
    with pytest.raises(InputError):
        refusal.refuse(ticket.pk, cast.oleg, RefusalGround.IMPOSSIBLE, "нет")
    reasons = "Формат отчёта задан законом, выгрузка в другом виде нарушит его требования."
    message = refusal.refuse(ticket.pk, cast.oleg, RefusalGround.LAW, reasons)
    ticket.refresh_from_db()
    assert ticket.state == "refused"
    assert ticket.reacted_at
    assert message.outbound.channel == "email"
    assert reasons in message.outbound.text


def test_an_answer_does_not_stop_the_clock_of_a_suggestion_but_a_plan_does(cast):
    ticket = placed(mail(subject="Предложение", text="Предлагаем добавить тёмную тему в приложение."))
    reply.reply(ticket.pk, cast.oleg, "Спасибо, изучаем.")
    ticket.refresh_from_db()
    assert ticket.reacted_at is None
    work.plan(ticket.pk, cast.oleg, "4.3.0")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.planned_version) == ("planned", "4.3.0")
    assert ticket.reacted_at


def test_waiting_stops_the_clock_and_the_requesters_answer_starts_it_again(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = placed(mail())
        work.assign(ticket.pk, cast.oleg, cast.oleg)
        work.wait(ticket.pk, cast.oleg)
    with time_machine.travel("2026-11-20T12:41:00Z", tick=False):  # three working hours later
        arrive(mail(subject=f"Re: [{ticket.number}] Ошибка", text="Вот подробности"))
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.due_at.isoformat() == "2026-11-25T08:00:00+00:00"  # Tuesday 20:00 became Wednesday 11:00


def test_a_solved_ticket_reopens_within_the_policys_days_and_later_opens_a_linked_one(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket = placed(mail())
        reply.reply(ticket.pk, cast.oleg, "Готово.", then=Event.SOLVE)
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        assert arrive(mail(subject=f"[{ticket.number}]", text="Опять не печатает")).subject_id == ticket.pk
        ticket.refresh_from_db()
        assert ticket.state == "open"
        work.solve(ticket.pk, cast.oleg)
    with time_machine.travel("2027-03-22T10:00:00Z", tick=False):
        later = placed(mail(subject=f"[{ticket.number}]", text="И снова не печатает"))
    assert later.pk != ticket.pk
    assert later.linked_to == ticket


def test_a_number_in_the_subject_of_a_stranger_opens_a_new_ticket(cast):
    ticket = placed(mail())
    other = placed(mail("vera@stranger.example.org", subject=f"Re: [{ticket.number}]"))
    assert other.pk != ticket.pk


def test_automatic_mail_never_gets_an_automatic_answer(cast):
    ticket = placed(mail(Auto_Submitted="auto-replied", subject="Автоответ: я в отпуске"))
    assert ticket.state == "new"
    assert not Outbound.objects.exists()


def test_no_address_gets_more_than_the_policys_receipts_an_hour(cast):
    for number in range(15):
        arrive(mail(subject=f"Ошибка {number}"))
    assert Ticket.objects.count() == 15
    assert Outbound.objects.count() < 15


def test_a_ticket_is_found_by_word_forms_number_and_address(cast):
    ticket = placed(mail())
    for query in ("печать счетов", ticket.number, "anna@example.org", "e-17", "gtxfnfnm"):
        assert ticket.pk in [row.pk for row in find(query)], query


def test_two_tickets_are_merged_and_the_thread_follows(cast):
    first, second = placed(mail()), placed(mail(subject="Ещё об ошибке", text="Забыл приложить журнал ошибки"))
    work.merge(second.pk, first.pk, cast.oleg)
    assert arrive(mail(subject=f"[{second.number}]", text="и вот ещё")).subject_id == first.pk
    assert first.messages.filter(kind="incoming").count() == 3


def test_a_corrected_calendar_day_moves_the_promises_that_still_run(cast):
    with time_machine.travel(FRIDAY, tick=False):
        ticket, answered = placed(mail()), placed(mail(subject="Ошибка при входе"))
        reply.reply(answered.pk, cast.oleg, "Перезапустите, пожалуйста.")
        holiday = Sentence(ru="праздник города", en="town holiday")
        oleg = Actor("staff", cast.oleg.pk, cast.oleg.name)
        calendars.set_day(date(2026, 11, 24), DayKind.HOLIDAY, None, None, holiday, oleg)
        assert recount(oleg) == 1
    ticket.refresh_from_db()
    answered.refresh_from_db()
    assert ticket.due_at.isoformat() == "2026-11-25T17:00:00+00:00"
    assert answered.due_at.isoformat() == "2026-11-24T17:00:00+00:00"  # answered: its term is history
