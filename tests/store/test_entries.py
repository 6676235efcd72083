"""Saving entries: only what differs, each change with a version, and read back as they were."""

from __future__ import annotations

import pytest

from planora_sync.errors import UnknownReference, UsageError
from planora_sync.model import Entry, Estimate, Named, Person, PlaceRef, Property
from planora_sync.store import RunStatus, Saved, Store
from tests.store.values import DONE, FULL, HOSTILE, HOUR, NOW, entries, entry, ref


def pull(
    store: Store, given: list[Entry], *, full: bool = True, connection: str = "work", hours: int = 0
) -> Saved:
    at = NOW + hours * HOUR
    run = store.runs.begin("pull", [connection], at)
    saved = store.entries.save(connection, given, full=full, complete=True, run=run, at=at)
    store.runs.finish(run, RunStatus.OK, {}, at)
    return saved


def test_every_field_comes_back_as_it_was(store: Store) -> None:
    assert all(getattr(FULL, name) not in (None, (), "") for name in Entry.model_fields)
    pull(store, [FULL])
    assert store.entries.get(FULL.ref) == FULL
    assert store.entries.load(raw=True) == [FULL]
    assert store.entries.get(FULL.ref).content_hash == FULL.content_hash


def test_load_leaves_the_raw_json_out_unless_asked(store: Store) -> None:
    pull(store, [FULL])
    assert store.entries.load() == [FULL.model_copy(update={"raw": None})]


def test_hostile_texts_come_back_in_every_field(store: Store) -> None:
    given = [_hostile_entry(f"{number:02}", text) for number, text in enumerate(HOSTILE)]
    pull(store, given)
    assert store.entries.load(raw=True) == given
    for item in given:
        assert store.entries.get(item.ref) == item
        assert store.entries.versions(item.ref)[0].entry == item.model_copy(update={"raw": None})
        assert item in store.entries.find(item.key)
    assert pull(store, given, hours=1) == Saved(unchanged=len(given))


def _hostile_entry(id: str, text: str) -> Entry:
    return entry(
        id,
        key=text,
        url=text,
        title=text,
        text=text,
        place=PlaceRef(id=f"p{text[:50]}", name=text),
        assignees=(Person(id=text, name=text, email=text),),
        labels=(text, text),
        theme=text,
        properties=(Property(id=text, name=text, values=(Named(id=text, name=text),)),),
        raw={text or "key": [text, {"deep": text}]},
    )


def test_a_hostile_external_id_comes_back(store: Store) -> None:
    given = [entry(f"x/{number} ' \x00 \ud800 é") for number in range(3)]
    pull(store, given)
    assert store.entries.load() == given
    assert store.entries.find(str(given[1].ref)) == [given[1]]


def test_numbers_that_json_does_not_know_come_back(store: Store) -> None:
    given = entry(estimate=Estimate(value=float("inf"), unit="hours"), raw={"big": 2**200, "tiny": 5e-324})
    pull(store, [given])
    assert store.entries.get(given.ref) == given


def test_one_unusual_entry_hinders_no_other(store: Store) -> None:
    odd = entry(2, title="\ud800\x00", estimate=Estimate(value=float("nan"), unit="hours"))
    pull(store, [entry(1), odd, entry(3)])
    assert [item.ref.id for item in store.entries.load()] == ["1", "2", "3"]


def test_the_first_pull_adds_and_the_same_again_changes_nothing(store: Store) -> None:
    given = entries(3)
    assert pull(store, given) == Saved(added=(ref(1), ref(2), ref(3)))
    assert pull(store, given, hours=1) == Saved(unchanged=3)
    assert [version.version for version in store.entries.versions(ref(1))] == [1]


def test_a_change_gets_a_version_with_its_run_and_time(store: Store) -> None:
    pull(store, entries(2))
    saved = pull(store, [entry(1, title="Other")], full=False, hours=1)
    assert saved == Saved(changed=(ref(1),))
    first, second = store.entries.versions(ref(1))
    assert (first.version, first.entry.title, first.run, first.at) == (1, "Entry 1", "r-1", NOW)
    assert (second.version, second.entry.title, second.run, second.at) == (2, "Other", "r-2", NOW + HOUR)
    assert second.content_hash == entry(1, title="Other").content_hash
    assert store.entries.get(ref(1)).title == "Other"


@pytest.mark.parametrize(
    "more", [{"updated": NOW + HOUR}, {"rank": "0|zz"}, {"raw": {"another": 1}}, {"raw": None}]
)
def test_what_nobody_changed_is_kept_fresh_without_a_version(store: Store, more: dict[str, object]) -> None:
    before = entry(updated=NOW, rank="0|aa", raw={"some": 1})
    after = before.model_copy(update=more)
    pull(store, [before])
    assert pull(store, [after], hours=1) == Saved(unchanged=1)
    assert store.entries.get(ref()) == after
    assert len(store.entries.versions(ref())) == 1


def test_an_entry_that_comes_twice_counts_as_it_came_last(store: Store) -> None:
    assert pull(store, [entry(1), entry(2), entry(1, title="Later page")]).added == (ref(1), ref(2))
    assert store.entries.get(ref(1)).title == "Later page"


def test_entries_come_by_reference_in_byte_order_and_by_connection(store: Store) -> None:
    pull(store, [entry("b"), entry("B"), entry("é"), entry("a-1"), entry("a1")])
    pull(store, [entry("z", "other")], connection="other")
    assert [item.ref.id for item in store.entries.load(["work"])] == ["B", "a-1", "a1", "b", "é"]
    assert [str(item.ref) for item in store.entries.load(["other"])] == ["jira.other/z"]
    assert len(store.entries.load()) == 6
    assert store.entries.load([]) == []


def test_an_unknown_reference_says_what_to_do(store: Store) -> None:
    with pytest.raises(UnknownReference, match=r"no entry 'jira.work/1'.*planora-sync entries --all"):
        store.entries.get(ref())
    with pytest.raises(UnknownReference):
        store.entries.versions(ref())


def test_an_entry_of_another_connection_is_refused_and_nothing_is_written(store: Store) -> None:
    run = store.runs.begin("pull", ["work"], NOW)
    with pytest.raises(ValueError, match=r"jira.other/2 is no entry of connection 'work'"):
        store.entries.save("work", [entry(1), entry(2, "other")], full=True, complete=True, run=run, at=NOW)
    assert store.entries.load() == []


def test_a_run_that_was_taken_over_can_write_no_more(store: Store) -> None:
    slow = store.runs.begin("pull", ["work"], NOW)
    store.runs.begin("pull", ["work"], NOW + 2 * HOUR)
    with pytest.raises(UsageError, match=r"Run r-1 was taken over by r-2"):
        store.entries.save("work", entries(3), full=True, complete=True, run=slow, at=NOW + 3 * HOUR)
    assert store.entries.load() == []


def test_a_run_writes_only_to_its_own_connections(store: Store) -> None:
    run = store.runs.begin("pull", ["work"], NOW)
    with pytest.raises(UsageError, match="not at work on connection 'other'"):
        store.entries.save("other", [], full=True, complete=True, run=run, at=NOW)


def test_saving_is_a_sign_of_life(store: Store) -> None:
    run = store.runs.begin("pull", ["work"], NOW)
    store.entries.save("work", [], full=False, complete=True, run=run, at=NOW + HOUR / 2)
    assert store.runs.get(run).heartbeat == NOW + HOUR / 2


@pytest.mark.parametrize(
    "text",
    [
        "jira.work/10042",
        " plan-42 ",
        "PLAN-42",
        "10042",
        "https://acme.example/browse/PLAN-42",
        "HTTPS://acme.example/browse/PLAN-42/?focusedId=1#c",
        "https://acme.example/jira/boards/12?selectedIssue=PLAN-42",
    ],
)
def test_an_entry_is_found_by_what_people_call_it(store: Store, text: str) -> None:
    pull(store, [FULL, entry(43), entry(4)])
    assert store.entries.find(text) == [FULL]


@pytest.mark.parametrize(
    "text", ["", "PLAN", "%", "PLAN-4%", "PLAN_42", "https://else.example/browse/PLAN-42", "https://[/"]
)
def test_nothing_else_is_found(store: Store, text: str) -> None:
    pull(store, [FULL, entry(43)])
    assert store.entries.find(text) == []


def test_a_key_that_two_connections_have_finds_both(store: Store) -> None:
    pull(store, [entry(1)])
    pull(store, [entry(1, "other")], connection="other")
    assert [str(item.ref) for item in store.entries.find("PLAN-1")] == ["jira.other/1", "jira.work/1"]


def test_a_renamed_notion_page_and_trello_card_are_found_by_the_id_in_their_address(store: Store) -> None:
    page = entry(
        "1f0a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8",
        url="https://www.notion.so/Old-title-1f0a2b3c4d5e6f708192a3b4c5d6e7f8",
    )
    card = entry("5f0", key="AbCd1234", url="https://trello.com/c/AbCd1234/31-old-title")
    pull(store, [page, card])
    assert store.entries.find("https://www.notion.so/New-1f0a2b3c4d5e6f708192a3b4c5d6e7f8?pvs=4") == [page]
    assert store.entries.find("https://trello.com/c/AbCd1234/31-new-title") == [card]
    assert store.entries.find("https://trello.com/c/AbCd1234") == [card]


def test_more_entries_than_one_batch_go_in_and_out(store: Store) -> None:
    given = [entry().model_copy(update={"ref": ref(f"{number:05}")}) for number in range(6_000)]
    assert len(pull(store, given).added) == 6_000
    assert [item.content_hash for item in store.entries.load()] == [item.content_hash for item in given]
    later = [*given[:5_500], *(item.model_copy(update={"status": DONE}) for item in given[5_500:])]
    saved = pull(store, later, hours=1)
    assert (len(saved.changed), saved.unchanged, saved.missing) == (500, 5_500, ())
