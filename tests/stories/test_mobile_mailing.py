"""Mobile by e-mail (scheme.md §3): from the flag on a card to the version on the telephone, through real SMTP.

And the law of every mailing: whatever is killed whenever, each address gets exactly one letter.
"""

import html
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from okibi.channels import outbox
from okibi.channels.email import smtp_out
from okibi.channels.models import Outbound
from okibi.channels.port import Bounce
from okibi.customers.models import EmailAddress, Licence, Person
from okibi.flows import delivery_report, mobile_mailing
from okibi.flows.delivery_report import on_sent
from okibi.flows.installation_report import reported
from okibi.kernel.clock import now
from okibi.mailings import progress, services
from okibi.mailings.kinds import LineState
from okibi.mailings.models import Line, Link, Mailing
from okibi.mailings.tests.cast import APK, GLEB, MOSCOW, device_of, flagged, published
from okibi.ops.database_url import parse_database_url
from tests.cast import make_cast
from tests.simulators.mail import MailServer

ADDRESSES = int(os.environ.get("MAILING_ADDRESSES", "120"))  # as many as one likes
REFUSED_EACH = 40  # every so manyth address is refused for good, the one after it takes the letter and sends it back
KILLS = 2
WORKER = """
import django, sys
django.setup()
from okibi.channels import outbox
from okibi.flows import delivery_report, mobile_mailing
from okibi.flows.delivery_report import on_sent
from okibi.mailings.models import Line
print("ready", flush=True)
sys.stdin.readline()
while Line.objects.filter(state__in=["queued", "handed"]).exists():
    mobile_mailing.send_due()
    outbox.drain(on_sent, 20)
"""


@pytest.fixture
def way_out(settings, transactional_db):
    with MailServer() as server:
        settings.OKIBI_SMTP_OUT_HOST, settings.OKIBI_SMTP_OUT_PORT = server.host, server.port
        settings.OKIBI_SMTP_OUT_TLS, settings.OKIBI_MAIL_FROM = "none", "support@example.org"
        settings.OKIBI_SMTP_OUT_USER = ""
        yield server
        smtp_out.close_idle()
    with connection.cursor() as cursor:  # the flush between tests knows nothing of procrastinate's tables
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Вышла версия 4.3.0"), ("en", "Version 4.3.0 of OKIBI Mob is out")]
)
def test_from_the_flag_to_the_telephone(way_out, client, language, said):
    cast = make_cast()
    Person.objects.filter(pk=cast.anna.pk).update(language=language)
    telephone = device_of(cast.anna, "4.2.0")
    flagged("anna@example.org")

    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 60, GLEB)
    mobile_mailing.send_due()
    outbox.drain(on_sent, 10)
    (letter,) = way_out.received
    assert letter.rcpt_to == ("anna@example.org",)
    text = letter.message.get_body(("plain",)).get_content()
    assert said in text
    assert Line.objects.get().state == LineState.SENT

    address = re.search(r"(/d/[\w-]+/)", text)[1]
    page = html.unescape(client.get(address).content.decode())
    client.get(f"{address}seen.css")
    assert Line.objects.get().state == LineState.OPENED
    file = client.get(re.search(rf'href="({address}\d+/[^"]+\.apk)"', page)[1])
    assert file.getvalue() == APK
    assert Line.objects.get().state == LineState.DOWNLOADED

    reported(telephone.pk, product="mobile", version="4.3.0", report={"system": {"family": "android"}})
    assert Line.objects.get().state == LineState.INSTALLED
    mailing.refresh_from_db()
    assert mailing.state == "finished"

    way = letter.message["List-Unsubscribe"].strip("<>")
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client.post(way[way.index("/u/") :], {"List-Unsubscribe": "One-Click"})
    assert not EmailAddress.objects.get(address="anna@example.org").mobile_mailing
    next_one = services.plan(published("4.4.0", b"PK next"), MOSCOW, GLEB)
    assert not next_one.lines.exists()


@pytest.mark.django_db(transaction=True)
def test_who_refuses_the_letter_stands_first_and_gets_no_further_one(way_out):
    make_cast()
    flagged("anna@example.org")
    flagged("boris@example.org")
    way_out.refuse_for_good("boris@example.org")
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 3000, GLEB)
    Mailing.objects.update(next_at=now() - timedelta(seconds=5))
    mobile_mailing.send_due()
    outbox.drain(on_sent, 10)
    assert dict(Line.objects.values_list("address", "state")) == {
        "anna@example.org": "sent",
        "boris@example.org": "failed",
    }
    assert EmailAddress.objects.get(address="boris@example.org").bounced_at
    assert mobile_mailing.remind(mailing.pk, GLEB) == 1


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


def started(server, folder):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=environment(server, folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def go(worker):
    worker.stdin.write(b"go\n")
    worker.stdin.flush()


def eventually(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def planned(addresses):
    """A mailing to so many addresses of the registry, begun at the fastest pace."""
    cast = make_cast()
    Licence.objects.all().update(maintenance_until=None)
    EmailAddress.objects.bulk_create(
        EmailAddress(person=cast.anna, address=f"p{n}@example.org", key=f"p{n}@example.org", mobile_mailing=True)
        for n in range(addresses)
    )
    mailing = services.plan(published(), MOSCOW, GLEB)
    mobile_mailing.start(mailing.pk, 3000, GLEB)
    return mailing


def killed_twice(way_out, folder, addresses):
    """Two workers at a time until all is sent; twice one of them is killed in the middle and another goes on."""
    with ExitStack() as stack:
        workers = [stack.enter_context(started(way_out, folder)) for _ in range(4)]
        stack.callback(lambda: [worker.kill() for worker in workers])
        for worker in workers:
            assert worker.stdout.readline() == b"ready\n"
        running = workers[:2]
        for worker in running:
            go(worker)
        for fresh in workers[2:]:
            seen = len(way_out.received) + random.randint(5, addresses // 5)
            eventually(lambda seen=seen: len(way_out.received) >= seen, 180 + addresses // 10)
            victim = running.pop(0)
            victim.kill()
            victim.wait()
            go(fresh)
            running.append(fresh)
        for worker in running:
            assert worker.wait(240 + addresses // 5) == 0


def come_back(way_out, addresses):
    """Every so manyth letter that was taken is sent back by the other side; gives how many."""
    back = {f"p{n}@example.org" for n in range(1, addresses, REFUSED_EACH)}
    for row in Outbound.objects.filter(recipient__in=back):
        delivery_report.take_bounce(Bounce((row.recipient,), True, "5.2.1 mailbox full", row.external_id), now())
    return len(back)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("addresses", [ADDRESSES, pytest.param(10_000, marks=pytest.mark.long)])
def test_workers_killed_twice_leave_exactly_one_letter_for_each_address(way_out, tmp_path, addresses, record_property):
    mailing = planned(addresses)
    way_out.slowness = 0.005
    refused = [f"p{n}@example.org" for n in range(0, addresses, REFUSED_EACH)]
    for address in refused:
        way_out.refuse_for_good(address)
    begun = time.monotonic()
    killed_twice(way_out, tmp_path, addresses)
    seconds, arriving, came = time.monotonic() - begun, addresses - len(refused), len(way_out.received)
    for name, value in (("seconds", round(seconds)), ("came again, by the same Message-ID", came - arriving)):
        record_property(name, value)
    assert Counter(Line.objects.values_list("state", flat=True)) == {"sent": arriving, "failed": len(refused)}
    assert EmailAddress.objects.filter(bounced_at__isnull=False).count() == len(refused)
    assert Outbound.objects.count() == Link.objects.count() == addresses  # never a second letter, nor a second link
    ids = {mail.rcpt_to[0]: set() for mail in way_out.received}
    for mail in way_out.received:
        ids[mail.rcpt_to[0]].add(str(mail.message["Message-ID"]))
    assert len(ids) == arriving
    assert all(len(each) == 1 for each in ids.values())  # what came again over a kill is the same letter
    assert came - arriving <= KILLS
    mailing.refresh_from_db()
    assert mailing.state == "finished"
    assert progress.due() == []
    bounced = come_back(way_out, addresses)
    assert Line.objects.filter(state=LineState.BOUNCED).count() == bounced
    assert mobile_mailing.remind(mailing.pk, GLEB) == arriving - bounced  # who bounced gets no further letter
