"""The inbox: everything is stored first, once; what can't be read waits in the tray; what fails waits its turn."""

import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction

from okibi.channels import inbox, tasks
from okibi.channels.inbox import Outcome
from okibi.channels.models import Inbound
from okibi.channels.tests import hanging_worker
from okibi.kernel import blobs, stopping
from okibi.kernel.clock import now
from okibi.kernel.models import Blob

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("echo")]
NOON = "2026-11-20T09:00:00Z"


def receive(raw=b"one", key="1", envelope=None):
    return inbox.receive("echo", key, raw, "pipe", envelope or {})


def opened(row, incoming):
    return Outcome("opened", 42)


def fails(row, incoming):
    raise ValueError("the flow is broken")


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def in_threads(work, count=2):
    """Run ``work`` in several threads that start together; gives what each returned."""
    barrier, results = threading.Barrier(count), []

    def run():
        try:
            barrier.wait(10)
            results.append(work())
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == count
    return results


def test_a_repeat_changes_nothing():
    first, new = receive(envelope={"peer": "127.0.0.1"})
    again, repeated = receive(b"other bytes", envelope={"peer": "127.0.0.2"})
    assert (new, repeated, again.pk) == (True, False, first.pk)
    row = Inbound.objects.get()
    assert (blobs.read(row.raw), row.envelope) == (b"one", {"peer": "127.0.0.1"})
    assert Blob.objects.count() == 1


def test_the_same_bytes_under_two_ids_are_two_messages_and_one_blob():
    assert receive(key="1")[1]
    assert receive(key="2")[1]
    assert (Inbound.objects.count(), Blob.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_inlets_with_the_same_message_store_it_once():
    for round_ in range(20):
        answers = in_threads(lambda key=str(round_): receive(b"same", key), 3)
        assert sorted(new for _, new in answers) == [False, False, True]
        assert len({row.pk for row, _ in answers}) == 1


def test_a_large_message_lies_in_a_file_and_is_read_back():
    raw = b"x" * (blobs.INLINE_LIMIT + 1)
    row, _ = receive(raw)
    assert Inbound.objects.get(pk=row.pk).raw.data is None
    seen = []
    assert inbox.process_one(lambda row, incoming: seen.append(incoming.text) or Outcome("opened"))
    assert seen == [raw.decode()]


def test_what_the_database_can_not_hold_is_made_storable():
    row, _ = receive(key="a\x00\ud800b", envelope={"mail_from": "an\x00na\udcff@example.org", "rcpt_to": ("a", "b")})
    row.refresh_from_db()
    assert row.external_id == "a?b"
    assert row.envelope == {"mail_from": "anna?@example.org", "rcpt_to": ["a", "b"]}


def test_a_handled_message_remembers_what_became_of_it():
    row, _ = receive()
    assert inbox.process_one(opened)
    assert not inbox.process_one(opened)
    row.refresh_from_db()
    assert (row.state, row.outcome, row.subject_id) == ("done", "opened", 42)
    assert row.done_at


def test_an_unreadable_message_goes_to_the_tray_and_can_be_read_again():
    row, _ = receive(b"\xff\xfe")
    assert inbox.process_one(opened)
    assert [found.pk for found in inbox.unreadable()] == [row.pk]
    assert not inbox.process_one(opened)
    inbox.read_again(row.pk)
    assert inbox.unreadable() == []
    assert inbox.process_one(opened)
    assert [found.pk for found in inbox.unreadable()] == [row.pk]


def test_a_failing_message_waits_and_the_next_one_passes():
    bad, good = receive(b"bad", "1")[0], receive(b"good", "2")[0]

    def handler(row, incoming):
        if incoming.text == "bad":
            Inbound.objects.filter(pk=good.pk).update(outcome="written by a flow that failed")
            raise ValueError("broken")
        return Outcome("opened")

    assert inbox.process_one(handler)
    assert inbox.process_one(handler)
    assert not inbox.process_one(handler)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.attempts, bad.error) == ("failed", 1, "ValueError: broken")
    assert (good.state, good.outcome) == ("done", "opened")


def test_a_failing_message_is_tried_by_its_schedule_and_then_put_into_the_tray():
    with time_machine.travel(NOON, tick=False) as clock:
        row, _ = receive()
        for pause in inbox.RETRY_AFTER:
            assert inbox.process_one(fails)
            clock.shift(pause - timedelta(seconds=1))
            assert not inbox.process_one(fails)
            clock.shift(timedelta(seconds=1))
        assert inbox.process_one(fails)
        clock.shift(timedelta(days=365))
        assert not inbox.process_one(fails)
        assert [found.pk for found in inbox.unreadable()] == [row.pk]
        inbox.read_again(row.pk)
        assert inbox.process_one(opened)
        assert Inbound.objects.get().state == "done"


def test_a_named_message_is_taken_out_of_turn():
    receive(b"first", "1")
    second, _ = receive(b"second", "2")
    assert inbox.process_one(opened, second.pk)
    assert list(Inbound.objects.filter(state="done")) == [second]
    assert not inbox.process_one(opened, second.pk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_handle_each_message_once():
    mails = {receive(f"{number}".encode(), str(number))[0].pk for number in range(40)}
    handled = []

    def handler(row, incoming):
        handled.append(row.pk)
        return Outcome("opened")

    def work():
        while inbox.process_one(handler):
            pass

    in_threads(work)
    assert sorted(pk for pk in handled if pk in mails) == sorted(mails)


@pytest.mark.django_db(transaction=True)
def test_a_claimed_message_whose_row_another_looks_at_is_waited_for():
    row, _ = receive()
    claimed, locked = inbox._claim(1, None), threading.Event()

    def look():
        with transaction.atomic():
            Inbound.objects.select_for_update().get(pk=row.pk)
            locked.set()
            time.sleep(0.3)
        connections["default"].close()

    other = threading.Thread(target=look)
    other.start()
    assert locked.wait(10)
    assert inbox._attend(claimed, opened) == 1
    other.join()
    row.refresh_from_db()
    assert (row.state, row.in_hand) == ("done", 0)


class TestBatch:
    """Several messages with one commit, and none the worse for its neighbours."""

    def test_all_that_is_pending_is_taken_in_at_once(self):
        for number in range(5):
            receive(f"{number}".encode(), str(number))
        seen = []
        assert inbox.process_batch(lambda row, incoming: seen.append(incoming.text) or Outcome("opened", 42)) == 5
        assert seen == ["0", "1", "2", "3", "4"]
        assert set(Inbound.objects.values_list("state", "outcome", "subject_id", "in_hand")) == {
            ("done", "opened", 42, 0)
        }
        assert inbox.process_batch(opened) == 0

    def test_a_batch_is_no_larger_than_asked(self):
        for number in range(5):
            receive(key=str(number))
        assert [inbox.process_batch(opened, 2) for _ in range(4)] == [2, 2, 1, 0]

    def test_one_that_fails_or_cant_be_read_spoils_nothing(self):
        texts = [b"one", b"bad", b"\xff\xfe", b"two"]
        rows = [receive(text, str(number))[0] for number, text in enumerate(texts)]

        def handler(row, incoming):
            Inbound.objects.filter(pk=row.pk).update(source=f"handled {incoming.text}")
            if incoming.text == "bad":
                raise ValueError("broken")
            return Outcome("opened")

        assert inbox.process_batch(handler) == 4
        found = [Inbound.objects.get(pk=row.pk) for row in rows]
        assert [(row.state, row.source, row.attempts, row.in_hand) for row in found] == [
            ("done", "handled one", 0, 0),
            ("failed", "pipe", 1, 0),
            ("unreadable", "pipe", 0, 0),
            ("done", "handled two", 0, 0),
        ]

    def test_one_that_breaks_the_transaction_spoils_nothing(self):
        rows = [receive(text, text.decode())[0] for text in (b"one", b"bad", b"two")]

        def handler(row, incoming):
            if incoming.text == "bad":
                Inbound.objects.create(channel=row.channel, external_id=row.external_id, raw=row.raw)
            return Outcome("opened")

        assert inbox.process_batch(handler) == 3
        assert [Inbound.objects.get(pk=row.pk).state for row in rows] == ["done", "failed", "done"]

    def test_what_failed_before_is_alone_the_next_time(self):
        with time_machine.travel(NOON, tick=False) as clock:
            receive(b"bad", "1")
            assert inbox.process_batch(fails) == 1
            clock.shift(inbox.RETRY_AFTER[0])
            receive(b"good", "2")
            assert [inbox.process_batch(opened) for _ in range(3)] == [1, 1, 0]

    def test_a_worker_that_is_to_stop_finishes_the_message_in_hand_and_gives_the_others_back(self, monkeypatch):
        for number in range(3):
            receive(key=str(number))
        asked = threading.Event()
        monkeypatch.setattr(stopping, "asked", asked.is_set)

        def handler(row, incoming):
            asked.set()
            return Outcome("opened")

        assert inbox.process_batch(handler) == 1
        assert sorted(Inbound.objects.values_list("state", "in_hand")) == [
            ("done", 0),
            ("received", 0),
            ("received", 0),
        ]
        assert Inbound.objects.filter(state="received", next_attempt_at__lte=now()).count() == 2

    def test_a_worker_that_is_interrupted_gives_everything_back(self):
        receive(key="1")
        receive(key="2")

        def handler(row, incoming):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            inbox.process_batch(handler)
        assert inbox.process_batch(opened) == 2


@pytest.mark.usefixtures("no_jobs")
class TestKilledWorker:
    """A message that ends its worker while it is read comes to an end itself, and holds up nobody."""

    def kill_one(self):
        """A worker process, killed at the poison. Gives what it said."""
        with subprocess.Popen(self.command(), stdout=subprocess.PIPE, text=True) as worker:
            said = worker.stdout.readline().strip()
            worker.send_signal(signal.SIGKILL)
        return said

    def command(self, parse_within="600"):
        return [sys.executable, hanging_worker.__file__, connection.settings_dict["NAME"], parse_within]

    def lease_ends(self):
        Inbound.objects.filter(in_hand__gt=0).update(next_attempt_at=now())

    def test_it_is_put_aside_after_the_third_death_and_its_neighbours_are_done(self):
        receive(b"first", "first")
        poison, _ = receive(hanging_worker.POISON, "poison")
        receive(b"last", "last")
        for deaths in range(1, inbox.DEATHS + 1):
            assert self.kill_one() == "parsing"
            poison.refresh_from_db()
            assert (poison.state, poison.in_hand) == ("received", deaths)
            assert poison.next_attempt_at > now(), "others come first"
            self.lease_ends()
        assert self.kill_one() == "idle"
        states = {row.external_id: (row.state, row.in_hand) for row in Inbound.objects.all()}
        assert states == {"first": ("done", 0), "poison": ("unreadable", 0), "last": ("done", 0)}
        assert [(row.pk, inbox.why_unreadable(row.error)) for row in inbox.unreadable()] == [(poison.pk, inbox.KILLED)]

    @pytest.mark.parametrize("poison", [hanging_worker.POISON, hanging_worker.ENDLESS], ids=["waits", "computes"])
    def test_a_parser_that_hangs_ends_its_worker_by_itself_and_that_is_a_death_too(self, poison):
        row, _ = receive(poison, "poison")
        worker = subprocess.run(self.command("0.5"), capture_output=True, text=True, timeout=60, check=False)
        assert (worker.returncode, worker.stdout.strip()) == (1, "parsing")
        assert "in parse" in worker.stderr, "it says where it hung"
        row.refresh_from_db()
        assert (row.state, row.in_hand) == ("received", 1)
        Inbound.objects.update(in_hand=inbox.DEATHS, next_attempt_at=now())
        assert inbox.process_batch(opened) == 0
        assert [found.pk for found in inbox.unreadable()] == [row.pk]

    def test_it_can_be_read_again_from_the_tray(self):
        row, _ = receive()
        Inbound.objects.update(in_hand=inbox.DEATHS)
        assert not inbox.process_one(opened)
        assert [found.pk for found in inbox.unreadable()] == [row.pk]
        inbox.read_again(row.pk)
        assert inbox.process_one(opened, row.pk)
        assert Inbound.objects.get().state == "done"

    def test_a_row_that_a_living_worker_holds_is_not_taken_even_when_its_lease_ended(self):
        receive()
        others = []

        def handler(row, incoming):
            with time_machine.travel(now() + inbox.LEASE * 2):
                others.extend(in_threads(lambda: inbox.process_batch(opened), 1))
            return Outcome("opened")

        assert inbox.process_batch(handler) == 1
        assert others == [0]


@pytest.mark.usefixtures("no_jobs")
class TestWakingUp:
    def test_one_job_stands_in_the_queue_however_many_mails_came(self):
        for number in range(5):
            receive(key=str(number))
        assert jobs() == [(tasks.INTAKE, "todo")]

    def test_a_mail_that_comes_while_the_job_runs_makes_the_next_one(self):
        receive(key="1")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        receive(key="2")
        assert jobs() == [(tasks.INTAKE, "doing"), (tasks.INTAKE, "todo")]

    def test_nobody_is_woken_for_a_row_that_was_rolled_back_or_was_there(self):
        with transaction.atomic():
            receive()
            transaction.set_rollback(True)
        assert jobs() == []
        receive()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        receive()
        assert jobs() == []

    def test_the_row_is_visible_to_the_job_that_it_woke(self):
        seen = []

        def look():
            for _ in range(200):
                if jobs():
                    seen.append(Inbound.objects.count())
                    return
                threading.Event().wait(0.01)

        with transaction.atomic():
            receive()
            assert in_threads(lambda: len(jobs()), 1) == [0]
        in_threads(look, 1)
        assert seen == [1]
