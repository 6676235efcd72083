"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

# Types as they are in this revision; those of the store may change later, a revision may not.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    _runs()
    _entries()
    _reading()
    _findings()
    _proposals()
    _decisions()
    _journal()


def _runs() -> None:
    op.create_table(
        "upgrades",
        _counter(),
        _must("revision"),
        _must("version"),
        _must("at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "runs",
        _key("id"),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        _must("kind"),
        _must("status"),
        _must("began", MOMENT),
        _must("heartbeat", MOMENT),
        _may("finished", MOMENT),
        _must("summary", DOCUMENT),
    )
    op.create_table(
        "run_connections",
        _key("run", sa.ForeignKey("runs.id")),
        _key("connection"),
        _must("running", sa.Boolean()),
    )
    _partial_index("ix_run_connections_one_running", "run_connections", "connection", "running")


def _entries() -> None:
    op.create_table(
        "entries",
        _key("ref"),
        *(_must(name) for name in ("tracker", "connection", "external_id", "id_digest", "key_digest")),
        *(_must(name) for name in ("url_digest", "place")),
        _may("container"),
        _must("is_open", sa.Boolean()),
        _must("content_hash"),
        _must("exact"),
        _must("version", sa.Integer()),
        _must("run", WORDS, sa.ForeignKey("runs.id")),
        _must("first_seen", MOMENT),
        _must("changed", MOMENT),
        _may("missing_since", MOMENT),
        _may("absence"),
        _must("body", DOCUMENT),
        _may("raw", sa.LargeBinary()),
    )
    op.create_index("ix_entries_connection", "entries", ["connection", "ref"])
    for name in ("id_digest", "key_digest", "url_digest"):
        _index("entries", name)
    op.create_table(
        "entry_versions",
        _key("ref", sa.ForeignKey("entries.ref")),
        sa.Column("version", sa.Integer(), primary_key=True),
        _must("content_hash"),
        _must("run", WORDS, sa.ForeignKey("runs.id")),
        _must("at", MOMENT),
        _must("body", DOCUMENT),
    )


def _reading() -> None:
    op.create_table(
        "places",
        _key("connection"),
        _key("id"),
        _must("position", sa.Integer()),
        _must("first_seen", MOMENT),
        _may("missing_since", MOMENT),
        _must("body", DOCUMENT),
    )
    op.create_table("cursors", _key("connection"), _must("cursor"), _must("at", MOMENT))
    op.create_table(
        "pulls", _key("connection"), _must("last", MOMENT), _may("last_full", MOMENT), _must("incomplete")
    )


def _findings() -> None:
    op.create_table(
        "judgements",
        _key("ref"),
        _must("connection"),
        _may("filed"),
        _must("nature"),
        _must("confidence", sa.Float()),
        _must("decided_by"),
        _may("content_hash"),
        _must("since", MOMENT),
        _must("at", MOMENT),
    )
    _index("judgements", "connection")
    op.create_table(
        "findings",
        _counter(),
        _must("digest"),
        _must("connection"),
        _must("code"),
        _must("run", WORDS, sa.ForeignKey("runs.id")),
        _must("first_seen", MOMENT),
        _must("last_seen", MOMENT),
        _may("resolved_at", MOMENT),
        _must("body", DOCUMENT),
        sqlite_autoincrement=True,
    )
    _index("findings", "connection")
    _partial_index("ix_findings_one_standing", "findings", "digest", "resolved_at IS NULL")
    op.create_table(
        "audits", _key("run", sa.ForeignKey("runs.id")), _must("at", MOMENT), _must("counts", DOCUMENT)
    )


def _proposals() -> None:
    op.create_table(
        "proposals",
        _key("id"),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        _must("digest"),
        _must("created", MOMENT),
        _must("body", DOCUMENT),
    )
    op.create_table(
        "approvals",
        _counter(),
        _must("proposal", WORDS, sa.ForeignKey("proposals.id")),
        _must("digest"),
        _must("corrections", DOCUMENT),
        _must("by"),
        _must("how"),
        _must("at", MOMENT),
        sqlite_autoincrement=True,
    )
    _index("approvals", "proposal")
    op.create_table(
        "rejections",
        _counter(),
        _must("correction"),
        _must("by"),
        _must("because"),
        _must("at", MOMENT),
        sqlite_autoincrement=True,
    )
    _index("rejections", "correction")


def _decisions() -> None:
    op.create_table("pins", _key("ref"), _must("nature"), _must("because"), _must("by"), _must("at", MOMENT))
    op.create_table(
        "waivers",
        _counter(),
        _must("code"),
        *(_may(name) for name in ("ref", "connection", "place")),
        _may("until", sa.Date()),
        _must("because"),
        _must("by"),
        _must("at", MOMENT),
        sqlite_autoincrement=True,
    )


def _journal() -> None:
    op.create_table(
        "journal",
        _counter(),
        *(_must(name) for name in ("run", "proposal", "correction", "ref")),
        _must("changes", DOCUMENT),
        _must("state"),
        _must("detail"),
        _must("side_effects", DOCUMENT),
        _must("intended", MOMENT),
        _may("settled", MOMENT),
        sqlite_autoincrement=True,
    )
    for name in ("run", "proposal", "correction"):
        _index("journal", name)


def _counter() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _key(name: str, *more: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, WORDS, *more, primary_key=True)


def _must(name: str, type_: Any = WORDS, *more: sa.ForeignKey) -> sa.Column[Any]:
    return sa.Column(name, type_, *more, nullable=False)


def _may(name: str, type_: Any = WORDS) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=True)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _partial_index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(
        name, table, [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
