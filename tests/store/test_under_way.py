"""Pulls under way: a page with all that belongs to it, as a whole or not at all, and there after any kill."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planora_sync.adapter import Notice, Page, Severity
from planora_sync.errors import UsageError
from planora_sync.model import Entry
from planora_sync.store import Store, Tally, UnderWay
from planora_sync.store.tally import KEPT
from tests.store import children
from tests.store.children import child
from tests.store.looking import ask
from tests.store.values import HOSTILE, HOUR, NOW, entries, entry, place, ref


def begun(store: Store, **more: object) -> tuple[UnderWay, str]:
    run = store.runs.begin("pull", ["work"], NOW)
    given = {"full": True, "since": None, "mark": "m", **more}
    return store.under_way.begin("work", run=run, at=NOW, **given), run  # type: ignore[arg-type]


def kept(store: Store, pull: UnderWay, run: str, page: Page, **notes: str | None) -> UnderWay:
    return store.under_way.keep(pull, page, notes=notes, run=run, at=NOW)


def error(what: str = "It failed.") -> Notice:
    return Notice(severity=Severity.ERROR, where="PLAN", what=what, next_step="Run again.")


def test_it_comes_back_as_it_was_left(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        pull, run = begun(store, full=False, since=HOSTILE[2])
        page = Page(
            entries=tuple(entries(3)),
            places=(place(),),
            notices=(error(HOSTILE[3]),),
            left_out={"template": 2, HOSTILE[2]: 1},
            whole=("10",),
            resume=HOSTILE[4],
        )
        left = kept(store, pull, run, page, schema=HOSTILE[5])
    with Store.open(url, now=NOW) as store:
        assert store.under_way.get("work") == left
        assert left.tally.left_out == {"template": 2, HOSTILE[2]: 1}
        assert (left.tally.entries, left.pages, left.can_go_on) == (3, 1, True)
        assert store.notes("work").get("schema") == HOSTILE[5]
        assert [one.id for one in store.places.load(["work"])] == ["10"]
        assert store.under_way.get("other") is None


def test_what_comes_twice_counts_once(store: Store) -> None:
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(entries=tuple(entries(3))))
    pull = kept(store, pull, run, Page(entries=tuple(entries(4)), left_out={"x": 1}))
    assert (pull.tally.entries, pull.tally.added, pull.tally.changed) == (4, 4, 0)


def test_a_page_that_says_nothing_leaves_the_place_of_the_one_before(store: Store) -> None:
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(resume="1"))
    pull = kept(store, pull, run, Page())
    pull = kept(store, pull, run, Page(cursor="c"))
    assert (pull.resume, pull.cursor, pull.pages, pull.ended) == ("1", "c", 3, False)
    assert store.under_way.end(pull, run=run, at=NOW).can_go_on


def test_a_pull_killed_in_the_middle_of_a_page_is_where_it_was_before_it(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        pull, run = begun(store)
        pull = kept(store, pull, run, Page(entries=tuple(entries(3)), resume="1"))
        with child(children.stop_in_a_page, url, run) as other:
            assert other.hear() == "in the middle"
            other.kill()
        assert store.under_way.get("work") == pull
        assert len(store.entries.load()) == 3
        assert store.notes("work").get("schema") is None
        assert ask(url, "SELECT count(*) FROM pull_seen") == [(3,)]


def test_a_pull_begun_anew_has_seen_nothing(store: Store) -> None:
    pull, run = begun(store)
    kept(store, pull, run, Page(entries=tuple(entries(3)), places=(place(),), whole=("10",)))
    store.under_way.begin("work", full=True, since=None, mark="m", run=run, at=NOW)
    shown = store.absences.judge("work", full=True, complete=True, run=run, at=NOW + HOUR)
    assert shown.missing == 0
    assert "came back empty where 3 open entries" in shown.verdict.note


def test_a_pull_that_has_ended_leaves_nothing_behind(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        pull, run = begun(store)
        kept(store, pull, run, Page(entries=tuple(entries(3)), places=(place(),), whole=("10",)))
        store.censuses.name("work", ["1", "2"], run=run, at=NOW)
        store.under_way.forget("work", run=run, at=NOW)
        assert store.under_way.get("work") is None
    for table in ("pulls_under_way", "pull_seen", "pull_places", "pull_census"):
        assert ask(url, f"SELECT count(*) FROM {table}") == [(0,)], table


def test_connections_have_pulls_of_their_own(store: Store) -> None:
    pull, run = begun(store)
    kept(store, pull, run, Page(entries=tuple(entries(3))))
    theirs = store.runs.begin("pull", ["other"], NOW)
    other = store.under_way.begin("other", full=True, since=None, mark="m", run=theirs, at=NOW)
    store.under_way.keep(other, Page(entries=(entry(1, "other"),)), notes={}, run=theirs, at=NOW)
    store.under_way.forget("other", run=theirs, at=NOW)
    assert store.absences.judge("work", full=True, complete=True, run=run, at=NOW).missing == 0
    assert store.under_way.get("work") is not None


def test_a_run_that_was_taken_over_stores_no_page(store: Store) -> None:
    pull, run = begun(store)
    store.runs.begin("pull", ["work"], NOW + 2 * HOUR)
    with pytest.raises(UsageError, match="taken over by r-2"):
        kept(store, pull, run, Page(entries=tuple(entries(1))))
    assert store.entries.load() == []


def test_an_entry_that_was_seen_where_it_stood_before_counts_there(store: Store) -> None:
    pull, run = begun(store)
    kept(store, pull, run, Page(entries=tuple(entries(12))))
    pull = store.under_way.begin("work", full=True, since=None, mark="m", run=run, at=NOW)
    moved = [
        item.model_copy(update={"place": item.place.model_copy(update={"id": "20"})}) for item in entries(7)
    ]
    kept(store, pull, run, Page(entries=tuple(moved)))
    shown = store.absences.judge("work", full=True, complete=True, run=run, at=NOW + HOUR)
    assert (shown.missing, shown.verdict.note) == (5, "")


def test_reading_one_by_one_counts_as_seen(store: Store) -> None:
    pull, run = begun(store)
    kept(store, pull, run, Page(entries=tuple(entries(4))))
    pull = store.under_way.begin("work", full=True, since=None, mark="m", run=run, at=NOW)
    kept(store, pull, run, Page(entries=tuple(entries(3))))
    store.under_way.keep_read("work", [entry(4)], run=run, at=NOW)
    assert store.absences.judge("work", full=True, complete=True, run=run, at=NOW).missing == 0


def test_errors_are_never_crowded_out_by_warnings() -> None:
    warnings = [Notice(severity=Severity.WARNING, where="PLAN", what=f"W{n}") for n in range(KEPT + 50)]
    tally = Tally().noticed(warnings).noticed([error("E1")]).noticed([error("E1"), error("E2")])
    assert len(tally.notices) == KEPT
    assert [one.what for one in tally.notices if one.severity is Severity.ERROR] == ["E1", "E2"]
    assert (tally.more, tally.errors, tally.complete) == (52, 2, False)


def test_what_was_noticed_is_noticed_once() -> None:
    tally = Tally().noticed([error()]).noticed([error()])
    assert (tally.notices, tally.errors) == ((error(),), 1)
    assert Tally().complete


def test_an_entry_is_found_by_the_key_that_it_had_before(store: Store) -> None:
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(entries=(entry(12), entry(13))))
    moved = entry(12, key="OPS-3", url="https://acme.example/browse/OPS-3")
    pull = kept(store, pull, run, Page(entries=(moved,)))
    for text in ("PLAN-12", "plan-12", "OPS-3", "https://acme.example/browse/PLAN-12"):
        assert [found.key for found in store.entries.find(text)] == ["OPS-3"], text
    again = moved.model_copy(update={"key": "CARE-9", "url": "https://acme.example/browse/CARE-9"})
    kept(store, pull, run, Page(entries=(again,)))
    for text in ("PLAN-12", "OPS-3", "CARE-9"):
        assert [found.ref for found in store.entries.find(text)] == [ref(12)], text


def test_a_key_that_somebody_has_now_names_nobody_who_had_it(store: Store) -> None:
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(entries=(entry(12),)))
    pull = kept(store, pull, run, Page(entries=(entry(12, key="OPS-3"),)))
    kept(store, pull, run, Page(entries=(entry(99, key="PLAN-12"),)))
    assert [found.ref for found in store.entries.find("PLAN-12")] == [ref(99)]


def test_a_long_key_is_found_before_and_after_it_changed(store: Store) -> None:
    long = "A title that serves as key " * 20
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(entries=(entry(1, key=long),)))
    assert [found.ref for found in store.entries.find(long.upper())] == [ref(1)]
    kept(store, pull, run, Page(entries=(entry(1, key="Short"),)))
    assert [found.ref for found in store.entries.find(long)] == [ref(1)]


def test_versions_are_kept_only_of_what_changed(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        pull, run = begun(store)
        pull = kept(store, pull, run, Page(entries=tuple(entries(5))))
        assert ask(url, "SELECT count(*) FROM entry_versions") == [(0,)]
        kept(store, pull, run, Page(entries=(entry(1, title="Changed"),)))
        assert ask(url, "SELECT ref, version FROM entry_versions") == [("jira.work/1", 1)]
        assert [(v.version, v.entry.title) for v in store.entries.versions(ref(1))] == [
            (1, "Entry 1"),
            (2, "Changed"),
        ]


def test_a_body_holds_no_defaults_and_comes_back_whole(url: str) -> None:
    plain: Entry = entry(1)
    with Store.open(url, now=NOW) as store:
        pull, run = begun(store)
        kept(store, pull, run, Page(entries=(plain, entry(2))))
        assert store.entries.get(ref(1)) == plain
    (body, *_) = ask(url, "SELECT CAST(body AS TEXT) FROM entries ORDER BY ref")[0]
    assert "checklist_total" not in str(body)


def test_a_pull_that_is_taken_up_counts_its_tries_until_a_page_is_stored(store: Store) -> None:
    pull, run = begun(store)
    pull = kept(store, pull, run, Page(resume="1"))
    for _ in range(2):
        pull = store.under_way.take_up(pull, run=run, at=NOW)
    assert store.under_way.get("work") == replace(pull, tries=2)
    assert kept(store, pull, run, Page(resume="2")).tries == 0
