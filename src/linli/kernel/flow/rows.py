"""Reading whole rows by statements kept ready.

Taking a step is the second busiest thing here, and most of what it cost was the ORM composing the same few statements
of many columns anew each time, and the database parsing and planning them: five times what it takes to answer them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import Model
from psycopg import Cursor

M = TypeVar("M", bound=Model)
N = TypeVar("N", bound=Model)
Converter = Callable[[Any, Any, Any], Any]


def ready() -> CursorWrapper:
    """A cursor of Django's connection whose statements the server keeps prepared, once they have been sent a few times.

    For the few statements of the busiest paths, each with a plan that suits whatever values it is given.
    """
    ours = connections[DEFAULT_DB_ALIAS]  # asked for once: ``connection`` would be looked up for each word after it
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    wrapper = CursorDebugWrapper if ours.queries_logged else CursorWrapper
    return wrapper(Cursor(ours.connection), ours)


@cache
def _shape(model: type[Model]) -> tuple[str, tuple[str, ...], tuple[tuple[int, Converter], ...]]:
    """The columns to name, the attributes they fill, and what turns a value as stored into one of Python's."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    converters = tuple((n, f.from_db_value) for n, f in enumerate(fields) if hasattr(f, "from_db_value"))
    return columns, tuple(field.attname for field in fields), converters


def read(model: type[M], rest: str, values: Sequence[Any]) -> M | None:
    """The first row of ``model``'s table by ``rest`` (``where … limit …``), or None."""
    columns = _shape(model)[0]
    with ready() as cursor:
        cursor.execute(f'select {columns} from "{model._meta.db_table}" {rest}', values)
        return _row(model, cursor.fetchone())


def read_pair(one: type[M], other: type[N], where: str, values: Sequence[Any]) -> tuple[M, N] | None:
    """The row ``a`` of ``one`` and the row ``b`` of ``other`` that shares its key; not under a lock, which would keep
    ``b`` as it was before the wait.
    """
    own, its = _shape(one), _shape(other)
    key = other._meta.pk
    assert key is not None
    with ready() as cursor:
        cursor.execute(_pair(one, other, key.column) + where, values)
        found = cursor.fetchone()
    if found is None:
        return None
    width = len(own[1])
    first, second = _row(one, found[:width]), _row(other, found[width : width + len(its[1])])
    assert first is not None and second is not None  # both sides of a join
    return first, second


@cache
def _pair(one: type[Model], other: type[Model], key: str) -> str:
    columns = [f'{row}."{f.column}"' for row, model in (("a", one), ("b", other)) for f in model._meta.concrete_fields]
    tables = f'"{one._meta.db_table}" a join "{other._meta.db_table}" b on b."{key}" = a.id'
    return f"select {', '.join(columns)} from {tables} "


def insert(model: type[M], values: Mapping[str, Any]) -> M:
    """Write one row, column by column; returned as the database completed it."""
    with ready() as cursor:
        cursor.execute(_insert(model, tuple(values)), list(values.values()))
        made = _row(model, cursor.fetchone())
    assert made is not None  # a plain insert returns its row
    return made


@cache
def _insert(model: type[Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join(["%s"] * len(names))
    return f'insert into "{model._meta.db_table}" ({columns}) values ({places}) returning {_shape(model)[0]}'


def _row(model: type[M], values: Sequence[Any] | None) -> M | None:
    if values is None:
        return None
    _columns, attributes, converters = _shape(model)
    converted = list(values)
    for n, convert in converters:
        converted[n] = convert(converted[n], None, connection)
    return model.from_db(connection.alias, attributes, converted)


def read_again(row: Model) -> None:
    """Fill ``row`` with what the database has now; what it had loaded of other tables is forgotten."""
    key = row._meta.pk
    assert key is not None
    fresh = read(type(row), f'where "{key.column}" = %s', [row.pk])
    if fresh is None:
        raise type(row).DoesNotExist  # type: ignore[attr-defined]  # every model has it
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(fresh, field.attname))
        row._state.fields_cache.pop(field.name, None)
