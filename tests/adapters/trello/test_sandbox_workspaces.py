"""The workspaces: the same each time, with what their authors planted in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import load, read_toml
from planora_trello.sandbox.state import Card, State

CODES = ("PS101", "PS102", "PS103", "PS104", "PS105", "PS106", "PS107", "PS108", "PS201")


def cards(state: State, *lists: str) -> list[Card]:
    return [card for card in state.cards.values() if state.lists[card.list_id].name in lists]


@pytest.mark.parametrize("workspace", TrelloSandbox.workspaces)
def test_a_workspace_is_the_same_each_time(clock: Any, workspace: str) -> None:
    first, second = TrelloSandbox(workspace, now=clock), TrelloSandbox(workspace, now=clock)
    assert list(first.state.cards) == list(second.state.cards)
    assert first.state.actions == second.state.actions
    assert first.expected() == second.expected()


def test_a_connection_names_what_exists(clock: Any) -> None:
    for workspace in TrelloSandbox.workspaces:
        sandbox = TrelloSandbox(workspace, now=clock)
        table: Mapping[str, Any] = sandbox.connection("http://trello.test")
        assert (table["tracker"], table["url"]) == ("trello", "http://trello.test")
        boards = {board.name for board in sandbox.state.boards.values() if board.shared}
        assert set(table["boards"]) <= boards
        assert set(table.get("mappings", {})) <= set(table["boards"])
    assert dict(TrelloSandbox("messy", now=clock).connection("u"))["mappings"] == {
        "Fernway Roadmap": "trello-now-next-later"
    }


def test_an_unknown_workspace_is_refused(clock: Any) -> None:
    with pytest.raises(ValueError, match="messy"):
        TrelloSandbox("tidy", now=clock)


def test_messy_plants_each_fault_and_its_near_misses(sandbox: TrelloSandbox) -> None:
    expected = sandbox.expected()
    found = Counter(code for one in expected for code in one.codes)
    assert set(found) == set(CODES)
    assert all(2 <= count <= 4 for count in found.values()), found
    assert sum(not one.codes and one.nature != "unsure" for one in expected) >= 20
    assert 2 <= sum(one.nature == "unsure" for one in expected) <= 3
    assert len({one.id for one in expected}) == len(expected)
    assert all(set(one.after) <= set(one.codes) for one in expected)
    by_title = {one.title: one.key for one in expected}
    assert by_title["Rebrand: one face for Fernway in all countries"].startswith("#")


def test_what_stays_for_a_person_is_asked_of_a_person(sandbox: TrelloSandbox) -> None:
    for one in sandbox.expected():
        card = sandbox.state.cards[one.id]
        asks = bool({"PS201", "PS108"} & set(one.codes)) and not card.members
        assert bool(one.after) is asks, one.title


def test_planted_cards_are_decidable(sandbox: TrelloSandbox) -> None:
    state, now = sandbox.state, sandbox.state.now()
    managers = {state.member(name).id for name in ("anaruiz7", "jonasweber")}
    for one in sandbox.expected():
        card = state.cards[one.id]
        steps = sum(len(checklist.items) for checklist in card.checklists)
        match one.nature:
            case "initiative":
                assert steps >= 10, one.title
                assert card.members, one.title
                assert set(card.members) <= managers, one.title
                assert card.values, one.title
            case "task" if "PS108" not in one.codes:
                assert card.members, one.title
                assert not set(card.members) & managers, one.title
                assert steps <= 3, one.title
                assert card.due is None or card.due - now < timedelta(days=14), one.title
            case "backlog":
                assert (card.members, card.due) == ([], None), one.title
            case _:
                pass


def test_who_owns_a_task_on_the_roadmap_is_on_the_board_that_it_moves_to(sandbox: TrelloSandbox) -> None:
    state = sandbox.state
    roadmap, growth = (board for board in state.boards.values() if board.name[:6] in ("Fernwa", "Growth"))
    for one in sandbox.expected():
        assert set(state.cards[one.id].members) <= set(roadmap.members) & set(growth.members), one.title


def test_texts_are_hostile_and_kept_as_they_are(sandbox: TrelloSandbox) -> None:
    names = [card.name for card in sandbox.state.cards.values()]
    assert any(name.startswith("=HYPERLINK(") for name in names)
    for part in ("<script>", "\u200f", "**Quotes**", "歯科", "Rabatt", "Llamar"):
        assert any(part in name for name in names), part


@pytest.mark.parametrize(
    ("now", "quarter", "week"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "Q1 2027", "Done [WEEK 47]"),
        (datetime(2027, 1, 4, 9, tzinfo=UTC), "Q2 2027", "Done [WEEK 53]"),
        (datetime(2028, 2, 29, 23, 59, tzinfo=UTC), "Q2 2028", "Done [WEEK 8]"),
    ],
)
def test_lists_speak_of_the_next_quarter_and_the_last_week(now: datetime, quarter: str, week: str) -> None:
    names = {one.name for one in load("messy", lambda: now).lists.values()}
    assert {quarter, week} <= names


def test_nothing_is_misfiled_where_all_is_well(clock: Any) -> None:
    sandbox = TrelloSandbox("kanban", now=clock)
    state, now = sandbox.state, clock()
    assert sandbox.expected()
    assert not any(one.codes for one in sandbox.expected())
    assert all(card.due is None and card.start is None for card in state.cards.values())
    working = cards(state, "Doing", "Review")
    waiting = cards(state, "This week")
    assert len([*working, *waiting, *cards(state, "🗒 Backlog")]) == 46
    for card in working:
        (begun,) = [a.date for a in state.actions if a.card == card.id and _goes_to(a.data, "Doing")]
        assert card.members, card.name
        assert now - begun < timedelta(days=7), card.name
    done = [a.date for a in state.actions if _goes_to(a.data, "Done 🎉")]
    weeks = Counter((now - date).days // 7 for date in done)
    assert {weeks[week] for week in range(8)} <= {3, 4}
    # The queue is no deeper than what is finished within two weeks.
    assert len(waiting) <= sum(weeks.values()) / 8 * 2
    assert all(card.activity and now - card.activity < timedelta(days=14) for card in waiting)


def _goes_to(data: Mapping[str, Any], name: str) -> bool:
    return bool(data.get("listAfter", {}).get("name") == name)


def test_empty_is_a_board_without_a_card(clock: Any) -> None:
    sandbox = TrelloSandbox("empty", now=clock)
    assert (len(sandbox.state.boards), len(sandbox.state.cards), sandbox.expected()) == (1, 0, ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ["Nope"]}, "k-import: the board has no label 'Nope'"),
        ({"members": ["helen"]}, "k-import: helen is no member of the board"),
        ({"values": {"Nope": 1}}, "k-import: the board has no custom field 'Nope'"),
        ({"moves": [-1]}, "k-import: 2 moves need a day each"),
        ({"in": "success/nope"}, "k-import: there is no list 'success/nope'"),
        ({"in": "nope/doing"}, "k-import: there is no board 'nope'"),
    ],
)
def test_a_mistake_in_a_workspace_file_names_the_card(
    clock: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    bodies = {name: read_toml(name) for name in ("kanban.toml", "company.toml")}
    monkeypatch.setattr("planora_trello.sandbox.loading.read_toml", lambda name: bodies[name])
    bodies["kanban.toml"]["group"][0]["cards"][0] |= change
    with pytest.raises(ValueError, match=message):
        load("kanban", clock)
