"""The few statements that run for every message received: prepared once per connection, rows inserted without the ORM.

Measured beside ``Model.objects.create`` of a journal entry (two busy cores, private PostgreSQL): 291 µs of wall time
became 72, of which the server's own share went from 91 to 36. All else keeps to the ORM: it reads better.

They run on Django's connection, inside its transactions, and their errors are Django's. Where statements are counted or
wrapped (tests, debugging) they go through Django's own cursor, so that none is overlooked.

Inside :func:`gathering`, rows whose keys are known wait and go to the server as one statement (a round trip costs both
sides more than a row does); :mod:`okibi.kernel.foresight` draws the keys.
"""

import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model
from django.db.models.fields import NOT_PROVIDED
from psycopg.types.numeric import Int8

ONCE = " ON CONFLICT DO NOTHING"
PREPARE_AFTER = 3  # runs on one connection; ``prepare_threshold`` in the database's options overrides it
_PLAIN = frozenset({str, int, bool, type(None)})  # values that a driver needs no field to understand

Row = tuple[Any, ...]
M = TypeVar("M", bound=Model)


def run(sql: str, params: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
    """Execute one statement and give its rows (none for a statement without a result).

    Raises Django's database errors. Integers go as ``bigint``, so that a statement has one plan whatever their size.
    """
    batch = _batch.get()
    if batch is not None:
        batch.send()
    connection = connections[using]
    values = [_wide(value) for value in params]
    if _are_watched(connection):
        with connection.cursor() as counted:
            counted.execute(sql, values)
            return counted.fetchall() if counted.description else []
    return _executed(connection, psycopg.Cursor, sql, values)


def _are_watched(connection: BaseDatabaseWrapper) -> bool:
    """Whether statements are counted or wrapped by somebody else than :func:`gathering`."""
    return connection.queries_logged or any(wrapper is not _send_before for wrapper in connection.execute_wrappers)


def _executed(
    connection: BaseDatabaseWrapper, cursor_class: "type[psycopg.Cursor[Row]]", sql: str, values: Sequence[Any]
) -> list[Row]:
    _check_health(connection)
    connection.ensure_connection()
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = cursor_class(_prepared(connection))
        cursor.execute(cast("Any", sql), values)
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


def _check_health(connection: BaseDatabaseWrapper) -> None:
    """As Django's own cursor: the server may have started anew meanwhile. A quiet line saves the question.

    A server that ends tells so on every line; on one that rests, nothing else is there to be read.
    """
    told: Any = connection  # Django's stubs know nothing of its health checks
    if connection.connection is None or told.health_check_done or connection.in_atomic_block:
        return
    line = select.poll()
    line.register(connection.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    if line.poll(0):
        told.close_if_health_check_failed()
    else:
        told.health_check_done = True


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
    if not _waits(row, "", using):
        _insert(row, "", using)
    return row


def insert_unless_there(row: Model, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """:func:`insert_once` for a caller who needs not know which of the two happened."""
    if not _waits(row, ONCE, using):
        _insert(row, ONCE, using)


def insert_once(row: Model, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Insert ``row`` unless a unique constraint has one like it; True where it went in, and then ``row.pk`` is set.

    ``INSERT … ON CONFLICT DO NOTHING RETURNING``: nothing is read first, so two writers can't both believe they are the
    first, and a conflict does not break the caller's transaction. (``bulk_create(ignore_conflicts=True)`` does not say
    which of the two happened.) A writer that meets another's uncommitted row waits for its end.
    """
    return _insert(row, ONCE, using)


def _insert(row: Model, conflict: str, using: str) -> bool:
    sql, readers = _statement(type(row), conflict, using)
    found = run(sql, [read(row) for read in readers], using=using)
    if not found:
        return False
    _is_there(row, found[0][0], using)
    return True


def _is_there(row: Model, key: Any, using: str) -> None:
    row.pk, row._state.adding, row._state.db = key, False, using  # noqa: SLF001  Django's documented API


@cache
def _statement(model: type[Model], conflict: str, using: str) -> tuple[str, list[Callable[[Model], Any]]]:
    sql, readers = _bare(model, conflict, using, keyed=False)
    key = connections[using].ops.quote_name(str(model._meta.pk.column))  # noqa: SLF001
    return f"{sql} RETURNING {key}", readers


@cache
def _bare(model: type[Model], conflict: str, using: str, *, keyed: bool) -> tuple[str, list[Callable[[Model], Any]]]:
    """``keyed``: the row brings its key, even where the database could make one."""
    quote = connections[using].ops.quote_name
    meta = model._meta  # noqa: SLF001
    fields = [each for each in meta.concrete_fields if keyed or each is not meta.auto_field]
    columns = ", ".join(quote(str(each.column)) for each in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks}){conflict}"  # noqa: S608  names, not input
    return sql, [_reader(each, using) for each in fields]


def _reader(column: "Field[Any, Any]", using: str) -> Callable[[Model], Any]:
    """How a field's value gets out of a row: as it is where the driver understands it, else as Django prepares it."""
    name = column.attname
    automatic = getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False)
    if column.db_default is not NOT_PROVIDED:
        raise TypeError(f"{column} is filled by the database; insert it with the ORM")

    def prepared(row: Model) -> Any:
        connection = connections[using]
        return column.get_db_prep_save(column.pre_save(row, add=True), connection)

    def plain(row: Model) -> Any:
        value = getattr(row, name)
        if type(value) in _PLAIN or (type(value) is datetime and value.tzinfo is not None):
            return value
        return prepared(row)

    return prepared if automatic or isinstance(column, JSONField) else plain


# ---------------------------------------------------------------- several rows as one statement


@dataclass
class _Batch:
    """Rows that wait: the model and way of each, and their values in that order."""

    using: str
    shape: list[tuple[type[Model], str]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def send(self) -> None:
        """Write what waits."""
        if not self.shape:
            return
        shape, values = tuple(self.shape), self.values
        self.shape, self.values = [], []
        if _are_watched(connections[self.using]):
            run(_together(shape, self.using), values, using=self.using)
        else:
            _executed(connections[self.using], psycopg.RawCursor, _numbered(shape, self.using), values)


_batch: ContextVar[_Batch | None] = ContextVar("okibi_gathered_rows", default=None)
_drawn: ContextVar[Mapping[str, list[int]] | None] = ContextVar("okibi_drawn_numbers", default=None)


@contextmanager
def gathering(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Inside the block, inserted rows with a known key wait for its end; any other statement sends them before itself.

    Known is a key of the row's own (a hash, another row's), or one drawn before. Keep it inside one transaction; an
    error of a row is raised where it is sent. Where the block raises, what waits is dropped.
    """
    if _batch.get() is not None:
        yield
        return
    batch = _Batch(using)
    token = _batch.set(batch)
    try:
        with connections[using].execute_wrapper(_send_before):
            yield
            batch.send()
    finally:
        _batch.reset(token)


@contextmanager
def having_drawn(numbers: Mapping[str, list[int]]) -> Iterator[None]:
    """Inside the block, :func:`next_of` and :func:`gathering` use these next numbers of sequences by name."""
    token = _drawn.set(numbers)
    try:
        yield
    finally:
        _drawn.reset(token)


def next_of(sequence: str) -> int | None:
    """The next number of a sequence, drawn before or asked for now; None where there is no such sequence."""
    drawn = (_drawn.get() or {}).get(sequence)
    if drawn:
        return drawn.pop(0)
    found = run("SELECT nextval(to_regclass(%s))", [sequence])
    number: int | None = found[0][0]
    return number


@cache
def sequence_of(model: type[Model]) -> str:
    """The sequence that gives a model's keys, by the name that Django's migrations make."""
    meta = model._meta  # noqa: SLF001
    return f"{meta.db_table}_{meta.pk.column}_seq"


def _waits(row: Model, conflict: str, using: str) -> bool:
    """Whether the row was put into the batch."""
    batch = _batch.get()
    if batch is None or batch.using != using:
        return False
    if row.pk is None:
        drawn = (_drawn.get() or {}).get(sequence_of(type(row)))
        if not drawn:
            return False
        row.pk = drawn.pop(0)
    _sql, readers = _bare(type(row), conflict, using, keyed=True)
    batch.shape.append((type(row), conflict))
    batch.values += [_wide(read(row)) for read in readers]
    _is_there(row, row.pk, using)
    return True


@cache
def _together(shape: tuple[tuple[type[Model], str], ...], using: str) -> str:
    """One statement that writes a row of each; its constraints and triggers see all of them."""
    parts = [_bare(model, conflict, using, keyed=True)[0] for model, conflict in shape]
    first = ", ".join(f"row{number} AS ({sql})" for number, sql in enumerate(parts[:-1]))
    return f"WITH {first} {parts[-1]}" if first else parts[-1]


@cache
def _numbered(shape: tuple[tuple[type[Model], str], ...], using: str) -> str:
    """The same with the server's own marks: the driver reads long statements anew each time to turn ours into them."""
    pieces = _together(shape, using).split("%s")
    return "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1)) + pieces[-1]


def _send_before(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
    """Django's own statements may read what waits."""
    batch = _batch.get()
    if batch is not None:
        batch.send()
    return execute(sql, params, many, context)


# ---------------------------------------------------------------- rows read without the ORM


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
