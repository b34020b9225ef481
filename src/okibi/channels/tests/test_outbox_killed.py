"""Sending processes that are killed or stopped at any moment, against a slow mail server, on a real database.

The laws: every letter arrives; none is sent by two at the same time; what a killed process had in hand is taken up by
the next one at once, and a stopped process leaves nothing; a letter comes twice only where its sender was killed over
it.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okibi.channels import outbox
from okibi.channels.email import smtp_out
from okibi.channels.models import Cursor, Outbound
from okibi.channels.port import Party, SendError
from okibi.kernel.clock import now
from okibi.ops.database_url import parse_database_url
from tests.simulators.mail import MailServer

LETTERS = 40
SENDER = """
import django, sys
django.setup()
from okibi.channels import outbox
print("ready", flush=True)
sys.stdin.readline()
while outbox.drain(lambda row: None, 1000):
    pass
"""
WORKER = """
import django, sys
django.setup()
from okibi.ops import worker
worker.GRACE = float(sys.argv[1])
worker.work()
"""


def environment(server, folder):
    place = parse_database_url(os.environ["DATABASE_URL"])
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "okibi.config.settings",
        "DATABASE_URL": replace(place, name=connection.settings_dict["NAME"]).as_url(),
        "OKIBI_DATA": str(folder),
        "OKIBI_SECRET_KEY": django_settings.SECRET_KEY,
        "OKIBI_SMTP_OUT_HOST": server.host,
        "OKIBI_SMTP_OUT_PORT": str(server.port),
        "OKIBI_SMTP_OUT_TLS": "none",
        "OKIBI_MAIL_FROM": "support@example.org",
    }


def start(script, server, folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=environment(server, folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def put(number):
    party = Party(f"anna{number}@example.org")
    return outbox.put(kind="email", key=str(number), to=party, subject="Ответ", text="Здравствуйте!")


def sending():
    return Outbound.objects.filter(state="sending").count()


def eventually(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def came(server):
    return Counter(str(mail.message["Message-ID"]) for mail in server.received)


@pytest.fixture
def way_out(settings, no_jobs):
    with MailServer() as server:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = server.host, server.port
        settings.OKIBI_SMTP_OUT_TLS, settings.OKIBI_MAIL_FROM = "none", "support@example.org"
        settings.OKIBI_SMTP_OUT_USER = ""
        yield server
        smtp_out.close_idle()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_senders_killed_at_any_moment_lose_nothing_and_never_send_together(way_out, tmp_path):
    way_out.slowness = 0.01
    for number in range(LETTERS):
        put(number)
    kills = 0
    with ExitStack() as stack:
        senders = [stack.enter_context(start(SENDER, way_out, tmp_path)) for _ in range(5)]
        stack.callback(lambda: [sender.kill() for sender in senders])
        for sender in senders:
            assert sender.stdout.readline() == b"ready\n"
        running = [senders.pop(), senders.pop()]
        for sender in running:
            sender.stdin.write(b"go\n")
            sender.stdin.flush()
        while senders:  # one dies, another takes over, until the last two
            seen = len(way_out.received) + random.randint(1, 8)
            eventually(lambda seen=seen: len(way_out.received) >= min(seen, LETTERS))
            victim = running.pop(0)
            victim.kill()
            victim.wait()
            kills += 1
            running.append(senders.pop())
            running[-1].stdin.write(b"go\n")
            running[-1].stdin.flush()
        for sender in running:
            assert sender.wait(120) == 0
    assert set(Outbound.objects.values_list("state", flat=True)) <= {"sent", "sending"}
    assert sending() <= kills  # nobody else's letters wait
    outbox.drain(lambda row: None, LETTERS)  # it sees who is dead
    assert set(Outbound.objects.values_list("state", flat=True)) == {"sent"}
    assert way_out.at_once == []
    arrived = came(way_out)
    assert set(arrived) == set(Outbound.objects.values_list("external_id", flat=True))
    assert sum(arrived.values()) - LETTERS <= kills


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_left_to_a_living_sender_and_taken_from_a_killed_one_at_once(way_out, tmp_path):
    way_out.slowness = 60
    put(1)
    with start(SENDER, way_out, tmp_path) as sender:
        try:
            assert sender.stdout.readline() == b"ready\n"
            sender.stdin.write(b"go\n")
            sender.stdin.flush()
            eventually(lambda: way_out.received)
            assert outbox.drain(lambda row: None) == 0
        finally:
            sender.kill()
    way_out.slowness = 0
    eventually(lambda: outbox.drain(lambda row: None))
    row = Outbound.objects.get()
    assert (row.state, row.attempts, len(way_out.received)) == ("sent", 2, 2)
    assert set(came(way_out)) == {row.external_id}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("slowness", "grace", "left"), [(0.3, 60, "sent"), (60, 0.5, "sending")])
def test_a_stopped_worker_leaves_the_rest_to_others_at_once(way_out, tmp_path, slowness, grace, left):
    way_out.slowness = slowness
    for number in range(5):
        put(number)
    with start(WORKER, way_out, tmp_path, str(grace)) as worker:
        try:
            eventually(lambda: way_out.received)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(120) == 0
        finally:
            worker.kill()
    begun = len(way_out.received)  # a second job of the same worker may have had another one in hand
    assert begun < 5
    waiting = Outbound.objects.filter(state="queued", attempts=0, next_attempt_at__lte=now())
    assert (waiting.count(), Outbound.objects.filter(state=left).count()) == (5 - begun, begun)
    for row in Outbound.objects.filter(state="sending"):
        assert row.next_attempt_at <= now() + outbox.LET_GO_AFTER
    with connection.cursor() as cursor:
        cursor.execute("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'")
        assert {lock for (lock,) in cursor.fetchall()} & {"outbox", "outbox-later"}


# ---------------------------------------------------------------- the same laws over every order of events


class KilledError(BaseException):
    """kill -9, as near as a test can come."""


def killed_before(message, sent):
    raise KilledError


def killed_after(message, sent):
    sent.append(message.external_id)
    raise KilledError


def refused(message, sent):
    raise SendError("450 come again")


def away(message, sent):
    raise SendError("nobody there", unreachable=True)


def works(message, sent):
    sent.append(message.external_id)


EVENTS = st.lists(st.sampled_from([works, killed_before, killed_after, refused, away]), max_size=12)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_whatever_happens_every_message_comes_and_twice_only_where_a_kill_hid_it(echo, events):
    Outbound.objects.all().delete()
    Cursor.objects.all().delete()
    sent, told, happened = [], [], []
    for key in "abc":
        outbox.put(kind="echo", key=key, to=Party("anna@example.org"), subject="", text="")

    def next_event(message):
        event = events[len(happened)] if len(happened) < len(events) else works
        happened.append(event)
        event(message, sent)

    for _ in range(len(events) + 1):
        echo.acts.extend([next_event] * (20 - len(echo.acts)))
        with suppress(KilledError):
            outbox.drain(lambda row: told.append(row.key), 20)
        Outbound.objects.filter(state__in=["queued", "sending"]).update(next_attempt_at=now())
        Cursor.objects.all().delete()  # rests and claims end
    echo.acts.clear()
    assert set(Outbound.objects.values_list("state", flat=True)) == {"sent"}
    assert sorted(told) == ["a", "b", "c"]
    assert set(sent) == {"echo:a", "echo:b", "echo:c"}
    assert len(sent) == 3 + happened.count(killed_after)
    attempts = sum(Outbound.objects.values_list("attempts", flat=True))
    assert attempts == len(happened) - happened.count(away)
