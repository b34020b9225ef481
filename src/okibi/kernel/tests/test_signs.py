"""Signs of life: the last one counts, a problem keeps the moment when all was well."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from okibi.kernel import signs, standing
from okibi.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_a_part_that_speaks_twice_has_one_sign_the_last():
    for seconds in (0, 10):
        with time_machine.travel(now() + timedelta(seconds=seconds), tick=False):
            signs.give("inlets@desk")
            told = now()
    (sign,) = signs.of("inlets@")
    assert (sign.at, sign.well_at, sign.problem) == (told, told, "")


def test_a_problem_keeps_the_moment_at_which_all_was_well():
    signs.give("imap:a/INBOX")
    (well,) = signs.of("imap:")
    signs.give("imap:a/INBOX", "ImapError: the password was refused")
    (troubled,) = signs.of("imap:")
    assert (troubled.well_at, troubled.problem) == (well.at, "ImapError: the password was refused")
    assert troubled.at >= well.at
    signs.give("imap:a/INBOX")
    assert [sign.problem for sign in signs.of("imap:")] == [""]


def test_one_that_was_never_well_says_so():
    signs.give("imap:b/INBOX", "no such host")
    assert [sign.well_at for sign in signs.of("imap:")] == [None]


def test_who_ends_as_asked_leaves_no_sign_and_others_keep_theirs():
    signs.give("inlets@one")
    signs.give("inlets@two")
    signs.withdraw("inlets@one")
    assert [sign.name for sign in signs.of("inlets@")] == ["inlets@two"]


def test_a_beginning_is_taken_as_it_is_written():
    signs.give("imap:a%b")
    assert [sign.name for sign in signs.of("imap:a%")] == ["imap:a%b"]
    assert signs.of("imap:a_") == []


def test_an_empty_queue_and_no_worker():
    with connection.cursor() as cursor:  # what tests of whole transactions left: those tables are not Django's to empty
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")
    assert standing.jobs() == standing.Jobs(0, 0, 0, 0, timedelta(0))
    assert standing.workers() == standing.Workers(0, None)


def test_the_database_says_its_version_and_size():
    said = standing.database()
    assert int(said.version.split(".")[0]) >= 15
    assert said.size > 1_000_000


def test_a_disk_that_is_not_here_has_no_figures(tmp_path):
    assert standing.disk(tmp_path / "nowhere") is None
    here = standing.disk(tmp_path)
    assert here is not None
    assert 0 < here.free <= here.total
