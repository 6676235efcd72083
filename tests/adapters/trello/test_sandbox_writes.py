"""Writing to the sandbox: single fields, whole cards, labels, members, links, custom fields; and what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from planora_trello.sandbox.loading import KEY, READ_TOKEN


def field(api: Any, board: str, name: str) -> Any:
    return next(one for one in api.state.fields_of(api.board(board)) if one.name == name)


# -- cards --------------------------------------------------------------------------------------------------


def test_one_call_changes_several_fields(api: Any, clock: Any) -> None:
    path = f"/cards/{api.card('c-webinar')}"
    clock.forward(hours=1)
    wanted = {
        "name": "Slides",
        "desc": "later",
        "due": "2026-12-01",
        "start": None,
        "dueComplete": True,
        "idMembers": [api.person("noahberg"), api.person("anaruiz7")],
        "idLabels": [api.label("Growth", "Event")],
        "idList": api.list("Doing"),
        "pos": "top",
        "mystery": "passed over",
    }
    answer = api.ok("PUT", path, wanted)
    assert answer == api.get(path)
    assert (answer["name"], answer["desc"], answer["start"]) == ("Slides", "later", None)
    assert answer["due"] == "2026-12-01T00:00:00.000Z"
    assert answer["dueComplete"] is True
    assert answer["idMembers"] == wanted["idMembers"]
    assert [one["name"] for one in answer["labels"]] == ["Event"]
    assert answer["idList"] == api.list("Doing")
    assert answer["dateLastActivity"] == "2026-11-24T10:30:42.000Z"
    assert api.get(f"/lists/{api.list('Doing')}/cards")[0]["id"] == answer["id"]
    assert api.get(f"/boards/{api.board('Growth')}/dateLastActivity")["_value"] == answer["dateLastActivity"]


@pytest.mark.parametrize("way", ["json", "form", "query", "field"])
def test_values_come_as_json_form_or_query(api: Any, way: str) -> None:
    path, due = f"/cards/{api.card('c-webinar')}", "2026-12-03T10:00:00.000Z"
    match way:
        case "json":
            reply = api.raw("PUT", path, json.dumps({"due": due}).encode())
        case "form":
            body = urlencode({"due": due}).encode()
            reply = api.raw("PUT", path, body, "application/x-www-form-urlencoded")
        case "query":
            reply = api.raw("PUT", f"{path}?{urlencode({'due': due})}")
        case _:
            reply = api.raw("PUT", f"{path}/due", json.dumps({"value": due}).encode())
    assert json.loads(reply.body)["due"] == due


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"name": " "}, "invalid value for name"),
        ({"due": "tomorrow"}, "invalid value for due"),
        ({"idList": "f" * 24}, "invalid value for idList"),
        ({"idBoard": "f" * 24}, "invalid value for idBoard"),
        ({"pos": "middle"}, "invalid value for pos"),
        ({"pos": -1}, "invalid value for pos"),
        ({"closed": "perhaps"}, "invalid value for boolean"),
        ({"desc": "x" * 16385}, "invalid value for desc"),
        ({"idMembers": ["f" * 24]}, "member not found"),
        ({"idMembers": ["ana"]}, "invalid id"),
        ({"idLabels": ["f" * 24]}, "label not found"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_changed(api: Any, wanted: dict[str, Any], text: str) -> None:
    path = f"/cards/{api.card('c-webinar')}"
    before = api.get(path)
    assert api("PUT", path, {"name": "Other", "closed": True} | wanted) == (400, text)
    assert api.get(path) == before


def test_lists_labels_and_members_are_those_of_the_cards_board(api: Any) -> None:
    path = f"/cards/{api.card('c-webinar')}"
    assert api("PUT", path, {"idList": api.list("Later")}) == (400, "invalid value for idList")
    foreign = api.label("Roadmap", "Bug")
    assert api("PUT", path, {"idLabels": [foreign]}) == (400, "label not found")
    assert api("POST", f"{path}/idLabels", {"value": foreign}) == (400, "label not found")
    stranger = api.person("pixelwerkgraz")
    assert api("PUT", f"/cards/{api.card('r-flyer')}", {"idMembers": stranger}) == (400, "member not found")


def test_a_label_said_twice_is_refused(api: Any) -> None:
    one = api.label("Growth", "Bug")
    assert api("PUT", f"/cards/{api.card('c-webinar')}", {"idLabels": f"{one},{one}"}) == (
        400,
        "label not found",
    )


def test_members_and_labels_replace_the_whole_set(api: Any) -> None:
    path = f"/cards/{api.card('i-calendar2025')}"
    answer = api.ok("PUT", path, {"idMembers": api.person("helenbrandt"), "idLabels": ""})
    assert answer["idMembers"] == [api.person("helenbrandt")]
    assert answer["labels"] == []


def test_every_change_counts_as_activity_and_none_does_not(api: Any, clock: Any) -> None:
    path = f"/cards/{api.card('b-swag')}"
    before = api.get(path)["dateLastActivity"]
    clock.forward(minutes=5)
    assert api.ok("PUT", path, {"name": api.get(path)["name"]})["dateLastActivity"] == before
    moved = api.ok("PUT", path, {"pos": "bottom"})["dateLastActivity"]
    assert moved == "2026-11-24T09:35:42.000Z"


def test_archiving_tells_when(api: Any, clock: Any) -> None:
    path = f"/cards/{api.card('b-swag')}"
    clock.forward(minutes=1)
    assert api.ok("PUT", path, {"closed": "true"})["dateClosed"] == "2026-11-24T09:31:42.000Z"
    assert api.ok("PUT", path, {"closed": False})["dateClosed"] is None


def test_creating_a_card(api: Any, clock: Any) -> None:
    clock.forward(seconds=9)
    label, person = api.label("Growth", "Idea"), api.person("anaruiz7")
    body = {
        "idList": api.list("Ideas"),
        "name": "New",
        "desc": "marker",
        "idLabels": label,
        "idMembers": [person],
        "due": "2026-12-22 01:59:00 UTC",
        "urlSource": "https://fernway.example/x",
        "pos": "top",
    }
    made = api.ok("POST", "/cards", body)
    again = api.ok("POST", "/cards", body)
    assert made["id"] != again["id"]
    assert again["id"] > made["id"]
    assert again["idShort"] == made["idShort"] + 1
    assert int(made["id"][:8], 16) == int(clock().timestamp())
    assert (made["idLabels"], made["idMembers"]) == ([label], [person])
    assert made["due"] == "2026-12-22T01:59:00.000Z"
    assert made["badges"]["attachments"] == 1
    assert api.get(f"/lists/{api.list('Ideas')}/cards")[0]["id"] == again["id"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"name": "x"}, "invalid value for idList"),
        ({"idList": "LIST", "due": "soon"}, "invalid value for due"),
        ({"idList": "LIST", "urlSource": "ftp://x"}, "invalid value for url"),
        ({"idList": "LIST", "idLabels": "f" * 24}, "label not found"),
    ],
)
def test_a_refused_card_leaves_nothing_behind(api: Any, body: dict[str, str], text: str) -> None:
    before = len(api.state.cards), len(api.state.actions), api.state.boards[api.board("Growth")].counter
    body = {key: api.list("Ideas") if value == "LIST" else value for key, value in body.items()}
    assert api("POST", "/cards", body) == (400, text)
    board = api.state.boards[api.board("Growth")]
    assert before == (len(api.state.cards), len(api.state.actions), board.counter)


def test_a_deleted_card_is_gone(api: Any) -> None:
    path = f"/cards/{api.card('b-swag')}"
    assert api.ok("DELETE", path) == {"limits": {}}
    assert api("GET", path) == (404, "The requested resource was not found.")
    told = api.get(f"/boards/{api.board('Growth')}/actions", limit=1)[0]
    assert told["type"] == "deleteCard"
    assert set(told["data"]["card"]) == {"id", "idShort", "shortLink"}


# -- on cards -----------------------------------------------------------------------------------------------


def test_one_label_on_and_off(api: Any) -> None:
    path, bug = f"/cards/{api.card('c-webinar')}", api.label("Growth", "Bug")
    assert api.ok("POST", f"{path}/idLabels", {"value": bug})[-1] == bug
    assert api("POST", f"{path}/idLabels", {"value": bug}) == (400, "that label is already on the card")
    assert api.ok("DELETE", f"{path}/idLabels/{bug}") == {"_value": None}
    assert api("DELETE", f"{path}/idLabels/{bug}") == (400, "that label is not on the card")
    assert [one["name"] for one in api.get(path)["labels"]] == ["Content"]


def test_one_member_on_and_off(api: Any) -> None:
    path, ana = f"/cards/{api.card('c-webinar')}", api.person("anaruiz7")
    assert [one["fullName"] for one in api.ok("POST", f"{path}/idMembers", {"value": ana})] == [
        "Chiara Conti",
        "Ana Ruiz",
    ]
    assert api("POST", f"{path}/idMembers", {"value": ana}) == (400, "member is already on the card")
    assert [one["fullName"] for one in api.ok("DELETE", f"{path}/idMembers/{ana}")] == ["Chiara Conti"]
    assert api("DELETE", f"{path}/idMembers/{ana}") == (400, "member is not on the card")


def test_links_comments_and_checklists(api: Any) -> None:
    path = f"/cards/{api.card('c-webinar')}"
    link = api.ok("POST", f"{path}/attachments", {"url": "https://trello.com/c/abcdefgh", "name": "its twin"})
    assert link["name"] == "its twin"
    assert api("POST", f"{path}/attachments", {"url": "no address"}) == (400, "invalid value for url")
    said = api.ok("POST", f"{path}/actions/comments", {"text": "Seen."})
    assert (said["type"], said["data"]["text"]) == ("commentCard", "Seen.")
    assert api("POST", f"{path}/actions/comments", {"text": " "}) == (400, "invalid value for text")
    checklist = api.ok("POST", f"{path}/checklists", {"name": "Steps"})
    line = api.ok("POST", f"/checklists/{checklist['id']}/checkItems", {"name": "One", "checked": "true"})
    assert line["state"] == "complete"
    changed = api.ok("PUT", f"{path}/checkItem/{line['id']}", {"state": "incomplete"})
    assert changed["state"] == "incomplete"
    badges = api.get(path)["badges"]
    assert (badges["comments"], badges["checkItems"], badges["checkItemsChecked"]) == (1, 1, 0)
    assert badges["attachmentsByType"]["trello"]["card"] == 1
    assert api.ok("DELETE", f"{path}/attachments/{link['id']}") == {"limits": {}}
    assert api("DELETE", f"{path}/attachments/{link['id']}")[0] == 404
    assert api("PUT", f"{path}/checkItem/{'0' * 24}", {"state": "complete"})[0] == 404
    assert api("GET", f"/checklists/{'0' * 24}")[0] == 404


def test_labels_are_made_and_renamed(api: Any) -> None:
    made = api.ok("POST", "/labels", {"name": "planora", "color": "null", "idBoard": api.board("Growth")})
    assert (made["name"], made["color"]) == ("planora", None)
    assert api.ok("PUT", f"/labels/{made['id']}", {"color": "sky_light"})["color"] == "sky_light"
    assert api.get(f"/labels/{made['id']}")["name"] == "planora"
    wrong = {"name": "x", "color": "mauve", "idBoard": api.board("Growth")}
    assert api("POST", "/labels", wrong) == (400, "invalid value for color")


@pytest.mark.parametrize(
    ("board", "name", "slug", "wanted", "shown"),
    [
        ("Growth", "Points", "c-webinar", {"value": {"number": "5"}}, {"number": "5"}),
        ("Growth", "Points", "c-webinar", {"value": {"number": 5}}, {"number": "5"}),
        ("Growth", "Legal has seen it", "c-webinar", {"value": {"checked": True}}, {"checked": "true"}),
        ("Odds", "Remark", "o-copied", {"value": {"text": "x"}}, {"text": "x"}),
        ("Odds", "Go-live", "o-copied", {"value": {"date": "2026-12-01T00:00:00.000Z"}}, None),
    ],
)
def test_custom_fields_take_their_type_and_show_texts(
    api: Any, board: str, name: str, slug: str, wanted: dict[str, Any], shown: dict[str, str] | None
) -> None:
    path = f"/cards/{api.card(slug)}"
    url = f"{path}/customField/{field(api, board, name).id}/item"
    assert api.ok("PUT", url, wanted)["value"] == (shown or wanted["value"])
    kept = api.get(f"{path}/customFieldItems")
    assert (shown or wanted["value"]) in [one["value"] for one in kept]
    api.ok("PUT", url, {"value": ""})
    left = [one["idCustomField"] for one in api.get(f"{path}/customFieldItems")]
    assert field(api, board, name).id not in left


def test_a_custom_field_with_choices_takes_an_option(api: Any) -> None:
    theme = field(api, "Growth", "Theme")
    path = f"/cards/{api.card('c-webinar')}/customField/{theme.id}/item"
    answer = api.ok("PUT", path, {"idValue": theme.options[1].id})
    assert (answer["value"], answer["idValue"]) == (None, theme.options[1].id)
    assert api("PUT", path, {"idValue": "f" * 24})[0] == 400
    assert api.ok("PUT", path, {"idValue": ""})["idValue"] is None


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Points", {"value": {"number": "many"}}),
        ("Points", {"value": {"text": "5"}}),
        ("Points", {"value": "5"}),
        ("Legal has seen it", {"value": {"checked": "perhaps"}}),
    ],
)
def test_a_custom_field_refuses_another_type(api: Any, name: str, wanted: dict[str, Any]) -> None:
    path = f"/cards/{api.card('c-webinar')}/customField/{field(api, 'Growth', name).id}/item"
    assert api("PUT", path, wanted) == (400, "Invalid custom field item value.")


def test_several_custom_fields_at_once_and_in_a_form(api: Any) -> None:
    path, points = f"/cards/{api.card('b-swag')}", field(api, "Growth", "Points")
    items = [{"idCustomField": points.id, "value": {"number": "1"}}]
    assert api.ok("PUT", f"{path}/customFields", {"customFieldItems": items})[0]["value"] == {"number": "1"}
    assert api("PUT", f"{path}/customFields", {"customFieldItems": "x"})[0] == 400
    form = urlencode({"value[number]": "8"}).encode()
    reply = api.raw("PUT", f"{path}/customField/{points.id}/item", form, "application/x-www-form-urlencoded")
    assert json.loads(reply.body)["value"] == {"number": "8"}
    foreign = field(api, "Odds", "Budget")
    assert api("PUT", f"{path}/customField/{foreign.id}/item", {"value": {"number": "1"}})[0] == 400


def test_boards_and_lists_are_renamed_and_archived(api: Any) -> None:
    board, stuff = api.board("Growth"), api.list("Stuff")
    assert api.ok("PUT", f"/boards/{board}/desc", {"value": "Other"})["desc"] == "Other"
    assert api("PUT", f"/boards/{board}", {"name": ""}) == (400, "invalid value for name")
    assert api.ok("PUT", f"/lists/{stuff}/closed", {"value": "true"})["closed"] is True
    assert api.ok("PUT", f"/lists/{stuff}", {"closed": "false", "name": "Things"})["name"] == "Things"
    assert api("PUT", f"/lists/{stuff}", {"name": ""}) == (400, "invalid value for name")
    made = api.ok("POST", "/lists", {"name": "Inbox", "idBoard": board, "pos": "bottom"})
    assert api.get(f"/boards/{board}/lists")[-1]["id"] == made["id"]
    assert api("POST", "/lists", {"idBoard": board}) == (400, "invalid value for name")


# -- who may not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "model"),
    [
        ("PUT", "/cards/CARD", "card"),
        ("POST", "/cards", "card"),
        ("DELETE", "/cards/CARD", "card"),
        ("POST", "/cards/CARD/idLabels", "card"),
        ("POST", "/cards/CARD/actions/comments", "card"),
        ("POST", "/labels", "label"),
        ("PUT", "/lists/LIST", "list"),
        ("POST", "/lists", "board"),
        ("PUT", "/boards/BOARD", "board"),
    ],
)
def test_a_token_that_only_reads_writes_nothing(api: Any, method: str, path: str, model: str) -> None:
    api.header = f'OAuth oauth_consumer_key="{KEY}", oauth_token="{READ_TOKEN}"'
    for word, value in (
        ("CARD", api.card("c-webinar")),
        ("LIST", api.list("Stuff")),
        ("BOARD", api.board("Growth")),
    ):
        path = path.replace(word, value)
    before = len(api.state.actions)
    assert api(method, path, {"name": "x", "idList": api.list("Stuff")}) == (
        401,
        f"unauthorized {model} permission requested",
    )
    assert len(api.state.actions) == before
    assert api("GET", "/members/me")[0] == 200


@pytest.mark.parametrize("body", [b"{", b"[1]"])
def test_a_body_that_is_no_object_is_refused(api: Any, body: bytes) -> None:
    reply = api.raw("PUT", f"/cards/{api.card('c-webinar')}", body)
    assert reply.status == 400
    assert reply.body.startswith(b"Error parsing body")
