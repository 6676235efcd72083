"""Uncertain outcomes: whatever call is cut, hangs or is answered with nonsense, it is Unknown and never repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.state import Card

from planora_sync.adapter import Outcome, Refused, Unknown, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, Value, day, words
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, change, fresh, one

NOT_DONE = ("cut-before", "hang", "500", "502", "503", "504", "449", "408", "html", "empty")
DONE = ("cut-after", "half-json")


@dataclass(frozen=True)
class Deed:
    """A write: how it is made, what its call looks like, and how to see that it took effect."""

    method: str
    path: str
    make: Callable[[TrelloAdapter, Api], Outcome]
    took_effect: Callable[[Api], bool]


def card(api: Api) -> Card:
    return api.state.cards[api.card("c-webinar")]


def applied(field: Field, after: Callable[[Api], Value]) -> Callable[[TrelloAdapter, Api], Outcome]:
    def make(adapter: TrelloAdapter, api: Api) -> Outcome:
        entry = fresh(adapter, card(api).id)
        return adapter.apply(entry, [change(entry, field, after(api))])

    return make


def with_values(*names: str) -> Callable[[TrelloAdapter, Api], Outcome]:
    def make(adapter: TrelloAdapter, api: Api) -> Outcome:
        entry = fresh(adapter, card(api).id)
        changes: list[Change] = []
        for name in names:
            field = next(f for f in api.state.fields_of(card(api).board) if f.name == name)
            after = one(field.options[-1].id, field.options[-1].text) if field.options else one("41", "41")
            changes.append(change(entry, Field.PROPERTY, after, Named(id=field.id, name=name)))
        return adapter.apply(entry, changes)

    return make


def created(adapter: TrelloAdapter, api: Api) -> Outcome:
    place = Named(id=api.list("Doing"), name="Growth & Marketing/Doing")
    return adapter.create(Draft(place=place, title="Book the stand", marker="ps-1"))


def linked(adapter: TrelloAdapter, api: Api) -> Outcome:
    source = Ref(tracker="trello", connection="boards", id=card(api).id)
    return adapter.link(LinkDraft(source=source, target="https://acme.example/1", marker="ps-2"))


def more_labels(api: Api, *names: str) -> Value:
    held = [api.state.labels[one].name for one in card(api).labels]
    return words((*held, *names))


def two_members(api: Api) -> Value:
    first = card(api).members[0]
    other = next(one for one in sorted(api.state.boards[card(api).board].members) if one != first)
    return tuple(Named(id=id, name=id) for id in (first, other))


DEEDS = {
    "one put": Deed(
        "PUT",
        "/1/cards/*",
        applied(Field.DUE, lambda api: day(date(2027, 5, 4))),
        lambda api: bool(card(api).due and card(api).due.month == 5),  # type: ignore[union-attr]
    ),
    "label on": Deed(
        "POST",
        "*/idLabels",
        applied(Field.LABELS, lambda api: more_labels(api, "Bug")),
        lambda api: api.label("Growth", "Bug") in card(api).labels,
    ),
    "label off": Deed(
        "DELETE", "*/idLabels/*", applied(Field.LABELS, lambda api: ()), lambda api: not card(api).labels
    ),
    "label made": Deed(
        "POST",
        "/1/labels",
        applied(Field.LABELS, lambda api: more_labels(api, "Brand new")),
        lambda api: any(label.name == "Brand new" for label in api.state.labels.values()),
    ),
    "member on": Deed(
        "POST",
        "*/idMembers",
        applied(Field.ASSIGNEES, two_members),
        lambda api: len(card(api).members) == 2,
    ),
    "member off": Deed(
        "DELETE", "*/idMembers/*", applied(Field.ASSIGNEES, lambda api: ()), lambda api: not card(api).members
    ),
    "one value": Deed(
        "PUT",
        "*/customField/*/item",
        with_values("Points"),
        lambda api: any(v.value for v in card(api).values),
    ),
    "several values": Deed(
        "PUT",
        "*/customFields",
        with_values("Points", "Priority"),
        lambda api: len(card(api).values) >= 2,
    ),
    "card made": Deed(
        "POST",
        "/1/cards",
        created,
        lambda api: any(one.name == "Book the stand" for one in api.state.cards.values()),
    ),
    "link made": Deed(
        "POST", "*/attachments", linked, lambda api: any("acme" in one.url for one in card(api).attachments)
    ),
}


@pytest.mark.parametrize("kind", [*NOT_DONE, *DONE])
@pytest.mark.parametrize("name", DEEDS)
def test_every_write_and_every_way_it_can_go_wrong(
    sandbox: TrelloSandbox, api: Api, name: str, kind: str
) -> None:
    deed, adapter = DEEDS[name], adapter_of(sandbox)
    card(api).values.clear()
    card(api).members[1:] = []
    assert not deed.took_effect(api)
    sandbox.fail(Fault(kind=kind, method=deed.method, path=deed.path, times=-1))
    outcome = deed.make(adapter, api)
    assert isinstance(outcome, Unknown), outcome
    assert outcome.reason
    assert len([row for row in sandbox.ledger if row.method == deed.method]) == 1, "it was repeated blindly"
    assert deed.took_effect(api) is (kind in DONE)


@pytest.mark.parametrize("kind", ["cut-after", "half-json"])
@pytest.mark.parametrize("name", DEEDS)
def test_done_again_after_a_look_it_is_done_once(
    sandbox: TrelloSandbox, api: Api, name: str, kind: str
) -> None:
    deed, adapter = DEEDS[name], adapter_of(sandbox)
    card(api).values.clear()
    card(api).members[1:] = []
    sandbox.fail(Fault(kind=kind, method=deed.method, path=deed.path))
    assert isinstance(deed.make(adapter, api), Unknown)
    if name == "card made":
        found = adapter.find_marker("ps-1", api.list("Doing"))
        assert found in api.state.cards, "the marker finds what was made"
        return
    count = len([row for row in sandbox.ledger if row.method != "GET"])
    assert isinstance(deed.make(adapter, api), Written)
    more = 1 if name == "label made" else 0
    assert len([row for row in sandbox.ledger if row.method != "GET"]) - count == more
    assert deed.took_effect(api)
    assert sum(label.name == "Brand new" for label in api.state.labels.values()) <= 1


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("400", "invalid value"),
        ("403", "5,000 open cards"),
        ("409", "changed meanwhile"),
        ("404", "not found"),
    ],
)
def test_a_refusal_in_plain_text_is_said_in_words(
    sandbox: TrelloSandbox, api: Api, status: str, said: str
) -> None:
    adapter = adapter_of(sandbox)
    sandbox.fail(Fault(kind=status, method="PUT"))
    outcome = DEEDS["one put"].make(adapter, api)
    assert isinstance(outcome, Refused)
    assert said in outcome.reason


def test_a_full_list_is_refused_in_words_and_nothing_moves(sandbox: TrelloSandbox, api: Api) -> None:
    adapter, target = adapter_of(sandbox), api.list("Later")
    api.state.most["open cards per list"] = 1
    before = card(api).list_id
    entry = fresh(adapter, card(api).id)
    outcome = adapter.apply(entry, [change(entry, Field.PLACE, one(target))])
    assert isinstance(outcome, Refused)
    assert "5,000 open cards" in outcome.reason
    assert card(api).list_id == before
