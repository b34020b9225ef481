"""The queries of every call of the API and every page of a ticket: the ORM's, put into SQL once per process.

Measured for a device with its person and organisation (busy cores): of 3.6 ms of processor time per reading, 3.2 went
into putting the same statement together. What the ORM says stays the only definition; the rows are its models.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import sql as psycopg_sql

from okibi.kernel.statements import run

KEPT = 500  # statements; the shapes are few, and a caller who finds more gets them put together anew
_MARKS = re.compile(r"%s|%%")
_FAR = datetime(7777, 7, 7, tzinfo=UTC)

M = TypeVar("M", bound=Model)
_populators: Any = get_related_populators  # what a QuerySet itself uses; its signature is not Django's promise


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with ``%s`` where a value goes, which value goes where, and what its columns are turned into."""

    sql: str
    order: tuple[int, ...]
    converters: tuple[tuple[int, Any, Any], ...]

    def rows(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it. Raises Django's database errors."""
        rows = run(self.sql, [values[place] for place in self.order])
        return [self._converted(row) for row in rows] if self.converters else rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        made = list(row)
        connection = connections[DEFAULT_DB_ALIAS]
        for at, converters, expression in self.converters:
            for convert in converters:
                made[at] = convert(made[at], expression, connection)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a row becomes a model."""

    model: type[Model]
    first: int  # where its own columns begin
    fields: tuple[str, ...]
    related: tuple[Any, ...]
    annotations: tuple[tuple[str, int], ...]

    def made(self, row: tuple[Any, ...]) -> Any:
        made: Any = self.model.from_db(DEFAULT_DB_ALIAS, self.fields, row[self.first : self.first + len(self.fields)])
        for related in self.related:
            related.populate(row, made)
        for name, at in self.annotations:
            setattr(made, name, row[at])
        return made


_known: dict[Hashable, tuple[Statement, _Shape | None]] = {}
_lock = Lock()


def read(shape: Hashable, build: Callable[..., QuerySet[M]], *values: Any) -> list[M]:
    """The rows of ``build(*values)``, its related and annotated ones too.

    ``shape`` names the statement: whatever ``build`` decides by anything else than the values has to be in it. Values
    are text, whole numbers or aware moments; each must reach the statement as it is (not ``None``, no list, no limit,
    nothing computed from it). Prefetched rows are not read.
    """
    statement, made = _known.get(shape) or _kept(shape, build, values)
    if made is None:
        raise TypeError("a query of values is read by read_values")
    return [made.made(row) for row in statement.rows(values)]


def read_values(shape: Hashable, build: Callable[..., QuerySet[Any, Any]], *values: Any) -> list[tuple[Any, ...]]:
    """The rows of ``build(*values)``, a query by ``values_list``. The rest is as with :func:`read`."""
    statement, _ = _known.get(shape) or _kept(shape, build, values)
    return statement.rows(values)


def _kept(
    shape: Hashable, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Any]
) -> tuple[Statement, _Shape | None]:
    made = _compiled(build, values)
    with _lock:
        if len(_known) >= KEPT:
            _known.clear()
        _known[shape] = made
    return made


def statement_of(build: Callable[..., QuerySet[Any, Any]], *values: Any) -> Statement:
    """The statement by itself, to be a part of a larger one: nothing is kept. Values as with :func:`read`."""
    return _compiled(build, values)[0]


def _compiled(build: Callable[..., QuerySet[Any, Any]], values: Sequence[Any]) -> tuple[Statement, _Shape | None]:
    marks = [_mark(value, place) for place, value in enumerate(values)]
    compiler = build(*marks).query.get_compiler(DEFAULT_DB_ALIAS)
    text, params = compiler.as_sql()
    order: list[int] = []
    left = iter(params)

    def place_of(found: "re.Match[str]") -> str:
        if found.group() == "%%":
            return "%%"
        param = next(left)
        for place, mark in enumerate(marks):
            if type(mark) is not bool and isinstance(param, type(mark)) and param == mark:
                order.append(place)
                return "%s"
        return _literal(param)

    text = _MARKS.sub(place_of, text)
    if set(order) != set(range(len(values))):
        raise TypeError(f"a value does not reach the statement as it is: {text}")
    select = [column for column, *_ in compiler.select[0 : compiler.col_count]]
    converters = tuple((at, *each) for at, each in compiler.get_converters(select).items())
    return Statement(text, tuple(order), converters), _shape(compiler)


def _shape(compiler: Any) -> _Shape | None:
    if not compiler.query.default_cols:  # a query of values
        return None
    info = compiler.klass_info
    own = info["select_fields"]
    return _Shape(
        model=info["model"],
        first=own[0],
        fields=tuple(compiler.select[at][0].target.attname for at in own),
        related=tuple(_populators(info, compiler.select, DEFAULT_DB_ALIAS)),
        annotations=tuple(compiler.annotation_col_map.items()),
    )


def _mark(value: Any, place: int) -> Any:
    """A value like this one that stands nowhere else in the statement."""
    if isinstance(value, str):
        return f"\ufdd0{place}"
    if isinstance(value, datetime):
        return _FAR + timedelta(seconds=place)
    if type(value) is int:
        return 7_777_777_000 + place
    raise TypeError(f"a statement can't be kept for {type(value).__name__}")


def _literal(param: Any) -> str:
    """What is the same in every run stands in the statement itself: the server then knows its type and its value."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    return psycopg_sql.Literal(param).as_string(connection.connection).replace("%", "%%")
