"""Opening a store: made, brought to this version, or refused with a next step that tells no secret."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from planora_sync import __version__
from planora_sync.errors import StoreFailed
from planora_sync.store import RunStatus, Store
from planora_sync.store.address import parse_address
from planora_sync.store.database import Database
from planora_sync.store.migrate import HEAD, VERSION_TABLE, alembic_config
from planora_sync.store.tables import metadata
from tests.store.conftest import Cluster
from tests.store.looking import ask
from tests.store.values import NOW, entries


def test_an_empty_database_becomes_a_store_and_stays_one(empty_url: str) -> None:
    for number in range(3):
        with Store.open(empty_url, now=NOW + timedelta(days=number)) as store:
            assert store.runs.begin("pull", [f"c{number}"], NOW) == f"r-{number + 1}"
    upgrades = ask(empty_url, "SELECT revision, version FROM upgrades")
    assert upgrades == [(HEAD, __version__)]


def test_the_revisions_make_the_tables_that_the_code_uses(own_url: str) -> None:
    database = Database(parse_address(own_url))
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert _heads(connection) == [HEAD]
    database.close()


@pytest.mark.postgres
def test_postgresql_compares_texts_byte_by_byte_as_sqlite_does(cluster: Cluster) -> None:
    texts = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    url = cluster.ready()
    assert len(ask(url, f"{texts} AND data_type = 'text' AND collation_name = 'C'")) > 50
    assert ask(url, f"{texts} AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'") == []


def test_a_revision_that_loses_rows_is_not_kept(own_url: str) -> None:
    with Store.open(own_url, now=NOW) as store:
        store.runs.begin("pull", ["work"], NOW)
    database = Database(parse_address(own_url))
    with (
        pytest.raises(StoreFailed, match=r"rows refer to nothing|violates foreign key"),
        database.alter() as connection,
    ):
        connection.execute(text("DELETE FROM runs"))
    database.close()
    with Store.open(own_url, now=NOW) as store:
        assert [run.id for run in store.runs.list()] == ["r-1"]


def test_a_revision_may_replace_a_table_that_others_refer_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/planora.db"
    with Store.open(url, now=NOW) as store:
        store.runs.begin("pull", ["work"], NOW)
    database = Database(parse_address(url))
    with database.alter() as connection:
        for step in (
            "CREATE TABLE kept AS SELECT * FROM runs",
            "DROP TABLE runs",
            "ALTER TABLE kept RENAME TO runs",
        ):
            connection.execute(text(step))
        connection.execute(text("CREATE UNIQUE INDEX one ON runs (id)"))
    with database.write("test") as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.close()
    with Store.open(url, now=NOW) as store:
        assert store.runs.get("r-1").connections == ("work",)


def _heads(connection: Connection) -> list[str]:
    return list(ScriptDirectory.from_config(alembic_config(connection)).get_heads())


def test_a_store_of_a_newer_version_is_refused_and_left_alone(own_url: str) -> None:
    ask(own_url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    ask(own_url, "UPDATE upgrades SET version = '7.0.0'")
    with pytest.raises(
        StoreFailed, match=r"planora-sync 7.0.0 brought it to revision 9999 on 2026-11-23"
    ) as caught:
        Store.open(own_url, now=NOW)
    assert "Upgrade planora-sync" in caught.value.next_step
    assert ask(own_url, f"SELECT version_num FROM {VERSION_TABLE}") == [("9999",)]


def test_a_store_of_a_newer_version_without_a_history_is_refused_too(own_url: str) -> None:
    ask(own_url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    ask(own_url, "DROP TABLE upgrades")
    with pytest.raises(StoreFailed, match=r"newer version: its revision is 9999"):
        Store.open(own_url, now=NOW)


def test_tables_of_another_program_are_not_touched(empty_url: str) -> None:
    ask(empty_url, "CREATE TABLE runs (theirs INTEGER)")
    with pytest.raises(StoreFailed, match=r"already exists.*a database of its own"):
        Store.open(empty_url, now=NOW)
    assert ask(empty_url, "SELECT theirs FROM runs") == []
    ask(empty_url, "DROP TABLE runs")
    Store.open(empty_url, now=NOW).close()


def test_a_relative_file_and_its_directory_are_made_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Store.open("sqlite:///deep/er/100%.db", now=NOW).close()
    Store.open("sqlite:///~/planora.db", now=NOW).close()
    assert (tmp_path / "deep" / "er" / "100%.db").is_file()
    assert (tmp_path / "home" / "planora.db").is_file()


def test_a_closed_file_is_one_whole_file(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/planora.db", now=NOW) as store:
        store.runs.finish(store.runs.begin("pull", ["work"], NOW), RunStatus.OK, {}, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["planora.db"]


def test_a_store_in_memory_is_gone_when_it_closes() -> None:
    with Store.open("sqlite://", now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        store.entries.save("work", entries(3), full=True, complete=True, run=run, at=NOW)
        assert store.entries.load() == entries(3)
    with Store.open("sqlite:///:memory:", now=NOW) as store:
        assert store.entries.load() == []


def test_sqlite_writes_ahead_waits_and_checks_references(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/planora.db"
    Store.open(url, now=NOW).close()
    pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    values = [ask(url, f"PRAGMA {name}") for name in pragmas]
    assert values == [[("wal",)], [(1,)], [(2,)], [(30_000,)]]


def test_opening_a_store_of_this_version_imports_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/planora.db"
    Store.open(url, now=NOW).close()
    look = (
        "import sys, datetime\n"
        "from planora_sync.store import Store\n"
        f"Store.open({url!r}, now=datetime.datetime.now(datetime.UTC)).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "content",
    [b"no database at all, but long enough to look at " * 40, b"SQLite format 3\x00" + b"\xff" * 4000],
)
def test_a_file_that_is_something_else_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreFailed, match=r"notes.txt failed: .+\. (The file is|Check)"):
        Store.open(f"sqlite:///{path}", now=NOW)
    assert path.read_bytes() == content


def test_a_directory_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match=r"unable to open.*Check that the directory exists"):
        Store.open(f"sqlite:///{tmp_path}", now=NOW)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFailed, match=r"unable to open"):
        Store.open(f"sqlite:///{tmp_path}/file/planora.db", now=NOW)


def test_a_damaged_store_is_said_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "planora.db"
    with Store.open(f"sqlite:///{path}", now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        store.entries.save("work", entries(200), full=True, complete=True, run=run, at=NOW)
    whole = path.read_bytes()
    page = 4096
    path.write_bytes(whole[: 12 * page] + b"\x5a" * (len(whole) - 12 * page))
    with (
        pytest.raises(StoreFailed, match=r"malformed|not a database"),
        Store.open(f"sqlite:///{path}", now=NOW) as store,
    ):
        store.entries.load()


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/planora.db"
    with Store.open(url, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW)
        store.entries.save("work", entries(5), full=True, complete=True, run=run, at=NOW)
        pages = _pages(tmp_path / "planora.db")
        store._database._engine.dispose()
        _limit(store, pages + 5)
        with pytest.raises(StoreFailed, match=r"disk is full.*Make room"):
            store.entries.save("work", entries(500), full=True, complete=True, run=run, at=NOW)
        assert store.entries.load() == entries(5)


def _pages(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


def _limit(store: Store, pages: int) -> None:
    event.listen(
        store._database._engine,
        "connect",
        lambda connection, _record: connection.execute(f"PRAGMA max_page_count={pages}"),
    )


@pytest.mark.postgres
def test_a_database_or_a_user_that_is_not_there_is_said(cluster: Cluster) -> None:
    url = cluster.make()
    missing = url.replace("/test_", "/missing_").replace("postgres@", "postgres:s3cr3t@")
    with pytest.raises(StoreFailed, match=r"does not exist.*Create the database") as caught:
        Store.open(missing, now=NOW)
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(StoreFailed, match=r"role \"nobody\" does not exist"):
        Store.open(url.replace("postgres@", "nobody@"), now=NOW)


@pytest.mark.postgres
def test_a_database_in_another_encoding_is_refused(cluster: Cluster) -> None:
    url = cluster.make("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(StoreFailed, match=r"is encoded in LATIN1.*ENCODING 'UTF8'"):
        Store.open(url, now=NOW)


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew(cluster: Cluster) -> None:
    url = cluster.make()
    name = parse_address(url).url.database
    with Store.open(url, now=NOW) as store:
        # Of this database alone: other tests use the server at the same time.
        cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert store.runs.begin("pull", ["work"], NOW) == "r-1"
