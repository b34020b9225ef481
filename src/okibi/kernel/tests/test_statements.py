"""Prepared statements beside the ORM: the same rows, the same transactions, the same errors."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from okibi.calendars.models import DayOverride
from okibi.journal.models import Entry
from okibi.kernel.clock import now
from okibi.kernel.memory import remembered, short_memory
from okibi.kernel.statements import columns_of, insert, insert_once, load, run, width_of
from okibi.schemes.models import SchemeVersion
from okibi.tickets.models import Ticket

pytestmark = pytest.mark.django_db

ENTRY = {"actor_kind": "system", "code": "ticket.placed", "subject_kind": "ticket"}


def entry(number, **more):
    return Entry(at=now(), subject_id=number, data={"why": {"ru": "«да»", "en": None}, "n": [1, 2]}, **ENTRY, **more)


@pytest.mark.parametrize("number", [1, 40_000, 3_000_000_000, 2**62])
def test_an_inserted_row_is_the_row_that_the_orm_reads(number):
    for _ in range(6):  # past the run from which on the statement is prepared
        row = insert(entry(number, actor_name="Анна\n'; --", actor_id=number))
        found = Entry.objects.get(pk=row.pk)
        for field in Entry._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(row, field.attname), field


def test_a_moment_that_the_field_fills_is_filled():
    row = insert(SchemeVersion(digest="d", valid_from=now(), text="t"))
    assert SchemeVersion.objects.get(pk=row.pk).loaded_at == row.loaded_at
    assert not row._state.adding


def test_a_second_one_is_told_from_an_error():
    first = SchemeVersion(digest="same", valid_from=now(), text="t")
    assert insert_once(first)
    assert not insert_once(SchemeVersion(digest="same", valid_from=now(), text="t"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(SchemeVersion(digest="same", valid_from=now(), text="t"))
    assert SchemeVersion.objects.filter(digest="same").count() == 1


def test_what_is_rolled_back_is_gone():
    with transaction.atomic():
        insert(entry(7))
        transaction.set_rollback(True)
    assert not Entry.objects.filter(subject_id=7).exists()


def test_every_statement_is_counted_where_statements_are_counted():
    with CaptureQueriesContext(connection) as counted:
        assert run("SELECT %s::bigint + %s", [1, 2]) == [(3,)]
        insert(entry(1))
    assert len(counted) == 2


def test_a_row_is_loaded_from_its_columns():
    when = now()
    DayOverride.objects.create(date=when.date(), kind="holiday", note_ru="праздник")
    (values,) = run(f"SELECT {columns_of(DayOverride, 'd')} FROM okibi_calendars_dayoverride AS d")
    assert len(values) == width_of(DayOverride)
    row = load(DayOverride, values)
    assert (row, row.note_ru, row._state.adding) == (DayOverride.objects.get(), "праздник", False)


def test_the_widest_row_of_the_product_can_be_inserted():
    scheme = insert(SchemeVersion(digest="d", valid_from=now(), text="t"))
    moment = now()
    row = insert(
        Ticket(
            number="26-000001", token="t", subject="s", kind="incident", channel="email", scheme=scheme,
            requester_address="anna@example.org", verdict={"lines": []}, refusal=None,
            placed_at=moment, clock_start=moment, sort_at=moment, last_message_at=moment,
        )
    )  # fmt: skip
    found = Ticket.objects.get(pk=row.pk)
    assert (found.verdict, found.refusal, found.due_at, found.unread) == ({"lines": []}, None, None, True)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_between_two_requests_is_made_anew():
    [[pid]] = run("SELECT pg_backend_pid()")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
    connection.health_check_enabled, connection.health_check_done = True, False  # as at the beginning of a request
    assert run("SELECT 1") == [(1,)]


class TestShortMemory:
    def test_inside_a_block_a_question_is_asked_once_and_after_it_anew(self):
        asked = []

        def ask():
            asked.append(1)
            return len(asked)

        assert [remembered("k", ask), remembered("k", ask)] == [1, 2]
        with short_memory():
            assert [remembered("k", ask), remembered("k", ask), remembered("other", ask)] == [3, 3, 4]
        assert remembered("k", ask) == 5

    def test_a_block_that_ends_by_an_error_is_forgotten_too(self):
        def broken():
            with short_memory():
                remembered("k", lambda: 1)
                raise ValueError("x")

        with pytest.raises(ValueError, match="x"):
            broken()
        assert remembered("k", lambda: 2) == 2
