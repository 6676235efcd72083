"""Pulls that go on where they were killed; censuses, pauses, notes of adapters and former keys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

# Types as they are in this revision; those of the store may change later, a revision may not.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns without copying a table, and make the new tables."""
    op.add_column("runs", _may("machine"))
    op.add_column("runs", _may("process", sa.Integer()))
    op.add_column("pulls", _may("last_census", MOMENT))
    op.create_index(
        "ix_entries_there",
        "entries",
        ["connection", "external_id", "is_open", "place", "container"],
        sqlite_where=sa.text("missing_since IS NULL"),
        postgresql_where=sa.text("missing_since IS NULL"),
    )
    op.create_index(
        "ix_entries_missing",
        "entries",
        ["connection", "missing_since"],
        sqlite_where=sa.text("missing_since IS NOT NULL"),
        postgresql_where=sa.text("missing_since IS NOT NULL"),
    )
    _kept()
    _under_way()


def _kept() -> None:
    op.create_table(
        "former_keys",
        _key("ref", sa.ForeignKey("entries.ref")),
        _key("key_digest"),
        _must("at", MOMENT),
    )
    op.create_index(op.f("ix_former_keys_key_digest"), "former_keys", ["key_digest"])
    op.create_table("pauses", _key("connection"), _must("until", MOMENT), _must("why"))
    op.create_table("notes", _key("connection"), _key("name"), _must("text"))


def _under_way() -> None:
    op.create_table(
        "pulls_under_way",
        _key("connection"),
        _must("full", sa.Boolean()),
        _may("since"),
        _must("mark"),
        _must("began", MOMENT),
        _must("pages", sa.Integer()),
        _must("tries", sa.Integer()),
        _may("resume"),
        _may("cursor"),
        _must("ended", sa.Boolean()),
        _must("tally", DOCUMENT),
    )
    op.create_table(
        "pull_seen",
        _key("connection"),
        _key("id"),
        _may("was_in"),
        _may("was_under"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pull_places",
        _key("connection"),
        _key("id"),
        sa.Column("whole", sa.Boolean(), primary_key=True),
    )
    op.create_table("pull_census", _key("connection"), _key("id"), sqlite_with_rowid=False)


def _key(name: str, *more: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, WORDS, *more, primary_key=True)


def _must(name: str, type_: Any = WORDS) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


def _may(name: str, type_: Any = WORDS) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=True)
