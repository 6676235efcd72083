"""Moving cards between lists and boards: what stays, what is lost, and what the feed tells."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.ids import born


def feed(api: Any, board: str, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"/boards/{api.board(board)}/actions", **query)
    return rows


def test_across_boards_a_card_keeps_its_identity_and_loses_what_is_the_boards(api: Any, clock: Any) -> None:
    clock.forward(minutes=3)
    path = f"/cards/{api.card('w-rebrand')}"
    api.ok("POST", f"{path}/idMembers", {"value": api.person("pixelwerkgraz")})
    before = api.get(path, customFieldItems="true")
    assert before["idLabels"]
    assert before["customFieldItems"]
    moved = api.ok("PUT", path, {"idBoard": api.board("Roadmap"), "idList": api.list("Next")})
    after = api.get(path, customFieldItems="true", checklists="all")
    for same in ("id", "idShort", "shortLink", "url", "name", "desc", "start", "due", "idChecklists"):
        assert moved[same] == after[same] == before[same]
    assert (after["idBoard"], after["idList"]) == (api.board("Roadmap"), api.list("Next"))
    assert (after["idLabels"], after["labels"], after["customFieldItems"]) == ([], [], [])
    # Ana is on both boards, the agency only on one.
    assert after["idMembers"] == [api.person("anaruiz7")]
    assert after["dateLastActivity"] == "2026-11-24T09:33:42.000Z"
    assert api.card("w-rebrand") not in [c["id"] for c in api.get(f"/lists/{api.list('This week')}/cards")]


def test_without_a_list_a_card_lands_in_the_first_open_one(api: Any) -> None:
    path = f"/cards/{api.card('w-rebrand')}"
    assert api.ok("PUT", path, {"idBoard": api.board("Roadmap")})["idList"] == api.list("🚀 Now")
    api.ok("PUT", f"/lists/{api.list('Ideas')}", {"closed": True})
    back = api.ok("PUT", f"{path}/idBoard", {"value": api.board("Growth")})
    assert back["idList"] == api.list("Backlog")


def test_labels_of_the_target_may_be_given_along(api: Any) -> None:
    path = f"/cards/{api.card('b-footer')}"
    body = {
        "idBoard": api.board("Roadmap"),
        "idList": api.list("Later"),
        "idLabels": [api.label("Roadmap", "Bug")],
        "idMembers": [api.person("anaruiz7")],
    }
    moved = api.ok("PUT", path, body)
    assert [one["name"] for one in moved["labels"]] == ["Bug"]
    assert moved["idMembers"] == [api.person("anaruiz7")]


def test_boards_and_lists_must_fit_and_be_visible(api: Any) -> None:
    path = f"/cards/{api.card('b-footer')}"
    wrong = {"idBoard": api.board("Roadmap"), "idList": api.list("Doing")}
    assert api("PUT", path, wrong) == (400, "invalid value for idList")
    assert api("PUT", path, {"idBoard": api.board("Hiring")}) == (400, "invalid value for idBoard")
    assert api("POST", "/cards", {"idList": api.list("Talks"), "name": "x"})[0] == 404
    assert api("PUT", path, {"idBoard": api.board("MEDICA"), "idList": api.list("…")})[0] == 400


def test_both_boards_tell_of_a_move(api: Any) -> None:
    card = api.card("b-footer")
    api.ok("PUT", f"/cards/{card}", {"idBoard": api.board("Roadmap"), "idList": api.list("Later")})
    left, came = feed(api, "Growth", limit=1)[0], feed(api, "Roadmap", limit=1)[0]
    assert (left["type"], came["type"]) == ("moveCardFromBoard", "moveCardToBoard")
    assert left["data"]["boardTarget"] == {"id": api.board("Roadmap")}
    assert left["data"]["list"]["name"] == "Backlog"
    assert came["data"]["boardSource"]["name"] == "Growth & Marketing"
    assert came["data"]["list"]["name"] == "Later"
    assert left["data"]["card"]["id"] == came["data"]["card"]["id"] == card


def test_a_move_within_a_board_tells_both_lists(api: Any, clock: Any) -> None:
    clock.forward(minutes=1)
    api.ok("PUT", f"/cards/{api.card('b-footer')}/idList", {"value": api.list("Doing")})
    (told,) = feed(api, "Growth", since="2026-11-24T09:31:00Z")
    assert told["type"] == "updateCard"
    assert told["data"]["old"] == {"idList": api.list("Backlog")}
    assert (told["data"]["listBefore"]["name"], told["data"]["listAfter"]["name"]) == ("Backlog", "Doing")
    assert "list" not in told["data"]
    assert told["memberCreator"]["username"] == "planorasync"


def test_each_changed_field_is_told_with_what_it_was(api: Any, clock: Any) -> None:
    clock.forward(minutes=1)
    path = f"/cards/{api.card('c-webinar')}"
    old = api.get(path)
    api.ok("PUT", path, {"name": "N", "due": None, "idLabels": "", "pos": 1, "closed": True})
    told = feed(api, "Growth", since="2026-11-24T09:31:00Z")
    assert [one["data"]["old"] for one in reversed(told)] == [
        {"idLabels": old["idLabels"]},
        {"name": old["name"]},
        {"closed": False},
        {"due": old["due"]},
        {"pos": old["pos"]},
    ]
    assert told[0]["data"]["list"]["name"] == "Backlog"
    only = feed(api, "Growth", since="2026-11-24T09:31:00Z", filter="updateCard:due,updateCard:closed")
    assert [next(iter(one["data"]["old"])) for one in only] == ["due", "closed"]


def test_the_feed_is_paged_by_id_and_date(api: Any) -> None:
    newest = feed(api, "Growth", limit=1000)
    ids = [one["id"] for one in newest]
    assert ids == sorted(ids, reverse=True)
    assert len(feed(api, "Growth")) == 50
    assert [one["id"] for one in feed(api, "Growth", limit=10, before=ids[9])] == ids[10:20]
    assert [one["id"] for one in feed(api, "Growth", limit=1000, since=ids[9])] == ids[:9]
    assert [one["id"] for one in feed(api, "Growth", limit=10, page=1)] == ids[10:20]
    created = feed(api, "Growth", limit=1000, filter="createCard")
    assert {one["type"] for one in created} == {"createCard"}
    assert len(created) == 64
    assert set(feed(api, "Growth", limit=1, fields="type,date")[0]) == {"id", "type", "date"}
    board = api.board("Growth")
    assert api("GET", f"/boards/{board}/actions", limit=1001) == (400, "invalid value for limit")
    assert api("GET", f"/boards/{board}/actions", page=20) == (400, "invalid value for page")
    assert api("GET", f"/boards/{board}/actions", since="yesterday") == (400, "invalid value for since")


def test_a_cards_own_feed_holds_comments_and_moves_unless_more_is_asked_for(api: Any) -> None:
    path = f"/cards/{api.card('g-landing')}"
    api.ok("POST", f"{path}/actions/comments", {"text": "Looks good"})
    api.ok("PUT", path, {"desc": "x"})
    assert {one["type"] for one in api.get(f"{path}/actions")} == {"commentCard", "updateCard"}
    assert not any("desc" in one["data"].get("old", {}) for one in api.get(f"{path}/actions"))
    assert "createCard" in {one["type"] for one in api.get(f"{path}/actions", filter="all")}


def test_the_history_of_a_workspace_leads_to_where_its_cards_are(clock: Any) -> None:
    for workspace in TrelloSandbox.workspaces:
        state = TrelloSandbox(workspace, now=clock).state
        for card in state.cards.values():
            told = [one for one in state.actions if one.card == card.id]
            assert told[0].type == "createCard"
            moves = [one for one in told if "listAfter" in one.data]
            for one, following in pairwise(moves):
                assert one.data["listAfter"]["id"] == following.data["listBefore"]["id"]
            if moves:
                assert moves[-1].data["listAfter"]["id"] == card.list_id
            if card.activity and card.activity > born(card.id):
                assert card.activity >= max(one.date for one in told)
