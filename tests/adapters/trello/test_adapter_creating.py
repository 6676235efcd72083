"""Creations and links: made once, found again whatever became of the call."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.translation.markup import carries, marked

from planora_sync.adapter import Refused, Unknown, Written
from planora_sync.change import Change, Draft, Field, LinkDraft, Value, day, words
from planora_sync.errors import AnswerUnreadable, PlaceNotVisible, Unsupported
from planora_sync.model import Kind, Link, Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, altered, fresh, one


@pytest.fixture
def adapter(sandbox: TrelloSandbox) -> TrelloAdapter:
    return adapter_of(sandbox)


def sets(field: Field, value: Value, prop: Named | None = None) -> Change:
    return Change(field=field, before=(), after=value, property=prop)


def draft(api: Api, *changes: Change, **more: Any) -> Draft:
    place = Named(id=api.list("Next"), name="Fernway Roadmap/Next")
    body: dict[str, Any] = {
        "place": place,
        "title": "Clinics in Poland",
        "text": "Why: **many**.",
        "marker": "ps-1",
    }
    return Draft(changes=changes, **(body | more))


def link(api: Api, slug: str, target: str, kind: str = "relates") -> LinkDraft:
    source = Ref(tracker="trello", connection="boards", id=api.card(slug))
    return LinkDraft(source=source, target=target, kind=kind, marker="ps-2")


class TestCreate:
    def test_one_post_makes_it_with_all_it_holds(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        made = adapter.create(
            draft(
                api,
                sets(Field.LABELS, words(("Partner",))),
                sets(Field.ASSIGNEES, one(api.person("jonasweber"), "Jonas Weber")),
                sets(Field.START, day(date(2027, 1, 4))),
                sets(Field.DUE, day(date(2027, 3, 26))),
            )
        )
        assert isinstance(made, Written)
        assert made.id
        assert [(row.method, row.path) for row in sandbox.ledger if row.method != "GET"] == [
            ("POST", "/1/cards")
        ]
        entry = fresh(adapter, made.id)
        assert entry.title == "Clinics in Poland"
        assert entry.text == "Why: many.", "the marker is not part of the text"
        assert (entry.labels, entry.start, entry.due) == (("Partner",), date(2027, 1, 4), date(2027, 3, 26))
        assert [who.name for who in entry.assignees] == ["Jonas Weber"]
        assert api.get(f"/cards/{made.id}")["desc"] == "Why: **many**.\n\nplanora-sync: ps-1"

    def test_its_type_is_a_label_and_custom_fields_follow(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        theme = next(one for one in api.state.fields_of(api.board("Roadmap")) if one.name == "Theme")
        prop = Named(id=theme.id, name="Theme")
        made = adapter.create(
            draft(
                api,
                sets(Field.PROPERTY, one("?", "New markets"), prop),
                type=Named(id="Initiative", name="Initiative"),
            )
        )
        assert isinstance(made, Written)
        assert made.id
        entry = fresh(adapter, made.id)
        assert (entry.kind, entry.theme, entry.labels) == (Kind.INITIATIVE, "New markets", ("Initiative",))
        assert [row.path for row in sandbox.ledger if row.method != "GET"] == [
            "/1/labels",
            "/1/cards",
            f"/1/cards/{made.id}/customField/{theme.id}/item",
        ]

    @pytest.mark.parametrize(
        ("kind", "there"), [("cut-after", True), ("half-json", True), ("cut-before", False), ("503", False)]
    )
    def test_an_unknown_creation_is_found_by_its_marker(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api, kind: str, there: bool
    ) -> None:
        sandbox.fail(Fault(kind=kind, method="POST", path="/1/cards"))
        assert isinstance(adapter.create(draft(api)), Unknown)
        assert len([row for row in sandbox.ledger if row.method == "POST"]) == 1, "never repeated blindly"
        found = adapter.find_marker("ps-1", api.list("Next"))
        assert (found is not None) is there
        if found:
            assert api.state.cards[found].name == "Clinics in Poland"

    def test_it_is_found_where_somebody_has_moved_or_archived_it(
        self, adapter: TrelloAdapter, api: Api
    ) -> None:
        made = adapter.create(draft(api))
        assert isinstance(made, Written)
        api.ok("PUT", f"/cards/{made.id}", {"idList": api.list("Later"), "closed": True})
        assert adapter.find_marker("ps-1", api.list("Next")) == made.id

    def test_looking_for_it_costs_one_read_of_the_board(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        adapter.create(draft(api))
        asked = len(sandbox.ledger)
        adapter.find_marker("ps-1", api.list("Next"))
        assert [row.path for row in sandbox.ledger[asked:]] == [f"/1/boards/{api.board('Roadmap')}/cards/all"]

    def test_a_failed_look_is_no_absence(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        adapter.create(draft(api))
        sandbox.fail(Fault(kind="html", path="*/cards/all", times=-1))
        with pytest.raises(AnswerUnreadable):
            adapter.find_marker("ps-1", api.list("Next"))
        with pytest.raises(PlaceNotVisible):
            adapter.find_marker("ps-1", "5f60f07958388d26dc063c30")

    def test_a_custom_field_that_was_not_set_leaves_it_unknown(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        theme = next(one for one in api.state.fields_of(api.board("Roadmap")) if one.name == "Theme")
        sandbox.fail(Fault(kind="403", path="*/customField/*"))
        prop = Named(id=theme.id, name="Theme")
        made = adapter.create(draft(api, sets(Field.PROPERTY, one("?", "Brand"), prop)))
        assert isinstance(made, Unknown)
        assert "not set: 'Theme'" in made.reason
        assert adapter.find_marker("ps-1", api.list("Next"))

    def test_what_cannot_be_made_is_said_before_any_write(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        prop = Named(id="x", name="Budget")
        elsewhere = Named(id=api.list("Notes"), name="Odds & ends/Notes")
        for bad in (
            draft(api, sets(Field.ARCHIVED, words(("archived",)))),
            draft(api, sets(Field.PARENT, one("x"))),
            draft(api, sets(Field.PROPERTY, one("1"), prop)),
            draft(api, sets(Field.ASSIGNEES, one("5f60f07958388d26dc063c30", "Zoe"))),
            draft(api, sets(Field.LABELS, words(("new",))), sets(Field.STATUS, one("?", "Nowhere"))),
            draft(api, text="x" * 16_384),
            draft(api, place=elsewhere),
            draft(api, place=Named(id=api.list("Parked in 2024"), name="Parked in 2024")),
        ):
            with pytest.raises(Unsupported) as caught:
                adapter.create(bad)
            assert caught.value.help()
        assert {row.method for row in sandbox.ledger} == {"GET"}

    def test_a_status_or_place_in_the_draft_is_its_list(self, adapter: TrelloAdapter, api: Api) -> None:
        place = sets(Field.PLACE, one(api.list("Next")))
        made = adapter.create(draft(api, place, sets(Field.STATUS, one("?", "later"))))
        assert isinstance(made, Written)
        assert made.id
        assert fresh(adapter, made.id).place.id == api.list("Later")

    def test_a_refused_creation(self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api) -> None:
        sandbox.fail(Fault(kind="403", method="POST", path="/1/cards"))
        assert isinstance(adapter.create(draft(api)), Refused)

    def test_an_answer_without_an_id_is_unknown(self, sandbox: TrelloSandbox, api: Api) -> None:
        def nameless(path: str, answer: Any) -> Any:
            return {} if path == "/1/cards" else answer

        adapter = adapter_of(sandbox, app=altered(sandbox, nameless))
        assert isinstance(adapter.create(draft(api)), Unknown)

    def test_a_marker_is_a_whole_line(self) -> None:
        text = marked("", "ps-1")
        assert text == "planora-sync: ps-1"
        assert carries(f"{text}\nAdded by a person", "ps-1")
        assert not carries(marked("see planora-sync: ps-1", "ps-12"), "ps-1")


class TestLink:
    def test_a_card_by_its_short_address(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        target = fresh(adapter, api.card("r-groups"))
        assert isinstance(adapter.link(link(api, "w-rebrand", target.ref.id)), Written)
        assert Link(kind="relates", target=target.url) in fresh(adapter, api.card("w-rebrand")).links
        badges = api.get(f"/cards/{api.card('w-rebrand')}")["badges"]
        assert badges["attachmentsByType"]["trello"]["card"] >= 1

    def test_an_address_in_another_tracker(self, adapter: TrelloAdapter, api: Api) -> None:
        address = "https://acme.atlassian.net/browse/CARE-3"
        assert isinstance(adapter.link(link(api, "w-rebrand", address, "is twin of")), Written)
        assert Link(kind="is twin of", target=address) in fresh(adapter, api.card("w-rebrand")).links

    def test_a_link_that_is_there_in_another_form_is_not_made_again(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        long_address = api.get(f"/cards/{api.card('r-groups')}")["url"]
        api.ok("POST", f"/cards/{api.card('w-rebrand')}/attachments", {"url": long_address})
        asked = len(sandbox.ledger)
        assert adapter.link(link(api, "w-rebrand", api.card("r-groups"))) == Written()
        assert {row.method for row in sandbox.ledger[asked:]} == {"GET"}

    def test_an_unknown_link_is_seen_by_the_second_try(
        self, adapter: TrelloAdapter, sandbox: TrelloSandbox, api: Api
    ) -> None:
        sandbox.fail(Fault(kind="cut-after", method="POST", path="*/attachments"))
        before = len(fresh(adapter, api.card("w-rebrand")).links)
        assert isinstance(adapter.link(link(api, "w-rebrand", api.card("r-groups"))), Unknown)
        assert adapter.link(link(api, "w-rebrand", api.card("r-groups"))) == Written()
        assert len(fresh(adapter, api.card("w-rebrand")).links) == before + 1

    @pytest.mark.parametrize("target", ["5f60f07958388d26dc063c30", "nonsense", "ftp://acme.example/x"])
    def test_a_target_that_is_none(self, adapter: TrelloAdapter, api: Api, target: str) -> None:
        got = adapter.link(link(api, "w-rebrand", target))
        assert isinstance(got, Refused)
        assert got.reason
