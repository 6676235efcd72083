"""Writes: one PUT for what a card holds itself, single calls for sets, and nothing lost unsaid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import CustomField, Label, Option

from planora_sync.adapter import Refused, Unknown, Written
from planora_sync.change import Change, Field, day, words
from planora_sync.errors import Unsupported
from planora_sync.model import Category, Entry, Named
from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, change, fresh, one


@pytest.fixture
def adapter(sandbox: TrelloSandbox) -> TrelloAdapter:
    return adapter_of(sandbox)


def add_field(api: Api, board: str, name: str, kind: str, *options: str) -> CustomField:
    ids = api.state.ids
    made = CustomField(ids.fresh(api.state.now()), name, board, kind, 1.0)
    made.options = [Option(ids.fresh(api.state.now()), option, "none") for option in options]
    api.state.fields[made.id] = made
    return made


class TestOnePut:
    def test_list_dates_and_archive_go_in_one_call(self, adapter: TrelloAdapter, api: Api) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        changes = [
            change(entry, Field.STATUS, one(api.list("Doing"), "Doing")),
            change(entry, Field.START, day(date(2026, 12, 1))),
            change(entry, Field.DUE, day(date(2026, 12, 4))),
            change(entry, Field.ARCHIVED, words(("archived",))),
            change(entry, Field.PROPERTY, one("true"), Named(id="dueComplete", name="Due date complete")),
        ]
        (step,) = adapter.steps(entry, changes)
        assert (step.method, step.path) == ("PUT", f"/1/cards/{entry.ref.id}")
        assert step.body == {
            "idList": api.list("Doing"),
            "start": "2026-12-01T12:00:00.000Z",
            "due": "2026-12-04T12:00:00.000Z",
            "closed": True,
            "dueComplete": True,
        }
        assert set(step.fields) == {one.field for one in changes}
        assert adapter.apply(entry, changes) == Written()
        after = fresh(adapter, entry.ref.id)
        assert (after.start, after.due, after.archived) == (date(2026, 12, 1), date(2026, 12, 4), True)
        assert after.category is Category.DONE

    def test_the_time_of_day_of_a_date_is_kept(self, adapter: TrelloAdapter, api: Api) -> None:
        api.state.cards[api.card("b-swag")].due = datetime(2026, 12, 4, 17, 45, tzinfo=UTC)
        entry = fresh(adapter, api.card("b-swag"))
        (step,) = adapter.steps(entry, [change(entry, Field.DUE, day(date(2026, 12, 9)))])
        assert step.body == {"due": "2026-12-09T17:45:00.000Z"}
        (step,) = adapter.steps(entry, [change(entry, Field.DUE, ())])
        assert step.body == {"due": None}

    def test_what_is_so_already_costs_no_call(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        asked = len(sandbox.ledger)
        same = [change(entry, Field.STATUS, one(entry.place.id)), change(entry, Field.DUE, day(entry.due))]
        assert adapter.steps(entry, same) == ()
        assert adapter.apply(entry, same) == Written()
        assert len(sandbox.ledger) == asked

    def test_a_move_leaves_the_tick_of_the_due_date(self, adapter: TrelloAdapter, api: Api) -> None:
        # Else undo could not bring it back.
        api.state.cards[api.card("b-swag")].due_complete = True
        entry = fresh(adapter, api.card("b-swag"))
        adapter.apply(entry, [change(entry, Field.STATUS, one(api.list("Doing")))])
        after = fresh(adapter, entry.ref.id)
        assert after.place.id == api.list("Doing")
        assert after.category is Category.DONE

    def test_a_card_archived_with_its_list_cannot_come_back_alone(
        self, adapter: TrelloAdapter, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("r-kiosk"))
        assert entry.archived
        with pytest.raises(Unsupported, match="archived with its list") as caught:
            adapter.steps(entry, [change(entry, Field.ARCHIVED, ())])
        assert caught.value.help()
        back = [change(entry, Field.ARCHIVED, ()), change(entry, Field.PLACE, one(api.list("Next")))]
        assert adapter.apply(entry, back) == Written()
        assert not fresh(adapter, entry.ref.id).archived


class TestSets:
    """A PUT of idLabels or idMembers would undo what somebody did meanwhile."""

    def test_labels_one_by_one(self, adapter: TrelloAdapter, api: Api) -> None:
        card = api.state.cards[api.card("b-swag")]
        card.labels = [api.label("Growth", "Content"), api.label("Growth", "parked")]
        entry = fresh(adapter, card.id)
        # Meanwhile somebody adds another one.
        card.labels.append(api.label("Growth", "needs copy"))
        edit = change(entry, Field.LABELS, words(("Content", "Event")))
        steps = adapter.steps(entry, [edit])
        assert [(step.method, step.path.removeprefix(f"/1/cards/{card.id}")) for step in steps] == [
            ("POST", "/idLabels"),
            ("DELETE", f"/idLabels/{api.label('Growth', 'parked')}"),
        ]
        assert adapter.apply(entry, [edit]) == Written()
        assert fresh(adapter, card.id).labels == ("Content", "Event", "needs copy")

    def test_members_one_by_one(self, adapter: TrelloAdapter, api: Api) -> None:
        card = api.state.cards[api.card("b-swag")]
        card.members = [api.person("marcdubois3")]
        entry = fresh(adapter, card.id)
        card.members.append(api.person("samokafor"))
        edit = change(entry, Field.ASSIGNEES, one(api.person("priya_nair"), "Priya Nair"))
        assert adapter.apply(entry, [edit]) == Written()
        assert {who.name for who in fresh(adapter, card.id).assignees} == {"Sam Okafor", "Priya Nair"}

    def test_a_member_by_name_and_nobody_from_outside(self, adapter: TrelloAdapter, api: Api) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        (step,) = adapter.steps(entry, [change(entry, Field.ASSIGNEES, one("?", "priya nair"))])
        assert step.body == {"value": api.person("priya_nair")}
        with pytest.raises(Unsupported, match="Zoe is no member of board 'Growth & Marketing'"):
            adapter.steps(entry, [change(entry, Field.ASSIGNEES, one("5f60f07958388d26dc063c30", "Zoe"))])

    def test_a_label_that_the_board_lacks_is_made_first(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        edit = change(entry, Field.LABELS, words(("planora-undone",)))
        first, second = adapter.steps(entry, [edit])
        assert (first.path, first.body) == (
            "/1/labels",
            {"name": "planora-undone", "color": "null", "idBoard": api.board("Growth")},
        )
        assert second.path == f"/1/cards/{entry.ref.id}/idLabels"
        assert adapter.apply(entry, [edit]) == Written()
        assert fresh(adapter, entry.ref.id).labels == ("planora-undone",)
        # The next card finds the label that was made, in this adapter and in another one.
        other = fresh(adapter, api.card("b-webp"))
        again = change(other, Field.LABELS, words((*other.labels, "planora-undone")))
        assert adapter.apply(other, [again]) == Written()
        assert len([one for one in api.state.labels.values() if one.name == "planora-undone"]) == 1

    def test_a_label_that_was_not_made_stops_there(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        edit = change(entry, Field.LABELS, words(("new",)))
        sandbox.fail(Fault(kind="403", path="/1/labels"))
        assert isinstance(adapter.apply(entry, [edit]), Refused)
        sandbox.fail(Fault(kind="cut-after", path="/1/labels"))
        assert isinstance(adapter.apply(entry, [edit]), Unknown)
        # It was made after all: the next try finds it.
        assert adapter_of(sandbox).apply(entry, [edit]) == Written()
        assert len([one for one in api.state.labels.values() if one.name == "new"]) == 1
        _, second = adapter_of(sandbox).steps(entry, [change(entry, Field.LABELS, words(("never made",)))])
        assert isinstance(adapter_of(sandbox)._send(second), Refused)

    def test_a_label_written_a_little_otherwise_is_not_made_twice(
        self, adapter: TrelloAdapter, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        with pytest.raises(Unsupported, match=r"'content'.*'Content'"):
            adapter.steps(entry, [change(entry, Field.LABELS, words(("content",)))])

    def test_of_two_labels_of_one_name_the_one_on_the_card_goes(
        self, adapter: TrelloAdapter, api: Api
    ) -> None:
        state, growth = api.state, api.board("Growth")
        twin = Label(state.ids.fresh(state.now()), "Content", growth, "black")
        state.labels[twin.id] = twin
        card = state.cards[api.card("b-swag")]
        card.labels = [twin.id]
        entry = fresh(adapter, card.id)
        assert adapter.apply(entry, [change(entry, Field.LABELS, ())]) == Written()
        assert card.labels == []

    def test_what_was_written_before_a_refusal_is_said(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        edits = [
            change(entry, Field.DUE, day(date(2026, 12, 4))),
            change(entry, Field.LABELS, words(("Content",))),
        ]
        sandbox.fail(Fault(kind="400", path="*/idLabels"))
        got = adapter.apply(entry, edits)
        assert isinstance(got, Refused)
        assert got.done == (Field.DUE,)


class TestLists:
    def test_a_status_is_a_list_of_the_same_board_by_id_or_name(
        self, adapter: TrelloAdapter, api: Api
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        for named in (one(api.list("Review")), one("?", "review")):
            (step,) = adapter.steps(entry, [change(entry, Field.STATUS, named)])
            assert step.body == {"idList": api.list("Review")}

    @pytest.mark.parametrize("name", ["Later", "Nowhere"])
    def test_a_status_of_no_list_of_the_board(self, adapter: TrelloAdapter, api: Api, name: str) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        target = one(api.list("Later"), "Later") if name == "Later" else one("5f60f07958388d26dc063c30", name)
        with pytest.raises(Unsupported, match=name) as caught:
            adapter.steps(entry, [change(entry, Field.STATUS, target)])
        assert "'This week'" in caught.value.help()

    def test_an_archived_list_and_no_list(self, adapter: TrelloAdapter, api: Api) -> None:
        entry = fresh(adapter, api.card("r-signup"))
        old = one(api.list("Parked in 2024"), "Parked in 2024")
        for field in (Field.STATUS, Field.PLACE):
            with pytest.raises(Unsupported, match="archived"):
                adapter.steps(entry, [change(entry, field, old)])
            with pytest.raises(Unsupported, match="some list"):
                adapter.steps(entry, [change(entry, field, ())])

    def test_place_and_status_must_agree(self, adapter: TrelloAdapter, api: Api) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        review, doing = one(api.list("Review"), "Review"), one(api.list("Doing"), "Doing")
        both = [change(entry, Field.PLACE, review), change(entry, Field.STATUS, review)]
        (step,) = adapter.steps(entry, both)
        assert set(step.fields) == {Field.PLACE, Field.STATUS}
        with pytest.raises(Unsupported, match="'Doing'"):
            adapter.steps(entry, [change(entry, Field.PLACE, review), change(entry, Field.STATUS, doing)])

    def test_no_card_leaves_the_boards_of_the_connection(self, adapter: TrelloAdapter, api: Api) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        for target in (one(api.list("Notes"), "Odds & ends/Notes"), one("5f60f07958388d26dc063c30", "Gone")):
            with pytest.raises(Unsupported, match="No board of connection 'boards'"):
                adapter.steps(entry, [change(entry, Field.PLACE, target)])


class TestProperties:
    @pytest.fixture
    def every(self, api: Api) -> dict[str, CustomField]:
        growth = api.board("Growth")
        return {
            kind: add_field(api, growth, f"A {kind}", kind, *(("Low", "High") if kind == "list" else ()))
            for kind in ("list", "checkbox", "number", "text", "date")
        }

    @pytest.mark.parametrize(
        ("kind", "value", "body"),
        [
            ("list", one("?", "high"), None),
            ("checkbox", one("true"), {"value": {"checked": "true"}}),
            ("number", one("5"), {"value": {"number": "5"}}),
            ("text", one("cool"), {"value": {"text": "cool"}}),
            ("date", one("2026-12-04"), {"value": {"date": "2026-12-04T12:00:00.000Z"}}),
        ],
    )
    def test_numbers_and_ticks_are_texts(
        self,
        adapter: TrelloAdapter,
        api: Api,
        every: dict[str, CustomField],
        kind: str,
        value: Any,
        body: Any,
    ) -> None:
        field = every[kind]
        prop = Named(id=field.id, name=field.name)
        entry = fresh(adapter, api.card("b-swag"))
        (step,) = adapter.steps(entry, [change(entry, Field.PROPERTY, value, prop)])
        assert (step.method, step.path) == ("PUT", f"/1/cards/{entry.ref.id}/customField/{field.id}/item")
        assert step.body == (body or {"idValue": field.options[1].id})
        assert adapter.apply(entry, [change(entry, Field.PROPERTY, value, prop)]) == Written()
        after = fresh(adapter, entry.ref.id)
        assert [item.values[0].name.lower() for item in after.properties if item.id == field.id] == [
            value[0].name.lower()
        ]
        assert adapter.apply(after, [change(after, Field.PROPERTY, (), prop)]) == Written()
        assert fresh(adapter, entry.ref.id).properties == entry.properties

    def test_what_the_field_does_not_hold(
        self, adapter: TrelloAdapter, api: Api, every: dict[str, CustomField]
    ) -> None:
        entry = fresh(adapter, api.card("b-swag"))
        prop = Named(id=every["list"].id, name="A list")
        with pytest.raises(Unsupported, match="no option 'Huge'") as caught:
            adapter.steps(entry, [change(entry, Field.PROPERTY, one("?", "Huge"), prop)])
        assert "'Low', 'High'" in caught.value.help()
        with pytest.raises(Unsupported, match="one value"):
            adapter.steps(entry, [change(entry, Field.PROPERTY, words(("Low", "High")), prop)])
        for odd in (Named(id="x", name="Budget"), None):
            with pytest.raises(Unsupported, match="no custom field"):
                adapter.steps(entry, [change(entry, Field.PROPERTY, one("1"), odd)])


def test_unsupported_fields_are_named(adapter: TrelloAdapter, api: Api) -> None:
    entry = fresh(adapter, api.card("b-swag"))
    for field in (Field.TYPE, Field.PARENT, Field.SPRINT, Field.OWNER):
        with pytest.raises(Unsupported, match=f"trello cannot set {field}"):
            adapter.steps(entry, [Change(field=field, before=(), after=one("x"))])


def test_an_entry_that_does_not_say_its_board(adapter: TrelloAdapter, api: Api) -> None:
    entry: Entry = fresh(adapter, api.card("b-swag"))
    lost = entry.model_copy(update={"place": entry.place.model_copy(update={"container": None})})
    with pytest.raises(Unsupported, match="does not say its board"):
        adapter.steps(lost, [change(lost, Field.DUE, day(date(2026, 12, 4)))])
