"""Rows that go to the server together, and what is asked and drawn before: nothing lost, nothing seen too late."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from okibi.calendars.services import CORRECTIONS
from okibi.journal.models import Entry
from okibi.kernel import blobs
from okibi.kernel.clock import now
from okibi.kernel.foresight import Question, answered, foreseen
from okibi.kernel.models import Blob
from okibi.kernel.statements import gathering, having_drawn, insert, next_of, run, sequence_of
from okibi.schemes.models import SchemeVersion
from okibi.schemes.services import VERSIONS

ASKED = (VERSIONS, CORRECTIONS)
pytestmark = pytest.mark.django_db


def entry(number, name="Анна"):
    return Entry(
        at=now(), actor_kind="person", actor_name=name, code="ticket.placed", subject_kind="ticket", subject_id=number,
        data={"n": [1, None], "why": "%s $1"},
    )  # fmt: skip


def drawn(count):
    return {sequence_of(Entry): [run(f"SELECT nextval('{sequence_of(Entry)}')")[0][0] for _ in range(count)]}


def test_rows_with_a_known_key_go_as_one_statement_and_are_the_rows_that_the_orm_reads():
    for _ in range(5):  # past the run from which on the statement is prepared
        with having_drawn(drawn(2)), transaction.atomic(), gathering():
            first, second = insert(entry(1)), insert(entry(2**40, "Борис"))
            blobs.put(f"bytes {first.pk}".encode())
        for row in (first, second):
            found = Entry.objects.get(pk=row.pk)
            for field in Entry._meta.concrete_fields:
                assert getattr(found, field.attname) == getattr(row, field.attname), field


def test_they_are_one_statement():
    numbers = drawn(2)
    with CaptureQueriesContext(connection) as counted, having_drawn(numbers), gathering():
        insert(entry(1))
        insert(entry(2))
        blobs.put(b"some bytes")
    assert len(counted) == 1


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(Entry.objects.count, id="by the ORM"),
        pytest.param(lambda: run("SELECT count(*) FROM okibi_journal_entry")[0][0], id="by a statement of its own"),
    ],
)
def test_who_reads_meanwhile_sees_what_waits(read):
    before = Entry.objects.count()
    with having_drawn(drawn(1)), gathering():
        insert(entry(1))
        assert read() == before + 1
    assert Entry.objects.count() == before + 1


def test_a_row_without_a_drawn_key_goes_at_once_and_what_waited_before_it():
    with having_drawn(drawn(1)), gathering():
        waiting, at_once = insert(entry(1)), insert(entry(2))
    assert waiting.pk < at_once.pk
    assert Entry.objects.filter(pk__in=[waiting.pk, at_once.pk]).count() == 2


def test_what_waits_is_dropped_with_the_block_that_failed():
    def fails():
        with having_drawn(drawn(1)), transaction.atomic(), gathering():
            insert(entry(77))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not Entry.objects.filter(subject_id=77).exists()
    insert(entry(78))
    assert Entry.objects.filter(subject_id=78).exists()


def test_a_conflict_is_raised_where_it_is_sent_and_a_blob_that_is_there_is_none():
    blobs.put(b"twice")
    with gathering():
        blobs.put(b"twice")
    assert Blob.objects.filter(size=5).count() == 1
    known = insert(entry(1))
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        having_drawn({sequence_of(Entry): [known.pk]}),
        gathering(),
    ):
        insert(entry(2))


def test_a_number_drawn_before_is_given_once_and_then_the_sequence_goes_on():
    (number,) = drawn(1)[sequence_of(Entry)]
    with having_drawn({sequence_of(Entry): [number]}):
        assert [next_of(sequence_of(Entry)), next_of(sequence_of(Entry))] == [number, number + 1]
    assert next_of("okibi_no_such_sequence") is None


def test_questions_keys_and_numbers_are_asked_in_one_statement():
    version = insert(SchemeVersion(digest="d", valid_from=now(), text="t"))
    with CaptureQueriesContext(connection) as counted, foreseen(ASKED, (Entry, Entry), ["okibi_no_such_sequence"]):
        ids, beginnings = answered(VERSIONS)
        assert (ids[-1], beginnings[-1]) == (version.pk, version.valid_from)
        assert answered(CORRECTIONS) == (0, None)
        with gathering():
            insert(entry(1))
            insert(entry(2))
    assert len(counted) == 2


def test_outside_of_a_transaction_a_question_is_asked_each_time():
    asked = Question("entries", "SELECT count(*) FROM okibi_journal_entry", 1)
    (before,) = answered(asked)
    insert(entry(1))
    assert answered(asked) == (before + 1,)
