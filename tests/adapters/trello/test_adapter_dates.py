"""Dates that live in custom fields: deadlines by the mapping, and the range an initiative is meant for."""

from __future__ import annotations

from datetime import date

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import CustomField

from planora_sync.adapter import FieldSource, Vocabulary, Written
from planora_sync.change import Change, Draft, Field, current, day, span, words
from planora_sync.errors import Unsupported
from planora_sync.model import Named
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, change, fresh

OWN = Vocabulary(
    fields={"due": FieldSource(name=("Deadline",)), "start": FieldSource(name=("Kick-off", "Begin"))}
)


def add(api: Api, board: str, *names: str, type: str = "date") -> list[str]:
    """Give a board custom fields."""
    made = []
    for name in names:
        id = api.state.ids.fresh(api.state.now())
        api.state.fields[id] = CustomField(id, name, api.board(board), type, 50.0)
        made.append(id)
    return made


def test_a_deadline_in_a_custom_field_is_read_and_written_there(sandbox: TrelloSandbox, api: Api) -> None:
    deadline, begin = add(api, "Growth", "Deadline", "Begin")
    adapter, card = adapter_of(sandbox, vocabulary=OWN), api.card("c-webinar")
    native = api.state.cards[card].due
    assert native
    entry = fresh(adapter, card)
    assert entry.due is None, "the field that the mapping names is the deadline, set or not"
    wanted = [
        change(entry, Field.DUE, day(date(2027, 2, 1))),
        change(entry, Field.START, day(date(2027, 1, 4))),
    ]
    (step,) = adapter.steps(entry, wanted)
    assert (step.method, step.path) == ("PUT", f"/1/cards/{card}/customFields"), "both in one call"
    assert set(step.fields) == {Field.START, Field.DUE}
    assert step.body
    assert {item["idCustomField"] for item in step.body["customFieldItems"]} == {deadline, begin}
    assert adapter.apply(entry, wanted) == Written()
    after = fresh(adapter, card)
    assert (after.due, after.start) == (date(2027, 2, 1), date(2027, 1, 4))
    assert api.state.cards[card].due == native
    assert adapter.apply(after, [one.inverse() for one in wanted]) == Written()
    assert fresh(adapter, card).due is None


def test_a_board_without_the_named_field_keeps_its_own_dates(sandbox: TrelloSandbox, api: Api) -> None:
    adapter, card = adapter_of(sandbox, vocabulary=OWN), api.card("c-webinar")
    entry = fresh(adapter, card)
    assert entry.due
    (step,) = adapter.steps(entry, [change(entry, Field.DUE, day(date(2027, 2, 1)))])
    assert step.body
    assert str(step.body["due"]).startswith("2027-02-01T")
    assert step.path == f"/1/cards/{card}"


def test_a_field_of_another_type_keeps_no_date(sandbox: TrelloSandbox, api: Api) -> None:
    add(api, "Growth", "Deadline", type="text")
    assert fresh(adapter_of(sandbox, vocabulary=OWN), api.card("c-webinar")).due


class TestTarget:
    def test_a_range_is_written_to_a_pair_of_date_fields(self, sandbox: TrelloSandbox, api: Api) -> None:
        add(api, "Roadmap", "Target start", "Target end")
        adapter, card = adapter_of(sandbox), api.card("r-groups")
        before = fresh(adapter, card)
        wanted = change(before, Field.TARGET, span(date(2027, 1, 1), date(2027, 3, 31)))
        assert [step.path for step in adapter.steps(before, [wanted])] == [f"/1/cards/{card}/customFields"]
        assert adapter.apply(before, [wanted]) == Written()
        after = fresh(adapter, card)
        assert current(after, Field.TARGET) == wanted.after
        assert after.horizon
        assert after.horizon.bucket == (before.horizon.bucket if before.horizon else None), (
            "its list still counts"
        )
        assert adapter.apply(after, [wanted.inverse()]) == Written()
        assert fresh(adapter, card).horizon == before.horizon

    def test_only_the_end_that_changes_is_written(self, sandbox: TrelloSandbox, api: Api) -> None:
        add(api, "Roadmap", "Target start", "Target end")
        adapter, card = adapter_of(sandbox), api.card("r-groups")
        entry = fresh(adapter, card)
        assert (
            adapter.apply(entry, [change(entry, Field.TARGET, span(date(2027, 1, 1), date(2027, 3, 31)))])
            == Written()
        )
        entry = fresh(adapter, card)
        later = change(entry, Field.TARGET, span(date(2027, 1, 1), date(2027, 4, 30)))
        (step,) = adapter.steps(entry, [later])
        assert step.path.endswith("/item")

    def test_without_such_fields_it_is_a_persons_to_do_in_words(
        self, sandbox: TrelloSandbox, api: Api
    ) -> None:
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("r-groups"))
        with pytest.raises(Unsupported, match="no custom field of type date") as refused:
            adapter.steps(entry, [change(entry, Field.TARGET, span(date(2027, 1, 1), date(2027, 3, 31)))])
        assert "Target start" in refused.value.help()

    def test_an_end_alone_needs_no_field_for_the_start(self, sandbox: TrelloSandbox, api: Api) -> None:
        add(api, "Roadmap", "Target date")
        adapter = adapter_of(sandbox)
        entry = fresh(adapter, api.card("r-groups"))
        wanted = change(entry, Field.TARGET, span(None, date(2027, 3, 31)))
        assert adapter.apply(entry, [wanted]) == Written()
        assert current(fresh(adapter, entry.ref.id), Field.TARGET) == wanted.after


def test_a_card_is_made_with_all_its_fields_in_two_calls(sandbox: TrelloSandbox, api: Api) -> None:
    add(api, "Growth", "Deadline", "Target start", "Target end")
    adapter = adapter_of(sandbox, vocabulary=OWN)
    points = next(f for f in api.state.fields_of(api.board("Growth")) if f.name == "Points")
    changes = (
        Change(field=Field.DUE, before=(), after=day(date(2027, 2, 1))),
        Change(field=Field.TARGET, before=(), after=span(date(2027, 1, 1), date(2027, 3, 31))),
        Change(
            field=Field.PROPERTY,
            before=(),
            after=(Named(id="3", name="3"),),
            property=Named(id=points.id, name="Points"),
        ),
    )
    place = Named(id=api.list("Doing"), name="Growth & Marketing/Doing")
    made = adapter.create(Draft(place=place, title="Stand", marker="ps-9", changes=changes))
    assert isinstance(made, Written)
    assert made.id
    assert [row.method for row in sandbox.ledger if row.method != "GET"] == ["POST", "PUT"]
    entry = fresh(adapter, made.id)
    assert entry.due == date(2027, 2, 1)
    assert current(entry, Field.TARGET) == changes[1].after
    assert entry.estimate
    assert entry.estimate.value == 3


def test_a_member_said_twice_is_sent_once(sandbox: TrelloSandbox, api: Api) -> None:
    adapter, who = adapter_of(sandbox), api.person("anaruiz7")
    twice = (Named(id=who, name="Ana Ruiz"), Named(id="ana@acme", name="Ana Ruiz"))
    changes = (Change(field=Field.ASSIGNEES, before=(), after=twice),)
    place = Named(id=api.list("Doing"), name="Growth & Marketing/Doing")
    made = adapter.create(Draft(place=place, title="Stand", marker="ps-9", changes=changes))
    assert isinstance(made, Written)
    assert made.id
    assert api.state.cards[made.id].members == [who]


def test_a_label_made_meanwhile_by_somebody_is_not_made_twice(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = fresh(adapter, api.card("c-webinar"))
    api.ok("POST", "/labels", {"name": "Brand new", "color": "red", "idBoard": api.board("Growth")})
    steps = adapter.steps(entry, [change(entry, Field.LABELS, words((*entry.labels, "Brand new")))])
    assert [step.path for step in steps] == [f"/1/cards/{entry.ref.id}/idLabels"]


def test_a_closed_board_is_said_before_anything_is_written(sandbox: TrelloSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, scope=())
    entry = fresh(adapter, api.card("c-webinar"))
    other = fresh(adapter, api.card("r-groups"))
    target = entry.place.id
    api.state.boards[api.board("Growth")].closed = True
    again = adapter_of(sandbox, scope=())
    with pytest.raises(Unsupported, match="closed"):
        again.steps(entry, [change(entry, Field.DUE, day(date(2027, 2, 1)))])
    with pytest.raises(Unsupported, match="is closed"):
        again.steps(other, [change(other, Field.PLACE, (Named(id=target, name="Doing"),))])
