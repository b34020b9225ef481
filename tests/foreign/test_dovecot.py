"""Against a real IMAP server: Debian's dovecot, run without privileges in a folder of its own. LMTP in, IMAP IDLE out.

Needs ``apt-get install dovecot-imapd dovecot-lmtpd``; without it these tests are skipped, and say so.
"""

import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections

from okibi.channels.email.imap_inlet import ImapInlet
from okibi.channels.email.options import mail_options
from okibi.channels.models import Cursor, Inbound
from okibi.kernel import blobs

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.foreign,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        DOVECOT is None or not Path("/usr/lib/dovecot/lmtp").exists(),
        reason="NO DOVECOT HERE: IMAP was not tried on a real server (apt-get install dovecot-imapd dovecot-lmtpd)",
    ),
]

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  chroot =
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    folder: Path
    imap: int
    lmtp: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, owner):
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", str(self.folder / "conf")], **as_owner)
        for port in (self.imap, self.lmtp):
            eventually(lambda port=port: socket.create_connection(("127.0.0.1", port), timeout=1).close() or True)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def deliver(self, key, text="Не печатает."):
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail("anna@example.org", ["support"], mail(key, text))

    def client(self, folder="INBOX"):
        client = imaplib.IMAP4("127.0.0.1", self.imap)
        client.login("support", "right")
        assert client.select(folder)[0] == "OK"
        return client

    def flags(self):
        client = self.client()
        _, data = client.uid("FETCH", "1:*", "(FLAGS)")
        client.logout()
        return [b"\\Seen" in line for line in data if line]


def mail(key, text="Не печатает."):
    return (
        f"From: anna@example.org\r\nTo: support@example.org\r\nSubject: E-17\r\nMessage-ID: <{key}@example.org>\r\n"
        f"Date: Fri, 20 Nov 2026 12:41:00 +0300\r\n\r\n{text}\r\n"
    ).encode()


def eventually(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def owner():
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


@pytest.fixture
def dovecot(owner):
    folder = Path(tempfile.mkdtemp(prefix="okibi-dovecot-"))
    server = Dovecot(folder, free_port(), free_port())
    group = subprocess.run(["id", "-gn", owner.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "conf").write_text(
        CONFIG.format(
            folder=folder,
            user=owner.pw_name,
            group=group,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            imap=server.imap,
            lmtp=server.lmtp,
        )
    )
    if os.geteuid() == 0:
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
    server.start(owner)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def reading(dovecot, settings):
    """Starts the inlet with the options given; everything it started is stopped at the end."""
    settings.OKIBI_IMAP_HOST, settings.OKIBI_IMAP_PORT, settings.OKIBI_IMAP_TLS = "127.0.0.1", dovecot.imap, "none"
    settings.OKIBI_IMAP_USER, settings.OKIBI_IMAP_PASSWORD = "support", "right"
    started = []

    def start(after="seen"):
        settings.OKIBI_IMAP_AFTER = after
        stop = threading.Event()
        thread = threading.Thread(target=ImapInlet(mail_options(), "INBOX").run, args=(stop,))
        thread.start()
        started.append((stop, thread))

        def finish():
            stop.set()
            thread.join(20)
            assert not thread.is_alive()

        return finish

    yield start
    for stop, thread in started:
        stop.set()
        thread.join(20)
    connections.close_all()


def stored():
    return Inbound.objects.count()


def test_what_lay_unread_is_fetched_what_was_read_is_history_and_what_comes_is_seen_at_once(dovecot, reading):
    dovecot.deliver("history")
    client = dovecot.client()
    client.uid("STORE", "1", "+FLAGS", "(\\Seen)")
    client.logout()
    dovecot.deliver("waiting")
    reading()
    eventually(lambda: stored() == 1)
    dovecot.deliver("fresh")  # the inlet is in IDLE now
    eventually(lambda: stored() == 2)
    raws = [blobs.read(row.raw) for row in Inbound.objects.order_by("id")]
    assert [key in raw for key, raw in zip((b"<waiting@", b"<fresh@"), raws, strict=True)] == [True, True]
    assert {row.source for row in Inbound.objects.all()} == {"imap:INBOX"}
    eventually(lambda: dovecot.flags() == [True, True, True])


def test_nothing_is_fetched_twice_by_the_next_run(dovecot, reading):
    dovecot.deliver("one")
    finish = reading("leave")
    eventually(lambda: stored() == 1)
    finish()
    dovecot.deliver("two")
    reading("leave")
    eventually(lambda: stored() == 2)
    assert Cursor.objects.get().value["last"] == 2
    assert dovecot.flags() == [False, False]


def test_a_restart_of_the_server_is_survived(dovecot, reading, owner):
    reading()
    dovecot.deliver("before")
    eventually(lambda: stored() == 1)
    dovecot.stop()
    dovecot.start(owner)
    dovecot.deliver("after")
    eventually(lambda: stored() == 2)


def test_a_renumbered_folder_is_read_again_without_repeats(dovecot, reading):
    dovecot.deliver("one")
    finish = reading()
    eventually(lambda: stored() == 1)
    finish()
    for uids in (dovecot.folder / "mail").rglob("dovecot*"):  # what a restored backup looks like: a new UIDVALIDITY
        if uids.is_file():
            uids.unlink()
    eventually(lambda: int(time.time()) > Cursor.objects.get().value["uidvalidity"] + 1)
    dovecot.deliver("two")
    client = dovecot.client()
    client.uid("STORE", "1:*", "+FLAGS", "(\\Seen)")  # somebody read both before we came back
    client.logout()
    reading()
    eventually(lambda: stored() == 2)
    assert Cursor.objects.get().value["since"]


def test_taken_mails_are_moved_where_the_operator_wants_them(dovecot, reading):
    client = dovecot.client()
    client.create("&BBIENwRPBEIEPg-")  # «Взято»
    client.logout()
    dovecot.deliver("one")
    reading("move:Взято")
    eventually(lambda: stored() == 1)
    eventually(lambda: dovecot.flags() == [])
    client = dovecot.client("&BBIENwRPBEIEPg-")
    _, data = client.search(None, "ALL")
    client.logout()
    assert data == [b"1"]
