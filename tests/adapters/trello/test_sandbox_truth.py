"""Is the sandbox true? Its answers against recorded traffic, field by field."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

LOST = {"limits", "descData", "memberCreator", "creationMethod", "descPlain", "appCreator"}
"""Always null, or not of the thing itself."""
NOT_A_CARDS = {
    "address",
    "attachments",
    "coordinates",
    "creationMethodError",
    "creationMethodLoadingStartedAt",
    "dateViewedByCreator",
    "faviconUrl",
    "locationName",
    "mirrorSourceNodeId",
    "originalDesc",
    "pluginData",
    "singleInstrumentationId",
    "sourceEmail",
    "staticMapUrl",
    "urlSource",
    "urlSourceText",
    "customFieldItems",
}
"""Fields of an export that an answer need not have, or that Power-Ups and maps bring."""


def load(folder: Path, name: str) -> Any:
    raw = (folder / name).read_bytes()
    return json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)


def kinds(values: Iterator[Any] | list[Any]) -> set[str]:
    return {
        "number" if isinstance(one, int | float) and not isinstance(one, bool) else type(one).__name__
        for one in values
    }


def compare(ours: list[Mapping[str, Any]], theirs: list[Mapping[str, Any]], ignored: set[str]) -> None:
    """Each recorded field is there, and holds only kinds of values that were recorded, or null."""
    for name in {key for one in theirs for key in one} - ignored - LOST:
        assert all(name in one for one in ours), f"{name} is missing"
        wanted, got = kinds([one[name] for one in theirs if name in one]), kinds([one[name] for one in ours])
        if wanted != {"NoneType"}:
            assert got <= wanted | {"NoneType"}, f"{name}: {got}, recorded {wanted}"


# -- a board's export of 2026 -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def export(recorded: Path) -> dict[str, Any]:
    body: dict[str, Any] = load(recorded, "board-export-shape-2026.json")
    return body


@pytest.fixture
def whole(api: Any) -> dict[str, Any]:
    query = {
        "fields": "all",
        "lists": "all",
        "labels": "all",
        "customFields": "true",
        "members": "all",
        "member_fields": "all",
        "memberships": "all",
        "cards": "all",
        "card_attachments": "true",
        "checklists": "all",
        "actions": "all",
        "actions_limit": 1000,
    }
    body: dict[str, Any] = api.get(f"/boards/{api.board('Growth')}", **query)
    return body


def test_a_board_has_the_fields_of_2026(whole: dict[str, Any], export: dict[str, Any]) -> None:
    ignored = {"creationMethodError", "creationMethodLoadingStartedAt", "pluginData"}
    compare([whole], [export], ignored)
    prefs = {
        "autoArchive",
        "backgroundBottomColor",
        "backgroundTopColor",
        "backgroundBrightness",
        "backgroundTile",
        "switcherViews",
        "sharedSourceUrl",
        "hiddenPluginBoardButtons",
        "cardCounts",
    }
    same = {name for name in export["prefs"] if "Image" not in name and "can" not in name} - prefs
    assert same - {"backgroundDarkColor"} <= set(whole["prefs"])
    assert set(whole["labelNames"]) == set(export["labelNames"])


@pytest.mark.parametrize(
    ("part", "ignored"),
    [
        ("cards", NOT_A_CARDS),
        ("lists", {"idOrganization", "nodeId"}),
        ("labels", set()),
        (
            "members",
            {
                "bioData",
                "dateLastImpression",
                "idEnterprise",
                "idEnterprisesDeactivated",
                "idPremOrgsAdmin",
                "products",
            },
        ),
        ("memberships", set()),
        ("checklists", set()),
    ],
)
def test_its_parts_have_the_fields_of_2026(
    whole: dict[str, Any], export: dict[str, Any], part: str, ignored: set[str]
) -> None:
    assert whole[part]
    compare(whole[part], export[part], ignored)


def test_a_cards_badges_and_cover_are_those_of_2026(whole: dict[str, Any], export: dict[str, Any]) -> None:
    badges = [card["badges"] for card in whole["cards"]]
    compare(badges, [card["badges"] for card in export["cards"]], set())
    cover = {"idUploadedBackground", "yPosition"}
    assert set(export["cards"][0]["cover"]) - cover <= set(whole["cards"][0]["cover"])
    items = [item for one in whole["checklists"] for item in one["checkItems"]]
    compare(items, [item for one in export["checklists"] for item in one["checkItems"]], set())
    links = [one for card in whole["cards"] for one in card["attachments"]]
    theirs = [one for card in export["cards"] for one in card["attachments"]]
    compare(links, theirs, set())


def test_answers_of_2023_have_no_field_that_is_missing_here(whole: dict[str, Any], recorded: Path) -> None:
    samples = load(recorded, "api-samples-trellodotnet.json")
    compare(whole["cards"], samples["GetBoardCardList.json"], set())
    compare(whole["labels"], samples["GetLabelsExample.json"], set())
    compare(whole["lists"], samples["GetListExample.json"], set())
    fields = [one for one in whole["customFields"] if one["type"] == "list"]
    compare(fields, [samples["GetCustomField.json"]], set())
    compare(fields[0]["options"], samples["GetCustomField.json"]["options"], set())


# -- the feed -----------------------------------------------------------------------------------------------


def shapes(actions: list[dict[str, Any]]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in actions:
        data = one["data"]
        for changed in data.get("old", {"": None}):
            found.setdefault((one["type"], changed), set(data)).intersection_update(data)
    return found


def test_actions_are_told_as_in_a_real_feed(api: Any, recorded: Path) -> None:
    _do_everything(api)
    board = api.board("Growth")
    ours = api.get(f"/boards/{board}/actions", limit=1000)
    real = load(recorded, "board-gocd-testdrive-2019.json")["actions"]
    compare([one for one in ours if "idMember" not in one["data"]], real, {"member"})
    theirs, told = shapes(real), shapes(ours)
    assert all("member" in one for one in ours if one["type"] == "addMemberToCard")
    both = set(theirs) & set(told)
    assert {kind for kind, _ in both} >= {
        "addMemberToCard",
        "addChecklistToCard",
        "commentCard",
        "createCard",
        "createList",
        "deleteCard",
        "removeMemberFromCard",
        "updateCard",
        "updateCheckItemStateOnCard",
        "updateList",
    }
    fields = {changed for kind, changed in both if kind == "updateCard"}
    assert fields >= {"closed", "desc", "due", "dueComplete", "idLabels", "idList", "name", "pos"}
    for kind in both:
        assert theirs[kind] - {"deactivated"} <= told[kind], kind


def _do_everything(api: Any) -> None:
    path = f"/cards/{api.card('c-webinar')}"
    for wanted in ({"name": "N"}, {"desc": "D"}, {"due": None}, {"dueComplete": True}, {"pos": "top"}):
        api.ok("PUT", path, wanted)
    api.ok("PUT", path, {"idLabels": "", "idMembers": ""})
    api.ok("PUT", path, {"idList": api.list("Doing")})
    api.ok("PUT", path, {"closed": True})
    checklist = api.ok("POST", f"{path}/checklists", {"name": "C"})
    line = api.ok("POST", f"/checklists/{checklist['id']}/checkItems", {"name": "L"})
    api.ok("PUT", f"{path}/checkItem/{line['id']}", {"state": "complete"})
    api.ok("POST", f"{path}/actions/comments", {"text": "T"})
    api.ok("PUT", f"/lists/{api.list('Stuff')}", {"name": "Things"})
    api.ok("POST", "/lists", {"name": "More", "idBoard": api.board("Growth")})
    api.ok("DELETE", f"/cards/{api.card('b-swag')}")


# -- recorded exchanges -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def exchanges(recorded: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Recorded exchanges by method and path, ids taken out."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in load(recorded, "api-cassettes-ruby-trello.json.gz"):
        path = one["request"]["uri"].split("?")[0].removeprefix("https://api.trello.com/1")
        key = (one["request"]["method"].upper(), re.sub(r"[0-9a-f]{24}", "ID", path))
        found.setdefault(key, []).append(one)
    return found


def test_refusals_read_as_recorded(api: Any, exchanges: Any) -> None:
    refused = [one for key in exchanges for one in exchanges[key] if one["response"]["status"] == 404]
    assert refused
    for one in refused:
        assert one["response"]["headers"]["content-type"] == ["text/plain; charset=utf-8"]
        assert api("GET", f"/cards/{'0' * 24}") == (404, one["response"]["body"])


def test_rate_headers_read_as_recorded(api: Any, exchanges: Any) -> None:
    theirs = exchanges[("GET", "/members/me")][0]["response"]["headers"]
    ours = dict(api.raw("GET", "/members/me").headers)
    for name in theirs:
        if "rate-limit" in name:
            assert name in ours
            if "remaining" not in name:
                assert ours[name] == theirs[name][0]
    assert ours["content-type"] == theirs["content-type"][0]


@pytest.mark.parametrize(
    ("method", "recorded_path", "path", "changes"),
    [
        ("POST", "/cards", "/cards", {"idList": "LIST", "idMembers": "MEMBER", "idLabels": "LABEL"}),
        ("PUT", "/cards/ID", "/cards/CARD", {}),
        ("PUT", "/cards/ID/idBoard", "/cards/CARD/idBoard", {"value": "BOARD", "idList": "OTHER"}),
        ("PUT", "/cards/ID/idList", "/cards/CARD/idList", {"value": "LIST"}),
        ("POST", "/cards/ID/idLabels", "/cards/CARD/idLabels", {"value": "LABEL"}),
        ("POST", "/cards/ID/idMembers", "/cards/CARD/idMembers", {"value": "MEMBER"}),
        ("DELETE", "/cards/ID/idLabels/ID", "/cards/CARD/idLabels/ITS-LABEL", {}),
        ("DELETE", "/cards/ID/idMembers/ID", "/cards/CARD/idMembers/ITS-MEMBER", {}),
        ("POST", "/cards/ID/actions/comments", "/cards/CARD/actions/comments", {}),
        ("POST", "/labels", "/labels", {"idBoard": "BOARD"}),
        ("PUT", "/cards/ID/customField/ID/item", "/cards/ODD/customField/REMARK/item", {}),
        ("GET", "/cards/ID/customFieldItems", "/cards/CARD/customFieldItems", {}),
        ("GET", "/cards/ID", "/cards/CARD", {}),
        ("GET", "/cards/ID/members", "/cards/CARD/members", {}),
        ("GET", "/cards/ID/checklists", "/cards/STEPS/checklists", {}),
        ("GET", "/cards/ID/actions", "/cards/CARD/actions?filter=all", {}),
        ("GET", "/lists/ID", "/lists/LIST", {}),
        ("GET", "/lists/ID/cards", "/lists/LIST/cards", {}),
        ("GET", "/boards/ID", "/boards/BOARD", {}),
        ("GET", "/boards/ID/lists", "/boards/BOARD/lists", {}),
        ("GET", "/boards/ID/labels", "/boards/BOARD/labels", {}),
        ("GET", "/boards/ID/customFields", "/boards/BOARD/customFields", {}),
        ("GET", "/boards/ID/members", "/boards/BOARD/members", {}),
        ("GET", "/members/me", "/members/me", {}),
        ("GET", "/labels/ID", "/labels/LABEL", {}),
        ("GET", "/tokens/MEMBER_TOKEN", "/tokens/TOKEN", {}),
    ],
)
def test_a_recorded_request_is_answered_as_recorded(
    api: Any, exchanges: Any, method: str, recorded_path: str, path: str, changes: dict[str, str]
) -> None:
    told = [one for one in exchanges[(method, recorded_path)] if one["response"]["status"] == 200]
    one = next(one for one in told if one["response"]["body"] or method == "DELETE")
    words = names(api)
    for word in sorted(words, key=len, reverse=True):
        path = path.replace(word, words[word])
    form = {key: value[0] for key, value in parse_qs(one["request"]["body"], keep_blank_values=True).items()}
    form.pop("idCardSource", None)
    form |= {key: words[value] for key, value in changes.items() if key in form or value != "OTHER"}
    body = urlencode(form).encode() if form else b""
    reply = api.raw(method, path, body, "application/x-www-form-urlencoded")
    assert reply.status == 200, reply.body
    ours, theirs = json.loads(reply.body), one["response"]["body"]
    assert type(ours) is type(theirs)
    rows = (ours, theirs) if isinstance(ours, list) else ([ours], [theirs])
    if not all(isinstance(row, dict) for row in rows[1]):
        assert kinds(rows[0]) <= kinds(rows[1])
        return
    compare(rows[0], rows[1], OLD)


OLD = {
    "aaEmail", "aaEnrolledDate", "avatarSource", "bioData", "credentialsRemovedCount", "gravatarHash",
    "idEnterprise", "idEnterprisesAdmin", "idEnterprisesDeactivated", "idPremOrgsAdmin", "isAaMastered",
    "ixUpdate", "loginTypes", "marketingOptIn", "messagesDismissed", "oneTimeMessagesDismissed", "prefs",
    "premiumFeatures", "products", "trophies", "uploadedAvatarHash", "uploadedAvatarUrl", "display",
    "entities", "stickers", "webhooks",
}  # fmt: skip
"""What an account had in 2020, how the browser words an action, and what Power-Ups, stickers and hooks bring."""


def names(api: Any) -> dict[str, str]:
    """Return what the words in the table above stand for."""
    card = api.state.cards[api.card("c-webinar")]
    remark = next(one.id for one in api.state.fields.values() if one.name == "Remark")
    return {
        "CARD": card.id,
        "ODD": api.card("o-copied"),
        "STEPS": api.card("g-onesystem"),
        "LIST": api.list("Doing"),
        "OTHER": api.list("Review"),
        "BOARD": api.board("Growth"),
        "MEMBER": api.person("anaruiz7"),
        "LABEL": api.label("Growth", "Bug"),
        "ITS-LABEL": card.labels[0],
        "ITS-MEMBER": card.members[0],
        "REMARK": remark,
        "TOKEN": next(iter(api.state.tokens)),
    }
