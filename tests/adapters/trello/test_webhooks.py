"""Webhooks: who signed one, and what it says is to be read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.webhooks import signature

from planora_sync.adapter import Delivery, Hint
from planora_sync.errors import AnswerUnreadable, SignatureRefused
from tests.adapters.trello.conftest import Api
from tests.adapters.trello.rig import adapter_of

SECRET = "5ec4e7-0f-the-app"
URL = "https://hooks.acme.example/trello?team=a%20b"


def signed(body: bytes, *, url: str = URL, secret: str = SECRET, **headers: str) -> Delivery:
    """Return a delivery as Trello signs it: base64 of HMAC-SHA1 over the body and the address."""
    return Delivery(headers={"X-Trello-Webhook": signature(secret, body, url), **headers}, body=body, url=url)


def told(body: Any) -> Delivery:
    return signed(json.dumps(body).encode())


@pytest.fixture
def adapter(sandbox: TrelloSandbox) -> TrelloAdapter:
    return adapter_of(sandbox, webhook_secret=SECRET)


def test_the_signature_is_that_of_the_vendors_description() -> None:
    # Worked out with `openssl dgst -sha1 -hmac secret -binary | base64` over `{"a":1}https://x.example/`.
    assert signature("secret", b'{"a":1}', "https://x.example/") == "UpbUMZQo9+C7JVj45v0+NWz7Bo8="


def test_the_signature_is_made_of_the_raw_bytes(adapter: TrelloAdapter) -> None:
    spaced = b'{"action": {"id": "a1", "type": "updateCard", "data": {"card": {"id": "c1"}}}}'
    assert adapter.hear(signed(spaced))[0].ids == ("c1",)
    rewritten = json.dumps(json.loads(spaced), separators=(",", ":")).encode()
    with pytest.raises(SignatureRefused):
        adapter.hear(Delivery(headers=signed(spaced).headers, body=rewritten, url=URL))


@pytest.mark.parametrize("url", ["", "https://hooks.acme.example/trello?team=a b", f"{URL}/"])
def test_the_address_is_signed_byte_for_byte(adapter: TrelloAdapter, url: str) -> None:
    delivery = signed(b'{"action": {"id": "a1", "type": "updateCard"}}')
    with pytest.raises(SignatureRefused, match="exactly"):
        adapter.hear(Delivery(headers=delivery.headers, body=delivery.body, url=url))


def test_the_head_request_of_a_registration_says_nothing(adapter: TrelloAdapter) -> None:
    assert adapter.hear(Delivery(headers={"User-Agent": "Trello Webhook"}, body=b"", url=URL)) == ()


def test_a_signed_nothing_is_no_event(adapter: TrelloAdapter) -> None:
    with pytest.raises(AnswerUnreadable, match="boards"):
        adapter.hear(signed(b""))


def test_our_own_writes_are_told_by_the_identifier_that_trello_repeats(adapter: TrelloAdapter) -> None:
    body = b'{"action": {"id": "a1", "type": "updateCard", "data": {"card": {"id": "c1"}}}}'
    ours = signed(body, **{"X-Trello-Client-Identifier": "planora-sync"})
    assert [hint.ours for hint in adapter.hear(ours)] == [True]
    assert [hint.ours for hint in adapter.hear(signed(body))] == [False]
    other = signed(body, **{"X-Trello-Client-Identifier": "a browser"})
    assert [hint.ours for hint in adapter.hear(other)] == [False]


@pytest.mark.parametrize(
    ("data", "ids", "places"),
    [
        ({"card": {"id": "c1"}, "list": {"id": "l1"}, "board": {"id": "b1"}}, ("c1",), ()),
        ({"list": {"id": "l1"}, "board": {"id": "b1"}}, (), ("l1",)),
        ({"board": {"id": "b1"}, "label": {"id": "x"}}, (), ("b1",)),
        ({"listBefore": {"id": "l1"}, "listAfter": {"id": "l2"}, "board": {"id": "b1"}}, (), ("l1", "l2")),
    ],
)
def test_cards_lists_and_boards(adapter: TrelloAdapter, data: Any, ids: Any, places: Any) -> None:
    hint = adapter.hear(told({"action": {"id": "a1", "type": "x", "data": data}}))
    assert hint == (Hint(ids=ids, places=places, delivery="a1"),)


def test_an_event_of_no_card_and_no_place_gives_no_hint(adapter: TrelloAdapter) -> None:
    data = {"organization": {"id": "o1"}}
    assert adapter.hear(told({"action": {"id": "a1", "type": "addMemberToOrganization", "data": data}})) == ()


class TestRecordings:
    """Bodies that Trello sent."""

    @pytest.fixture
    def events(self, recorded: Path) -> dict[str, Any]:
        body: dict[str, Any] = json.loads((recorded / "webhook-events-trellodotnet.json").read_text("utf-8"))
        return body

    def test_every_recorded_event_is_understood(self, adapter: TrelloAdapter, events: dict[str, Any]) -> None:
        assert len(events) == 31
        for name, body in events.items():
            (hint,) = adapter.hear(told(body))
            action = body["action"]
            card = action["data"].get("card")
            assert hint.ids == ((card["id"],) if card else ()), name
            assert bool(hint.places) is not bool(card), name
            assert hint.delivery == action["id"]
            assert hint.at is not None
            assert hint.at.isoformat(timespec="milliseconds")[:23] == action["date"][:23]
            assert not hint.ours

    def test_a_renamed_list_and_a_renamed_board_are_places(
        self, adapter: TrelloAdapter, events: dict[str, Any]
    ) -> None:
        for name, part in (("ChangeListName", "list"), ("MoveListRight", "list"), ("RenameBoard", "board")):
            body = events[f"WebhookEvents/{name}.json"]
            (hint,) = adapter.hear(told(body))
            assert hint.places == (body["action"]["data"][part]["id"],)

    def test_one_change_of_a_label_comes_in_two_events_about_one_card(
        self, adapter: TrelloAdapter, events: dict[str, Any]
    ) -> None:
        parts = [events[f"WebhookEvents/AddLabel_Part{part}.json"] for part in (1, 2)]
        hints = [hint for body in parts for hint in adapter.hear(told(body))]
        assert [body["action"]["type"] for body in parts] == ["addLabelToCard", "updateCard"]
        assert len({hint.ids for hint in hints}) == 1
        assert len({hint.delivery for hint in hints}) == 2


def test_what_the_hint_names_can_be_read(adapter: TrelloAdapter, api: Api) -> None:
    card = api.card("w-quiz")
    (hint,) = adapter.hear(
        told({"action": {"id": "a", "type": "updateCard", "data": {"card": {"id": card}}}})
    )
    assert set(adapter.read(hint.ids)) == {card}
