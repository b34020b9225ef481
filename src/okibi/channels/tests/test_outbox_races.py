"""The outbox beside others: woken in time, overslept, overtaken by a bounce, the database restarted under it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from okibi.channels import outbox, tasks
from okibi.channels.models import Outbound
from okibi.channels.tests.conftest import empty_queue
from okibi.channels.tests.test_inbox import in_threads
from okibi.channels.tests.test_outbox import NOON, put, quiet, refuse, told_by
from okibi.kernel.clock import now

pytestmark = pytest.mark.django_db


class TestTheSenderIsWokenInTime:
    """Beside the minutely sweep: one scheduled job at the earliest moment that something waits for."""

    @pytest.fixture(autouse=True)
    def _frozen(self, no_jobs):
        with time_machine.travel(NOON, tick=False) as self.clock:
            yield

    def after(self):
        """How long after the run the wake-ups stand."""
        empty_queue()
        outbox.drain(quiet)
        with connection.cursor() as cursor:
            cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL")
            return [moment - now() for (moment,) in cursor.fetchall()]

    def test_for_the_next_try(self, echo):
        put()
        echo.acts.append(refuse())
        assert self.after() == [outbox.RETRY_AFTER[0]]

    def test_for_the_end_of_a_rest(self, echo):
        put()
        echo.acts.append(refuse(unreachable=True))
        assert self.after() == [outbox.UNREACHABLE_FOR]

    def test_for_the_end_of_another_workers_claim(self, echo, transactional_db):
        put()
        found = []
        echo.acts.append(lambda message: found.extend(in_threads(self.after, 1)))
        outbox.drain(quiet)
        assert found == [[outbox.CLAIM_FOR]]

    def test_for_the_earliest_of_several(self, echo):
        put("1")
        echo.acts.append(refuse())
        outbox.drain(quiet)
        self.clock.shift(timedelta(seconds=50))
        put("2")
        echo.acts.append(refuse())
        assert self.after() == [timedelta(seconds=10)]

    def test_and_an_earlier_moment_moves_the_wake_up_forward(self, echo):
        tasks.wake_outbox_at(now() + timedelta(hours=1))
        tasks.wake_outbox_at(now() + timedelta(hours=2))
        put()
        echo.acts.append(refuse())
        outbox.drain(quiet)
        with connection.cursor() as cursor:
            cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE queueing_lock = 'outbox-later'")
            assert cursor.fetchall() == [(now() + outbox.RETRY_AFTER[0],)]

    def test_not_at_all_when_nothing_waits(self, echo):
        put()
        assert self.after() == []


class TestAWorkerThatOversleptItsClaim:
    """A suspended machine: another worker has taken the row meanwhile."""

    def overslept(self, echo, then, other):
        def sleep(message):
            Outbound.objects.update(next_attempt_at=now())  # the claim has ended
            other()
            then(message)

        put()
        echo.acts.append(sleep)
        told = []
        outbox.drain(told_by(told))
        return told, Outbound.objects.get()

    def test_does_not_queue_again_what_the_other_sent(self, echo):
        told, row = self.overslept(echo, refuse(), lambda: outbox.drain(quiet))
        assert (told, row.state, len(echo.sent)) == ([], "sent", 1)

    def test_that_did_send_tells_of_it_when_the_other_failed(self, echo):
        def other():
            echo.acts.append(refuse())
            outbox.drain(quiet)

        told, row = self.overslept(echo, lambda message: None, other)
        assert (told, row.state) == ([("1", "sent")], "sent")


def test_a_bounce_that_is_quicker_than_our_mark_has_the_last_word(echo):
    row = put()
    echo.acts.append(lambda message: outbox.mark_bounced(Outbound.objects.get(), "no such user"))
    told = []
    outbox.drain(told_by(told))
    row.refresh_from_db()
    assert (row.state, row.error, told) == ("bounced", "no such user", [])
    assert row.sent_at


@pytest.mark.parametrize("times", [1, 2, 9])
def test_a_database_that_restarts_while_a_message_leaves_makes_it_leave_once(
    echo, transactional_db, monkeypatch, times
):
    monkeypatch.setattr(outbox, "MARK_AGAIN_AFTER", (0.0, 0.0, 0.0))
    row = put()
    told = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()

    def cut(message):
        def terminate():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

        in_threads(terminate, 1)

    def listener(row):
        nonlocal times
        times -= 1
        if times > 0:
            raise OperationalError("still away")
        told.append(row.key)

    echo.acts.append(cut)
    outbox.drain(listener)
    row.refresh_from_db()
    assert (row.state, len(echo.sent)) == ("sent", 1)
    assert told == (["1"] if times <= 0 else [])
