"""Brings a store to this version's tables, and refuses one of a newer version."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import ColumnClause, Connection, column, func, insert, inspect, select, table

from planora_sync import __version__
from planora_sync.errors import StoreFailed
from planora_sync.store import tables
from planora_sync.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""The newest revision in `migrations/versions/`; kept here so that opening a store imports no alembic."""

VERSION_TABLE = "planora_version"
"""Not alembic's default name: a database may belong to other programs too."""


def migrate(database: Database, now: datetime) -> None:
    """Bring a store to this version's tables; nothing is done, and little read, where it is.

    Raises StoreFailed for the store of a newer version, and leaves it as it is.
    """
    with database.read() as connection:
        _check_encoding(database, connection)
        if _revision(connection) == HEAD:
            return
    with database.alter() as connection:
        revision = _revision(connection)
        if revision == HEAD:  # another process was faster
            return
        config = alembic_config(connection)
        _check_known(database, connection, config, revision)
        _upgrade(config)
        connection.execute(insert(tables.upgrades), {"revision": HEAD, "version": __version__, "at": now})


def alembic_config(connection: Connection) -> Config:
    """Return the configuration with which alembic finds the revisions and uses this connection."""
    from alembic.config import Config

    config = Config()
    scripts = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(config: Config) -> None:
    from alembic import command

    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: ColumnClause[str] = column("version_num")
    return connection.execute(select(version).select_from(table(VERSION_TABLE))).scalar()


def _check_known(database: Database, connection: Connection, config: Config, revision: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is None or revision in known:
        return
    raise StoreFailed(
        f"The store {database.address.shown} is of a newer version: {_who(connection, revision)},"
        f" and this is planora-sync {__version__}.",
        next_step="Upgrade planora-sync, or name another store as `url` under [store].",
    )


def _who(connection: Connection, revision: str) -> str:
    if inspect(connection).has_table(tables.upgrades.name):
        newest = select(func.max(tables.upgrades.c.id)).scalar_subquery()
        row = connection.execute(select(tables.upgrades).where(tables.upgrades.c.id == newest)).first()
        if row is not None:
            return f"planora-sync {row.version} brought it to revision {revision} on {row.at:%Y-%m-%d}"
    return f"its revision is {revision}"


def _check_encoding(database: Database, connection: Connection) -> None:
    if database.address.is_sqlite:
        return
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreFailed(
            f"The store {database.address.shown} is encoded in {encoding}, which cannot hold trackers' texts.",
            next_step="Create its database with ENCODING 'UTF8'.",
        )
