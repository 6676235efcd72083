"""Looks into a store's database past the store, as an admin would."""

from __future__ import annotations

from sqlalchemy import text

from planora_sync.store.address import parse_address
from planora_sync.store.database import Database


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    """Return the rows that a statement gives, after it was committed."""
    database = Database(parse_address(url))
    try:
        with database.write("test") as connection:
            result = connection.execute(text(sql))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        database.close()
