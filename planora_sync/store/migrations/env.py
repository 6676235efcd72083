"""Runs revisions on the connection that `planora_sync.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from planora_sync.store.migrate import VERSION_TABLE
from planora_sync.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
