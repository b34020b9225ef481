"""The IMAP inlet against a server that misbehaves as real ones do; a real server is in ``tests/foreign``."""

import imaplib
import threading
import time

import pytest
from django.db import OperationalError, connections

from okibi.channels.email import imap_inlet
from okibi.channels.email.imap_inlet import ImapInlet
from okibi.channels.email.options import mail_options
from okibi.channels.email.ways_in import ways_in
from okibi.channels.models import Cursor, Inbound
from okibi.journal.models import Entry
from okibi.kernel import blobs
from tests.simulators.imap import ImapServer

pytestmark = pytest.mark.django_db(transaction=True)


def mail(key):
    return f"From: anna@example.org\r\nSubject: E-17\r\nMessage-ID: <{key}@example.org>\r\n\r\n{key}\r\n".encode()


def eventually(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def stored():
    return [blobs.read(row.raw).rpartition(b"\r\n\r\n")[2].strip().decode() for row in Inbound.objects.order_by("id")]


@pytest.fixture
def server():
    with ImapServer() as running:
        yield running


@pytest.fixture
def read(server, settings, monkeypatch):
    """Runs the inlet until the condition holds, then stops it."""
    settings.OKIBI_IMAP_HOST, settings.OKIBI_IMAP_PORT, settings.OKIBI_IMAP_TLS = server.host, server.port, "none"
    settings.OKIBI_IMAP_USER, settings.OKIBI_IMAP_PASSWORD = "support", "right"
    monkeypatch.setattr(imap_inlet, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(imap_inlet, "POLL_EVERY", 0.05)

    def run(until, after="seen"):
        settings.OKIBI_IMAP_AFTER = after
        stop = threading.Event()
        thread = threading.Thread(target=ImapInlet(mail_options(), "INBOX").run, args=(stop,))
        thread.start()
        try:
            eventually(until)
        finally:
            stop.set()
            thread.join(20)
        assert not thread.is_alive()

    yield run
    connections.close_all()


def test_unread_mails_come_in_and_read_ones_are_history(server, read):
    server.deliver(mail("history"), "\\Seen")
    server.deliver(mail("waiting"))
    read(lambda: stored() == ["waiting"])
    assert all("\\Seen" in one.flags for one in server.mails)
    assert server.fetched == [2]


def test_a_mail_that_comes_during_idle_is_taken(server, read):
    server.deliver(mail("one"))

    def later():
        eventually(lambda: stored() == ["one"])
        server.deliver(mail("two"), "\\Seen")  # somebody's program marks it at once; it is new all the same

    helper = threading.Thread(target=lambda: (later(), connections["default"].close()))
    helper.start()
    read(lambda: stored() == ["one", "two"])
    helper.join(20)


def test_a_mail_announced_with_the_answer_to_another_command_is_not_forgotten(server, read):
    def once():
        if len(server.fetched) == 1 and len(server.mails) == 1:  # it comes while the first one is being marked
            server.deliver(mail("two"))

    def once_more():
        once()
        if len(server.fetched) == 2 and len(server.mails) == 2 and all(one.flags for one in server.mails):
            searches.append(1)
            if len(searches) == 2:  # after the last search had looked, before its answer ended
                server.deliver(mail("three"))

    searches = []
    server.between = once_more
    server.deliver(mail("one"))
    read(lambda: stored() == ["one", "two", "three"])


def test_a_server_without_idle_is_asked_again_and_again(server, read):
    server.idle = False
    helper = threading.Timer(0.3, lambda: server.deliver(mail("one")))
    helper.start()
    read(lambda: stored() == ["one"])


def test_the_next_run_goes_on_where_this_one_ended(server, read):
    server.deliver(mail("one"))
    read(lambda: stored() == ["one"] and Cursor.objects.filter(value__last=1).exists(), after="leave")
    server.deliver(mail("two"))
    read(lambda: stored() == ["one", "two"], after="leave")
    assert server.fetched == [1, 2]
    assert not server.mails[0].flags


def test_a_connection_that_breaks_inside_a_mail_is_made_anew_and_nothing_is_lost(server, read):
    for key in ("one", "two", "three"):
        server.deliver(mail(key))
    server.drop_at_fetch = {2}
    read(lambda: stored() == ["one", "two", "three"])
    assert server.logins == 2


def test_a_mail_that_the_server_can_not_give_is_left_unread_and_the_others_come(server, read):
    for key in ("one", "broken", "three"):
        server.deliver(mail(key))
    server.broken = {2}
    read(lambda: stored() == ["one", "three"] and Cursor.objects.get().value["last"] == 3)
    assert ["\\Seen" in one.flags for one in server.mails] == [True, False, True]
    assert server.fetched.count(2) == imap_inlet.TRIES
    (entry,) = Entry.objects.filter(code="mail.left")
    assert (entry.data["uid"], entry.data["folder"], "SERVERBUG" in entry.data["why"]) == (2, "INBOX", True)
    assert [way.left for way in ways_in() if not way.listens] == [(2,)]


def test_a_mail_that_was_left_is_told_of_until_somebody_reads_it(server, read):
    server.deliver(mail("broken"))
    server.broken = {1}
    read(lambda: [way.left for way in ways_in() if not way.listens] == [(1,)])
    read(lambda: server.logins > imap_inlet.TRIES)
    assert [way.left for way in ways_in() if not way.listens] == [(1,)], "still unread"
    server.mails[0].flags.add("\\Seen")
    read(lambda: [way.left for way in ways_in() if not way.listens] == [()])


def test_a_folder_whose_list_of_unread_mails_is_longer_than_a_line_may_be_is_read(server, read, monkeypatch):
    monkeypatch.setattr(imaplib, "_MAXLINE", 100)
    monkeypatch.setattr(imap_inlet, "WINDOW", 20)
    keys = [f"mail-{number}" for number in range(70)]
    for key in keys:
        server.deliver(mail(key))
    read(lambda: stored() == keys)
    assert server.logins == 1


def test_bytes_that_are_no_mail_at_all_are_stored_too(server, read):
    server.deliver(b"\x00\xff garbage")
    server.deliver(b"")
    server.deliver(mail("good"))
    read(lambda: Inbound.objects.count() == 3)


def test_a_database_that_is_away_stops_nothing_for_good(server, read, monkeypatch):
    server.deliver(mail("one"))
    tries = []
    real = imap_inlet.receive

    def sometimes(*args):
        tries.append(1)
        if len(tries) <= imap_inlet.TRIES + 1:
            raise OperationalError("the database is away")
        return real(*args)

    monkeypatch.setattr(imap_inlet, "receive", sometimes)
    read(lambda: stored() == ["one"])


def test_a_renumbered_folder_brings_no_repeats(server, read):
    server.deliver(mail("gone"), "\\Seen")
    server.deliver(mail("one"))
    read(lambda: stored() == ["one"] and Cursor.objects.get().value["last"] == 2)
    server.mails.pop(0)
    server.renumber(8)
    server.deliver(mail("two"))
    read(lambda: stored() == ["one", "two"])
    assert Cursor.objects.get().value["uidvalidity"] == 8


def test_a_folder_that_is_renumbered_while_it_is_open_is_read_on(server, read):
    server.deliver(mail("gone"), "\\Seen")
    server.deliver(mail("one"))

    def restore():
        eventually(lambda: stored() == ["one"] and Cursor.objects.get().value["last"] == 2)
        server.mails.clear()
        server.renumber(8)
        server.deliver(mail("two"))  # with the number that the first one had

    helper = threading.Thread(target=lambda: (restore(), connections["default"].close()))
    helper.start()
    read(lambda: stored() == ["one", "two"])
    helper.join(20)
    assert Cursor.objects.get().value["uidvalidity"] == 8


def test_a_backup_put_back_under_the_old_validity_hides_no_new_mail(server, read):
    for key in ("one", "two", "three"):
        server.deliver(mail(key))
    read(lambda: stored() == ["one", "two", "three"] and Cursor.objects.filter(value__last=3).exists())
    del server.mails[1:]
    server.deliver(mail("four"))  # it gets the number of the second
    read(lambda: stored() == ["one", "two", "three", "four"])


def test_a_folder_that_was_renamed_and_made_anew_is_found_again(server, read):
    server.deliver(mail("one"))
    read(lambda: stored() == ["one"] and Cursor.objects.filter(value__last=1).exists())
    server.away = True

    def make_anew():
        eventually(lambda: server.logins >= 3)
        server.mails.clear()
        server.renumber(9)
        server.deliver(mail("two"))
        server.away = False

    helper = threading.Thread(target=make_anew)
    helper.start()
    read(lambda: stored() == ["one", "two"])
    helper.join(20)


def test_a_mail_that_is_there_but_not_given_is_not_taken_for_a_deleted_one(server, read):
    for key in ("one", "nil", "three"):
        server.deliver(mail(key))
    server.nil = {2}
    read(lambda: stored() == ["one", "three"] and Cursor.objects.get().value["last"] == 3)
    assert ["\\Seen" in one.flags for one in server.mails] == [True, False, True]
    assert server.fetched.count(2) == imap_inlet.TRIES


def test_a_mail_given_as_a_quoted_string_is_taken(server, read):
    server.deliver(b'Subject: "E-17" \\ no line break')
    server.quoted = {1}
    read(lambda: Inbound.objects.count() == 1)
    assert blobs.read(Inbound.objects.get().raw) == b'Subject: "E-17" \\ no line break'


def test_a_mark_comes_after_the_mail_is_safe_and_never_before(server, read, monkeypatch):
    server.deliver(mail("one"))
    real, seen = imap_inlet.receive, []

    def looking(*args):
        seen.append(set(server.mails[0].flags))
        if len(seen) == 1:
            raise OperationalError("the database is away")
        return real(*args)

    monkeypatch.setattr(imap_inlet, "receive", looking)
    read(lambda: stored() == ["one"] and server.mails[0].flags)
    assert seen == [set(), set()]


def test_a_full_disk_is_waited_for_and_no_mail_is_given_up(server, read, settings, tmp_path):
    good, settings.OKIBI_FILES = settings.OKIBI_FILES, str(tmp_path / "a-file")
    (tmp_path / "a-file").write_bytes(b"")
    server.deliver(mail("large") + b"x" * 400_000)

    def mend():
        eventually(lambda: server.fetched.count(1) > imap_inlet.TRIES)
        settings.OKIBI_FILES = good

    helper = threading.Thread(target=mend)
    helper.start()
    read(lambda: Inbound.objects.count() == 1)
    helper.join(20)


@pytest.mark.parametrize(("can_move", "left"), [(True, 0), (False, 1)])
def test_taken_mails_are_moved_and_never_deleted(server, read, can_move, left):
    server.move = can_move
    server.deliver(mail("one"))
    read(lambda: len(server.moved) == 1, after="move:Взято")
    assert len(server.mails) == left


def test_a_wrong_password_is_tried_slower_and_slower(server, read, settings):
    settings.OKIBI_IMAP_PASSWORD = "wrong"
    read(lambda: server.logins >= 3)
    assert Inbound.objects.count() == 0
