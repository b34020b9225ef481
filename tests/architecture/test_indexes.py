"""Rows that are written for every message carry no index that no search uses."""

import pytest
from django.db import connection

HOT = {
    "okibi_kernel_blob": "addressed by a whole hash",
    "okibi_channels_inbound": "found by channel and external id",
    "okibi_channels_outbound": "found by key, external id or subject",
    "okibi_tickets_ticket": "a number and a token are known whole",
    "okibi_tickets_attachment": "found by message",
    "okibi_environments_device": "a public id is known whole",
    "okibi_journal_entry": "found by subject or code",
}
_LIKE = """
    SELECT i.indexrelid::regclass::text FROM pg_index i
    WHERE i.indrelid = %s::regclass
    AND EXISTS (SELECT FROM pg_opclass o WHERE o.oid = ANY(i.indclass) AND o.opcname LIKE '%%_pattern_ops')
"""


@pytest.mark.django_db
@pytest.mark.parametrize("table", HOT, ids=HOT.values())
def test_no_second_index_for_prefixes(table):
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, [table])
        assert cursor.fetchall() == []


UNIQUE = {
    "okibi_kernel_blob": ["sha256"],
    "okibi_channels_outbound": ["key"],
    "okibi_tickets_ticket": ["number", "token"],
    "okibi_environments_device": ["public_id"],
}


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), [(table, column) for table, names in UNIQUE.items() for column in names])
def test_what_is_one_and_only_is_so_by_a_constraint(table, column):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).values()
    assert any(each["unique"] and each["columns"] == [column] for each in found)
