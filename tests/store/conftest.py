"""Stores on both databases: each test has its own, empty and of this version."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from planora_sync.store import Store
from planora_sync.store.columns import Words
from planora_sync.store.tables import metadata, upgrades
from tests.store.servers import postgres
from tests.store.values import NOW

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Cluster:
    """A PostgreSQL server that gives databases."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._numbers = itertools.count(1)
        self._worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._admin = psycopg.connect(pattern.format("postgres"), autocommit=True)
        # Nothing here outlives the session, so that the server need not wait for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self._ready = self.make()
        Store.open(self._ready, now=NOW).close()
        self._cleaner = psycopg.connect(self._ready, autocommit=True)

    def make(self, options: str = "") -> str:
        """Return the URL of a new database, in which there is nothing."""
        name = f"test_{self._worker}_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return self._pattern.format(name)

    def ready(self) -> str:
        """Return the URL of a store of this version, in which there is nothing: always the same one.

        Making a database for each test, or truncating its tables, takes longer than all that most tests do.
        """
        tables = [table.name for table in reversed(metadata.sorted_tables) if table is not upgrades]
        counted = [
            table.name
            for table in metadata.tables.values()
            if "id" in table.c and not isinstance(table.c.id.type, Words)
        ]
        emptied = [f"DELETE FROM {name}" for name in tables]
        reset = [f"ALTER SEQUENCE {name}_id_seq RESTART" for name in counted]
        self._cleaner.execute("; ".join([*emptied, *reset]))
        return self._ready

    def execute(self, sql: str) -> None:
        self._admin.execute(sql)

    def close(self) -> None:
        self._cleaner.close()
        self._admin.close()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    own = tmp_path_factory.getbasetemp()
    with postgres(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as pattern:
        cluster = Cluster(pattern)
        yield cluster
        cluster.close()


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "ready.db"
    Store.open(f"sqlite:///{path}", now=NOW).close()
    return path


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which there is nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/planora.db"
    made: Cluster = request.getfixturevalue("cluster")
    return made.make()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of this version, in which there is nothing yet."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("ready_file"), tmp_path / "planora.db")
        return f"sqlite:///{tmp_path}/planora.db"
    made: Cluster = request.getfixturevalue("cluster")
    return made.ready()


@pytest.fixture
def own_url(empty_url: str) -> str:
    """A store of this version that no other test uses, to be tampered with."""
    Store.open(empty_url, now=NOW).close()
    return empty_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, now=NOW) as opened:
        yield opened
