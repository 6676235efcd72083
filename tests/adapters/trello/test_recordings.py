"""All that was recorded of Trello goes through: every card of every answer is translated, every key is known."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from planora_trello.site.board import board_of
from planora_trello.site.lexicon import Lexicon
from planora_trello.translation.wire import entry_of

from planora_sync.adapter import Vocabulary
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.test_sandbox_truth import kinds

Json = Mapping[str, Any]


def bodies(folder: Path) -> Iterator[tuple[str, Any]]:
    """Give every recorded answer with a name for it."""
    for path in sorted(folder.glob("*.json*")):
        raw = path.read_bytes()
        body = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        if path.name.startswith("api-cassettes"):
            yield from ((f"{path.name} {one['cassette']}", one["response"]["body"]) for one in body)
        else:
            yield path.name, body


def things(body: Any) -> Iterator[Json]:
    """Give every object in an answer."""
    if isinstance(body, Mapping):
        yield body
        for value in body.values():
            yield from things(value)
    elif isinstance(body, list):
        for value in body:
            yield from things(value)


def is_card(body: Json) -> bool:
    return {"id", "name", "idList", "idBoard", "idShort", "desc"} <= set(body)


@pytest.fixture(scope="session")
def answers(recorded: Path) -> list[tuple[str, Any]]:
    return list(bodies(recorded))


def test_every_card_of_every_recorded_answer_is_translated(answers: list[tuple[str, Any]]) -> None:
    count, dated = 0, 0
    for name, body in answers:
        for card in filter(is_card, things(body)):
            home = {"id": card["idBoard"], "name": "B", "lists": [{"id": card["idList"], "name": "Doing"}]}
            entry = entry_of(card, board_of(home), Lexicon(Vocabulary()), "work", keep_raw=True)
            assert entry.key == f"#{card['idShort']}", name
            assert entry.title == card["name"]
            assert entry.place.id == card["idList"]
            assert entry.archived == card.get("closed", False)
            assert entry.url.startswith("https://trello.com/c/")
            assert len(entry.assignees) == len(card.get("idMembers", ()))
            due = card.get("due")
            assert entry.due == (date.fromisoformat(due[:10]) if due else None)
            dated += bool(due)
            count += 1
    assert count > 450
    assert dated > 30


EXPORT_ONLY = {
    "actions", "plugin", "pluginData", "powerUps", "checklists", "cards", "lists", "labels", "members",
    "memberships", "customFields", "dateViewedByCreator", "originalDesc", "singleInstrumentationId",
    "mirrorSourceNodeId", "creationMethodError", "creationMethodLoadingStartedAt", "sourceEmail",
}  # fmt: skip
"""What only the browser's export holds, and the API gives where it is asked along."""
OTHER_PRODUCTS = {
    "address", "locationName", "coordinates", "staticMapUrl", "urlSource", "urlSourceText", "faviconUrl",
    "agent", "aiMetadata", "stickers", "attachments", "customFieldItems", "list", "board", "actions",
    "checkItemStates", "idOrganization", "nodeId",
}  # fmt: skip
"""Of maps, link cards and Power-Ups; and parts that are asked along."""


def like(samples: list[Json], *keys: str) -> list[Json]:
    """Return the objects of a shape; notifications, which are told like actions, are none of ours."""
    return [one for one in samples if set(keys) <= set(one) and "unread" not in one]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (("idList", "idShort", "badges", "pos", "desc"), "cards/CARD?fields=all"),
        (("checkItemsChecked", "comments", "votes"), "cards/CARD/badges"),
        (("idCustomField", "idModel", "modelType", "idValue"), "cards/CARD/customFieldItems"),
        (("idChecklist", "state", "nameData"), "checklists/CHECKLIST/checkItems"),
        (("idCard", "checkItems", "idBoard"), "cards/STEPS/checklists"),
        (("idBoard", "softLimit", "pos", "closed"), "boards/BOARD/lists"),
        (("idBoard", "color", "name", "uses"), "boards/BOARD/labels"),
        (("fieldGroup", "idModel", "type"), "boards/BOARD/customFields"),
        (("idMember", "memberType", "unconfirmed"), "boards/BOARD/memberships"),
        (("edgeColor", "isUpload", "mimeType"), "cards/LINKED/attachments"),
        (("idMemberCreator", "data", "type", "date"), "boards/BOARD/actions?limit=1000"),
        (("callbackURL", "idModel", "active"), "webhooks/HOOK"),
    ],
)
def test_every_key_of_a_recorded_answer_is_in_ours_with_the_same_type(
    api: Api, answers: list[tuple[str, Any]], keys: tuple[str, ...], path: str
) -> None:
    theirs = like([one for _, body in answers for one in things(body)], *keys)
    assert theirs, "nothing of this shape was recorded"
    ours = ask(api, path)
    assert ours
    ignored = (
        EXPORT_ONLY | OTHER_PRODUCTS | {"limits", "creationMethod", "appCreator", "display", "memberCreator"}
    )
    for name in sorted({key for one in theirs for key in one} - ignored):
        here = [one for one in ours if name in one]
        wanted = kinds([one[name] for one in theirs if name in one])
        if here:
            got = kinds([one[name] for one in here])
            assert got <= wanted | {"NoneType"}, f"{name}: {got}, recorded {wanted}"
        else:
            assert name in OLD, f"{name} is in no answer of ours"


OLD = {"type", "entities"}
"""What is gone since those answers, or comes with features that the stand-in does not have."""


def ask(api: Api, path: str) -> list[Json]:
    """Return what the sandbox answers to a path with words for ids."""
    steps = api.state.cards[api.card("g-onesystem")]
    linked = next(card for card in api.state.cards.values() if card.attachments)
    if "HOOK" in path:
        body = {"idModel": api.board("Growth"), "callbackURL": "https://hooks.acme.example/x"}
        path = path.replace("HOOK", api.ok("POST", "/webhooks", body)["id"])
    named = {
        "CARD": api.card("c-webinar"),
        "STEPS": steps.id,
        "LINKED": linked.id,
        "CHECKLIST": steps.checklists[0].id,
        "BOARD": api.board("Growth"),
    }
    for word, id in named.items():
        path = path.replace(word, id)
    answer = api.get(f"/{path}")
    answer = answer["_value"] if isinstance(answer, dict) and "_value" in answer else answer
    return answer if isinstance(answer, list) else [answer]
