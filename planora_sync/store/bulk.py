"""Statements for many rows, handed to the driver as tuples: no dictionary a row, nothing converted twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler

from planora_sync.store.database import BATCH

_COUNTING: Dialect = postgresql.psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class _Compiled:
    sql: str
    order: tuple[int, ...]
    """Where in a row, followed by the values that are the same in all, each parameter stands."""
    processors: tuple[tuple[int, Callable[[Any], Any]], ...]


class Bulk:
    """An INSERT, UPDATE or DELETE that is executed for many rows."""

    def __init__(
        self, statement: Any, row: Sequence[str], *, same: Sequence[str] = (), plain: Collection[str] = ()
    ) -> None:
        """Keep a statement.

        Args:
            statement: with a parameter for each name.
            row: names of the parameters that a row holds, in order.
            same: names of the parameters that are the same in all rows.
            plain: names whose values need no conversion, such as digests.
        """
        self._statement = statement
        self._row = tuple(row)
        self._same = tuple(same)
        self._plain = frozenset(plain)
        self._compiled: dict[str, _Compiled] = {}

    def run(self, db: Connection, rows: Rows, **same: Any) -> int:
        """Execute it and return how many rows of the table it touched."""
        if not rows:
            return 0
        compiled, touched = self._for(db.dialect), 0
        for start in range(0, len(rows), BATCH):
            given = self._given(compiled, rows[start : start + BATCH], [same[name] for name in self._same])
            touched += max(0, db.exec_driver_sql(compiled.sql, given).rowcount)
        return touched

    def _given(self, compiled: _Compiled, rows: Rows, same: Sequence[Any]) -> list[tuple[Any, ...]]:
        columns: list[Any] = [*zip(*rows, strict=True)]
        width = len(columns)
        columns += [(value,) for value in same]
        for position, process in compiled.processors:
            columns[position] = [process(value) for value in columns[position]]
        columns[width:] = [[value[0]] * len(rows) for value in columns[width:]]
        return list(zip(*(columns[position] for position in compiled.order), strict=True))

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        return self._compiled[dialect.name]

    def _compile(self, dialect: Dialect) -> _Compiled:
        names = (*self._row, *self._same)
        spoken = _positional(dialect)
        compiled: SQLCompiler = self._statement.compile(dialect=spoken, column_keys=names)
        order = tuple(names.index(name) for name in compiled.positiontup or ())
        types = {name: compiled.binds[name].type for name in names}
        processors = {
            name: types[name].dialect_impl(spoken).bind_processor(spoken)
            for name in names
            if name not in self._plain
        }
        found = tuple((names.index(name), process) for name, process in processors.items() if process)
        return _Compiled(sql=str(compiled), order=order, processors=found)


def _positional(dialect: Dialect) -> Dialect:
    """Return the dialect, or its twin that counts parameters."""
    return dialect if dialect.positional else _COUNTING
