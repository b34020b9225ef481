"""The few statements that run for every message received: prepared once per connection, rows inserted without the ORM.

Measured beside ``Model.objects.create`` of a journal entry (two busy cores, private PostgreSQL): 291 µs of wall time
became 72, of which the server's own share went from 91 to 36. All else keeps to the ORM: it reads better.

They run on Django's connection, inside its transactions, and their errors are Django's. Where statements are counted or
wrapped (tests, debugging) they go through Django's own cursor, so that none is overlooked.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED
from psycopg.types.numeric import Int8

PREPARE_AFTER = 3  # runs on one connection; ``prepare_threshold`` in the database's options overrides it
_PLAIN = frozenset({str, int, bool, type(None)})  # values that a driver needs no field to understand

Row = tuple[Any, ...]
M = TypeVar("M", bound=Model)


def run(sql: str, params: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
    """Execute one statement and give its rows (none for a statement without a result).

    Raises Django's database errors. Integers go as ``bigint``, so that a statement has one plan whatever their size.
    """
    connection = connections[using]
    values = [_wide(value) for value in params]
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as counted:
            counted.execute(sql, values)
            return counted.fetchall() if counted.description else []
    connection.close_if_health_check_failed()  # as Django's own cursor: the server may have started anew meanwhile
    connection.ensure_connection()
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(_prepared(connection))
        cursor.execute(cast("Any", sql), values)
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def _wide(value: Any) -> Any:
    if type(value) is int:
        return Int8(value)
    if type(value) is list:
        return [_wide(item) for item in value]
    return value


def _prepared(connection: BaseDatabaseWrapper) -> "psycopg.Connection[Row]":
    """Django's open connection, told to prepare. Its own cursors bind on the client and never do."""
    raw: psycopg.Connection[Row] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = connection.settings_dict["OPTIONS"].get("prepare_threshold", PREPARE_AFTER)
    return raw


def insert(row: M, *, using: str = DEFAULT_DB_ALIAS) -> M:
    """Insert a new row and set its key: what ``row.save(force_insert=True)`` does for a model without signals."""
    _insert(row, "", using)
    return row


def insert_once(row: Model, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Insert ``row`` unless a unique constraint has one like it; True where it went in, and then ``row.pk`` is set.

    ``INSERT … ON CONFLICT DO NOTHING RETURNING``: nothing is read first, so two writers can't both believe they are the
    first, and a conflict does not break the caller's transaction. (``bulk_create(ignore_conflicts=True)`` does not say
    which of the two happened.) A writer that meets another's uncommitted row waits for its end.
    """
    return _insert(row, " ON CONFLICT DO NOTHING", using)


def _insert(row: Model, conflict: str, using: str) -> bool:
    sql, readers = _statement(type(row), conflict, using)
    found = run(sql, [read(row) for read in readers], using=using)
    if not found:
        return False
    row.pk, row._state.adding, row._state.db = found[0][0], False, using  # noqa: SLF001  Django's documented API
    return True


@cache
def _statement(model: type[Model], conflict: str, using: str) -> tuple[str, list[Callable[[Model], Any]]]:
    quote = connections[using].ops.quote_name
    meta = model._meta  # noqa: SLF001
    fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}){conflict} RETURNING {key}"  # noqa: S608  names, not input
    return sql, [_reader(field, using) for field in fields]


def _reader(field: "Field[Any, Any]", using: str) -> Callable[[Model], Any]:
    """How a field's value gets out of a row: as it is where the driver understands it, else as Django prepares it."""
    name = field.attname
    automatic = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if field.db_default is not NOT_PROVIDED:
        raise TypeError(f"{field} is filled by the database; insert it with the ORM")

    def prepared(row: Model) -> Any:
        connection = connections[using]
        return field.get_db_prep_save(field.pre_save(row, add=True), connection)

    def plain(row: Model) -> Any:
        value = getattr(row, name)
        if type(value) in _PLAIN or (type(value) is datetime and value.tzinfo is not None):
            return value
        return prepared(row)

    return prepared if automatic or isinstance(field, JSONField) else plain


def columns_of(model: type[Model], alias: str) -> str:
    """The model's columns for a SELECT, in the order in which :func:`load` takes their values."""
    meta = model._meta  # noqa: SLF001
    return ", ".join(f'{alias}."{field.column}"' for field in meta.concrete_fields)


def width_of(model: type[Model]) -> int:
    """How many values :func:`load` takes."""
    return len(model._meta.concrete_fields)  # noqa: SLF001


def load(model: type[M], values: Sequence[Any], *, using: str = DEFAULT_DB_ALIAS) -> M:
    """A row read by :func:`columns_of`. Only for models whose columns need no converter (no JSON)."""
    return model.from_db(using, [field.attname for field in model._meta.concrete_fields], values)  # noqa: SLF001
