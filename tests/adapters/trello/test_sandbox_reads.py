"""Reading from the sandbox: credentials, boards with what is asked along, cards in pages, batches."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from planora_trello.sandbox.ids import born
from planora_trello.sandbox.loading import BEARER, KEY, READ_TOKEN, TOKEN

ALL = {
    "lists": "all",
    "labels": "all",
    "labels_limit": 1000,
    "customFields": "true",
    "members": "all",
    "cards": "all",
    "card_customFieldItems": "true",
    "checklists": "all",
    "actions": "none",
}


def grow(api: Any, count: int) -> str:
    """Add cards to the empty list of the odd board, each on top of the one before."""
    where = api.list("…")
    for number in range(count):
        api.ok("POST", "/cards", {"idList": where, "name": f"Card {number}", "pos": "top"})
    return str(api.board("Odds"))


# -- credentials ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "query", "status", "text"),
    [
        ("", "", 401, "invalid key"),
        ("", f"?key={KEY}", 401, "unauthorized permission requested"),
        ("", f"?key={KEY}&token=wrong", 401, "invalid token"),
        ("", f"?key={KEY}&token={TOKEN}", 200, ""),
        (f'OAuth oauth_consumer_key="nope", oauth_token="{TOKEN}"', "", 401, "invalid key"),
        (f'OAuth oauth_consumer_key="{KEY}", oauth_token="nope"', "", 401, "invalid token"),
        (f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"', "", 200, ""),
        (f"Bearer {BEARER}", "", 200, ""),
        (f"Bearer {TOKEN}", "", 401, "invalid token"),
    ],
)
def test_credentials_come_in_the_header_or_in_the_query(
    api: Any, header: str, query: str, status: int, text: str
) -> None:
    api.header = header
    reply = api.raw("GET", f"/members/me{query}")
    assert reply.status == status
    if status != 200:
        assert dict(reply.headers)["content-type"] == "text/plain; charset=utf-8"
        assert reply.body.decode() == text


def test_a_token_tells_whether_it_may_write(api: Any) -> None:
    for token, write in ((TOKEN, True), (READ_TOKEN, False)):
        rights = api.get(f"/tokens/{token}")["permissions"]
        assert {row["write"] for row in rights} == {write}
    assert api("GET", "/tokens/unknown")[0] == 404


def test_me_shows_more_than_others(api: Any) -> None:
    me = api.get("/members/me")
    assert (me["username"], me["fullName"]) == ("planorasync", "planora-sync")
    assert me["email"] == "planorasync@fernway.example"
    other = api.get("/members/anaruiz7")
    assert (other["fullName"], other["email"]) == ("Ana Ruiz", None)
    assert api.get("/members/me", fields="inbox")["inbox"]["idBoard"]
    assert [one["id"] for one in api.get("/members/me", boards="open", board_fields="name")["boards"]]
    assert api("GET", "/members/nobody")[0] == 404


# -- boards -----------------------------------------------------------------------------------------------


def test_boards_are_listed_with_the_wanted_fields(api: Any) -> None:
    rows = api.get("/members/me/boards", fields="name,closed,dateLastActivity,idOrganization", filter="open")
    assert [row["name"] for row in rows] == ["Fernway Roadmap", "Growth & Marketing", "🧪 Odds & ends"]
    assert set(rows[0]) == {"id", "name", "closed", "dateLastActivity", "idOrganization"}
    assert rows[0]["idOrganization"] is None
    assert [row["name"] for row in api.get("/members/me/boards", filter="closed")] == ["MEDICA 2024"]
    assert len(api.get("/members/me/boards")) == 4
    assert api("GET", "/members/me/boards", fields="nonsense") == (400, "invalid value for fields")
    assert [row["name"] for row in api.get("/members/me/boards/closed")] == ["MEDICA 2024"]
    assert len(api.get("/members/me/boards", filter="members")) == 3
    assert api.get("/members/me/boards", filter="starred") == []
    assert api.get("/members/me/boards", filter="none") == []
    assert api("GET", "/members/me/boards", filter="some") == (400, "invalid value for filter")
    assert api("GET", "/organizations/nobody")[0] == 404
    organization = api.get("/members/me/organizations")[0]
    assert api.get(f"/organizations/{organization['id']}") == organization
    assert len(api.get(f"/organizations/{organization['name']}/boards")) == 3


def test_a_board_that_is_not_shared_is_absent(api: Any) -> None:
    hidden = next(one for one in api.state.boards.values() if not one.shared)
    absent = (404, "The requested resource was not found.")
    assert hidden.id not in api.get("/members/me")["idBoards"]
    assert api("GET", f"/boards/{hidden.id}") == absent
    assert api("GET", f"/boards/{hidden.short_link}") == absent
    assert api("GET", f"/boards/{hidden.id}/cards") == absent
    assert api("GET", f"/lists/{api.list('Talks')}") == absent
    assert api("GET", f"/boards/{'0' * 24}") == absent
    assert api("GET", "/boards/Growth%20%26%20Marketing") == (400, "invalid id")
    assert api("GET", "/nowhere") == (404, "Cannot GET /1/nowhere")


def test_a_board_brings_actions_and_open_lists_unasked(api: Any) -> None:
    board = api.get(f"/boards/{api.board('Growth')}")
    assert len(board["actions"]) == 50
    assert all(not one["closed"] for one in board["lists"])
    assert "cards" not in board
    assert "labels" not in board


def test_one_request_brings_a_whole_board(api: Any) -> None:
    board = api.get(f"/boards/{api.board('Growth')}", **ALL)
    assert "actions" not in board
    lists = {one["id"]: one for one in board["lists"]}
    assert [one["name"] for one in board["lists"]][-2:] == ["Stuff", "Done [WEEK 45]"]
    assert lists[api.list("Done [WEEK 45]")]["closed"]
    assert {card["idList"] for card in board["cards"]} == set(lists)
    names = {one["name"] for one in board["customFields"]}
    assert names == {"Priority", "Points", "Theme", "Legal has seen it"}
    assert {one["fullName"] for one in board["members"]} >= {"Ana Ruiz", "Keiko Mori (森 恵子)"}
    assert {one["idCard"] for one in board["checklists"]} >= {api.card("w-rebrand")}


def test_label_colours_may_be_null_and_labels_are_fifty_unless_more_are_asked_for(api: Any) -> None:
    board = api.board("Roadmap")
    assert None in [one["color"] for one in api.get(f"/boards/{board}/labels")]
    for number in range(60):
        body = {"name": f"L{number}", "color": "sky", "idBoard": board}
        api.ok("POST", "/labels", body)
    assert len(api.get(f"/boards/{board}/labels")) == 50
    assert len(api.get(f"/boards/{board}/labels", limit=1000)) == 66
    assert len(api.get(f"/boards/{board}", labels="all")["labels"]) == 50


def test_one_kind_of_thing_of_a_board(api: Any) -> None:
    board = api.board("Growth")
    assert len(api.get(f"/boards/{board}/lists")) == 9
    assert len(api.get(f"/boards/{board}/lists/all")) == 10
    assert [one["name"] for one in api.get(f"/boards/{board}/lists", filter="closed")] == ["Done [WEEK 45]"]
    with_cards = api.get(f"/boards/{board}/lists", cards="open", card_fields="name")
    assert {"id", "name"} == set(with_cards[0]["cards"][0])
    assert set(api.get(f"/boards/{board}/members")[0]) == {"id", "username", "fullName"}
    parts = {one["memberType"] for one in api.get(f"/boards/{board}/memberships")}
    assert parts == {"admin", "normal", "observer"}
    assert api.get(f"/boards/{board}/dateLastActivity") == {"_value": "2026-11-23T11:54:42.000Z"}
    assert len(api.get(f"/boards/{board}/customFields")) == 4
    assert {one["idBoard"] for one in api.get(f"/boards/{board}/checklists")} == {board}
    assert api("GET", f"/boards/{board}/nonsense")[0] == 404
    assert api("GET", f"/boards/{board}/lists", filter="some") == (400, "invalid value for filter")
    actions = api.get(f"/boards/{board}", actions="createCard", actions_limit=3, action_fields="type")
    assert [set(one) for one in actions["actions"]] == [{"id", "type"}] * 3


# -- cards --------------------------------------------------------------------------------------------------


def test_ids_begin_with_the_second_of_creation(api: Any) -> None:
    card = api.get(f"/cards/{api.card('r-flyer')}")
    assert re.fullmatch(r"[0-9a-f]{24}", card["id"])
    assert born(card["id"]) == api.state.now() - timedelta(days=4)
    assert card["shortUrl"] == f"https://trello.com/c/{card['shortLink']}"
    assert api.get(f"/cards/{card['shortLink']}")["id"] == card["id"]


def test_open_cards_include_those_in_archived_lists_and_visible_ones_do_not(api: Any) -> None:
    board = api.board("Growth")
    closed_list = api.list("Done [WEEK 45]")
    kept = {card["id"] for card in api.get(f"/boards/{board}/cards") if card["idList"] == closed_list}
    assert len(kept) == 8
    visible = {card["id"] for card in api.get(f"/boards/{board}/cards/visible")}
    assert not kept & visible
    assert [card["id"] for card in api.get(f"/boards/{board}/cards", filter="closed")] == [api.card("f-gone")]
    assert len(api.get(f"/boards/{board}/cards/all")) == 64
    assert api.get(f"/boards/{board}/cards/none") == []
    assert api.get(f"/boards/{board}/cards/{api.card('b-ie')}", fields="idShort")["idShort"] > 0
    assert api("GET", f"/boards/{board}/cards/{api.card('r-flyer')}")[0] == 404
    complete = {card["id"] for card in api.get(f"/boards/{board}/cards/complete")}
    assert api.card("f-blog1") in complete
    assert api.card("f-lyon") not in complete
    assert api("GET", f"/boards/{board}/cards", filter="some") == (400, "invalid value for filter")


def test_cards_are_paged_by_id_and_stand_in_the_boards_order_without_a_sort(api: Any) -> None:
    board = grow(api, 7)
    seen: list[str] = []
    page = api.get(f"/boards/{board}/cards", limit=5, sort="-id", fields="name")
    while page:
        ids = [card["id"] for card in page]
        assert ids == sorted(ids, reverse=True)
        seen += ids
        page = api.get(f"/boards/{board}/cards", limit=5, sort="-id", fields="name", before=ids[-1])
    assert len(seen) == len(set(seen)) == 12
    unsorted = api.get(f"/boards/{board}/cards", limit=5, fields="name")
    assert [card["name"] for card in unsorted] == [f"Card {number}" for number in (6, 5, 4, 3, 2)]
    ordered = api.get(f"/boards/{board}/cards", fields="name")
    assert ordered[-1]["name"] == "Card 0"
    assert ordered[-1]["id"] > ordered[0]["id"]


def test_no_answer_holds_more_than_a_thousand_cards(api: Any) -> None:
    board = grow(api, 1005)
    assert len(api.get(f"/boards/{board}/cards", fields="name")) == 1000
    assert len(api.get(f"/boards/{board}", cards="all", card_fields="name", actions="none")["cards"]) == 1000
    newest = api.get(f"/boards/{board}/cards", sort="-id", limit=1000, fields="name")
    rest = api.get(f"/boards/{board}/cards", sort="-id", limit=1000, fields="name", before=newest[-1]["id"])
    assert len(rest) == 10
    assert api("GET", f"/boards/{board}/cards", limit=1001) == (400, "invalid value for limit")


def test_since_and_before_speak_of_creation(api: Any) -> None:
    board = api.board("Growth")
    api.ok("PUT", f"/cards/{api.card('b-ie')}", {"desc": "seen"})
    recent = api.get(f"/boards/{board}/cards", since="2026-11-22T00:00:00Z", fields="name")
    assert api.card("b-ie") not in [card["id"] for card in recent]
    assert {card["id"] for card in recent} == {api.card("d-unsubscribe"), api.card("d-forms")}


def test_cards_bring_what_is_asked_along(api: Any) -> None:
    path = f"/cards/{api.card('g-onesystem')}"
    plain = api.get(path)
    assert not {"customFieldItems", "checklists", "members", "attachments", "actions"} & set(plain)
    assert plain["badges"]["checkItems"] == 12
    assert plain["badges"]["checkItemsChecked"] == 5
    full = api.get(
        path,
        customFieldItems="true",
        checklists="all",
        members="true",
        attachments="true",
        actions="all",
        list="true",
        board="true",
    )
    assert {one["idValue"] is None for one in full["customFieldItems"]} == {False}
    assert full["customFieldItems"][0]["value"] is None
    assert [one["fullName"] for one in full["members"]] == ["Jonas Weber"]
    assert full["checklists"][0]["checkItems"][0]["state"] == "complete"
    assert full["list"]["name"] == "Doing"
    assert full["board"]["name"] == "Growth & Marketing"
    assert {one["type"] for one in full["actions"]} == {"createCard", "updateCard", "addMemberToCard"}
    assert api("GET", path, fields="name,nonsense") == (400, "invalid value for fields")
    assert api.get(path, fields="name") == {"id": plain["id"], "name": plain["name"]}
    assert api.get(f"{path}/idList") == {"_value": plain["idList"]}


def test_what_is_no_work_says_so(api: Any) -> None:
    assert api.get(f"/cards/{api.card('b-template')}")["isTemplate"]
    assert api.get(f"/cards/{api.card('r-header')}")["cardRole"] == "separator"
    assert api.get(f"/cards/{api.card('o-link')}")["cardRole"] == "link"
    mirror = api.get(f"/cards/{api.card('g-mirror')}")
    source = api.get(f"/cards/{api.card('r-partners')}")
    assert (mirror["cardRole"], mirror["mirrorSourceId"]) == ("mirror", source["id"])
    assert mirror["name"] == source["shortUrl"]


def test_the_odd_board_has_what_clients_stumble_over(api: Any) -> None:
    board = api.get(f"/boards/{api.board('Odds')}", **ALL)
    cards = {card["id"]: card for card in board["cards"]}
    assert cards[api.card("o-nodate")]["dateLastActivity"] is None
    copied = cards[api.card("o-copied")]
    assert copied["dateLastActivity"] < "2025"
    assert born(copied["id"]).year == 2026
    known = {one["id"] for one in board["customFields"]}
    orphans = [one for one in cards[api.card("o-orphan")]["customFieldItems"]]
    assert not {one["idCustomField"] for one in orphans} <= known
    assert cards[api.card("o-null")]["customFieldItems"][0]["value"] is None
    assert {"nodeId", "agent", "aiMetadata", "recurrenceRule"} <= set(copied)


def test_an_archived_list_is_a_200(api: Any) -> None:
    assert api.get(f"/lists/{api.list('Done [WEEK 45]')}")["closed"]
    assert len(api.get(f"/lists/{api.list('This week')}/cards")) == 6
    assert api.get(f"/lists/{api.list('This week')}/board")["name"] == "Growth & Marketing"


def test_single_things_of_a_card(api: Any) -> None:
    path = f"/cards/{api.card('g-landing')}"
    assert api.get(f"{path}/board")["name"] == "Growth & Marketing"
    assert api.get(f"{path}/list")["name"] == "Doing"
    assert api.get(f"{path}/members")[0]["fullName"] == "Noah Berg"
    assert api.get(f"{path}/pluginData") == []
    checklist = api.get(f"{path}/checklists")[0]
    assert api.get(f"/checklists/{checklist['id']}") == checklist
    linked = api.get(f"/cards/{api.card('c-webinar')}", fields="shortUrl")["shortUrl"]
    assert [one["url"] for one in api.get(f"{path}/attachments")] == [linked]
    assert api.get(path)["badges"]["attachmentsByType"]["trello"]["card"] == 1
    points = next(one for one in api.state.fields.values() if one.name == "Points")
    assert {one["value"]["number"] for one in api.get(f"{path}/customFieldItems")} == {"3"}
    assert api.get(f"/customFields/{points.id}")["type"] == "number"


def test_choices_of_a_custom_field(api: Any) -> None:
    theme = next(one for one in api.state.fields.values() if one.name == "Theme")
    options = api.get(f"/customFields/{theme.id}/options")
    assert options[0]["value"] == {"text": "Partner programme"}
    assert api.get(f"/customFields/{theme.id}/options/{options[1]['id']}") == options[1]
    assert api("GET", f"/customFields/{theme.id}/options/{'0' * 24}")[0] == 404


# -- batches ------------------------------------------------------------------------------------------------


def test_a_batch_answers_in_order_and_each_for_itself(api: Any) -> None:
    card = api.card("r-flyer")
    urls = f"/cards/{card}?fields=name%2CidList,/cards/{'0' * 24},/boards/{api.board('Growth')}/lists,/batch"
    answers = api.get("/batch", urls=urls)
    assert answers[0]["200"]["name"] == "Print 500 flyers for the fair in Vienna"
    assert answers[1] == {
        "name": "NotFoundError",
        "message": "The requested resource was not found.",
        "statusCode": 404,
    }
    assert len(answers[2]["200"]) == 9
    assert answers[3]["statusCode"] == 404
    eleven = ",".join([f"/cards/{card}"] * 11)
    assert api("GET", "/batch", urls=eleven) == (400, "invalid value for urls")


def test_a_read_with_a_body_is_refused_at_the_edge(api: Any) -> None:
    reply = api.raw("GET", "/members/me", b"{}")
    assert reply.status == 403
    assert b"html" in reply.body
