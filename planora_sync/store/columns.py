"""The column types of the store: the same values go in and come out on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, DateTime, Dialect, Integer, Text, cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

from planora_sync.store.documents import escape, unescape

Counter = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives; SQLite counts only `INTEGER` keys by itself."""


class Document(TypeDecorator[str]):
    """JSON as text: pydantic writes and reads it, nobody in between makes dictionaries of it."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type."""
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else JSON())

    def bind_processor(self, dialect: Dialect) -> None:
        """Return None: the text is handed over as it is."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Return None: the text is handed back as it came."""

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return the column as text; otherwise PostgreSQL's driver would parse it."""
        return cast(column, Text)


class Words(TypeDecorator[str]):
    """Any text, hostile ones too, in byte order: databases sort it alike, whatever their locale."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return the database's own type."""
        # Not through `type_descriptor`, which makes a VARCHAR of it.
        return postgresql.TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is stored."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        return None if value is None else unescape(value)


class Moment(TypeDecorator[datetime]):
    """An aware instant, given back in UTC; SQLite keeps no zone, so that it is stored in UTC there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
