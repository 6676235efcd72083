"""A store that the first version made is brought to this one with all that is in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert

from planora_sync.model import Entry
from planora_sync.store import RunStatus, Saved, Store, tables
from planora_sync.store.address import parse_address
from planora_sync.store.database import Database
from planora_sync.store.documents import compress, raw_bytes, to_document
from planora_sync.store.migrate import alembic_config
from planora_sync.store.names import digest, plain_url
from tests.store.values import FULL, HOUR, NOW, entry


def first_version(url: str, *held: Entry) -> None:
    """Make a store as the first version left it: digests for names, every version apart, defaults spelled out."""
    database = Database(parse_address(url))
    with database.alter() as db:
        command.upgrade(alembic_config(db), "0001")
        run = {"id": "r-1", "number": 1, "kind": "pull", "status": "ok", "summary": "{}"}
        db.execute(insert(tables.runs).values({**run, "began": NOW, "heartbeat": NOW}))
        for one in held:
            names = {"id_digest": one.ref.id, "key_digest": one.key, "url_digest": plain_url(one.url)}
            row = {
                "ref": str(one.ref),
                "content_hash": "of the first version",
                "version": 1,
                "run": "r-1",
                "body": to_document(one, exclude={"raw"}),
            }
            more = {
                "tracker": one.ref.tracker,
                "connection": one.ref.connection,
                "external_id": one.ref.id,
                **{name: digest(text) for name, text in names.items()},
                "place": one.place.id,
                "container": one.place.container,
                "is_open": one.is_open,
                "exact": "of the first version",
                "first_seen": NOW,
                "changed": NOW,
                "raw": None if one.raw is None else compress(raw_bytes(one.raw)),
            }
            db.execute(insert(tables.entries).values(row | more))
            db.execute(insert(tables.entry_versions).values(row | {"at": NOW}))
    database.close()


@pytest.fixture
def old(empty_url: str) -> str:
    first_version(empty_url, FULL, entry(1), entry(2))
    return empty_url


def test_what_was_there_is_there(old: str) -> None:
    with Store.open(old, now=NOW + timedelta(days=9)) as store:
        assert {item.ref.id for item in store.entries.load()} == {"10042", "1", "2"}
        assert store.entries.get(FULL.ref) == FULL
        assert [version.version for version in store.entries.versions(FULL.ref)] == [1]
        assert store.entries.find("PLAN-42") == [FULL]
        assert store.entries.find(FULL.url) == [FULL]
        assert store.runs.get("r-1").status is RunStatus.OK


def test_it_goes_on_from_there(old: str) -> None:
    with Store.open(old, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW + HOUR)
        given = [FULL, entry(1), entry(2, key="OPS-3")]
        saved = store.entries.save("work", given, full=True, complete=True, run=run, at=NOW + HOUR)
        assert len(saved.changed) == 3, "the first version made its hashes of more"
        assert store.entries.find("PLAN-2") == [given[2]]
        assert [v.version for v in store.entries.versions(entry(2).ref)] == [1, 2]
        again = store.entries.save("work", given, full=True, complete=True, run=run, at=NOW + HOUR)
        assert again == Saved(unchanged=3)


def test_names_that_did_not_change_are_no_former_ones(old: str) -> None:
    with Store.open(old, now=NOW) as store:
        run = store.runs.begin("pull", ["work"], NOW + HOUR)
        store.entries.save("work", [FULL, entry(1)], full=False, complete=True, run=run, at=NOW + HOUR)
        store.entries.save(
            "work", [entry(7, key="PLAN-1x")], full=False, complete=True, run=run, at=NOW + HOUR
        )
        assert store.entries.find("PLAN-1") == [entry(1)]


def test_the_upgrade_copies_no_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/planora.db"
    first_version(url, *(entry(number) for number in range(1, 51)))
    database = Database(parse_address(url))
    with database.read() as db:
        before = db.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").scalar()
    database.close()
    Store.open(url, now=NOW).close()
    with database.read() as db:
        after = db.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").scalar()
    database.close()
    assert before == after
