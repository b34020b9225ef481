"""The outbox: a row first, sent later, each message once; what fails is tried by a schedule and comes to an end."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction

from okibi.channels import holding, outbox, tasks
from okibi.channels.file_streams import pieces
from okibi.channels.models import Outbound
from okibi.channels.port import Party, SendError
from okibi.channels.tests.conftest import empty_queue
from okibi.channels.tests.test_inbox import in_threads, jobs
from okibi.kernel import blobs
from okibi.kernel.clock import now

pytestmark = pytest.mark.django_db
NOON = "2026-11-20T09:00:00Z"
ANNA = Party("anna@example.org", "Анна Вольская")


def put(key="1", **more):
    return outbox.put(**({"kind": "echo", "key": key, "to": ANNA, "subject": "Ответ", "text": "Здравствуйте!"} | more))


def told_by(list_):
    return lambda row: list_.append((row.key, str(row.state)))


def quiet(row):
    pass


def refuse(**how):
    def act(message):
        raise SendError("no", **how)

    return act


class KilledError(BaseException):
    """kill -9, as near as a test can come: nothing of ours catches it."""


def kill(message):
    raise KilledError


def test_a_message_is_sent_once_and_its_end_is_told_once(echo):
    row = put(files=[{"name": "счёт.pdf", "type": "application/pdf", "sha256": blobs.put(b"%PDF").sha256}])
    told = []
    assert outbox.drain(told_by(told)) == 1
    assert outbox.drain(told_by(told)) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.external_id) == ("sent", 1, "echo:1")
    assert row.sent_at
    assert told == [("1", "sent")]
    (message,) = echo.sent
    assert (message.recipient, message.text) == (ANNA, "Здравствуйте!")
    (file,) = message.files
    assert (file.name, file.content, b"".join(pieces(file))) == ("счёт.pdf", b"", b"%PDF"), "by reference"


def test_the_same_key_is_the_same_message(echo):
    first = put(text="first")
    assert put(text="second").pk == first.pk
    assert Outbound.objects.get().text == "first"


def test_two_writers_with_one_key_make_one_row(echo, transactional_db):
    for round_ in range(20):
        rows = in_threads(lambda key=str(round_): put(key), 3)
        assert len({row.pk for row in rows}) == 1


def test_a_permanent_refusal_is_the_end(echo):
    row = put()
    echo.acts.append(refuse(permanent=True))
    told = []
    assert outbox.drain(told_by(told)) == 1
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        assert outbox.drain(told_by(told)) == 0
    row.refresh_from_db()
    assert (row.state, row.error, echo.sent) == ("failed", "no", [])
    assert told == [("1", "failed")]


def test_a_temporary_refusal_is_tried_by_the_schedule_for_three_days(echo):
    told = []
    with time_machine.travel(NOON, tick=False) as clock:
        started = now()
        put()
        for pause in outbox.RETRY_AFTER:
            echo.acts.append(refuse())
            assert outbox.drain(told_by(told)) == 1
            clock.shift(pause - timedelta(seconds=1))
            assert outbox.drain(told_by(told)) == 0
            clock.shift(timedelta(seconds=1))
        assert timedelta(days=2) < now() - started < timedelta(days=5)
        assert told == []
        echo.acts.append(refuse())
        assert outbox.drain(told_by(told)) == 1
    assert told == [("1", "failed")]


def test_a_temporary_refusal_then_success(echo):
    row = put()
    echo.acts.append(refuse())
    assert outbox.drain(quiet) == 1
    with time_machine.travel(now() + outbox.RETRY_AFTER[0] + timedelta(seconds=1)):
        assert outbox.drain(quiet) == 1
    row.refresh_from_db()
    assert (row.state, row.error, len(echo.sent)) == ("sent", "", 1)


def test_a_broken_row_does_not_hold_up_the_others(echo):
    put("1", files=[{"name": "lost", "type": "text/plain", "sha256": "0" * 64}])
    put("2")
    echo.acts.append(lambda message: list(pieces(message.files[0])))
    assert outbox.drain(quiet) == 2
    assert dict(Outbound.objects.values_list("key", "state")) == {"1": "queued", "2": "sent"}


def test_rows_wait_untouched_while_no_way_out_is_configured(echo):
    row = put()
    echo.open = False
    assert outbox.drain(quiet) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    echo.open = True
    assert outbox.drain(quiet) == 1


def test_a_way_out_that_is_away_costs_nobody_an_attempt(echo):
    for key in "123":
        put(key)
    echo.acts.append(refuse(unreachable=True))
    told = []
    with time_machine.travel(NOON, tick=False) as clock:
        Outbound.objects.update(next_attempt_at=now())
        assert outbox.drain(told_by(told)) == 1
        assert echo.sent == []  # one try was enough to know
        assert set(Outbound.objects.values_list("state", "attempts")) == {("queued", 0)}
        put("4")
        assert outbox.drain(told_by(told)) == 0  # the channel rests, whatever comes
        clock.shift(outbox.UNREACHABLE_FOR)
        assert outbox.drain(told_by(told)) == 4
    assert sorted(told) == [("1", "sent"), ("2", "sent"), ("3", "sent"), ("4", "sent")]


def test_a_row_that_breaks_the_way_out_for_itself_does_not_hold_up_the_others_for_ever(echo):
    with time_machine.travel(NOON, tick=False) as clock:
        for key in "12":
            put(key)
            clock.shift(timedelta(seconds=1))
        echo.acts.append(refuse(unreachable=True))
        outbox.drain(quiet)
        clock.shift(outbox.UNREACHABLE_FOR)
        outbox.drain(quiet)
    assert [message.external_id for message in echo.sent] == ["echo:2", "echo:1"]


class TestAWorkerKilledWhileSending:
    def test_is_seen_to_be_dead_and_its_row_waits_no_longer_than_the_others(self, echo):
        for key in "123":
            put(key)
        echo.acts.append(kill)
        with pytest.raises(KilledError):
            outbox.drain(quiet)
        assert outbox.drain(quiet) == 3
        assert sorted(message.external_id for message in echo.sent) == ["echo:1", "echo:2", "echo:3"]
        assert set(Outbound.objects.values_list("state", flat=True)) == {"sent"}

    def test_holds_it_to_the_end_of_its_claim_where_its_connection_lives_on(self, echo, transactional_db):
        """A machine that went away without a word: the server takes its connection for alive."""
        for key in "123":
            put(key)
        echo.acts.append(kill)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {holding.HOLD} FROM okibi_channels_outbound AS row ORDER BY id LIMIT %s", [1])
        with pytest.raises(KilledError):
            outbox.drain(quiet)
        assert in_threads(lambda: outbox.drain(quiet), 1) == [2]
        with time_machine.travel(now() + outbox.CLAIM_FOR + timedelta(seconds=1)):
            assert in_threads(lambda: outbox.drain(quiet), 1) == [1]
        holding.release(Outbound.objects.order_by("pk")[0].pk)
        assert [message.external_id for message in echo.sent] == ["echo:2", "echo:3", "echo:1"]

    @pytest.mark.parametrize(("before", "freed"), [(timedelta(seconds=0), 1), (timedelta(days=3650), 0)])
    def test_keeps_it_where_the_database_started_anew_since(self, echo, before, freed):
        """Then a free lock proves nothing: living senders lost theirs as well."""
        claim = before + timedelta(minutes=1)
        put()
        Outbound.objects.update(state="sending", next_attempt_at=now() - before + claim)
        assert holding.free_the_dead(["echo"], [], claim) == freed

    def test_is_told_from_this_process_itself(self, echo):
        row = put()
        Outbound.objects.update(state="sending", next_attempt_at=now() + timedelta(minutes=1))
        assert holding.free_the_dead(["echo"], [row.pk], outbox.CLAIM_FOR) == 0

    def test_leaves_it_to_a_person_where_a_repeat_would_be_seen(self, echo, monkeypatch):
        monkeypatch.setattr(echo, "repeatable", False)
        row = put()
        echo.acts.append(kill)
        with pytest.raises(KilledError):
            outbox.drain(quiet)
        told = []
        with time_machine.travel(now() + outbox.CLAIM_FOR + timedelta(seconds=1)):
            outbox.drain(told_by(told))
            assert (told, echo.sent) == ([("1", "uncertain")], [])
            outbox.send_again(row.pk)
            outbox.drain(told_by(told))
        assert told[1:] == [("1", "sent")]

    def test_comes_to_an_end_even_when_the_message_kills_every_worker(self, echo):
        row = put()
        with time_machine.travel(NOON, tick=False) as clock:
            Outbound.objects.update(next_attempt_at=now())
            for _ in outbox.RETRY_AFTER:
                echo.acts.append(kill)
                with pytest.raises(KilledError):
                    outbox.drain(quiet)
                clock.shift(outbox.CLAIM_FOR + timedelta(seconds=1))
            outbox.drain(quiet)
        row.refresh_from_db()
        assert (row.state, echo.sent) == ("uncertain", [])


def test_a_listener_that_fails_does_not_make_us_send_again(echo):
    row = put()

    def listener(told):
        Outbound.objects.filter(pk=told.pk).update(subject="written by the listener")
        raise ValueError("broken listener")

    outbox.drain(listener)
    row.refresh_from_db()
    assert (row.state, row.subject) == ("sent", "Ответ")
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        assert outbox.drain(listener) == 0


def test_two_workers_send_each_message_once(echo, transactional_db):
    for number in range(120):
        put(str(number))
    told = []
    in_threads(lambda: outbox.drain(told_by(told), 200))
    assert sorted(message.external_id for message in echo.sent) == sorted(f"echo:{number}" for number in range(120))
    assert len(told) == 120


def test_a_run_that_is_full_wakes_the_next_one(echo, no_jobs):
    for number in range(7):
        put(str(number))
    empty_queue()
    assert outbox.drain(quiet, batch=5) == 5
    assert jobs() == [(tasks.SEND_OUTBOX, "todo")]


def test_the_sender_is_woken_by_a_committed_row_only(echo, no_jobs):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert jobs() == []
    with transaction.atomic():
        put("1")
        put("2")
        assert in_threads(lambda: len(jobs()), 1) == [0]
    assert jobs() == [(tasks.SEND_OUTBOX, "todo")]


def test_automatic_messages_are_counted_in_any_letter_case(echo):
    put("1", automatic=True)
    put("2", automatic=True, to=Party("ANNA@Example.org"))
    put("3", automatic=False)
    put("4", automatic=True, to=Party("boris@example.org"))
    Outbound.objects.filter(key="2").update(created_at=now() - timedelta(minutes=30))
    assert outbox.automatic_since("echo", "Anna@example.org", 3600) == 2
    assert outbox.automatic_since("echo", "anna@example.org", 600) == 1
    assert outbox.automatic_since("email", "anna@example.org", 3600) == 0


def test_a_bounce_finds_its_message_with_or_without_brackets(echo):
    row = put(external_id="<t.26-000001.0123456789abcdef@example.org>")
    outbox.drain(quiet)
    for given in (row.external_id, row.external_id.strip("<>"), f" {row.external_id} "):
        assert outbox.by_external_id(given) == row
    assert outbox.by_external_id("") is None
    assert outbox.by_external_id("<other@example.org>") is None
    outbox.mark_bounced(row, "550 no such\x00 user")
    row.refresh_from_db()
    assert (row.state, row.error) == ("bounced", "550 no such user")


def test_a_message_that_never_left_can_not_bounce(echo):
    row = put()
    outbox.mark_bounced(row, "forged")
    assert Outbound.objects.get().state == "queued"


def test_a_slow_run_leaves_what_it_has_no_time_for_to_the_next(echo, monkeypatch, no_jobs):
    monkeypatch.setattr(outbox, "BATCH_SECONDS", 0.05)
    for number in range(3):
        put(str(number))
    empty_queue()
    echo.acts.append(lambda message: threading.Event().wait(0.1))
    outbox.drain(quiet)
    assert sorted(Outbound.objects.values_list("state", "attempts")) == [("queued", 0), ("queued", 0), ("sent", 1)]
    assert jobs() == [(tasks.SEND_OUTBOX, "todo")]


def test_a_worker_told_to_stop_ends_between_two_rows_and_wakes_another(echo, no_jobs):
    stop = threading.Event()
    for number in range(3):
        put(str(number))
    empty_queue()
    echo.acts.append(lambda message: stop.set())
    assert outbox.drain(quiet, stop=stop.is_set) == 1
    assert sorted(Outbound.objects.values_list("state", "attempts")) == [("queued", 0), ("queued", 0), ("sent", 1)]
    assert jobs() == [(tasks.SEND_OUTBOX, "todo")]


def test_a_worker_to_be_killed_lets_its_row_go_and_its_fate_stays_open(echo):
    put()

    def end(message):
        assert outbox.let_go() == 1
        raise KilledError

    echo.acts.append(end)
    with pytest.raises(KilledError):
        outbox.drain(quiet)
    assert (Outbound.objects.get().state, outbox.drain(quiet), outbox.let_go()) == ("sending", 0, 0)
    with time_machine.travel(now() + outbox.LET_GO_AFTER + timedelta(seconds=1)):
        assert outbox.drain(quiet) == 1
    assert (Outbound.objects.get().state, Outbound.objects.get().attempts) == ("sent", 2)
