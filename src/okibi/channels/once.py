"""One row and no second: an INSERT that says in one round trip whether it was the first."""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model


def insert_once(row: Model, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Insert ``row`` unless a unique constraint has one like it; True where it went in, and then ``row.pk`` is set.

    ``INSERT … ON CONFLICT DO NOTHING RETURNING``: nothing is read first, so two writers can't both believe they are the
    first, and a conflict does not break the caller's transaction. (``bulk_create(ignore_conflicts=True)`` does not say
    which of the two happened.) A writer that meets another's uncommitted row waits for its end.
    """
    connection = connections[using]
    quote = connection.ops.quote_name
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]  # noqa: SLF001  Django's documented API
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = quote(row._meta.db_table), quote(str(row._meta.pk.column))  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING {key}",  # noqa: S608  names
            values,
        )
        found = cursor.fetchone()
    if found is None:
        return False
    row.pk, row._state.adding, row._state.db = found[0], False, using  # noqa: SLF001
    return True
