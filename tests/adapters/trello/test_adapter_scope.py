"""Which boards are read, what places there are, and what `check` says of them."""

from __future__ import annotations

from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import BEARER
from planora_trello.site.scope import find, inbox_boards, token_of

from planora_sync.adapter import Notice, Severity
from planora_sync.errors import AnswerUnreadable, PlaceNotVisible
from planora_sync.model import Audience, Category
from planora_sync.sandbox import Fault
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of, altered, pulled

BOARDS = (
    {"id": "5e679be40c407034b479459c", "name": "🚀 Mobile [2026]", "shortLink": "RybNrdNM"},
    {"id": "5e93ba98614ac22d22f085c4", "name": "Planning", "shortLink": "y1TF9GTa"},
    {"id": "5e93ba403f1ab3603ba81a09", "name": "Mobile backlog", "shortLink": "xx6VZv8k"},
)


class TestFinding:
    @pytest.mark.parametrize(
        ("word", "names"),
        [
            ("mobile", ["🚀 Mobile [2026]"]),
            ("🚀 Mobile [2026]", ["🚀 Mobile [2026]"]),
            ("5e679be40c407034b479459c", ["🚀 Mobile [2026]"]),
            ("RybNrdNM", ["🚀 Mobile [2026]"]),
            ("https://trello.com/b/RybNrdNM/mobile-2026", ["🚀 Mobile [2026]"]),
            ("https://trello.com/b/y1TF9GTa", ["Planning"]),
            ("mobile*", ["🚀 Mobile [2026]", "Mobile backlog"]),
            ("Planning", ["Planning"]),
            ("*", ["🚀 Mobile [2026]", "Planning", "Mobile backlog"]),
            ("rybnrdnm", []),
            ("Mob", []),
            ("https://trello.com/c/RybNrdNM", []),
        ],
    )
    def test_by_name_id_short_link_address_and_glob(self, word: str, names: list[str]) -> None:
        found = find([word], BOARDS)
        assert [board["name"] for board in found.boards] == names
        assert found.absent == (() if names else (word,))

    def test_a_board_named_twice_is_read_once(self) -> None:
        assert len(find(["Planning", "plan*", "y1TF9GTa"], BOARDS).boards) == 1

    def test_only_ids_and_addresses_can_name_a_board_of_others(self) -> None:
        assert token_of("https://trello.com/b/y1TF9GTa/x") == "y1TF9GTa"
        assert token_of("Product board") is None
        assert token_of("../../members/me") is None

    def test_the_inbox_by_whatever_key_it_goes(self) -> None:
        assert inbox_boards({"inbox": {"idBoard": "a", "idList": "b"}}) == {"a", "b"}
        assert inbox_boards({"inbox": {"boardId": "a"}}) == {"a"}
        assert inbox_boards({"inbox": None}) == inbox_boards({}) == frozenset()


class TestBoards:
    def test_without_a_scope_all_open_boards_but_the_inbox(self, sandbox: TrelloSandbox, api: Api) -> None:
        seen = {place.id for place in adapter_of(sandbox, scope=()).places() if place.kind == "board"}
        inbox = api.get("/members/me", fields="inbox")["inbox"]
        visible = {board["id"] for board in api.get("/members/me/boards", filter="open")}
        assert seen == visible - set(inbox.values())
        assert api.board("Hiring") not in seen
        assert api.board("Roadmap") in seen

    @pytest.mark.parametrize(
        ("word", "is_read"),
        [("Wishes", True), ("W*", False), ("{Wishes,Plans}", False), ("Wishe[a-z]", False)],
    )
    def test_the_inbox_is_read_only_where_it_is_named(
        self, sandbox: TrelloSandbox, api: Api, word: str, is_read: bool
    ) -> None:
        inbox = api.board("Odds")
        api.state.boards[inbox].name = "Wishes"

        def told(path: str, answer: Any) -> Any:
            return {**answer, "inbox": {"idBoard": inbox}} if path == "/1/members/me" else answer

        places = adapter_of(sandbox, scope=(word,), app=altered(sandbox, told)).places()
        assert (inbox in {place.id for place in places}) is is_read

    def test_two_boards_of_one_name_have_two_paths(self, sandbox: TrelloSandbox, api: Api) -> None:
        api.state.boards[api.board("Odds")].name = "Growth & Marketing"
        places = adapter_of(sandbox, scope=("Growth*",)).places()
        boards = [place.path for place in places if place.kind == "board"]
        assert sorted(boards) == ["Growth & Marketing", "Growth & Marketing (2)"]
        assert len({place.path for place in places}) == len(places)

    @pytest.mark.parametrize("rows", [{}, [{"name": "no id"}], ["x"], None])
    def test_boards_of_no_known_shape(self, sandbox: TrelloSandbox, rows: Any) -> None:
        def odd(path: str, answer: Any) -> Any:
            return rows if path == "/1/members/me/boards" else answer

        with pytest.raises(AnswerUnreadable, match="boards"):
            pulled(sandbox, app=altered(sandbox, odd))

    @pytest.mark.parametrize(
        "odd", [[], {"id": "x", "lists": [{"name": "no id"}]}, {"name": "no id"}, {"id": "x", "lists": 5}]
    )
    def test_a_board_of_no_known_shape_stops_no_other(
        self, sandbox: TrelloSandbox, api: Api, odd: Any
    ) -> None:
        def edit(path: str, answer: Any) -> Any:
            return odd if path == f"/1/boards/{api.board('Growth')}" else answer

        found = pulled(sandbox, app=altered(sandbox, edit))
        assert [error.where for error in found.errors] == ["Growth & Marketing"]
        assert {entry.place.container for entry in found.entries} == {api.board("Roadmap")}

    def test_cards_of_no_known_shape_are_no_short_pull(self, sandbox: TrelloSandbox, api: Api) -> None:
        def edit(path: str, answer: Any) -> Any:
            return answer | {"cards": [{"name": "no id"}]} if path.startswith("/1/boards/") else answer

        found = pulled(sandbox, app=altered(sandbox, edit))
        assert len(found.errors) == 2
        assert found.entries == ()

    def test_a_public_board_of_others_by_its_address(self, sandbox: TrelloSandbox, api: Api) -> None:
        roadmap = api.board("Roadmap")
        link = api.state.boards[roadmap].short_link

        def not_mine(path: str, answer: Any) -> Any:
            return (
                [one for one in answer if one["id"] != roadmap] if path == "/1/members/me/boards" else answer
            )

        scope = (f"https://trello.com/b/{link}/fernway-roadmap",)
        found = pulled(sandbox, scope=scope, app=altered(sandbox, not_mine))
        assert not found.notices
        assert {entry.place.container for entry in found.entries} == {roadmap}

    def test_a_closed_board_is_an_error_that_says_so(self, sandbox: TrelloSandbox, api: Api) -> None:
        api.state.boards[api.board("Growth")].closed = True
        found = pulled(sandbox)
        (error,) = found.errors
        assert (error.where, error.what) == ("Growth & Marketing", "The board is closed.")
        assert {entry.place.container for entry in found.entries} == {api.board("Roadmap")}

    @pytest.mark.parametrize(
        "word", ["Hiring (confidential)", "5f60f07958388d26dc063c30", "Planning", "No*such"]
    )
    def test_what_is_not_there_or_not_shared_is_named(self, sandbox: TrelloSandbox, word: str) -> None:
        found = pulled(sandbox, scope=("Fernway Roadmap", word))
        (error,) = found.errors
        assert word in error.where
        assert error.next_step
        assert found.entries

    @pytest.mark.parametrize("kind", ["404", "401", "403", "410", "html", "half-json", "empty"])
    def test_one_board_that_fails_stops_no_other(self, sandbox: TrelloSandbox, api: Api, kind: str) -> None:
        sandbox.fail(Fault(kind=kind, path=f"/1/boards/{api.board('Growth')}*", times=-1))
        found = pulled(sandbox)
        (error,) = found.errors
        assert error.where == "Growth & Marketing"
        assert error.next_step
        assert {entry.place.container for entry in found.entries} == {api.board("Roadmap")}


class TestPlaces:
    def test_boards_lists_statuses_and_fields(self, sandbox: TrelloSandbox, api: Api) -> None:
        places = {place.path: place for place in adapter_of(sandbox).places()}
        roadmap, growth = places["Fernway Roadmap"], places["Growth & Marketing"]
        assert (roadmap.audience, growth.audience) == (Audience.PUBLIC, Audience.TEAM)
        assert roadmap.url == f"https://trello.com/b/{api.state.boards[roadmap.id].short_link}"
        assert [status.name for status in growth.statuses] == [
            "Ideas 💡",
            "Backlog",
            "Bugs 🐞",
            "This week",
            "Doing",
            "Review",
            *[status.name for status in growth.statuses if status.name.startswith("Done")],
            "Stuff",
        ]
        assert {status.name: status.category for status in growth.statuses}["Review"] is Category.DOING
        week = places["Growth & Marketing/This week"]
        assert (week.kind, week.container, week.position) == ("list", growth.id, 3)
        theme = next(field for field in growth.fields if field.name == "Theme")
        assert theme.type == "list"
        assert "Brand" in [option.name for option in theme.options]
        assert places["Fernway Roadmap/Parked in 2024"].archived

    def test_a_board_that_cannot_be_read_is_said(self, sandbox: TrelloSandbox, api: Api) -> None:
        sandbox.fail(Fault(kind="404", path=f"/1/boards/{api.board('Growth')}", times=-1))
        with pytest.raises(PlaceNotVisible, match="boards"):
            adapter_of(sandbox).places()


class TestCheck:
    def said(self, notices: tuple[Notice, ...]) -> str:
        return "\n".join(f"{one.severity} {one.where}: {one.what} {one.next_step}" for one in notices)

    def test_all_is_well(self, sandbox: TrelloSandbox) -> None:
        notices = adapter_of(sandbox).check()
        said = self.said(notices)
        assert {one.severity for one in notices} == {Severity.OK}
        assert "Signed in as planora-sync" in said
        assert "Growth & Marketing: 9 open lists, 4 custom fields." in said
        assert "token scope `write`" in said

    def test_a_token_never_stands_in_an_address_to_learn_its_rights(self, sandbox: TrelloSandbox) -> None:
        adapter_of(sandbox).check()
        assert not [row for row in sandbox.ledger if row.path.startswith("/1/tokens")]

    def test_read_only_says_what_corrections_would_need(self, sandbox: TrelloSandbox) -> None:
        assert "Read only" in self.said(adapter_of(sandbox, read_only=True).check())

    def test_bearer(self, sandbox: TrelloSandbox) -> None:
        assert "Bearer" in self.said(adapter_of(sandbox, user=None, token=BEARER).check())

    @pytest.mark.parametrize("part", ["observer", None])
    def test_a_board_that_this_account_cannot_correct(
        self, sandbox: TrelloSandbox, api: Api, part: str | None
    ) -> None:
        members, me = api.state.boards[api.board("Growth")].members, api.person("planorasync")
        if part:
            members[me] = part
        else:
            del members[me]
        warnings = [one for one in adapter_of(sandbox).check() if one.severity is Severity.WARNING]
        assert [(one.where, bool(one.next_step)) for one in warnings] == [("Growth & Marketing", True)]
        assert not [
            one for one in adapter_of(sandbox, read_only=True).check() if one.severity is Severity.WARNING
        ]

    def test_a_board_without_lists(self, sandbox: TrelloSandbox, api: Api) -> None:
        for one in api.state.lists_of(api.board("Growth")):
            one.closed = True
        assert "no open list" in self.said(adapter_of(sandbox).check())

    def test_an_absent_and_a_failing_board(self, sandbox: TrelloSandbox, api: Api) -> None:
        sandbox.fail(Fault(kind="half-json", path=f"/1/boards/{api.board('Growth')}", times=1))
        notices = adapter_of(sandbox, scope=("Growth & Marketing", "Nowhere", "Fernway Roadmap")).check()
        errors = {one.where for one in notices if one.severity is Severity.ERROR}
        assert errors == {"Growth & Marketing", "Nowhere"}
        assert "Fernway Roadmap" in {one.where for one in notices if one.severity is Severity.OK}
