"""The tables. A change here needs a revision in `migrations/versions/`; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    text,
)

from planora_sync.store.columns import Counter, Document, Moment, Words
from planora_sync.store.pull_tables import (
    notes,
    pauses,
    pull_census,
    pull_places,
    pull_seen,
    pulls_under_way,
)
from planora_sync.store.schema import metadata

__all__ = [
    "approvals",
    "audits",
    "cursors",
    "entries",
    "entry_versions",
    "findings",
    "former_keys",
    "journal",
    "judgements",
    "metadata",
    "notes",
    "pauses",
    "pins",
    "places",
    "proposals",
    "pull_census",
    "pull_places",
    "pull_seen",
    "pulls",
    "pulls_under_way",
    "rejections",
    "run_connections",
    "runs",
    "upgrades",
    "waivers",
]

# -- runs --------------------------------------------------------------------------------------------------

upgrades = Table(
    "upgrades",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("revision", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
"""Which planora-sync brought the store to which revision: an older one says it when it refuses."""

runs = Table(
    "runs",
    metadata,
    Column("id", Words, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("began", Moment, nullable=False),
    Column("heartbeat", Moment, nullable=False),
    Column("finished", Moment),
    Column("summary", Document, nullable=False),
    # Which process it is: where that one is dead for certain, nobody need wait for a sign of life.
    Column("machine", Words),
    Column("process", Integer),
)

run_connections = Table(
    "run_connections",
    metadata,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("connection", Words, primary_key=True),
    Column("running", Boolean, nullable=False),
)
Index(
    "ix_run_connections_one_running",
    run_connections.c.connection,
    unique=True,
    sqlite_where=text("running"),
    postgresql_where=text("running"),
)

# -- what the trackers hold --------------------------------------------------------------------------------

entries = Table(
    "entries",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("tracker", Words, nullable=False),
    Column("connection", Words, nullable=False),
    Column("external_id", Words, nullable=False),
    # What people call it, or digests: a key or an address can be longer than an index holds.
    Column("id_digest", Words, nullable=False, index=True),
    Column("key_digest", Words, nullable=False, index=True),
    Column("url_digest", Words, nullable=False, index=True),
    Column("place", Words, nullable=False),
    Column("container", Words),
    Column("is_open", Boolean, nullable=False),
    Column("content_hash", Words, nullable=False),
    Column("exact", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("run", Words, ForeignKey("runs.id"), nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("missing_since", Moment),
    Column("absence", Words),
    Column("body", Document, nullable=False),
    # Last, so that reading the rest does not page through it.
    Column("raw", LargeBinary),
    Index("ix_entries_connection", "connection", "ref"),
    Index(
        "ix_entries_missing",
        "connection",
        "missing_since",
        sqlite_where=text("missing_since IS NOT NULL"),
        postgresql_where=text("missing_since IS NOT NULL"),
    ),
    # What is looked for at the end of a pull, without a look at the entries themselves.
    Index(
        "ix_entries_there",
        "connection",
        "external_id",
        "is_open",
        "place",
        "container",
        sqlite_where=text("missing_since IS NULL"),
        postgresql_where=text("missing_since IS NULL"),
    ),
)

former_keys = Table(
    "former_keys",
    metadata,
    Column("ref", Words, ForeignKey("entries.ref"), primary_key=True),
    Column("key_digest", Words, primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)
"""What entries were called before they moved: people go on calling them so."""

entry_versions = Table(
    # Former ones, from this revision on; the one that counts stands in `entries`.
    "entry_versions",
    metadata,
    Column("ref", Words, ForeignKey("entries.ref"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content_hash", Words, nullable=False),
    Column("run", Words, ForeignKey("runs.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Document, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("missing_since", Moment),
    Column("body", Document, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("cursor", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

pulls = Table(
    "pulls",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("last", Moment, nullable=False),
    Column("last_full", Moment),
    Column("incomplete", Words, nullable=False),
    Column("last_census", Moment),
)

# -- what planora-sync says of it --------------------------------------------------------------------------

judgements = Table(
    "judgements",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("connection", Words, nullable=False, index=True),
    Column("filed", Words),
    Column("nature", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("decided_by", Words, nullable=False),
    Column("content_hash", Words),
    Column("since", Moment, nullable=False),
    Column("at", Moment, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Counter, primary_key=True),
    # A place's path, and so an identity, can be longer than an index holds.
    Column("digest", Words, nullable=False),
    Column("connection", Words, nullable=False, index=True),
    Column("code", Words, nullable=False),
    Column("run", Words, ForeignKey("runs.id"), nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("body", Document, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "ix_findings_one_standing",
    findings.c.digest,
    unique=True,
    sqlite_where=text("resolved_at IS NULL"),
    postgresql_where=text("resolved_at IS NULL"),
)

audits = Table(
    "audits",
    metadata,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("counts", Document, nullable=False),
)

# -- what people decide ------------------------------------------------------------------------------------

proposals = Table(
    "proposals",
    metadata,
    Column("id", Words, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("digest", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("body", Document, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("proposal", Words, ForeignKey("proposals.id"), nullable=False, index=True),
    Column("digest", Words, nullable=False),
    Column("corrections", Document, nullable=False),
    Column("by", Words, nullable=False),
    Column("how", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("correction", Words, nullable=False, index=True),
    Column("by", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

pins = Table(
    "pins",
    metadata,
    Column("ref", Words, primary_key=True),
    Column("nature", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("code", Words, nullable=False),
    Column("ref", Words),
    Column("connection", Words),
    Column("place", Words),
    Column("until", Date),
    Column("because", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# -- what was written --------------------------------------------------------------------------------------

journal = Table(
    "journal",
    metadata,
    # It refers to no other table: what was written must be known even where nothing else is kept.
    Column("id", Counter, primary_key=True),
    Column("run", Words, nullable=False, index=True),
    Column("proposal", Words, nullable=False, index=True),
    Column("correction", Words, nullable=False, index=True),
    Column("ref", Words, nullable=False),
    Column("changes", Document, nullable=False),
    Column("state", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("side_effects", Document, nullable=False),
    Column("intended", Moment, nullable=False),
    Column("settled", Moment),
    sqlite_autoincrement=True,
)
