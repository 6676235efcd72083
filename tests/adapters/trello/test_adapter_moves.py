"""Moves to another board: labels, members and custom fields come along where they can, and losses are named."""

from __future__ import annotations

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import CustomField, FieldValue, Option

from planora_sync.adapter import Refused, Written
from planora_sync.change import Field, words
from planora_sync.errors import Unsupported
from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, change, fresh, one


@pytest.fixture
def adapter(sandbox: TrelloSandbox) -> TrelloAdapter:
    return adapter_of(sandbox)


def test_one_put_says_board_list_and_labels(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("r-signup"))
    assert entry.labels == ("Bug",)
    (step,) = adapter.steps(entry, [change(entry, Field.PLACE, one(api.list("Bugs")))])
    assert (step.method, step.path, step.fields) == ("PUT", f"/1/cards/{entry.ref.id}", (Field.PLACE,))
    assert step.body == {
        "idList": api.list("Bugs"),
        "idBoard": api.board("Growth"),
        "idLabels": api.label("Growth", "Bug"),
    }


def test_the_card_stays_the_card(adapter: TrelloAdapter, api: Api) -> None:
    before = fresh(adapter, api.card("r-signup"))
    there = change(before, Field.PLACE, one(api.list("Bugs")))
    assert adapter.apply(before, [there]) == Written()
    after = fresh(adapter, before.ref.id)
    assert (after.key, after.url, after.title, after.labels) == (
        before.key,
        before.url,
        before.title,
        before.labels,
    )
    assert after.place.container == api.board("Growth")
    assert adapter.apply(after, [there.inverse()]) == Written()
    assert fresh(adapter, before.ref.id).place == before.place


def test_a_label_that_the_board_lacks_is_made_there_in_its_colour(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("r-pharmacies"))
    assert entry.labels == ("Partner",)
    move = change(entry, Field.PLACE, one(api.list("Backlog")))
    steps = adapter.steps(entry, [move])
    assert steps[0].body == {"name": "Partner", "color": "blue", "idBoard": api.board("Growth")}
    assert {field for step in steps for field in step.fields} == {Field.PLACE}
    assert adapter.apply(entry, [move]) == Written()
    assert fresh(adapter, entry.ref.id).labels == ("Partner",)
    assert api.state.labels[api.label("Growth", "Partner")].color == "blue"


def test_values_come_along_to_fields_of_the_same_name_and_type(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("r-pharmacies"))
    held = {prop.name: prop.values[0].name for prop in entry.properties}
    assert held == {"Theme": "New markets", "Priority": "Medium"}
    assert adapter.losses(entry, api.list("Backlog")) == ()
    assert adapter.apply(entry, [change(entry, Field.PLACE, one(api.list("Backlog")))]) == Written()
    after = fresh(adapter, entry.ref.id)
    assert {prop.name: prop.values[0].name for prop in after.properties} == held
    assert (after.theme, after.priority) == (entry.theme, entry.priority)


def test_members_of_both_boards_stay_and_others_are_named(
    adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
) -> None:
    card = api.state.cards[api.card("r-pharmacies")]
    card.members = [api.person("jonasweber"), api.person("chiaraconti")]
    entry = fresh(adapter, card.id)
    move = change(entry, Field.PLACE, one(api.list("Backlog")))
    put = next(
        step
        for step in adapter.steps(entry, [move])
        if step.method == "PUT" and "idList" in (step.body or {})
    )
    assert "idMembers" not in (put.body or {}), "all stay, so that nobody else's change is undone"
    del api.state.boards[api.board("Growth")].members[api.person("chiaraconti")]
    later = adapter_of(sandbox)
    assert later.losses(entry, api.list("Backlog")) == (
        "Chiara Conti is no member of board 'Growth & Marketing'.",
    )
    put = next(
        step for step in later.steps(entry, [move]) if step.method == "PUT" and "idList" in (step.body or {})
    )
    assert (put.body or {})["idMembers"] == api.person("jonasweber")
    assert later.apply(entry, [move]) == Written()
    assert [who.name for who in fresh(later, card.id).assignees] == ["Jonas Weber"]


def test_what_the_other_board_cannot_hold_is_named(adapter: TrelloAdapter, api: Api) -> None:
    state, growth = api.state, api.board("Growth")
    card = state.cards[api.card("b-swag")]
    made = CustomField(state.ids.fresh(state.now()), "Budget", growth, "number", 1.0)
    other = CustomField(state.ids.fresh(state.now()), "THEME 🎨", growth, "list", 2.0)
    other.options = [Option(state.ids.fresh(state.now()), "Fairs", "none")]
    state.fields |= {made.id: made, other.id: other}
    card.values = [
        FieldValue(id=state.ids.fresh(state.now()), field=made.id, value={"number": "500"}),
        FieldValue(id=state.ids.fresh(state.now()), field=other.id, option=other.options[0].id),
    ]
    card.due_complete = True
    entry = fresh(adapter, card.id)
    assert adapter.losses(entry, api.list("Later")) == (
        "Board 'Fernway Roadmap' has no custom field 'Budget'.",
        "Board 'Fernway Roadmap' has no 'Fairs' in 'THEME 🎨'.",
    )
    assert adapter.losses(entry, api.list("Doing")) == ()
    with pytest.raises(Unsupported):
        adapter.losses(entry, "5f60f07958388d26dc063c30")


def test_labels_and_members_of_the_same_correction_go_in_the_put(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("r-signup"))
    edits = [
        change(entry, Field.PLACE, one(api.list("Bugs"))),
        change(entry, Field.LABELS, words(("Bug", "Critical"))),
        change(entry, Field.ASSIGNEES, one(api.person("noahberg"), "Noah Berg")),
    ]
    (step,) = adapter.steps(entry, edits)
    assert set(step.fields) == {Field.PLACE, Field.LABELS, Field.ASSIGNEES}
    assert adapter.apply(entry, edits) == Written()
    after = fresh(adapter, entry.ref.id)
    assert after.labels == ("Bug", "Critical")
    assert [who.name for who in after.assignees] == ["Noah Berg"]
    stranger = change(entry, Field.ASSIGNEES, one("5f60f07958388d26dc063c30", "Zoe"))
    with pytest.raises(Unsupported, match="Zoe"):
        adapter.steps(entry, [edits[0], stranger])


def test_all_labels_away_with_the_move(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("r-signup"))
    edits = [change(entry, Field.PLACE, one(api.list("Bugs"))), change(entry, Field.LABELS, ())]
    assert adapter.apply(entry, edits) == Written()
    assert fresh(adapter, entry.ref.id).labels == ()


def test_a_value_refused_after_the_move_says_that_the_card_moved(
    adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
) -> None:
    # The Custom Fields feature depends on the plan.
    entry = fresh(adapter, api.card("r-academy"))
    sandbox.fail(Fault(kind="403", path="*/customField*"))
    got = adapter.apply(entry, [change(entry, Field.PLACE, one(api.list("Backlog")))])
    assert isinstance(got, Refused)
    assert got.done == (Field.PLACE,)
    assert fresh(adapter, entry.ref.id).place.id == api.list("Backlog")


def test_a_card_that_went_to_a_board_outside_the_scope_can_come_back_only_by_hand(
    sandbox: TrelloSandbox, api: Api
) -> None:
    narrow = adapter_of(sandbox, scope=("Fernway Roadmap",))
    entry = fresh(narrow, api.card("r-signup"))
    with pytest.raises(Unsupported, match="No board of connection"):
        narrow.steps(entry, [change(entry, Field.PLACE, one(api.list("Bugs"), "Growth & Marketing/Bugs"))])
