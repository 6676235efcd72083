"""The tables of pulls: what lasts between two of them, and what only one that is under way needs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table

from planora_sync.store.columns import Document, Moment, Words
from planora_sync.store.schema import metadata

pauses = Table(
    "pauses",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("why", Words, nullable=False),
)
"""Until when a tracker wants to be left alone."""

notes = Table(
    "notes",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("text", Words, nullable=False),
)
"""What adapters remember between two runs."""

# -- a pull under way: gone when it ends, there for the one that goes on where it was killed ---------------------

pulls_under_way = Table(
    "pulls_under_way",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("full", Boolean, nullable=False),
    Column("since", Words),
    Column("mark", Words, nullable=False),
    Column("began", Moment, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("resume", Words),
    Column("cursor", Words),
    Column("ended", Boolean, nullable=False),
    Column("tally", Document, nullable=False),
)

pull_seen = Table(
    "pull_seen",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    # Where an entry stood that was known, open and there before it was seen; None for any other.
    Column("was_in", Words),
    Column("was_under", Words),
    sqlite_with_rowid=False,
)

pull_places = Table(
    "pull_places",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    # Whether all that is open there came, or only the place itself.
    Column("whole", Boolean, primary_key=True),
)

pull_census = Table(
    "pull_census",
    metadata,
    Column("connection", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    sqlite_with_rowid=False,
)
