"""Calls, from an exchange's push to a request, a call back and an answer that is said."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from okibi.calls import selectors
from okibi.calls.models import Call, CallTask
from okibi.channels.models import Inbound, Outbound
from okibi.customers.models import PhoneNumber
from okibi.flows import phone_call, work
from okibi.journal.models import Entry
from okibi.tickets.models import Ticket
from tests import exchanges
from tests.simulators import cti, mango, megafon, zadarma
from tests.simulators.exchange import Push
from tests.stories.phone_calls import ANNA, KINDS, MONDAY, intake, push, says, story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def exchange(settings, tmp_path):
    exchanges.configure(settings, tmp_path, *(exchanges.account(kind) for kind in KINDS))


# ---------------------------------------------------------------- calls in hours


def test_a_call_in_hours_is_answered_and_makes_no_request(cast, clock, kind):
    assert {status for status, _ in push(kind, *story(kind, "answered"))} == {200}
    intake()
    call = Call.objects.get()
    assert (call.state, call.direction, call.e164, call.in_hours) == ("ended", "in", ANNA, True)
    assert (call.person, call.answered_by) == (cast.anna, cast.vera)
    assert call.talk_seconds == {"cti": 0}.get(kind, 65)
    assert not Ticket.objects.exists()
    told = says(("call", call.pk))
    assert told[0] == "Звонит Анна Вольская, +7 900 000-00-11"
    assert "Вера Синицына говорит: Анна Вольская, +7 900 000-00-11" in told


def test_while_it_rings_every_console_learns_who_calls(cast, clock):
    push("cti", cti.missed(ANNA)[0])
    intake()
    (call,) = selectors.live(MONDAY)
    entry = Entry.objects.get(code="call.ringing")
    assert (entry.subject_kind, entry.subject_id) == ("call", call.pk)
    assert entry.data["who"] == "Анна Вольская, +7 900 000-00-11"


def test_a_missed_call_becomes_one_request_with_one_call_back_however_often_it_is_told(cast, clock, kind):
    pushes = story(kind, "missed")
    for _ in range(3):
        assert {status for status, _ in push(kind, *pushes)} == {200}
        intake()
    clock.shift(timedelta(minutes=1))
    phone_call.settle_due()
    intake()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject, ticket.requester) == ("phone", "Пропущенный звонок", cast.anna)
    assert (ticket.requester_address, ticket.requester_sure, ticket.state) == (ANNA, True, "new")
    assert ticket.messages.get().text.startswith("Пропущенный звонок с +7 900 000-00-11, 23.11.2026 в 10:15.")
    task = CallTask.objects.get()
    assert (task.kind, task.state, task.number, task.next_try_at) == ("call_back", "open", ANNA, MONDAY)
    assert ticket.number in task.script
    assert Call.objects.get().ticket == ticket
    assert not Outbound.objects.exists()  # no machine tells a caller anything


def test_the_same_call_by_two_accounts_is_two_calls(cast, clock, settings, tmp_path):
    exchanges.configure(settings, tmp_path, exchanges.account("cti"), exchanges.account("cti", "second"))
    for account in ("main", "second"):
        push("cti", *cti.missed(ANNA, "one"), account=account)
    intake()
    assert Call.objects.count() == 2
    assert Ticket.objects.count() == 1  # one number waits to be called back once


def test_more_missed_calls_of_a_number_join_the_request_that_waits(cast, clock):
    push("cti", *cti.missed(ANNA, "one"))
    intake()
    clock.shift(timedelta(minutes=20))
    push("cti", *cti.missed(ANNA, "two"))
    push("cti", *cti.missed("+79000000012", "three"))
    intake()
    first, second = Ticket.objects.order_by("pk")
    assert [call.key for call in selectors.of_ticket(first.pk)] == ["one", "two"]
    assert CallTask.objects.filter(ticket=first).count() == 1
    assert second.requester_address == "+79000000012"
    assert "Звонили ещё раз, никто не ответил: Анна Вольская, +7 900 000-00-11" in says(("ticket", first.pk))


def test_who_calls_again_and_is_answered_needs_no_call_back(cast, clock):
    push("cti", *cti.missed(ANNA, "one"))
    intake()
    clock.shift(timedelta(minutes=5))
    ring, answer, hangup = cti.answered(ANNA, "two")
    push("cti", ring, answer)
    intake()
    clock.shift(timedelta(minutes=3))
    push("cti", hangup)
    intake()
    task, ticket = CallTask.objects.get(), Ticket.objects.get()
    assert (task.state, task.trials.get().staff) == ("reached", cast.vera)
    assert ticket.reacted_at == MONDAY + timedelta(minutes=8)
    assert Call.objects.get(key="two").ticket == ticket


def test_an_answer_that_comes_after_the_end_takes_the_missed_call_back(cast, clock):
    ring, answer, hangup = cti.answered(ANNA, "one")
    push("cti", ring, hangup)
    intake()
    assert Ticket.objects.get().state == "new"
    push("cti", answer)
    intake()
    assert Call.objects.get().state == "ended"
    assert CallTask.objects.get().state == "withdrawn"
    assert Ticket.objects.get().state == "closed"


def test_events_in_any_order_are_one_call(cast, clock, kind):
    push(kind, *reversed(story(kind, "answered")))
    intake()
    clock.shift(timedelta(minutes=10))  # a recording waits for its call
    intake()
    call = Call.objects.get()
    assert (call.state, call.answered_by) == ("ended", cast.vera)
    assert not Ticket.objects.filter(ended_at=None).exists()


def test_a_hidden_number_stays_on_record_because_nobody_can_call_it(cast, clock):
    push("cti", *cti.missed("anonymous"))
    intake()
    call = Call.objects.get()
    assert (call.state, call.hidden, call.number) == ("missed", True, "")
    assert not Ticket.objects.exists()


def test_two_telephones_of_the_desk_are_no_client(cast, clock):
    push("cti", *cti.missed("101"))
    intake()
    assert not Call.objects.exists()


def test_a_call_that_nobody_ends_is_taken_for_missed(cast, clock):
    push("cti", cti.missed(ANNA)[0])
    intake()
    assert phone_call.settle_due() == 0
    clock.shift(timedelta(minutes=11))
    assert phone_call.settle_due() == 1
    intake()
    assert Ticket.objects.get().subject == "Пропущенный звонок"


# ---------------------------------------------------------------- out of hours

CLOSED = {
    "4 November, a holiday": (datetime(2026, 11, 4, 9, 0, tzinfo=UTC), "05.11.2026 08:00"),
    "20:00:00 exactly": (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), "24.11.2026 08:00"),
    "a second before 8:00": (datetime(2026, 11, 23, 4, 59, 59, tzinfo=UTC), "23.11.2026 08:00"),
    "Saturday": (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "23.11.2026 08:00"),
}
OPEN = {
    "8:00:00 exactly": datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    "a second before 20:00": datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC),
}


@pytest.mark.parametrize("when", CLOSED)
def test_out_of_hours_a_call_is_on_record_with_the_next_opening(cast, clock, kind, when):
    moment, opens = CLOSED[when]
    clock.move_to(moment)
    push(kind, *story(kind, "missed", at=moment))
    clock.shift(timedelta(minutes=1))
    intake()
    phone_call.settle_due()
    intake()
    call = Call.objects.get()
    assert (call.state, call.in_hours) == ("missed", False)
    assert not Ticket.objects.exists()
    said = f"Звонок в нерабочее время: Анна Вольская, +7 900 000-00-11. Поддержка откроется {opens}"
    assert said in says(("call", call.pk))


@pytest.mark.parametrize("when", OPEN)
def test_the_edges_of_working_time_are_half_open(cast, clock, when):
    clock.move_to(OPEN[when])
    push("cti", *cti.missed(ANNA))
    intake()
    assert Call.objects.get().in_hours is True
    assert Ticket.objects.count() == 1


# ---------------------------------------------------------------- transfers


def test_a_transfer_is_one_call_whoever_spoke(cast, clock, kind):
    push(kind, *story(kind, "transferred"))
    intake()
    (call,) = selectors.list_calls()
    legs = [leg for leg in call.legs.order_by("pk") if not leg.by_machine]
    assert [leg.extension for leg in legs] == ["101", "102"]
    if kind in {"cti", "mango"}:  # the others do not say what was handed over
        assert [leg.by_transfer for leg in legs] == [False, True]
    assert (call.state, call.answered_by) == ("ended", cast.oleg)
    assert not Ticket.objects.exists()


def test_a_transfer_that_nobody_took_is_a_missed_call(cast, clock):
    pushes = cti.transferred(ANNA, "one")
    push("cti", *pushes[:3])
    intake()
    clock.shift(timedelta(seconds=2))
    push("cti", pushes[3])
    intake()
    clock.shift(timedelta(seconds=30))
    push("cti", cti.event("hangup", ANNA, "one-2", cause="cancel"))
    intake()
    assert Call.objects.get().state == "missed"
    assert "перевели на коллегу, но никто не ответил" in Ticket.objects.get().messages.get().text


@pytest.mark.parametrize(
    ("order", "seconds"),
    [((0, 1, 2, 3, 4, 5, 6), 30), ((0, 1, 4, 5, 6, 2, 3), 15)],
    ids=["asked first: both spoke at once", "blindly: one after the other"],
)
def test_a_call_that_goes_on_under_the_id_that_the_exchange_names_stays_one(cast, clock, order, seconds):
    pushes = story("megafon", "handed over", key="one")
    for index in order:
        push("megafon", pushes[index])
        intake()
        clock.shift(timedelta(seconds=5))
    (call,) = selectors.list_calls()
    assert (call.key, call.state, call.answered_by) == ("one", "talking", cast.oleg)  # Vera's part alone is over
    push("megafon", *pushes[7:])
    intake()
    (call,) = selectors.list_calls()
    assert (call.state, call.answered_by, call.legs.count()) == ("ended", cast.oleg, 2)
    assert call.recordings.count() == 2
    assert call.talk_seconds == seconds
    assert not Ticket.objects.exists()


def test_a_transfer_while_the_first_still_speaks_is_taken_into_the_call(cast, clock):
    ring, answer, hangup = cti.answered(ANNA, "one")
    push("cti", ring, answer)
    intake()
    clock.shift(timedelta(minutes=1))
    push("cti", cti.event("newCall", ANNA, "two", answeringNumber="102"))
    intake()
    clock.shift(timedelta(seconds=5))
    push("cti", hangup, cti.event("answer", ANNA, "two", answeringNumber="102"))
    intake()
    clock.shift(timedelta(minutes=1))
    push("cti", cti.event("hangup", ANNA, "two", cause="normalClearing"))
    intake()
    (call,) = selectors.list_calls()
    assert (call.key, call.state, call.answered_by, call.legs.count()) == ("one", "ended", cast.oleg, 2)
    assert not Ticket.objects.exists()


# ---------------------------------------------------------------- what exchanges send that is wrong, old or unknown


def test_who_does_not_prove_who_they_are_is_refused(cast, clock):
    ring = cti.missed(ANNA)[0]
    wrong = [
        ("cti", cti.push({"event": "newCall", "direction": "in", "callId": "1"}, token="guessed"), 401),
        ("cti", cti.push({"event": "newCall", "direction": "sideways", "callId": "1"}), 422),
        ("mango", mango.push("call", {"call_id": "1"}, salt="guessed"), 403),
        ("megafon", megafon.push(token="guessed", cmd="event", type="INCOMING", callid="1"), 401),
        ("zadarma", zadarma.push("NOTIFY_START", "x", secret="guessed", pbx_call_id="1"), 403),
    ]
    for kind, each, status in wrong:
        assert push(kind, each)[0][0] == status
    assert push("cti", ring, account="nobody")[0][0] == 404
    assert not Inbound.objects.exists()


def test_no_secret_of_an_exchange_is_stored(cast, clock):
    for kind in ("mango", "megafon", "zadarma"):
        push(kind, *story(kind, "missed"))
    kept = b"".join(bytes(row.raw.data or b"") for row in Inbound.objects.select_related("raw"))
    for secret in (mango.KEY, mango.SALT, megafon.TOKEN, zadarma.SECRET):
        assert secret.encode() not in kept


def test_an_unknown_event_is_kept_and_changes_nothing(cast, clock):
    assert push("cti", cti.event("dtmf", ANNA, "one"))[0] == (200, "{}")
    assert push("mango", mango.push("dtmf", {"dtmf": "1"}))[0][0] == 200
    intake()
    assert {row.outcome for row in Inbound.objects.all()} == {"notice"}
    assert not Call.objects.exists()


def test_an_answer_of_an_unknown_call_begins_it(cast, clock):
    push("cti", *cti.answered(ANNA, "one")[1:])
    intake()
    assert Call.objects.get().state == "ended"


def test_a_push_about_the_day_before_yesterday_is_kept_and_changes_nothing(cast, clock):
    push("mango", *mango.missed(ANNA, "old", int((MONDAY - timedelta(days=2)).timestamp())))
    intake()
    assert {row.outcome for row in Inbound.objects.all()} == {"stale"}
    assert not Call.objects.exists()


def test_older_events_of_a_leg_do_not_undo_newer_ones(cast, clock):
    entry, at = "one", int(MONDAY.timestamp())
    push("mango", mango.leg(entry, "1", 2, "Connected", ANNA, at + 5, extension="101"))
    intake()
    push("mango", mango.leg(entry, "1", 1, "Appeared", ANNA, at, extension="102"))
    intake()
    call = Call.objects.get()
    assert (call.state, call.answered_by) == ("talking", cast.vera)


# ---------------------------------------------------------------- what an exchange is answered


def test_a_blocked_caller_hears_that_the_line_is_busy(cast, clock, settings, tmp_path):
    more = 'caller_id = "+78000000000"'
    blocked = '[[exchange.blocked]]\nnumber = "8 900 000-00-66"\n'
    exchanges.configure(settings, tmp_path, exchanges.account("cti", more=more) + blocked)
    out = cti.event("newCall", ANNA, "three", direction="out")
    said = push("cti", cti.missed("79000000066")[0], cti.missed(ANNA)[0], out)
    assert [text for _, text in said] == [
        '{"action": "reject", "reason": "busy"}',
        "{}",
        '{"action": "dial", "caller_id": "78000000000", "number": "+79000000011"}',
    ]


def test_zadarma_tries_the_address(clock):
    answer = Client().get("/hooks/zadarma/main?zd_echo=abc123")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"abc123", "text/plain; charset=utf-8")
    assert Client().get("/hooks/zadarma/main").status_code == 405


def test_mango_tries_the_address_with_nothing_in_it(clock):
    assert push("mango", Push(b"")) == [(200, "{}")]
    assert push("mango", Push(b"x"))[0][0] == 401
    assert not Inbound.objects.exists()


def test_a_form_in_parts_is_read_by_the_boundary_of_its_body(cast, clock):
    """Zadarma sends such forms too, and its header names another boundary than the body has."""
    (told,) = [each for each in zadarma.answered(ANNA, "parts") if b"NOTIFY_INTERNAL" in each.body]
    lines = [f'--b1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in parse_qsl(told.body.decode())]  # fmt: skip
    body = "".join([*lines, "--b1--\r\n"]).encode()
    said = push("zadarma", Push(body, content_type="multipart/form-data; boundary=--b1", headers=told.headers))
    assert said[0][0] == 200
    intake()
    assert Call.objects.get().state == "ringing"


def test_news_of_zadarma_that_are_no_calls_are_proved_by_what_they_bring(cast, clock):
    text = '{"caller_id": "79000000011", "text": "привет"}'
    assert push("zadarma", zadarma.push("SMS", text, result=text))[0][0] == 200
    assert push("zadarma", zadarma.push("SMS", "", result=text))[0][0] == 403
    intake()
    assert [row.outcome for row in Inbound.objects.all()] == ["notice"]


def test_an_exchange_learns_the_name_of_verified_numbers_only(cast, clock):
    PhoneNumber.objects.create(person=cast.boris, e164="+79000000012")
    for person in (cast.anna, cast.boris):
        PhoneNumber.objects.create(person=person, e164="+78000000055", verified_at=MONDAY)
    push("cti", *cti.missed(ANNA))
    intake()
    work.assign(Ticket.objects.get().pk, cast.vera, cast.vera)
    asked = [megafon.contact(number) for number in (ANNA, "+79000000012", "+78000000055", "nobody")]
    assert [text for _, text in push("megafon", *asked)] == [
        '{"contact_name": "Анна Вольская, ООО «Рябина»", "responsible": "101"}',
        "{}",
        "{}",
        "{}",
    ]
    assert push("megafon", megafon.contact(ANNA, token="guessed"))[0][0] == 401
